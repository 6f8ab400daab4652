"""The bodies of requests: how long they may be, and whose page session they speak for."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

from starlette.types import Message, Receive

__all__ = [
    "BodyTooLongError",
    "PageSessions",
    "counted",
    "files_named_in",
    "page_session_in",
    "parsed",
    "read_body",
    "replay",
]

MOST_PAGE_SESSIONS = 50_000


class BodyTooLongError(Exception):
    """A request's body is longer than it may be."""


class PageSessions:
    """Which user each page session of Gradio's belongs to: the one who used it first.

    A page makes up the name of its session. Without this, whoever learns one could listen to its
    answers, or use its state.
    """

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def belongs_to(self, session: str, user: str) -> bool:
        """Whether a page session is the user's; a new one becomes the user's."""
        with self._lock:
            owner = self._owners.setdefault(session, user)
            self._owners.move_to_end(session)
            if len(self._owners) > MOST_PAGE_SESSIONS:
                self._owners.popitem(last=False)
        return owner == user


async def read_body(receive: Receive, most_bytes: int) -> bytes:
    """Reads a whole body.

    Raises:
        BodyTooLongError: It is longer than allowed.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise BodyTooLongError
        if not message.get("more_body", False):
            return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read once more, and then whatever comes after it."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def counted(receive: Receive, most_bytes: int) -> Receive:
    """Gives a body on; where it is longer than allowed, it ends as if the client had gone."""
    length = 0

    async def receive_counted() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        return message if length <= most_bytes else {"type": "http.disconnect"}

    return receive_counted


def parsed(body: bytes) -> object:
    """The JSON of a body; None where it is none, which whoever it is for will say."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def page_session_in(content: object) -> str | None:
    """The page session that a JSON body names; None where it names none."""
    session = content.get("session_hash") if isinstance(content, dict) else None
    return session if isinstance(session, str) else None


def files_named_in(content: object) -> Iterator[str]:
    """The paths of all files that a JSON body names, however deep, as Gradio writes a file."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "path" in value:
                yield str(value["path"])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
