"""Charts as SVG: drawn by hand, so that a page needs no script and no library.

Places are in user units, x to the right and y down; a chart's style is in the page's style sheet.
The numbers of a chart stand in a table or in words beside it: a chart shows their shape.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from threadqa.markup.html import Html, element

__all__ = [
    "BOTTOM",
    "HEIGHT",
    "LEFT",
    "RIGHT",
    "TOP",
    "WIDTH",
    "Axis",
    "axis_titles",
    "chart",
    "curve",
    "frame",
    "label",
    "line",
    "log_ticks",
    "thinned",
]

WIDTH, HEIGHT = 440, 304
LEFT, RIGHT, TOP, BOTTOM = 48, 424, 28, 256
"""Sides of the plane in which values are drawn."""

MOST_POINTS = 200
"""Of a curve: a page of many points stays small, and no eye sees more."""

MOST_TICKS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Where values go.

    Attributes:
        low: The value at `start`; above 0 on a logarithmic axis.
        high: The value at `end`, above `low`.
        start: Place in user units.
        end: Likewise; smaller than `start` on an axis that runs up.
        log: Whether equal ratios are equal distances, rather than equal differences.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __post_init__(self) -> None:
        if not (0.0 if self.log else -math.inf) < self.low < self.high:
            raise ValueError(f"an axis cannot run from {self.low} to {self.high}")

    def at(self, value: float) -> float:
        """The place of a value; one beyond an end is drawn there."""
        held = min(max(value, self.low), self.high)
        low, high, held = (
            map(math.log, (self.low, self.high, held)) if self.log else (self.low, self.high, held)
        )
        return round(self.start + (held - low) / (high - low) * (self.end - self.start), 2)


def chart(title: str, description: str, *marks: Html) -> Html:
    """A chart of marks, named and described for whoever cannot see it."""
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *marks,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="chart",
        role="img",
        aria_label=title,
    )


def frame(
    across: Axis,
    up: Axis,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[tuple[float, str]],
) -> Iterator[Html]:
    """Grid lines and what they stand for."""
    for value, words in y_ticks:
        y = up.at(value)
        yield line("grid", LEFT, y, RIGHT, y)
        yield label(LEFT - 8, y + 4, words, class_="tick", anchor="end")
    yield line("origin", LEFT, BOTTOM, RIGHT, BOTTOM)
    for value, words in x_ticks:
        x = across.at(value)
        yield line("origin", x, BOTTOM, x, BOTTOM + 4)
        yield label(x, BOTTOM + 18, words, class_="tick", anchor="middle")


def axis_titles(across: str, up: str) -> Iterator[Html]:
    """What the values of both axes are."""
    yield label((LEFT + RIGHT) / 2, HEIGHT - 8, across, class_="axis", anchor="middle")
    yield label(0, 12, up, class_="axis")


def thinned(
    points: Sequence[tuple[float, float]], most: int = MOST_POINTS
) -> list[tuple[float, float]]:
    """So many points at most, two or more, evenly from the first to the last, both kept."""
    if len(points) <= most:
        return list(points)
    step = (len(points) - 1) / (most - 1)
    return [points[round(n * step)] for n in range(most)]


def log_ticks(low: float, high: float) -> list[float]:
    """Round values from at most `low` to more than `high`, as close as there is room for."""
    # One power more at either end: log10 may round up what is a little below a power of ten.
    exponents = range(math.floor(math.log10(low)) - 1, math.floor(math.log10(high)) + 3)
    choices = []
    for leading in ((1, 1.5, 2, 3, 4, 5, 6, 8), (1, 2, 5), (1,)):
        ticks = [first * 10.0**exponent for exponent in exponents for first in leading]
        begin = max(tick for tick in ticks if tick <= low)
        end = min(tick for tick in ticks if tick > high)
        choices.append([tick for tick in ticks if begin <= tick <= end])
    return next((ticks for ticks in choices if len(ticks) <= MOST_TICKS), choices[-1])


def curve(across: Axis, up: Axis, points: Sequence[tuple[float, float]]) -> Html:
    """A line through points."""
    places = (f"{across.at(x)} {up.at(y)}" for x, y in points)
    return element("path", class_="curve", d="M" + " L".join(places))


def line(class_: str, x1: float, y1: float, x2: float, y2: float) -> Html:
    """A straight line between two places."""
    return element("line", class_=class_, x1=x1, y1=y1, x2=x2, y2=y2)


def label(x: float, y: float, words: str, *, class_: str = "label", anchor: str = "start") -> Html:
    """Words at a place, which they begin at, end at, or stand around."""
    return element("text", words, class_=class_, x=round(x, 2), y=round(y, 2), text_anchor=anchor)
