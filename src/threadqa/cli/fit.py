"""``threadqa eval fit``: an abstention model for one index, fitted on questions of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadqa.cli.options import Debug, Index, Json, settings_from

if TYPE_CHECKING:
    from threadqa.evaluation.fitting import Examples, Fit

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("fit")(fit_command)


def fit_command(
    questions: Annotated[
        Path | None,
        typer.Argument(
            metavar="QUESTIONS", help="A question set with answerable and unanswerable questions."
        ),
    ] = None,
    index: Index = None,
    folds: Annotated[int, typer.Option(min=2, max=100, help="Of the cross-validation.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Of the folds.")] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the figures, save nothing.")
    ] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Go back to the model that is shipped.")
    ] = False,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Fit when to answer and when not, and save it with the index.

    The set needs ten answerable and ten unanswerable questions or more. The threshold is the
    largest that refuses at most 5% of the answerable ones.
    """
    from threadqa.errors import UsageError

    if (questions is None) is not reset:
        raise UsageError("name a question set to fit on, or --reset and none")
    if questions is None:
        _reset(settings_from(index=index).index, json_output)
    else:
        _fit(questions, index, (folds, seed), dry_run=dry_run, json_output=json_output)


def _fit(
    path: Path, index: Path | None, split: tuple[int, int], *, dry_run: bool, json_output: bool
) -> None:
    from datetime import UTC, datetime

    from threadqa.assistant import Assistant
    from threadqa.cli.progress import progress_on_terminal
    from threadqa.cli.render import print_json
    from threadqa.evaluation import fitting
    from threadqa.evaluation.questions import answerable, read_questions

    settings = settings_from(index=index)
    asked = read_questions(path)
    fitting.check_enough([answerable(question) for question in asked.questions])
    with Assistant.open(settings) as assistant, progress_on_terminal() as progress:
        examples = fitting.collect(assistant, asked.questions, progress)
        found = fitting.fit(examples, folds=split[0], seed=split[1])
        about = fitting.record(found, examples, asked, datetime.now(UTC))
        if not dry_run:
            fitting.save(
                settings.index, found.model, assistant.encoder, about, reads=assistant.reads
            )
    if json_output:
        print_json({**about, "threshold": found.model.threshold, "saved": not dry_run})
    else:
        typer.echo("\n".join([*_lines(found, examples), _outcome(found, settings.index, dry_run)]))


def _lines(found: Fit, examples: Examples) -> list[str]:
    answerable = int(examples.answerable.sum())
    unanswerable = len(examples.answerable) - answerable
    figures = found.figures
    left_out = f"; {examples.left_out} left out, which do not say" if examples.left_out else ""
    return [
        f"Questions: {answerable} answerable, {unanswerable} unanswerable{left_out}.",
        f"AUROC {figures.auroc:.3f} in {found.folds}-fold cross-validation; the shipped model's "
        f"is {figures.auroc_shipped:.3f}.",
        f"Threshold {found.model.threshold:.3f}: chosen so, it refuses "
        f"{figures.answerable_refused:.1%} of the answerable questions of the other folds and "
        f"answers {figures.unanswerable_answered:.1%} of the unanswerable ones.",
    ]


def _outcome(found: Fit, index: Path, dry_run: bool) -> str:
    if dry_run:
        return "Nothing was saved."
    if found.figures.auroc < found.figures.auroc_shipped:
        return (
            f"Saved in {index}, though the shipped model does better on these questions: "
            "`threadqa eval fit --reset` goes back to it."
        )
    return f"Saved in {index}; `threadqa eval fit --reset` goes back to the shipped model."


def _reset(index: Path, json_output: bool) -> None:
    from threadqa.cli.render import print_json
    from threadqa.evaluation import fitting

    removed = fitting.reset(index)
    if json_output:
        print_json({"removed": removed})
    elif removed:
        typer.echo(f"{index} is asked with the shipped model again.")
    else:
        typer.echo(f"{index} has no model of its own.")
