"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from threadqa.settings import Settings


__all__ = ["DEBUG", "Debug", "Index", "Json", "Limit", "Offline", "settings_from"]

DEBUG: list[bool] = []
"""Not empty while the command at hand was asked for tracebacks."""


def _ask_for_tracebacks(value: bool) -> None:
    if value:
        DEBUG.append(True)


Index = Annotated[
    Path | None,
    typer.Option(
        "--index",
        metavar="DIR",
        file_okay=False,
        help="Folder of the index; ./index unless the settings say otherwise.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        is_eager=True,
        callback=_ask_for_tracebacks,
        help="Print the traceback of an error.",
    ),
]
Offline = Annotated[
    bool | None,
    typer.Option(
        "--offline",
        help="Ask no language model, whatever the settings say.",
    ),
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="Most hits to list.")]


def settings_from(**flags: object) -> Settings:
    """Settings with the flags of a command on top; None means that a flag was not given."""
    from threadqa.settings import load_settings

    return load_settings(flags)
