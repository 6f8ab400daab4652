"""``threadqa serve``: the web chat."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from threadqa.cli.options import Debug, Index, Offline, settings_from

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("serve")(serve_command)


def serve_command(
    index: Index = None,
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on; another than this machine's own needs --users."),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = None,
    users: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Who may sign in: `threadqa users`."),
    ] = None,
    offline: Offline = None,
    debug: Debug = False,
) -> None:
    """Open the web chat on this machine, until Ctrl-C."""
    from threadqa.web.running import serve

    flags = {"web.host": host, "web.port": port, "web.users": users}
    serve(settings_from(index=index, offline=offline, **flags), _announce)


def _announce(address: str) -> None:
    typer.echo(f"The chat is at {address} - Ctrl-C stops it.")
