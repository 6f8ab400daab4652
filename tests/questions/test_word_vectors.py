"""How near words are in meaning: worked by hand on a small table, and the table that is shipped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.questions.word_vectors import WordVectors, word_vectors

# Directions at right angles but for "quit", which is between "leave" and "boat".
SMALL = WordVectors(
    places={"leave": 0, "boat": 1, "quit": 2, "the": 3, "stay": 4},
    rows=np.array([[127, 0], [0, 127], [102, 76], [127, 0], [-127, 0]], np.int8),
)
LENGTH = (102**2 + 76**2) ** 0.5


def test_a_word_is_as_near_as_the_nearest_of_the_others() -> None:
    found = SMALL.nearest(("quit", "leave"), [["boat", "leave"], ["boat"]])
    assert found[0] == pytest.approx([102 / LENGTH, 1.0])
    assert found[1] == pytest.approx([76 / LENGTH, 0.0])


def test_words_that_point_apart_are_not_near_rather_than_less_than_that() -> None:
    assert SMALL.nearest(("leave",), [["stay"]]).tolist() == [[0.0]]


def test_unknown_words_and_stop_words_are_near_to_nothing() -> None:
    assert SMALL.nearest(("nurse", "leave"), [["the", "nurse"]]).tolist() == [[0.0, 0.0]]
    assert SMALL.nearest(("nurse", "boat"), [["boat"]])[0] == pytest.approx([0.0, 1.0])
    assert SMALL.nearest((), [["boat"]]).shape == (1, 0)
    assert SMALL.nearest(("boat",), [[]]).tolist() == [[0.0]]
    assert SMALL.nearest(("boat",), []).shape == (0, 1)


def test_a_table_whose_words_and_rows_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 words do not fit rows"):
        WordVectors(places={"a": 0, "b": 1}, rows=np.ones((1, 2), np.int8))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("quit", "leave", "boat"),
        ("began", "start", "boat"),
        ("bought", "buy", "boat"),
        ("price", "cost", "boat"),
        ("jobs", "employment", "boat"),
    ],
)
def test_the_shipped_table_has_words_of_one_meaning_near_each_other(
    word: str, near: str, far: str
) -> None:
    found = [float(word_vectors().nearest((word,), [[other]])[0, 0]) for other in (word, near, far)]
    assert found[0] == pytest.approx(1.0)
    assert found[0] > found[1] > found[2] + 0.2


def test_the_shipped_table_is_read_once() -> None:
    assert word_vectors() is word_vectors()


@given(asked=st.lists(st.text()), others=st.lists(st.text()))
def test_any_words_are_between_nothing_and_the_same(asked: list[str], others: list[str]) -> None:
    found = word_vectors().nearest(tuple(asked), [others])
    assert found.shape == (1, len(asked))
    assert ((found >= 0.0) & (found <= 1.0)).all()
