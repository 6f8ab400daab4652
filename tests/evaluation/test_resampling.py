"""Bootstrap intervals and paired tests, against values that can be worked out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.evaluation.resampling import Measure, Table, differences, estimates
from threadqa.evaluation.statistics import auroc, mean, percentile
from threadqa.evaluation.values import Difference, Estimate
from threadqa.indexing.progress import NoProgress

MEAN = Measure(name="mean", columns=("x",), statistic=mean)
NAN = float("nan")


def table(*values: float) -> Table:
    return {"x": np.array(values, np.float64)}


def differing(measures: Sequence[Measure], before: Table, after: Table) -> dict[str, Difference]:
    return differences(measures, before, after, seed=1, progress=NoProgress())


def difference(before: tuple[float, ...], after: tuple[float, ...]) -> Difference:
    return differing([MEAN], table(*before), table(*after))["mean"]


def test_what_never_varies_has_an_interval_without_width() -> None:
    found = estimates([MEAN], table(0.25, 0.25, 0.25), seed=1)
    assert found == {"mean": Estimate(value=0.25, low=0.25, high=0.25, n=3)}


def test_the_interval_of_a_share_is_about_two_standard_errors_wide() -> None:
    found = estimates([MEAN], table(*[0.0, 1.0] * 200), seed=1)["mean"]
    error = (0.5 * 0.5 / 400) ** 0.5
    assert found.value == 0.5
    assert found.low == pytest.approx(0.5 - 1.96 * error, abs=0.006)
    assert found.high == pytest.approx(0.5 + 1.96 * error, abs=0.006)


def test_questions_without_a_value_are_not_counted() -> None:
    found = estimates([MEAN], table(1, NAN, 0, NAN), seed=1)["mean"]
    assert (found.value, found.n) == (1 / 2, 2)


def test_a_measure_that_no_question_allows_is_not_there() -> None:
    assert estimates([MEAN], table(NAN, NAN), seed=1) == {}
    assert differing([MEAN], table(NAN, NAN), table(1, 1)) == {}
    assert differing([MEAN], table(1, 1), table(NAN, NAN)) == {}


def test_a_seed_decides_everything() -> None:
    values = table(*np.linspace(0, 1, 50) ** 2)
    other = table(*np.linspace(0, 1, 50))
    assert estimates([MEAN], values, seed=1) == estimates([MEAN], values, seed=1)
    assert estimates([MEAN], values, seed=1) != estimates([MEAN], values, seed=2)
    assert differing([MEAN], values, other) == differing([MEAN], values, other)


def test_a_run_does_not_differ_from_itself() -> None:
    assert difference((0, 1, NAN), (0, 1, NAN)) == Difference(
        before=1 / 2, after=1 / 2, low=0, high=0, p=1, n_before=2, n_after=2
    )


def test_the_p_value_is_the_share_of_swaps_that_differ_as_much() -> None:
    # Only the swaps of all eight questions and of none differ as much: 2 of 2 ** 8.
    found = difference((0,) * 8, (1,) * 8)
    assert (found.before, found.after, found.low, found.high) == (0, 1, 1, 1)
    assert (found.n_before, found.n_after) == (8, 8)
    assert found.p == pytest.approx(2 / 2**8, abs=0.003)


def test_all_swaps_are_told_of() -> None:
    heard: list[object] = []

    class Listener:
        def start(self, step: str, total: int | None) -> None:
            heard.append((step, total))

        def advance(self, count: int) -> None:
            heard.append(count)

    many = table(*range(500))
    differences([MEAN], many, table(*range(1, 501)), seed=1, progress=Listener())
    first, *counts = heard
    assert first == ("swaps", 10_000)
    assert len(counts) > 1
    assert sum(count for count in counts if isinstance(count, int)) == 10_000


def test_one_question_proves_nothing() -> None:
    assert difference((0,), (1,)).p == 1


def test_changes_that_cancel_out_are_chance() -> None:
    found = difference((0, 1, 0, 1), (1, 0, 1, 0))
    assert found.after - found.before == 0
    assert found.low < 0 < found.high
    assert found.p == 1


def test_a_value_of_one_run_alone_counts_there() -> None:
    found = difference((1, NAN, 0, 0), (1, 0, NAN, NAN))
    assert (found.before, found.after) == (1 / 3, 1 / 2)
    assert (found.n_before, found.n_after) == (3, 2)


def test_areas_and_percentiles_are_tested_as_means_are() -> None:
    labels = np.array([1.0, 0] * 20)
    before = {"confidence": np.linspace(0, 1, 40), "answerable": labels}
    after = {"confidence": labels, "answerable": labels}
    measures = [
        Measure(name="AUROC", columns=("confidence", "answerable"), statistic=auroc),
        Measure(name="median", columns=("confidence",), statistic=percentile(0.5)),
    ]
    found = differing(measures, before, after)
    # The k-th answerable question lies above the k - 1 unanswerable ones before it.
    assert found["AUROC"].before == pytest.approx(sum(range(20)) / 400)
    assert found["AUROC"].after == 1
    assert found["AUROC"].p < 0.001
    assert 0 < found["AUROC"].low < 1 - sum(range(20)) / 400 < found["AUROC"].high
    assert found["median"].after - found["median"].before == pytest.approx(0)
    assert found["median"].p > 0.5


def test_a_swap_that_leaves_a_measure_undefined_does_not_speak_for_a_difference() -> None:
    # Either run has one value: where a swap moves both into one run, the other has none.
    assert difference((1, NAN), (NAN, 0)).p == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6))
def test_swapping_the_runs_turns_the_difference_and_leaves_its_p_value(
    pairs: list[tuple[float, float]],
) -> None:
    before, after = zip(*pairs, strict=True)
    there, back = difference(before, after), difference(after, before)
    assert (there.before, there.after) == (back.after, back.before)
    assert there.low == pytest.approx(-back.high)
    assert there.p == back.p
