"""Runs the web application until it is told to stop."""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from threadqa.errors import UsageError
from threadqa.settings import Settings
from threadqa.web.workspace import Workspace

__all__ = ["hosted", "serve"]

PATIENCE_SECONDS = 2
SPACE_PORT = 7860
LOOPBACK = ("127.0.0.1", "::1")


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serves the chat until SIGINT or SIGTERM.

    Args:
        settings: Name the index and the address.
        announce: Called once with the page's address, when it answers.

    Raises:
        UsageError: The address cannot be used.
    """
    from threadqa.web.access import check_access
    from threadqa.web.server import create_app

    settings = hosted(settings, os.environ)
    check_access(settings)
    listener = _listen(settings.web_host, settings.web_port)
    with (
        listener,
        Workspace(settings) as workspace,
        TemporaryDirectory(prefix="threadqa-web-", ignore_cleanup_errors=True) as files,
    ):
        app = create_app(workspace, Path(files))
        import uvicorn

        # What was imported stays: the collector need not go through it with every question.
        gc.collect()
        gc.freeze()

        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=settings.web_public_url is not None,
            forwarded_allow_ips=list(LOOPBACK),
            ws="none",
            timeout_graceful_shutdown=PATIENCE_SECONDS,
        )

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    announce(_address(listener))

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                app.state.end_streams()
                await super().shutdown(sockets)

        threading.Thread(target=workspace.warm, name="threadqa-warmer", daemon=True).start()
        with _no_signals():
            Server(config).run(sockets=[listener])


def hosted(settings: Settings, environment: Mapping[str, str]) -> Settings:
    """The settings in a Space of Hugging Face, whose proxy reaches port 7860 from outside.

    Args:
        settings: As they are elsewhere; the same comes back where this is no Space.
        environment: Has SPACE_HOST in a Space: "user-name.hf.space".
    """
    host = environment.get("SPACE_HOST")
    if not host or settings.web_public_url is not None:
        return settings
    return replace(
        settings, web_host="0.0.0.0", web_port=SPACE_PORT, web_public_url=f"https://{host}"
    )


@contextmanager
def _no_signals() -> Iterator[None]:
    """Drops the signals that Uvicorn has stopped on and then raises again."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda number, frame: None) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}:{port} ({error.strerror}): name another --host or --port"
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
