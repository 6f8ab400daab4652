"""Charts: every mark stands where its number puts it. Places are worked by hand.

The plane of a chart runs from x = 48 to 424 and from y = 256 up to 28: 376 wide, 228 high.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.runs import estimate
from tests.markup.pages import Element, parsed
from threadqa.evaluation.reports.charts import (
    difference_bar,
    interval_bar,
    latency_chart,
    recall_chart,
    reliability_chart,
    risk_coverage_chart,
)
from threadqa.markup.html import Html
from threadqa.markup.svg import Axis, thinned


def drawn(chart: Html) -> Element:
    return parsed(chart).one("svg")


def ends(line: Element) -> tuple[float, ...]:
    return tuple(float(line.attributes[name]) for name in ("x1", "y1", "x2", "y2"))


def dots(chart: Element) -> list[tuple[float, float]]:
    return [
        (float(dot.attributes["cx"]), float(dot.attributes["cy"])) for dot in chart.all("circle")
    ]


def labels(chart: Element, class_: str = "label") -> list[str]:
    return [label.text for label in chart.all("text", class_=class_)]


def curve(chart: Element) -> list[tuple[float, float]]:
    path = chart.one("path").attributes["d"].removeprefix("M").split(" L")
    return [(float(x), float(y)) for x, y in (point.split() for point in path)]


def test_an_axis_is_divided_as_its_values_are() -> None:
    axis = Axis(low=2.0, high=4.0, start=100.0, end=0.0)
    assert [axis.at(value) for value in (2.0, 2.5, 4.0)] == [100.0, 75.0, 0.0]


def test_equal_ratios_are_equal_distances_on_a_logarithmic_axis() -> None:
    axis = Axis(low=1.0, high=100.0, start=0.0, end=200.0, log=True)
    assert [axis.at(value) for value in (1.0, 10.0, 100.0)] == [0.0, 100.0, 200.0]


def test_what_lies_beyond_an_axis_is_drawn_at_its_end() -> None:
    axis = Axis(low=0.0, high=1.0, start=0.0, end=10.0)
    assert (axis.at(-3.0), axis.at(7.0)) == (0.0, 10.0)


@pytest.mark.parametrize(
    ("low", "high", "log"), [(1.0, 1.0, False), (2.0, 1.0, False), (0.0, 1.0, True)]
)
def test_an_axis_without_extent_is_refused(low: float, high: float, log: bool) -> None:
    with pytest.raises(ValueError, match=f"cannot run from {low} to {high}"):
        Axis(low=low, high=high, start=0.0, end=1.0, log=log)


def test_an_interval_is_drawn_on_a_track_from_zero() -> None:
    # The track runs from x = 4 to 132, 128 wide: .5 is at 68, .25 at 36, .75 at 100.
    bar = drawn(interval_bar(estimate(0.5, 0.25, 0.75), high=1.0))
    assert ends(bar.one("line", class_="track")) == (4, 8, 132, 8)
    assert ends(bar.one("line", class_="interval")) == (36, 8, 100, 8)
    assert ends(bar.one("line", class_="origin")) == (4, 2, 4, 14)
    assert dots(bar) == [(68, 8)]
    assert bar.one("title").text == "0.5, 95% interval 0.25 to 0.75"


def test_an_interval_of_milliseconds_is_drawn_on_the_track_of_its_unit() -> None:
    bar = drawn(interval_bar(estimate(10.0, 5.0, 20.0), high=40.0))
    assert ends(bar.one("line", class_="interval")) == (20, 8, 68, 8)
    assert dots(bar) == [(36, 8)]


def test_a_difference_is_drawn_around_zero() -> None:
    # From -.2 at x = 4 over 0 at 68 to .2 at 132.
    bar = drawn(difference_bar(low=-0.1, value=0.05, high=0.2, reach=0.2))
    assert ends(bar.one("line", class_="interval")) == (36, 8, 132, 8)
    assert ends(bar.one("line", class_="origin")) == (68, 2, 68, 14)
    assert dots(bar) == [(84, 8)]


def test_recall_is_drawn_by_depth_with_its_intervals_and_says_its_values() -> None:
    recalls = {1: estimate(0.25, 0.0, 0.5), 10: estimate(0.5, 0.4, 0.6), 100: estimate(1, 1, 1)}
    chart = drawn(recall_chart(recalls))
    # Depths 1, 10, 100 lie evenly between x = 62 and 410; shares at 256 - 228 * share.
    assert dots(chart) == [(62, 199), (236, 142), (410, 28)]
    assert curve(chart) == dots(chart)
    assert [ends(line) for line in chart.all("line", class_="interval")] == [
        (62, 256, 62, 142),
        (236, 164.8, 236, 119.2),
        (410, 28, 410, 28),
    ]
    assert labels(chart) == ["25%", "50%", "100%"]
    assert labels(chart, "axis") == [
        "k: posts looked at (log scale)",
        "recall: share of relevant posts found",
    ]
    assert chart.one("desc").text == (
        "Recall from 25.0% of relevant posts in the first 1 to 100.0% in the first 100."
    )


def test_a_label_that_would_lie_below_the_plane_stands_above_its_interval() -> None:
    chart = drawn(recall_chart({1: estimate(0.25, 0.0, 0.5), 5: estimate(0.5, 0.4, 0.6)}))
    above, below = (float(label.attributes["y"]) for label in chart.all("text", class_="label"))
    assert above == 142 - 6
    assert below == 164.8 + 14


def test_risk_is_drawn_by_coverage_with_the_run_itself_on_it() -> None:
    points = [(0.25, 0.0), (0.5, 0.0), (0.75, 1 / 3), (1.0, 0.5)]
    chart = drawn(risk_coverage_chart(points, (0.75, 0.25)))
    # The largest risk is .5, and so is the top of the plane: risks at 256 - 456 * risk.
    assert curve(chart) == [(142, 256), (236, 256), (330, 104), (424, 28)]
    assert dots(chart) == [(330, 142)]
    assert labels(chart) == ["as run: 75% answered, risk 25%"]
    assert "50.0%" in chart.one("desc").text


@pytest.mark.parametrize(
    ("risk", "top"), [(0.0, "5%"), (0.05, "5%"), (0.06, "10%"), (0.3, "50%"), (0.51, "100%")]
)
def test_the_axis_of_risk_ends_at_the_next_round_value(risk: float, top: str) -> None:
    chart = drawn(risk_coverage_chart([(0.5, risk), (1.0, risk)], None))
    across, up = labels(chart, "tick")[6:], labels(chart, "tick")[:6]
    assert (up[0], up[-1]) == ("0%", top)
    assert across == ["0%", "20%", "40%", "60%", "80%", "100%"]
    assert dots(chart) == []


def test_the_label_of_a_run_that_answers_little_stands_to_the_right_of_its_dot() -> None:
    chart = drawn(risk_coverage_chart([(0.25, 0.0), (1.0, 0.5)], (0.25, 0.0)))
    (label,) = chart.all("text", class_="label")
    assert (label.attributes["x"], label.attributes["text-anchor"]) == ("152.0", "start")


def test_reliability_is_drawn_beside_the_diagonal_and_dots_grow_with_their_count() -> None:
    chart = drawn(reliability_chart([(0.0, 0.5, 0.25, 0.5, 1), (0.6, 1.0, 0.75, 1.0, 4)]))
    assert ends(chart.one("line", class_="reference")) == (48, 256, 424, 28)
    assert dots(chart) == [(142, 142), (330, 28)]
    assert [dot.attributes["r"] for dot in chart.all("circle")] == ["3.0", "6.0"]
    assert [ends(line) for line in chart.all("line", class_="interval")] == [
        (48, 142, 236, 142),
        (273.6, 28, 424, 28),
    ]
    assert labels(chart) == ["confidence as it should be", "n = 1", "n = 4"]


def test_counts_that_would_lie_on_each_other_are_left_to_the_table() -> None:
    chart = drawn(reliability_chart([(0.5, 0.5, 0.5, 0.5, 2), (0.51, 0.51, 0.51, 0.5, 3)]))
    assert labels(chart) == ["confidence as it should be", "n = 2"]


def test_latency_is_drawn_as_the_share_answered_by_a_time() -> None:
    chart = drawn(latency_chart([100.0, 10.0, 1.0, 10.0], {"p50": 10.0}))
    # Eight ticks a power of ten would be too many; the axis ends beyond the longest.
    assert labels(chart, "tick")[6:] == ["1", "2", "5", "10", "20", "50", "100", "200"]
    assert curve(chart)[0] == (48, 256)
    assert [y for _, y in curve(chart)] == [256, 199, 142, 85, 28]
    # log(10) of log(200), of 376 units.
    assert dots(chart) == [(round(48 + 376 * math.log(10) / math.log(200), 2), 142)]
    assert labels(chart) == ["p50 10 ms"]


def test_labels_of_percentiles_that_lie_close_stand_below_each_other() -> None:
    chart = drawn(latency_chart([1.0, 1.1, 9.0], {"p95": 9.0, "p99": 9.1}))
    places = {label.text: label.attributes["y"] for label in chart.all("text", class_="label")}
    # p99 stands at 256 - .99 * 228 + 4, p95 a line below it.
    assert places == {"p99 9.1 ms": "34.28", "p95 9 ms": "48.28"}


def test_latencies_of_many_magnitudes_have_powers_of_ten_for_ticks() -> None:
    ticks = labels(drawn(latency_chart([0.0, 5000.0], {})), "tick")[6:]
    assert ticks == ["0.01", "0.1", "1", "10", "100", "1000", "10000"]


def test_one_latency_has_an_axis_around_it() -> None:
    chart = drawn(latency_chart([5.0], {}))
    assert labels(chart, "tick")[6:] == ["5", "6"]
    assert curve(chart) == [(48, 256), (48, 28)]


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=20))
def test_any_latencies_are_drawn_within_the_plane(latencies: list[float]) -> None:
    chart = drawn(latency_chart(latencies, {"p50": latencies[0]}))
    assert all(48 <= x <= 424 and 28 <= y <= 256 for x, y in [*curve(chart), *dots(chart)])
    assert 2 <= len(labels(chart, "tick")[6:]) <= 10


def test_few_points_are_kept_and_many_thinned_evenly_with_both_ends() -> None:
    points = [(float(n), 0.0) for n in range(9)]
    assert thinned(points) == points
    assert [x for x, _ in thinned(points, 5)] == [0, 2, 4, 6, 8]


def test_every_chart_has_a_name_and_a_description() -> None:
    charts = [
        recall_chart({1: estimate(0.5, 0, 1), 5: estimate(0.5, 0, 1)}),
        risk_coverage_chart([(1.0, 0.5)], None),
        reliability_chart([(0.5, 0.5, 0.5, 0.5, 2)]),
        latency_chart([5.0], {}),
    ]
    for chart in map(drawn, charts):
        assert chart.attributes["role"] == "img"
        assert chart.one("title").text == chart.attributes["aria-label"] != ""
        assert chart.one("desc").text
        assert len(labels(chart, "axis")) == 2
