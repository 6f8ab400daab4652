"""What stands before every route: who may ask for what, and what goes back with the answer.

A plain ASGI middleware around all of it, Gradio's own routes included: what is not named here is
not there, whatever a release of Gradio adds.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from threadqa.web.policy import content_security_policy, security_headers, with_nonce

__all__ = ["Guard"]

GRADIO = "/gradio_api"
SAFE_METHODS = frozenset({"GET", "HEAD"})
# What the page, and a client of the API, ask Gradio for; all else of Gradio's is not there.
READ = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/manifest\.json|/(?:assets|static)/.+"
    rf"|{GRADIO}/(?:info/?|app_id/?|startup-events|theme\.css|upload_progress|queue/data"
    r"|heartbeat/[^/]+|file=.+|call/[^/]+/[^/]+)"
)
WRITE = re.compile(rf"{GRADIO}/(?:queue/join|upload|cancel|reset/?|component_server/?|call/[^/]+)")
LONGEST_STATIC = "public, max-age=31536000, immutable"
CACHEABLE = re.compile(r"/(?:assets|static)/.+")


class Guard:
    """Checks each request, and adds the security headers to each response."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], own_paths: Iterable[str]) -> None:
        """Guards an app.

        Args:
            app: All routes.
            hosts: Names by which the server may be addressed, without port, lower-case.
            own_paths: Paths of ours that are there beside Gradio's.
        """
        self._app = app
        self._hosts = frozenset(hosts)
        self._own_paths = frozenset(own_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no WebSocket is served
            await send({"type": "websocket.close", "code": 1008})
            return
        nonce = secrets.token_urlsafe(16)
        response = Response(scope, send, nonce)
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, response.send)
        else:
            await self._app(_without_compression(scope), receive, response.send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        path, method = scope["path"], scope["method"]
        if _host_name(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse("This server has another name.", 421)
        if method not in SAFE_METHODS and not _is_same_origin(headers):
            return PlainTextResponse("A page of another site may not do this.", 403)
        allowed = READ if method in SAFE_METHODS else WRITE
        if path not in self._own_paths and not allowed.fullmatch(path):
            return PlainTextResponse("Not found.", 404)
        return None


class Response:
    """Adds headers to a response, and its nonce to a page."""

    def __init__(self, scope: Scope, send: Send, nonce: str) -> None:
        self._path = scope["path"]
        self._send = send
        self._nonce = nonce
        self._start: Message | None = None
        self._page = bytearray()

    async def send(self, message: Message) -> None:
        """Sends a message of the app on; a page's is held until all of it is there."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            is_page = headers.get("content-type", "").startswith("text/html")
            nonce = self._nonce if is_page else None
            for name, value in security_headers(content_security_policy(nonce)).items():
                headers[name] = value
            cacheable = CACHEABLE.fullmatch(self._path) and message["status"] == 200
            headers["Cache-Control"] = LONGEST_STATIC if cacheable else "no-store"
            if is_page:
                self._start = message
                return
        elif self._start is not None:
            self._page += message.get("body", b"")
            if message.get("more_body", False):
                return
            body = with_nonce(bytes(self._page), self._nonce)
            MutableHeaders(scope=self._start)["Content-Length"] = str(len(body))
            await self._send(self._start)
            message = {"type": "http.response.body", "body": body}
            self._start = None
        await self._send(message)


def _host_name(host: str) -> str:
    """The name in a Host header: lower-case, without port and brackets."""
    name = re.sub(r":\d*$", "", host.strip().lower())
    return name.strip("[]").rstrip(".")


def _is_same_origin(headers: Headers) -> bool:
    """Whether a request that changes something comes from a page of ours, or from no page.

    Browsers send Origin with every such request; clients that are no browsers send none, and
    hold no cookies that a page could use.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2].lower() == headers.get("host", "").lower()


def _without_compression(scope: Scope) -> Scope:
    """The request for a page as if the browser bore no compression: its scripts get a nonce."""
    if scope["path"] != "/":
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}
