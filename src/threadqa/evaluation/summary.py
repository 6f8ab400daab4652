"""The measures of a run, over all its questions and by tag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from threadqa.errors import UsageError
from threadqa.evaluation.questions import answerable
from threadqa.evaluation.resampling import Measure, Table, estimates
from threadqa.evaluation.statistics import (
    Floats,
    aurc,
    auroc,
    expected_calibration_error,
    mean,
    percentile,
    reliability,
    risk_coverage,
)
from threadqa.evaluation.values import Result, Summary

__all__ = [
    "FOLLOW_UP",
    "MEASURES",
    "SEED",
    "columns",
    "measure_named",
    "measures_for",
    "summarise",
]

FOLLOW_UP = "follow-up"
SEED = 20260101
CONFIDENCE = ("confidence", "answerable")


def _mean(name: str, *, lower_is_better: bool = False) -> Measure:
    return Measure(name=name, columns=(name,), statistic=mean, lower_is_better=lower_is_better)


def _latency(share: float, name: str) -> Measure:
    return Measure(
        name=name, columns=("latency",), statistic=percentile(share), lower_is_better=True
    )


MEASURES: tuple[Measure, ...] = (
    *map(_mean, ("nDCG@10", "R@1", "R@5", "R@10", "R@25", "R@100", "RR")),
    _mean("first citation relevant"),
    _mean("citation precision"),
    _mean("citation recall"),
    _mean("citation validity"),
    _mean("answer contains"),
    _mean("acceptable answer"),
    _mean("token F1"),
    Measure(
        name="answer length",
        columns=("answer length",),
        statistic=percentile(0.5),
        lower_is_better=True,
    ),
    Measure(name="AUROC", columns=CONFIDENCE, statistic=auroc),
    Measure(name="AURC", columns=CONFIDENCE, statistic=aurc, lower_is_better=True),
    Measure(
        name="ECE", columns=CONFIDENCE, statistic=expected_calibration_error, lower_is_better=True
    ),
    _mean("abstention precision"),
    _mean("abstention recall"),
    _mean("answerable refused", lower_is_better=True),
    _mean("unanswerable answered", lower_is_better=True),
    _latency(0.50, "latency p50 (ms)"),
    _latency(0.95, "latency p95 (ms)"),
    _latency(0.99, "latency p99 (ms)"),
)
"""In the order in which they are shown."""


def measure_named(name: str, among: Iterable[str]) -> Measure:
    """The measure of a name.

    Raises:
        UsageError: It is not among those at hand; names these.
    """
    known = list(among)
    for measure in MEASURES:
        if measure.name == name and name in known:
            return measure
    raise UsageError(f"no measure {name!r} here: there are {', '.join(known)}")


def measures_for(table: Table) -> list[Measure]:
    """The measures that can tell something of these questions.

    Where all are of one kind, or nothing says which, every refusal is right or every one is wrong.
    """
    kinds = {0.0, 1.0} & {*table["answerable"].tolist()}
    return [m for m in MEASURES if len(kinds) == 2 or m.name != "abstention precision"]


def columns(results: Sequence[Result]) -> Table:
    """What the measures need of each question, NaN where it has none.

    Returns:
        The measures of a question by name, "confidence", "answerable" (1 or 0) and "latency" in
        milliseconds; each float64, shape (questions,).
    """
    names = {name for measure in MEASURES for name in measure.columns}
    table = {name: _column(result.measures.get(name) for result in results) for name in names}
    return table | {
        "confidence": _column(_confidence(result) for result in results),
        "answerable": _column(answerable(result.question) for result in results),
        "latency": _column(result.latency_ms for result in results),
    }


def summarise(results: Sequence[Result], *, missing_posts: int) -> Summary:
    """Measures with intervals over all results, and over those of each tag.

    Args:
        results: At least one.
        missing_posts: Relevant posts and quotes that the archive does not hold.
    """
    table = columns(results)
    tags = sorted({tag for result in results for tag in _tags(result)})
    by_tag = {}
    for tag in tags:
        rows = np.array([tag in _tags(result) for result in results])
        part = {name: column[rows] for name, column in table.items()}
        by_tag[tag] = estimates(measures_for(part), part, seed=SEED)
    confidence = _known_confidence(table)
    return Summary(
        measures=estimates(measures_for(table), table, seed=SEED),
        by_tag=by_tag,
        risk_coverage=() if confidence is None else risk_coverage(confidence),
        reliability=() if confidence is None else reliability(confidence),
        questions=len(results),
        failed=sum(bool(result.error) for result in results),
        missing_posts=missing_posts,
    )


def _tags(result: Result) -> set[str]:
    return {*result.question.tags, *([FOLLOW_UP] if result.question.history else [])}


def _confidence(result: Result) -> float | None:
    """The answer's; of a question that failed the worst, as its other measures are."""
    if result.answer is None:
        known = answerable(result.question)
        return None if known is None else float(not known)
    found = result.answer["confidence"]
    return found if isinstance(found, float | int) else None


def _known_confidence(table: Table) -> Floats | None:
    """Confidence and answerability side by side; None unless there are questions of both kinds."""
    values = np.column_stack([table[name] for name in CONFIDENCE])
    values = values[np.isfinite(values).all(axis=1)]
    return values if np.unique(values[:, 1]).size > 1 else None


def _column(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float64)
