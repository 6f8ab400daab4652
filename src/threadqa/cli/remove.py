"""``threadqa remove``: sources out of the index."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from threadqa.cli.options import Debug, Index, Json, settings_from
from threadqa.errors import UsageError

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("remove")(remove_command)


def remove_command(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE…", help="Names of sources, as `threadqa threads` has them."),
    ],
    index: Index = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Take sources out of the index, with their posts, vectors and whatever is made of them.

    Your files stay where they are, and come back if their folder is indexed again. Copies that
    uploads to the web chat left in the index folder are deleted.
    """
    from threadqa.cli.progress import progress_on_terminal
    from threadqa.cli.render import one_line, print_json, print_removal
    from threadqa.indexing.removal import remove_sources

    settings = settings_from(index=index)
    if not yes and not _confirmed(one_line(f"Remove {', '.join(sources)} from {settings.index}?")):
        raise UsageError("nothing was removed: it was not confirmed; --yes does not ask")
    with progress_on_terminal() as progress:
        report = remove_sources(sources, settings.index, progress)
    if json_output:
        print_json(asdict(report))
    else:
        print_removal(report, settings.index)


def _confirmed(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:  # there is nobody to ask
        typer.echo(err=True)
        return False
