"""Two runs over the same questions: what differs, by how much, and whether that is chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from threadqa.errors import UsageError
from threadqa.evaluation.resampling import differences
from threadqa.evaluation.run_folder import json_text, write_whole
from threadqa.evaluation.summary import SEED, columns, measure_named, measures_for
from threadqa.evaluation.values import Comparison, Flip, Result, Run
from threadqa.indexing.progress import Progress

__all__ = ["compare", "comparison_json", "worse", "write_comparison"]

COMPARISON = "comparison.json"
REPORT = "comparison.html"
ROUNDING = 1e-9


def compare(before: Run, after: Run, progress: Progress) -> Comparison:
    """Compares two runs by the questions that both have.

    Args:
        before: The first run.
        after: The second.
        progress: Told how far the paired tests are.

    Returns:
        The differences of all measures that both runs have, after - before, and the questions
        whose outcome changed.

    Raises:
        UsageError: They have no question in common.
    """
    second = {result.question.id: result for result in after.results}
    pairs = [(r, second[r.question.id]) for r in before.results if r.question.id in second]
    if not pairs:
        raise UsageError(
            f"the runs of {before.info.question_set} and {after.info.question_set} have no "
            "question in common: compare runs of one question set"
        )
    first, other = (columns(results) for results in zip(*pairs, strict=True))
    return Comparison(
        before=before.info,
        after=after.info,
        differences=differences(measures_for(first), first, other, seed=SEED, progress=progress),
        flips=tuple(flip for pair in pairs for flip in _flips(*pair)),
    )


def worse(comparison: Comparison, margins: Mapping[str, float]) -> list[str]:
    """The measures that are worse in the second run by more than a margin.

    Args:
        comparison: Of two runs.
        margins: By measure, in its unit, 0 or more.

    Returns:
        Names, in the order of the margins. Worse is higher for measures such as latency.

    Raises:
        UsageError: The comparison has no measure of this name.
    """
    found = []
    for name, margin in margins.items():
        lower_is_better = measure_named(name, comparison.differences).lower_is_better
        difference = comparison.differences[name]
        rise = difference.after - difference.before
        if (rise if lower_is_better else -rise) > margin + ROUNDING:
            found.append(name)
    return found


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """What comparison.json holds."""
    return asdict(comparison)


def write_comparison(folder: Path, comparison: Comparison) -> Path:
    """Writes comparison.json and comparison.html; returns the latter."""
    from threadqa.evaluation.reports.report import render_comparison

    write_whole(folder / COMPARISON, json_text(comparison_json(comparison)))
    return write_whole(folder / REPORT, render_comparison(comparison))


def _flips(before: Result, after: Result) -> Iterator[Flip]:
    """The measures by which a question changed between right and wrong."""
    outcomes = _outcomes(after)
    for measure, first in _outcomes(before).items():
        second = outcomes.get(measure, first)
        if first != second:
            yield Flip(
                id=before.question.id,
                question=before.question.question,
                measure=measure,
                before=first,
                after=second,
                answer_before=_answer(before),
                answer_after=_answer(after),
            )


def _outcomes(result: Result) -> dict[str, float]:
    """1 for right and 0 for wrong, by measure; "answered" where answerability is known.

    It is right to answer what the archive answers, and to refuse the rest.
    """
    values = result.measures
    names = ("first citation relevant", "answer contains", "acceptable answer")
    outcomes = {name: values[name] for name in names if name in values}
    for wrong in ("answerable refused", "unanswerable answered"):
        if wrong in values:
            outcomes["answered"] = 1.0 - values[wrong]
    return outcomes


def _answer(result: Result) -> str:
    return "" if result.answer is None else str(result.answer["answer"])
