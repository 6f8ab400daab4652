"""Fusion: absolute values worked by hand, and what holds for any scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.retrieval.fusion import Scores, fused_parts, rank

COSINES = st.floats(-1.0, 1.0)
BM25 = st.floats(0.0, 100.0)
WEIGHTS = st.floats(0.0, 1.0)
PAIRS = st.lists(st.tuples(COSINES, BM25), min_size=1, max_size=12)


def scores(*values: float) -> Scores:
    return np.array(values, np.float64)


def fuse(dense: Scores, lexical: Scores, *, dense_weight: float) -> Scores:
    """The fused scores: what both halves give, as the retriever adds it up."""
    by_dense, by_lexical = fused_parts(dense, lexical, dense_weight=dense_weight)
    return by_dense + by_lexical


def test_scores_are_shares_of_the_reach_from_the_least_possible_one() -> None:
    # Dense reaches from -1 to 1/2, lexical from 0 to 8.
    fused = fuse(scores(0.5, 0.0, -1.0), scores(2.0, 8.0, 0.0), dense_weight=0.75)
    assert fused == pytest.approx(
        [
            3 / 4 * 1 + 1 / 4 * 2 / 8,
            3 / 4 * 2 / 3 + 1 / 4 * 1,
            0.0,
        ]
    )


def test_a_fused_score_is_the_sum_of_its_two_parts() -> None:
    parts = fused_parts(scores(0.5, 0.0), scores(2.0, 8.0), dense_weight=0.75)
    assert parts[0].tolist() == pytest.approx([3 / 4 * 1, 3 / 4 * 2 / 3])
    assert parts[1].tolist() == pytest.approx([1 / 4 * 2 / 8, 1 / 4 * 1])


def test_a_lone_hit_is_not_zero() -> None:
    assert fuse(scores(0.2), scores(3.0), dense_weight=0.7).tolist() == pytest.approx([1.0])


def test_a_lone_hit_of_one_half_has_the_share_of_that_half() -> None:
    assert fuse(scores(0.2), scores(0.0), dense_weight=0.75).tolist() == [3 / 4]
    assert fuse(scores(-1.0), scores(3.0), dense_weight=0.75).tolist() == [1 / 4]


def test_hits_that_are_all_equally_good_all_get_the_best_score() -> None:
    fused = fuse(scores(0.4, 0.4), scores(2.0, 2.0), dense_weight=0.5)
    assert fused.tolist() == [1.0, 1.0]


def test_with_all_weight_on_one_half_the_other_does_not_count() -> None:
    dense, lexical = scores(1.0, 0.0), scores(1.0, 4.0)
    assert fuse(dense, lexical, dense_weight=1.0).tolist() == [1.0, 1 / 2]
    assert fuse(dense, lexical, dense_weight=0.0).tolist() == [1 / 4, 1.0]


def test_nothing_fused_is_nothing() -> None:
    assert fuse(scores(), scores(), dense_weight=0.7).shape == (0,)
    assert rank(scores(), np.array([], np.int64)).shape == (0,)


@given(pairs=PAIRS, dense_weight=WEIGHTS)
def test_fused_scores_are_between_zero_and_one(
    pairs: list[tuple[float, float]], dense_weight: float
) -> None:
    dense, lexical = np.array(pairs, np.float64).T
    fused = fuse(dense, lexical, dense_weight=dense_weight)
    assert fused.shape == (len(pairs),)
    assert ((fused >= 0.0) & (fused <= 1.0)).all()


@given(pairs=PAIRS, dense_weight=WEIGHTS)
def test_a_post_that_is_as_good_in_both_halves_is_as_good_fused(
    pairs: list[tuple[float, float]], dense_weight: float
) -> None:
    dense, lexical = np.array(pairs, np.float64).T
    fused = fuse(dense, lexical, dense_weight=dense_weight)
    for one, (one_dense, one_lexical) in enumerate(pairs):
        for other, (other_dense, other_lexical) in enumerate(pairs):
            if one_dense >= other_dense and one_lexical >= other_lexical:
                assert fused[one] >= fused[other]


@given(pairs=PAIRS, dense_weight=WEIGHTS)
def test_the_scores_that_come_in_are_left_as_they_are(
    pairs: list[tuple[float, float]], dense_weight: float
) -> None:
    dense, lexical = np.array(pairs, np.float64).T
    fuse(dense, lexical, dense_weight=dense_weight)
    assert list(zip(dense.tolist(), lexical.tolist(), strict=True)) == pairs


def test_posts_are_ranked_by_score_and_ties_by_row() -> None:
    order = rank(scores(0.5, 0.9, 0.5, 0.5), np.array([30, 40, 10, 20], np.int64))
    assert order.tolist() == [1, 2, 3, 0]


@given(
    values=st.lists(st.sampled_from([0.0, 0.25, 0.5]), min_size=1, max_size=10),
    data=st.data(),
)
def test_a_ranking_does_not_depend_on_the_order_that_posts_come_in(
    values: list[float], data: st.DataObject
) -> None:
    rows = np.arange(len(values), dtype=np.int64)
    shuffled = np.array(data.draw(st.permutations(range(len(values)))), np.int64)
    found = scores(*values)
    assert shuffled[rank(found[shuffled], rows[shuffled])].tolist() == rank(found, rows).tolist()
