"""Who is signed in: random tokens, of which the server keeps the hashes only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from threadqa.web.users import PasswordHash, UsersFile

__all__ = ["Sessions"]

UNUSED_SECONDS = 12 * 3600.0
LONGEST_SECONDS = 7 * 24 * 3600.0
MOST_PER_USER = 20


@dataclass(slots=True, kw_only=True)
class Session:
    """One browser that is signed in.

    Attributes:
        user: Whose.
        password: The hash it signed in with; another one, or none, ends the session.
        began: Seconds of the clock.
        used: Likewise, last.
    """

    user: str
    password: PasswordHash
    began: float
    used: float


class Sessions:
    """All of a server's sessions; a restart ends them. Any number of threads may use it."""

    def __init__(self, users: UsersFile, clock: Callable[[], float]) -> None:
        """Begins without sessions.

        Args:
            users: Who may sign in.
            clock: Seconds that only go forward.
        """
        self._users = users
        self._clock = clock
        self._lock = Lock()
        self._sessions: dict[bytes, Session] = {}

    def begin(self, user: str, password: PasswordHash) -> str:
        """Signs a user in.

        Args:
            user: Who.
            password: The hash of the password that was right.

        Returns:
            The token, which is kept nowhere here.
        """
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._forget_ended(now)
            own = [key for key, session in self._sessions.items() if session.user == user]
            for key in own[: max(0, len(own) - MOST_PER_USER + 1)]:
                del self._sessions[key]
            self._sessions[_key(token)] = Session(user=user, password=password, began=now, used=now)
        return token

    def user(self, token: str) -> str | None:
        """Whose session a token is; None where it is none's, or has ended."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(_key(token))
            if session is None or self._has_ended(session, now):
                return None
            session.used = now
            return session.user

    def end(self, token: str) -> None:
        """Signs a browser out; harmless where it is not signed in."""
        with self._lock:
            self._sessions.pop(_key(token), None)

    def _forget_ended(self, now: float) -> None:
        ended = [key for key, one in self._sessions.items() if self._has_ended(one, now)]
        for key in ended:
            del self._sessions[key]

    def _has_ended(self, session: Session, now: float) -> bool:
        return (
            now - session.used > UNUSED_SECONDS
            or now - session.began > LONGEST_SECONDS
            or self._users.current().get(session.user) != session.password
        )


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
