"""``threadqa eval feedback``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from threadqa.cli.options import Debug, Index, settings_from

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("feedback")(feedback_command)


def feedback_command(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="A new file; printed if not given."),
    ] = None,
    index: Index = None,
    debug: Debug = False,
) -> None:
    """Write what readers said of answers as a question set.

    Thumbs up and down and wrong sources of all kept conversations, without the names of users.
    Look the rows over before you measure with them: a reader may be wrong.
    """
    from threadqa.conversations import kept_feedback
    from threadqa.evaluation.lines import save_lines
    from threadqa.indexing.opening import open_archive

    with open_archive(settings_from(index=index).index) as archive:
        # In ASCII: a question may hold half a surrogate pair, which a file in UTF-8 cannot.
        lines = [json.dumps(row) for row in kept_feedback(archive)]
    if out is None:
        for line in lines:
            typer.echo(line)
    else:
        save_lines(lines, out)
        typer.echo(f"Answers with feedback, {len(lines)} in all, are in {out}: look them over.")
