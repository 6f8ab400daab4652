"""The charts of a report; their style is in report.css, their numbers in tables beneath them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from threadqa.evaluation.values import Estimate
from threadqa.markup.html import Html, element
from threadqa.markup.svg import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Axis,
    axis_titles,
    chart,
    curve,
    frame,
    label,
    line,
    log_ticks,
    thinned,
)

__all__ = [
    "difference_bar",
    "interval_bar",
    "latency_chart",
    "recall_chart",
    "reliability_chart",
    "risk_coverage_chart",
]

BAR_WIDTH, BAR_HEIGHT, BAR_MARGIN = 136, 16, 4
LINE_HEIGHT = 14
SHORTEST = 0.01
"""Milliseconds: no answer takes less, and a logarithmic axis has no zero."""

FRACTIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


SHARES_ACROSS = Axis(low=0.0, high=1.0, start=LEFT, end=RIGHT)
SHARES_UP = Axis(low=0.0, high=1.0, start=BOTTOM, end=TOP)


def interval_bar(estimate: Estimate, high: float) -> Html:
    """A value and its interval on a track from 0 to `high`; decoration of numbers beside it."""
    axis = Axis(low=0.0, high=high, start=BAR_MARGIN, end=BAR_WIDTH - BAR_MARGIN)
    return _bar(axis, (estimate.low, estimate.value, estimate.high), 0.0)


def difference_bar(low: float, value: float, high: float, reach: float) -> Html:
    """A difference and its interval around zero, on a track from -`reach` to `reach`."""
    axis = Axis(low=-reach, high=reach, start=BAR_MARGIN, end=BAR_WIDTH - BAR_MARGIN)
    return _bar(axis, (low, value, high), 0.0)


def _bar(axis: Axis, interval: tuple[float, float, float], origin: float) -> Html:
    low, value, high = (axis.at(number) for number in interval)
    middle = BAR_HEIGHT / 2
    return element(
        "svg",
        element("title", "{:.3g}, 95% interval {:.3g} to {:.3g}".format(*_value_first(interval))),
        line("track", axis.start, middle, axis.end, middle),
        line("origin", axis.at(origin), 2, axis.at(origin), BAR_HEIGHT - 2),
        line("interval", low, middle, high, middle),
        element("circle", class_="value", cx=value, cy=middle, r=3.5),
        viewBox=f"0 0 {BAR_WIDTH} {BAR_HEIGHT}",
        width=BAR_WIDTH,
        height=BAR_HEIGHT,
        class_="bar",
        role="img",
        aria_hidden="true",
    )


def risk_coverage_chart(
    points: Sequence[tuple[float, float]], asked: tuple[float, float] | None
) -> Html:
    """The risk-coverage curve.

    Args:
        points: Coverage and risk, both in [0, 1], by growing coverage.
        asked: Coverage and risk at the threshold of the run; None where nothing was answered.
    """
    most = max(risk for _, risk in points)
    top = next(end for end in (0.05, 0.1, 0.2, 0.5, 1.0) if end >= most)
    across, up = SHARES_ACROSS, Axis(low=0.0, high=top, start=BOTTOM, end=TOP)
    shown = thinned(points)
    marks = [curve(across, up, shown)]
    if asked is not None:
        x, y = across.at(asked[0]), up.at(asked[1])
        place, anchor = _side(x)
        words = f"as run: {asked[0]:.0%} answered, risk {asked[1]:.0%}"
        marks.append(element("circle", class_="value", cx=x, cy=y, r=4.5))
        marks.append(label(place, y - 12, words, anchor=anchor))
    last = shown[-1]
    return chart(
        "Risk by coverage",
        f"Risk when the most confident questions only are answered: it ends at {last[1]:.1%} where "
        "all are.",
        *frame(across, up, _percents(FRACTIONS), _percents([top * part for part in FRACTIONS])),
        *axis_titles(
            "coverage: share of questions answered", "risk: share of those that are not answerable"
        ),
        *marks,
    )


def reliability_chart(bins: Sequence[tuple[float, float, float, float, int]]) -> Html:
    """How often a question of a confidence is answerable.

    Args:
        bins: Lowest, highest and mean confidence, share answerable, and number of questions.
    """
    most = max(count for *_, count in bins)
    marks = []
    for low, high, confidence, share, count in bins:
        x, y = SHARES_ACROSS.at(confidence), SHARES_UP.at(share)
        marks.append(line("interval", SHARES_ACROSS.at(low), y, SHARES_ACROSS.at(high), y))
        # The area of a dot goes with its count.
        radius = round(6.0 * math.sqrt(count / most), 2)
        marks.append(element("circle", class_="value", cx=x, cy=y, r=radius))
    return chart(
        "Reliability of the confidence",
        f"Share of answerable questions in {len(bins)} groups of like confidence, beside the "
        "diagonal on which the two would be the same.",
        *frame(SHARES_ACROSS, SHARES_UP, _percents(FRACTIONS), _percents(FRACTIONS)),
        *axis_titles("mean confidence", "share of answerable questions"),
        line("reference", LEFT, BOTTOM, RIGHT, TOP),
        label(SHARES_ACROSS.at(0.5) + 8, SHARES_UP.at(0.5) + 22, "confidence as it should be"),
        *marks,
        *_counts(bins),
    )


def recall_chart(recalls: Mapping[int, Estimate]) -> Html:
    """Recall by the depth of the ranking.

    Args:
        recalls: By depth, two at least, ascending.
    """
    depths = list(recalls)
    across = Axis(low=depths[0], high=depths[-1], start=LEFT + 14, end=RIGHT - 14, log=True)
    points = [(float(depth), found.value) for depth, found in recalls.items()]
    marks = [curve(across, SHARES_UP, points)]
    for depth, found in recalls.items():
        x, y = across.at(depth), SHARES_UP.at(found.value)
        marks.append(line("interval", x, SHARES_UP.at(found.low), x, SHARES_UP.at(found.high)))
        marks.append(element("circle", class_="value", cx=x, cy=y, r=4))
        # Below the curve, where it does not run, unless that is below the axis.
        below = SHARES_UP.at(found.low) + LINE_HEIGHT
        place = below if below < BOTTOM else SHARES_UP.at(found.high) - 6
        marks.append(label(x, place, f"{found.value:.0%}", anchor="middle"))
    return chart(
        "Recall by depth",
        f"Recall from {points[0][1]:.1%} of relevant posts in the first {depths[0]} to "
        f"{points[-1][1]:.1%} in the first {depths[-1]}.",
        *frame(across, SHARES_UP, [(k, f"{k}") for k in depths], _percents(FRACTIONS)),
        *axis_titles("k: posts looked at (log scale)", "recall: share of relevant posts found"),
        *marks,
    )


def latency_chart(latencies: Sequence[float], marked: Mapping[str, float]) -> Html:
    """The share of questions answered within a time.

    Args:
        latencies: Milliseconds, one at least.
        marked: Milliseconds by "p50" and the like, each of which is labelled.
    """
    ordered = sorted(max(ms, SHORTEST) for ms in latencies)
    ticks = log_ticks(ordered[0], ordered[-1])
    across = Axis(low=ticks[0], high=ticks[-1], start=LEFT, end=RIGHT, log=True)
    points = [(ms, rank / len(ordered)) for rank, ms in enumerate(ordered, 1)]
    marks = [curve(across, SHARES_UP, [(ordered[0], 0.0), *thinned(points)])]
    free = 0.0
    for name, ms in sorted(marked.items(), key=lambda mark: -_percent(mark[0])):
        x, y = across.at(ms), SHARES_UP.at(_percent(name) / 100)
        place, anchor = _side(x)
        free = max(free, y + 4)
        marks.append(element("circle", class_="value", cx=x, cy=y, r=4))
        marks.append(label(place, free, f"{name} {ms:.3g} ms", anchor=anchor))
        free += LINE_HEIGHT
    return chart(
        "Latency",
        f"Share of questions answered within a time, from {ordered[0]:.3g} ms to "
        f"{ordered[-1]:.3g} ms.",
        *frame(across, SHARES_UP, [(t, f"{t:g}") for t in ticks], _percents(FRACTIONS)),
        *axis_titles("time to the answer (ms, log scale)", "share of questions answered by then"),
        *marks,
    )


def _counts(bins: Sequence[tuple[float, float, float, float, int]]) -> Iterator[Html]:
    """How many questions a bin holds, where there is room to say so: the table has them all."""
    taken: list[tuple[float, float]] = []
    for _, _, confidence, share, count in bins:
        x, y = SHARES_ACROSS.at(confidence), SHARES_UP.at(share)
        y = y - 10 if share < 1 else y + 20
        if all(abs(x - a) > 40 or abs(y - b) > LINE_HEIGHT for a, b in taken):
            taken.append((x, y))
            yield label(x, y, f"n = {count}", anchor="middle")


def _percent(name: str) -> float:
    return float(name.removeprefix("p"))


def _side(x: float) -> tuple[float, str]:
    """Where a label beside a dot begins or ends: on the side with more room."""
    return (x + 10, "start") if x < (LEFT + RIGHT) / 2 else (x - 10, "end")


def _value_first(interval: tuple[float, float, float]) -> tuple[float, float, float]:
    low, value, high = interval
    return value, low, high


def _percents(values: Sequence[float]) -> list[tuple[float, str]]:
    return [(value, f"{value:.0%}") for value in values]
