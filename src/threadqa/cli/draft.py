"""``threadqa eval draft``: questions proposed from the archive, for a person to edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadqa.cli.options import Debug, Index, settings_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadqa.evaluation.values import Question

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("draft")(draft_command)


def draft_command(
    index: Index = None,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="Most drafts to make.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other drafts.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="A new file; printed if not given."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Propose questions from the archive as JSONL, for you to edit.

    Each has the tag "draft". Those with the tag "check" ask for what the archive should lack.
    """
    from threadqa.evaluation.drafts.drafting import draft, draft_line, save_drafts
    from threadqa.indexing.opening import open_archive

    with open_archive(settings_from(index=index).index) as archive, archive.snapshot():
        ids = [thread.id for thread in archive.threads()]
        drafts = draft(ids, archive.thread, count=count, seed=seed)
    if out is not None:
        save_drafts(drafts, out)
        typer.echo(f"{_summary(drafts)} in {out}: edit them, and drop those that make no sense.")
        return
    for question in drafts:
        typer.echo(draft_line(question))
    if len(drafts) < count:
        typer.echo(f"threadqa: the archive gave {_summary(drafts)}, not {count}", err=True)


def _summary(drafts: Sequence[Question]) -> str:
    answerable = sum(question.answerable is True for question in drafts)
    return f"{len(drafts)} drafts ({answerable} answerable, {len(drafts) - answerable} to check)"
