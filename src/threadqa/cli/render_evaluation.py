"""What ``threadqa eval run`` and ``threadqa eval compare`` show; all their words are here."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from threadqa.cli.render import one_line

if TYPE_CHECKING:
    from threadqa.evaluation.runner import FinishedRun
    from threadqa.evaluation.values import Comparison, Difference, Flip, RunInfo

__all__ = ["print_comparison", "print_digests_differ", "print_run", "print_worse"]

WIDTH_IN_PIPE = 100
NARROWEST = 60
MOST_FLIPS = 20
VERDICTS = {"better": "green", "worse": "red", "": None}
MADE_WITH = ("question_set", "threadqa", "generation", "encoder", "posts", "abstention")


def print_run(finished: FinishedRun) -> None:
    """Prints the measures of a run with their intervals, and where the report is."""
    run, summary = finished.run, finished.run.summary
    typer.echo(one_line(f"{run.info.question_set}: {_count(summary.questions, 'question')}."))
    if not finished.asked:
        typer.echo("The run was finished: nothing was asked again, the summary is made anew.")
    elif finished.asked < summary.questions:
        typer.echo(f"Went on with a run that was cut short: asked the last {finished.asked:,}.")
    if summary.failed:
        typer.echo(
            f"{_count(summary.failed, 'question')} failed and counted as wrong; results.jsonl says "
            "why."
        )
    if summary.missing_posts:
        typer.echo(
            f"The archive lacks {_count(summary.missing_posts, 'relevant post')} of this set; the "
            "questions count all the same."
        )
    typer.echo()
    _print_table(
        ("measure", "value", "95% interval", "questions"),
        [
            (
                name,
                _number(name, found.value),
                f"{_number(name, found.low)} to {_number(name, found.high)}",
                f"{found.n:,}",
            )
            for name, found in summary.measures.items()
        ],
    )
    typer.echo(f"\nReport: {one_line(str(finished.report))}")


def print_where(folder: Path) -> None:
    """Says where a run is written to, so that it can be gone on with when it is stopped."""
    typer.echo(
        f"threadqa: writing to {one_line(str(folder))}; stopped, it goes on with --out of the same",
        err=True,
    )


def print_comparison(comparison: Comparison, report: Path) -> None:
    """Prints the differences of two runs, the questions that changed, and where the report is."""
    from threadqa.evaluation.reports.measure_words import counted

    for line in _made_with(comparison.before, comparison.after):
        typer.echo(one_line(line))
    typer.echo()
    _print_table(
        ("measure", "before", "after", "change", "95% interval", "p", "n", ""),
        [
            (
                name,
                _number(name, found.before),
                _number(name, found.after),
                _number(name, found.after - found.before, sign="+"),
                f"{_number(name, found.low, sign='+')} {_number(name, found.high, sign='+')}",
                f"{found.p:.4f}",
                counted(found),
                _verdict(name, found),
            )
            for name, found in comparison.differences.items()
        ],
    )
    if comparison.flips:
        typer.echo("\nQuestions that changed between right and wrong:")
        for line in _flip_lines(comparison.flips):
            typer.echo(line)
    typer.echo(f"\nReport: {one_line(str(report))}")


def print_digests_differ() -> None:
    """Warns that two runs asked different questions."""
    typer.echo(
        "threadqa: the question sets differ: only questions with the same id are compared", err=True
    )


def print_worse(name: str, found: Difference, margin: float) -> None:
    """Says which measure made the comparison fail."""
    typer.echo(
        f"threadqa: {name} is worse by more than {margin:g}: {_number(name, found.before)} before, "
        f"{_number(name, found.after)} after",
        err=True,
    )


def _made_with(before: RunInfo, after: RunInfo) -> Iterator[str]:
    """The runs, and what differs between them."""
    yield f"before: {before.question_set}, {before.started}"
    yield f"after:  {after.question_set}, {after.started}"
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in MADE_WITH}
    for name in {**before.settings, **after.settings}:
        pairs[name] = (before.settings.get(name), after.settings.get(name))
    for name, (first, second) in pairs.items():
        if first != second:
            yield f"{name.replace('_', ' ')}: {_value(first)} before, {_value(second)} after"


def _value(value: object) -> object:
    return "unset" if value is None else value


def _verdict(name: str, found: Difference) -> str:
    """Better or worse, where the difference is unlikely to be chance."""
    from threadqa.evaluation.reports.measure_words import verdict

    judged = verdict(name, found)
    return judged if judged in VERDICTS else ""


def _flip_lines(flips: Sequence[Flip]) -> Iterator[str]:
    for flip in flips[:MOST_FLIPS]:
        change = "better" if flip.after > flip.before else "worse"
        label = f"  {change:6}  {flip.measure:23}  "
        asked = one_line(f"{flip.id}: {flip.question}")
        yield label + textwrap.shorten(asked, _width() - len(label), placeholder=" …")
    if len(flips) > MOST_FLIPS:
        yield f"  and {len(flips) - MOST_FLIPS} more, all in the report"


def _print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints names to the left and numbers to the right; a last column may hold a verdict."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=None, pad_edge=False, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
        column.no_wrap = True
    for row in rows:
        table.add_row(*row, style=VERDICTS.get(row[-1]))
    plain = os.environ.get("NO_COLOR")  # Rich alone would keep bold type
    console = Console(
        width=_width(), color_system=None if plain else "auto", highlight=False, markup=False
    )
    with console.capture() as shown:
        console.print(table)
    for line in shown.get().splitlines():
        # Colours are decided here, by NO_COLOR and the terminal: Typer must not strip or add.
        typer.echo(line.rstrip(), color=True)


def _width() -> int:
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH_IN_PIPE
    return max(columns, NARROWEST)


def _number(name: str, value: float, *, sign: str = "") -> str:
    """A value in the precision of its unit: shares, milliseconds, characters."""
    from threadqa.evaluation.reports.measure_words import digits

    return f"{value:{sign},.{digits(name)}f}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
