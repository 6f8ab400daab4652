"""Runs the web application until it is told to stop."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from threadqa.errors import UsageError
from threadqa.settings import Settings
from threadqa.web.workspace import Workspace

__all__ = ["serve"]

PATIENCE_SECONDS = 2
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

    check_access(settings)
    listener = _listen(settings.web_host, settings.web_port)
    with (
        listener,
        Workspace(settings) as workspace,
        TemporaryDirectory(prefix="threadqa-web-", ignore_cleanup_errors=True) as files,
    ):
        app = create_app(workspace, Path(files))
        import uvicorn

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

        threading.Thread(target=workspace.warm, name="threadqa-warmer", daemon=True).start()
        # Uvicorn stops on these, and then raises them again for what was there before: nothing.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, frame: None)
        Server(config).run(sockets=[listener])


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
