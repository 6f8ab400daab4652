"""Statistics of weighted questions, against values worked out by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from threadqa.evaluation.statistics import (
    Floats,
    Statistic,
    aurc,
    auroc,
    expected_calibration_error,
    mean,
    percentile,
    reliability,
    risk_coverage,
)

CONFIDENCE = np.array([[0.9, 1], [0.8, 0], [0.7, 1], [0.7, 0], [0.1, 0]])
OF_CONFIDENCE = (auroc, aurc, expected_calibration_error)


def plain(statistic: Statistic, values: Floats) -> float:
    return float(statistic(values, np.ones((len(values), 1)))[0])


def column(*values: float) -> Floats:
    return np.array(values, np.float64)[:, None]


def labelled(*rows: tuple[float, int]) -> Floats:
    return np.array(rows, np.float64)


def test_a_mean_is_weighted() -> None:
    weights = np.array([[1.0, 2], [1, 0], [1, 1]])
    assert mean(column(1, 0, 4), weights).tolist() == [5 / 3, 6 / 3]


def test_percentiles_are_interpolated_between_the_values_around_them() -> None:
    values = column(40, 10, 30, 20)
    assert plain(percentile(0.5), values) == 25
    assert plain(percentile(0.95), values) == pytest.approx(30 + 0.85 * 10)
    assert plain(percentile(0.0), values) == 10
    assert plain(percentile(1.0), values) == 40
    assert percentile(0.5)(values, np.array([[0.0], [3], [0], [1]])).tolist() == [10]


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # .9 is above all three; .7 is above .1, level with .7, below .8.
    assert plain(auroc, CONFIDENCE) == pytest.approx((3 + 1 + 1 / 2) / 6)


def test_weights_count_questions_several_times() -> None:
    weights = np.array([[1.0], [0], [2], [1], [0]])
    assert auroc(CONFIDENCE, weights)[0] == pytest.approx((1 + 2 / 2) / 3)


def test_the_risk_is_the_share_of_unanswerable_questions_among_those_answered() -> None:
    assert risk_coverage(CONFIDENCE) == (
        (1 / 5, 0 / 1),
        (2 / 5, 1 / 2),
        (4 / 5, 2 / 4),
        (5 / 5, 3 / 5),
    )


def test_aurc_is_the_mean_risk_at_each_question() -> None:
    assert plain(aurc, CONFIDENCE) == pytest.approx((0 + 1 / 2 + 2 * 2 / 4 + 3 / 5) / 5)


def test_the_calibration_error_is_the_mean_gap_of_ten_bins_of_equal_mass() -> None:
    # Twenty questions, two a bin: confidence .0, .1, ..., .9 twice; of the two, one is answerable.
    values = labelled(*((bin_ / 10, kind) for bin_ in range(10) for kind in (0, 1)))
    gaps = [abs(bin_ / 10 - 1 / 2) for bin_ in range(10)]
    assert plain(expected_calibration_error, values) == pytest.approx(sum(gaps) / 10)
    assert len(reliability(values)) == 10
    assert reliability(values)[3] == pytest.approx((0.3, 0.3, 0.3, 1 / 2, 2))


def test_fewer_questions_than_bins_have_a_bin_each() -> None:
    assert reliability(labelled((0.7, 1), (0.2, 0), (0.4, 1))) == (
        (0.2, 0.2, 0.2, 0.0, 1),
        (0.4, 0.4, 0.4, 1.0, 1),
        (0.7, 0.7, 0.7, 1.0, 1),
    )
    error = (0.2 + (1 - 0.4) + (1 - 0.7)) / 3
    values = labelled((0.7, 1), (0.2, 0), (0.4, 1))
    assert plain(expected_calibration_error, values) == pytest.approx(error)


@pytest.mark.parametrize("count", [10, 25, 99, 101])
def test_bins_differ_by_one_question_at_most(count: int) -> None:
    values = labelled(*((i / count, i % 2) for i in range(count)))
    sizes = {size for *_, size in reliability(values)}
    assert sizes <= {count // 10, count // 10 + 1}


@pytest.mark.parametrize("statistic", OF_CONFIDENCE)
def test_confidence_is_not_measured_without_questions_of_both_kinds(statistic: Statistic) -> None:
    assert np.isnan(plain(statistic, labelled((0.5, 1), (0.6, 1))))
    assert np.isnan(plain(statistic, labelled((0.5, 0), (0.6, 0))))
    assert np.isnan(statistic(CONFIDENCE, np.zeros((5, 1)))[0])


def test_what_no_question_weighs_in_is_undefined() -> None:
    weights = np.array([[0.0, 1], [0, 1]])
    assert np.isnan(mean(column(1, 2), weights)).tolist() == [True, False]
    assert np.isnan(percentile(0.5)(column(1, 2), weights)).tolist() == [True, False]


def test_perfect_confidence_has_no_risk_but_that_of_answering_what_cannot_be() -> None:
    values = labelled((1, 1), (1, 1), (0, 0))
    assert plain(auroc, values) == 1
    assert plain(expected_calibration_error, values) == 0
    assert plain(aurc, values) == pytest.approx(1 / 3 * 1 / 3)


rows = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), st.integers(0, 1), st.integers(0, 3)),
    min_size=2,
    max_size=30,
)


@given(rows)
def test_a_weight_is_as_many_questions(drawn: list[tuple[float, int, int]]) -> None:
    values = labelled(*((confidence, kind) for confidence, kind, _ in drawn))
    weights = np.array([[float(weight)] for *_, weight in drawn])
    repeated = np.repeat(values, weights[:, 0].astype(int), axis=0)
    if not len(repeated):
        return
    for statistic in (auroc, aurc, mean, percentile(0.5), percentile(0.95)):
        once = statistic(values, weights)[0]
        assert once == pytest.approx(plain(statistic, repeated), nan_ok=True)
    assert plain(percentile(0.95), repeated) == pytest.approx(np.percentile(repeated[:, 0], 95))
    if 0 < repeated[:, 1].sum() < len(repeated):
        expected = roc_auc_score(repeated[:, 1], repeated[:, 0])
        assert auroc(values, weights)[0] == pytest.approx(expected)
