"""A scripted OpenAI-compatible server on the loopback interface, over real HTTP."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = [
    "ModelServer",
    "Request",
    "Step",
    "cut",
    "drip",
    "error",
    "events",
    "obedient",
    "page",
    "redirect",
    "refuse_schema",
    "reply",
    "wait",
]

MODEL = "scripted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the server was asked.

    Attributes:
        path: With the leading slash.
        headers: By lower-case name.
        body: Parsed; empty for a GET.
    """

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All that the model is told."""
        return "\n".join(message["content"] for message in self.body.get("messages", []))


class Handler(BaseHTTPRequestHandler):
    """One connection; plays the next step of the script."""

    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """Lists the models."""
        self._answer({})

    def do_POST(self) -> None:
        """Answers a chat."""
        length = int(self.headers["content-length"])
        self._answer(json.loads(self.rfile.read(length)))

    def _answer(self, body: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(path=self.path, headers=headers, body=body)
        step = self.server.next_step(request)
        with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):  # it has hung up
            step(self, request)

    def whole(self, status: int, content_type: str, body: bytes, **headers: str) -> None:
        """Sends a response with its length."""
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        """Sends the head of a stream of events."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        """Sends a piece of the body; an empty one ends it."""
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, text: str | None, finish: str | None = None) -> None:
        """Sends a chunk of a chat completion."""
        delta = {} if text is None else {"role": "assistant", "content": text}
        chunk = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": MODEL,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }
        self.chunk(f"data: {json.dumps(chunk)}\n\n".encode())

    def end_stream(self) -> None:
        """Ends a stream as it should end."""
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def wait(self, seconds: float) -> bool:
        """Waits; returns whether the server goes on meanwhile."""
        return not self.server.stopping.wait(seconds)


Step = Callable[[Handler, Request], None]
"""Plays one answer."""


class Server(ThreadingHTTPServer):
    """The server, with its script and what it was asked."""

    daemon_threads = True

    def __init__(self, script: Sequence[Step]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = list(script)
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()

    def next_step(self, request: Request) -> Step:
        """The step for a request; the last of the script plays again and again."""
        with self._lock:
            self.requests.append(request)
            return self.script[min(len(self.requests), len(self.script)) - 1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error."""


class ModelServer:
    """A context manager that serves a script on a port of its own, each step once.

    Attributes:
        requests: What it was asked, in order.
    """

    def __init__(self, *script: Step, certificate: Path | None = None) -> None:
        self._server = Server(script)
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def base_url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}/v1"

    @property
    def requests(self) -> list[Request]:
        return self._server.requests

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def closed_port() -> int:
    """A port of the loopback interface on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def reply(text: str, *, piece: int = 7, finish: str = "stop") -> Step:
    """Streams a text, so many characters at a time."""

    def play(handler: Handler, request: Request) -> None:
        handler.begin_stream()
        for start in range(0, len(text), piece):
            handler.event(text[start : start + piece])
        handler.event(None, finish)
        handler.end_stream()

    return play


def obedient(answer: Callable[[str], str]) -> Step:
    """Streams what a function makes of the prompt."""

    def play(handler: Handler, request: Request) -> None:
        reply(answer(request.prompt))(handler, request)

    return play


def cut(text: str, *, cleanly: bool) -> Step:
    """Streams a text and hangs up: in the midst of the body, or as if the body had ended."""

    def play(handler: Handler, request: Request) -> None:
        handler.begin_stream()
        handler.event(text)
        if cleanly:
            handler.chunk(b"")
        handler.close_connection = True

    return play


def drip(text: str, *, every: float) -> Step:
    """Streams a text, then comments for ever, a few bytes at a time."""

    def play(handler: Handler, request: Request) -> None:
        handler.begin_stream()
        handler.event(text)
        while handler.wait(every):
            handler.chunk(b": still here\n\n")

    return play


def wait(seconds: float) -> Step:
    """Says nothing for so long, then hangs up."""

    def play(handler: Handler, request: Request) -> None:
        handler.wait(seconds)
        handler.close_connection = True

    return play


def error(status: int, body: object, **headers: str) -> Step:
    """Refuses, with JSON."""

    def play(handler: Handler, request: Request) -> None:
        handler.whole(status, "application/json", json.dumps(body).encode(), **headers)

    return play


def page(status: int, html: str) -> Step:
    """Answers with a page, as a wrong address or a hotel's network does."""

    def play(handler: Handler, request: Request) -> None:
        handler.whole(status, "text/html", html.encode())

    return play


def events(*data: str) -> Step:
    """Streams events as they are given."""

    def play(handler: Handler, request: Request) -> None:
        handler.begin_stream()
        for one in data:
            handler.chunk(f"data: {one}\n\n".encode())
        handler.end_stream()

    return play


def redirect(location: str) -> Step:
    """Redirects, keeping the method."""

    def play(handler: Handler, request: Request) -> None:
        handler.whole(307, "text/plain", b"", location=location)

    return play


def refuse_schema(then: Step) -> Step:
    """Refuses requests that ask for JSON by schema, and plays a step for others."""

    def play(handler: Handler, request: Request) -> None:
        if "response_format" in request.body:
            message = {"error": {"message": "response_format is not supported", "code": 400}}
            error(400, message)(handler, request)
        else:
            then(handler, request)

    return play
