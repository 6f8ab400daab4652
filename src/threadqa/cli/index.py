"""``threadqa index``: files into the archive, and both search indexes after them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from threadqa.cli.options import Debug, Index, Json, settings_from

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("index")(index_command)


def index_command(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Files of threads, or folders of them.")
    ],
    index: Index = None,
    encoder: Annotated[
        str | None,
        typer.Option(help="Name or path of a sentence-transformers model to embed posts with."),
    ] = None,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Bring the index up to date with files of threads.

    New and changed files are read, files that are gone from a named folder are taken out, and
    what has not changed costs nothing. Exits with 1 if a file could not be taken in; all others
    are.
    """
    from threadqa.cli.progress import progress_on_terminal
    from threadqa.cli.render import print_json, print_sync_report
    from threadqa.indexing.sync import sync_with_settings

    settings = settings_from(index=index, encoder=encoder)
    with progress_on_terminal() as progress:
        report = sync_with_settings(paths, settings, progress)
    if json_output:
        print_json(asdict(report))
    else:
        print_sync_report(report, settings.index)
    if report.failed:
        raise typer.Exit(1)
