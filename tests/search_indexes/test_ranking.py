"""The pure functions that both indexes rank with."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from threadqa.search_indexes.ranking import best, contains, is_settled

hits = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from([0.0, 0.5, 1.0])), unique_by=lambda h: h[0]
)


@given(hits, st.integers(0, 60))
def test_the_best_are_those_of_a_sort_by_score_and_row(
    found: list[tuple[int, float]], k: int
) -> None:
    rows = np.array([row for row, _ in found], np.int64)
    scores = np.array([score for _, score in found], np.float32)
    expected = sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
    best_rows, best_scores = best(rows, scores, k)
    assert list(zip(best_rows.tolist(), best_scores.tolist(), strict=True)) == expected


@given(st.sets(st.integers(0, 20)), st.lists(st.integers(-1, 21)))
def test_contains_is_membership(members: set[int], values: list[int]) -> None:
    found = contains(np.array(sorted(members), np.int64), np.array(values, np.int64))
    assert found.tolist() == [value in members for value in values]


def test_hits_are_settled_when_no_unseen_one_can_tie_with_the_last() -> None:
    scores = np.array([3, 2, 1], np.float32)
    assert is_settled(scores, 2, 1.0)
    assert not is_settled(scores, 3, 1.0)
    assert not is_settled(scores, 4, 0.0)
