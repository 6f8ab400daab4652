"""What stands before every route: who may ask for what, and what goes back with the answer.

A plain ASGI middleware around all of it, Gradio's own routes included: what `routes` does not name
is not there, whatever a release of Gradio adds.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from threadqa.web import bodies, policy, routes
from threadqa.web.access import Hosts
from threadqa.web.sign_in import SIGN_IN, SIGN_OUT, SignIn

__all__ = ["BUSY", "LOCAL_USER", "USER_KEY", "Guard", "Rules"]

LOCAL_USER = ""
"""Whoever uses a server without sign-in."""
USER_KEY = "threadqa.user"
"""Key of a request's scope under which its user stands."""
MOST_JSON_BYTES = 4_000_000
MOST_FORM_BYTES = 16_384
BUSY = "Many people are asking at this moment. Ask again in a few seconds."
FOREVER = "public, max-age=31536000, immutable"
FORWARDED = (b"x-forwarded-", b"x-gradio-", b"forwarded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a server lets through.

    Attributes:
        hosts: The names it answers to.
        files: The one folder that files may be asked for from; an absolute path without links.
        most_upload_bytes: Of one request.
        sign_in: Who is signed in; None where nobody need be.
    """

    hosts: Hosts
    files: Path
    most_upload_bytes: int
    sign_in: SignIn | None


class Guard:
    """Checks each request, and adds the security headers to each response."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        """Guards an app.

        Args:
            app: All routes.
            rules: What it lets through.
        """
        self._app = app
        self._rules = rules
        self._page_sessions = bodies.PageSessions()
        self._own_paths = frozenset({SIGN_IN, SIGN_OUT} if rules.sign_in is not None else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":  # there is no WebSocket
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._serve(scope, receive, Outgoing(scope, send).send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        sign_in = self._rules.sign_in
        user = LOCAL_USER if sign_in is None else sign_in.user(scope)
        refusal = self._refusal(scope, user)
        if refusal is None:
            receive, refusal = await self._checked_body(scope, receive, user)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._app({**_cleaned(scope), USER_KEY: user}, receive, send)

    def _refusal(self, scope: Scope, user: str | None) -> Response | None:
        """Why a request is not served; None where it is."""
        headers = Headers(scope=scope)
        if not self._rules.hosts.allow(headers.get("host", "")):
            return PlainTextResponse("This server is not known by this name.", 421)
        if scope["method"] not in routes.SAFE_METHODS and not _is_same_site(headers):
            return PlainTextResponse("A page of another site may not do this.", 403)
        if scope["path"] in self._own_paths and (user is not None or scope["path"] == SIGN_IN):
            return None
        if user is None:
            return _sign_in_first(scope)
        if not routes.is_allowed(scope, self._rules.files):
            return PlainTextResponse("Not found.", 404)
        session = routes.page_session_asked_for(scope)
        return self._not_theirs(session, user)

    async def _checked_body(
        self, scope: Scope, receive: Receive, user: str | None
    ) -> tuple[Receive, Response | None]:
        """A request's body, limited, and why it is not served; None where it is."""
        if scope["method"] in routes.SAFE_METHODS:
            return receive, None
        most = self._most_bytes(scope["path"])
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            return receive, _too_long(most)
        if scope["path"] == routes.UPLOAD or scope["path"] in self._own_paths:
            return bodies.counted(receive, most), None
        try:
            body = await bodies.read_body(receive, most)
        except bodies.BodyTooLongError:
            return receive, _too_long(most)
        content = bodies.parsed(body)
        # Gradio would take any file of the machine that a client names for an upload of its own.
        if not all(routes.lies_in(f, self._rules.files) for f in bodies.files_named_in(content)):
            return receive, PlainTextResponse("This file was not uploaded.", 403)
        refusal = self._not_theirs(bodies.page_session_in(content), user)
        return bodies.replay(body, receive), refusal

    def _most_bytes(self, path: str) -> int:
        if path == routes.UPLOAD:
            return self._rules.most_upload_bytes
        return MOST_FORM_BYTES if path in self._own_paths else MOST_JSON_BYTES

    def _not_theirs(self, session: str | None, user: str | None) -> Response | None:
        if session is None or user is None or self._page_sessions.belongs_to(session, user):
            return None
        return PlainTextResponse("This is another user's.", 403)


class Outgoing:
    """Adds headers to a response, its nonce to the page, our words where a queue is full."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._path = scope["path"]
        self._send = send
        self._nonce = secrets.token_urlsafe(16)
        self._held: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """Sends a message of the app on; the page's are held until all of it is there."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            is_html = headers.get("content-type", "").startswith("text/html")
            # Only Gradio's own page may run scripts: a file that was uploaded may be HTML too.
            is_page = is_html and self._path == routes.PAGE
            self._add_headers(headers, message["status"], is_page=is_page)
            if is_page or _says_busy(self._path, message["status"]):
                self._held = message
                return
        elif self._held is not None:
            self._body += message.get("body", b"")
            if message.get("more_body", False):
                return
            body = policy.with_nonce(bytes(self._body), self._nonce)
            if _says_busy(self._path, self._held["status"]):
                body = json.dumps({"detail": BUSY}).encode()
            MutableHeaders(scope=self._held)["Content-Length"] = str(len(body))
            await self._send(self._held)
            self._held = None
            message = {"type": "http.response.body", "body": body}
        await self._send(message)

    def _add_headers(self, headers: MutableHeaders, status: int, *, is_page: bool) -> None:
        is_file = routes.file_asked_for(self._path) is not None
        if is_page:
            chosen = policy.page_policy(self._nonce)
        elif is_file:
            chosen = policy.FILE_POLICY
            headers["Content-Disposition"] = "attachment"
        else:
            chosen = policy.OTHER_POLICY
        for name, value in policy.security_headers(chosen).items():
            headers[name] = value
        if self._path in {SIGN_IN, SIGN_OUT}:
            # With "no-referrer", a browser would not say that their forms come from here.
            headers["Referrer-Policy"] = "same-origin"
        is_asset = routes.ASSET.fullmatch(self._path) is not None and status == 200
        headers["Cache-Control"] = FOREVER if is_asset else "no-store"


def _says_busy(path: str, status: int) -> bool:
    return path == routes.JOIN and status == 503


def _sign_in_first(scope: Scope) -> Response:
    if scope["path"] == routes.PAGE and scope["method"] in routes.SAFE_METHODS:
        return RedirectResponse(SIGN_IN, 303)
    return PlainTextResponse("Sign in first.", 401)


def _too_long(most: int) -> Response:
    return PlainTextResponse(f"The request is too long: {most:,} bytes are allowed.", 413)


def _is_same_site(headers: Headers) -> bool:
    """Whether a request that changes something comes from a page of ours, or from no page.

    Browsers say where such a request comes from, in Sec-Fetch-Site or at least in Origin. Clients
    that are no browsers say nothing, and have no cookies that somebody else's page could use.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2].lower() == headers.get("host", "").lower()


def _cleaned(scope: Scope) -> Scope:
    """A request without what Gradio would believe of a proxy; the page's asks for plain text."""
    dropped: Iterable[bytes] = FORWARDED
    if scope["path"] == routes.PAGE:
        dropped = (*FORWARDED, b"accept-encoding")  # the nonce is written into it
    kept = [pair for pair in scope["headers"] if not pair[0].startswith(tuple(dropped))]
    return {**scope, "headers": kept}
