"""The figures of a run: a chart each, what to see in it, and its numbers as a table."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from threadqa.evaluation.questions import answerable
from threadqa.evaluation.reports.charts import (
    latency_chart,
    recall_chart,
    reliability_chart,
    risk_coverage_chart,
)
from threadqa.evaluation.reports.measure_words import interval, number
from threadqa.evaluation.values import Estimate, Result, Run
from threadqa.markup.html import Content, Html, element, table
from threadqa.markup.svg import thinned

__all__ = ["figures"]

RECALL = re.compile(r"R@(\d+)")
LATENCY = re.compile(r"latency (p\d+) \(ms\)")
ROWS = 20
"""Of a curve's table."""
PERCENTS = (5, 10, 25, 50, 75, 90, 95, 99)


def figures(run: Run) -> Iterator[Html]:
    """The figures that the run has the numbers for."""
    summary = run.summary
    recalls = _recalls(summary.measures)
    if len(recalls) > 1:
        yield _recall(recalls)
    if summary.risk_coverage:
        yield _risk_coverage(summary.risk_coverage, _as_run(run.results))
    if summary.reliability:
        yield _reliability(summary.reliability)
    latencies = [result.latency_ms for result in run.results if result.latency_ms is not None]
    if latencies:
        yield _latency(latencies, summary.measures)


def _recall(recalls: Mapping[int, Estimate]) -> Html:
    return _figure(
        "Recall by depth",
        recall_chart(recalls),
        "The share of relevant posts among the first k found, with its 95% interval. An "
        "answer draws on the first ten.",
        ("k", "recall", "95% interval", "questions"),
        [
            (f"{k}", _share(e.value), interval("", e.low, e.high), f"{e.n:,}")
            for k, e in recalls.items()
        ],
    )


def _risk_coverage(
    points: Sequence[tuple[float, float]], as_run: tuple[float, float] | None
) -> Html:
    return _figure(
        "Risk by coverage",
        risk_coverage_chart(points, as_run),
        "If only the questions with the most confidence are answered (coverage), this share of "
        "them cannot be answered from the archive (risk). A good confidence keeps the curve low "
        "until only unanswerable questions are left.",
        ("coverage", "risk"),
        [(_share(coverage), _share(risk)) for coverage, risk in thinned(points, ROWS)],
    )


def _reliability(bins: Sequence[tuple[float, float, float, float, int]]) -> Html:
    return _figure(
        "Reliability of the confidence",
        reliability_chart(bins),
        "Questions grouped by confidence, as many in each group. A dot above the diagonal says "
        "that more of a group can be answered than the confidence claims; the bar through it spans "
        "the group's confidences.",
        ("confidence from", "to", "mean", "answerable", "questions"),
        [(*map(_share, shares), f"{count:,}") for *shares, count in bins],
    )


def _latency(latencies: Sequence[float], measures: Mapping[str, Estimate]) -> Html:
    marked = {
        found[1]: estimate.value
        for name, estimate in measures.items()
        if (found := LATENCY.fullmatch(name))
    }
    ordered = sorted(latencies)
    return _figure(
        "Latency",
        latency_chart(latencies, marked),
        "The share of questions that were answered within a time, retrieval and answer together, "
        "one question after another.",
        ("share of questions", "milliseconds"),
        [(f"{percent}%", f"{_percentile(ordered, percent):,.1f}") for percent in PERCENTS],
    )


def _figure(
    heading: str,
    chart: Html,
    note: str,
    header: Sequence[Content],
    rows: Sequence[Sequence[Content]],
) -> Html:
    numbers = table(f"{heading}: numbers", header, [("", rows)])
    return element(
        "figure",
        element("h3", heading),
        chart,
        element(
            "figcaption",
            element("p", note, class_="note"),
            element("details", element("summary", "The numbers"), numbers),
        ),
    )


def _as_run(results: Sequence[Result]) -> tuple[float, float] | None:
    """Coverage and risk of the run itself; None where it answered nothing."""
    known = [r for r in results if r.answer is not None and answerable(r.question) is not None]
    answered = [r for r in known if r.answer is not None and r.answer["status"] == "answered"]
    if not answered:
        return None
    wrong = sum(answerable(result.question) is False for result in answered)
    return len(answered) / len(known), wrong / len(answered)


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """Linear between two values, as in the summary."""
    place = percent / 100 * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below + (above - below) * (place - math.floor(place))


def _recalls(measures: Mapping[str, Estimate]) -> dict[int, Estimate]:
    found = {
        int(name[1]): estimate
        for measure, estimate in measures.items()
        if (name := RECALL.fullmatch(measure))
    }
    return dict(sorted(found.items()))


def _share(value: float) -> str:
    return number("", value)
