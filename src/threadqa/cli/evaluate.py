"""``threadqa eval``: question sets run against an index, and runs compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadqa.cli import draft, feedback, fit
from threadqa.cli.options import Debug, Index, Json, settings_from
from threadqa.errors import UsageError

if TYPE_CHECKING:
    from threadqa.settings import Settings

__all__ = ["register"]

WORSE = 1

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.", file_okay=False)]


def register(app: typer.Typer) -> None:
    """Adds the group of commands."""
    group = typer.Typer(
        name="eval",
        help="Measure how well an index answers a set of questions.",
        rich_markup_mode=None,
        invoke_without_command=True,
        callback=_print_help,
    )
    group.command("run")(run_command)
    group.command("compare")(compare_command)
    for module in (fit, draft, feedback):
        module.register(group)
    app.add_typer(group)


def _print_help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run_command(
    questions: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONS",
            help="A JSONL file of questions, a folder with questions.jsonl, a BEIR folder, or "
            "queries for --qrels.",
        ),
    ],
    index: Index = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            file_okay=False,
            help="Folder of the run; below ./runs, by name and time, if not given.",
        ),
    ] = None,
    qrels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Judgements of the queries, of TREC or BEIR; of a BEIR folder those for test, "
            "else dev, else train, if not given.",
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A setting for this run; may be repeated."),
    ] = None,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Ask all questions of a set and measure the answers.

    Given again with the same --out, the command goes on where it was stopped. A question that
    fails is recorded, and counts as answered wrongly.
    """
    from threadqa.cli.progress import progress_on_terminal
    from threadqa.cli.render import print_json
    from threadqa.cli.render_evaluation import print_run, print_where
    from threadqa.evaluation.questions import read_questions
    from threadqa.evaluation.run_folder import run_json
    from threadqa.evaluation.runner import open_subject, run_questions

    chosen = _settings(settings or (), index)
    asked = read_questions(questions, qrels)
    folder = out or Path("runs", f"{asked.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    with open_subject(chosen) as subject, progress_on_terminal() as progress:
        if out is None:
            print_where(folder)
        finished = run_questions(asked, subject, folder, progress)
    if json_output:
        print_json(run_json(finished.run))
    else:
        print_run(finished)


def compare_command(
    before: RunFolder,
    after: RunFolder,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            file_okay=False,
            help="Folder of the comparison; in the second run's, if not given.",
        ),
    ] = None,
    fail_if_worse: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE:MARGIN",
            help="Exit with 1 if the measure is worse by more than this; may be repeated.",
        ),
    ] = None,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Say what differs between two runs, and whether that may be chance."""
    from threadqa.cli.progress import progress_on_terminal
    from threadqa.cli.render import print_json
    from threadqa.cli.render_evaluation import print_comparison, print_digests_differ, print_worse
    from threadqa.evaluation.comparison import compare, comparison_json, worse, write_comparison
    from threadqa.evaluation.run_folder import read_run

    margins = _margins(fail_if_worse or ())
    with progress_on_terminal() as progress:
        comparison = compare(read_run(before), read_run(after), progress)
    failed = worse(comparison, margins)
    folder = out or after / f"compared-with-{before.resolve().name}"
    report = write_comparison(folder, comparison)
    if comparison.before.digest != comparison.after.digest:
        print_digests_differ()
    if json_output:
        print_json(comparison_json(comparison))
    else:
        print_comparison(comparison, report)
    for name in failed:
        print_worse(name, comparison.differences[name], margins[name])
    if failed:
        raise typer.Exit(WORSE)


def _settings(pairs: Sequence[str], index: Path | None) -> Settings:
    """Settings with those of --set on top."""
    chosen = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--set {pair!r}: expected KEY=VALUE, as in --set dense_weight=0.5")
        chosen[name.strip()] = value.strip()
    return settings_from(**{"index": index, **chosen})


def _margins(pairs: Sequence[str]) -> dict[str, float]:
    margins = {}
    for pair in pairs:
        name, _, margin = pair.rpartition(":")
        try:
            margins[name] = float(margin)
        except ValueError:
            margins[name] = -1.0
        if not name or not margins[name] >= 0:
            raise UsageError(
                f"--fail-if-worse {pair!r}: expected MEASURE:MARGIN with a margin of at least 0, "
                "as in --fail-if-worse nDCG@10:0.01"
            )
    return margins
