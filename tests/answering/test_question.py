"""The weight of a question's words, worked by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.question import QuestionTerms, question_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A vocabulary of counts that a test gives."""

    count: int
    frequencies: Mapping[str, int]

    def document_frequency(self, term: str) -> int:
        return self.frequencies.get(term, 0)


def test_a_word_weighs_more_the_rarer_it_is() -> None:
    vocabulary = Counted(count=4, frequencies={"staff": 4, "money": 2, "boat": 1})
    weights = question_terms("staff money boat harp", str.split, vocabulary).weights
    # ln(1 + (N - n + 1/2) / (n + 1/2)) is ln((N + 1) / (n + 1/2)).
    assert weights == {
        "staff": pytest.approx(math.log(5 / (9 / 2))),
        "money": pytest.approx(math.log(5 / (5 / 2))),
        "boat": pytest.approx(math.log(5 / (3 / 2))),
        "harp": pytest.approx(math.log(5 / (1 / 2))),
    }


def test_a_question_weighs_the_sum_of_its_words() -> None:
    assert QuestionTerms(weights={"staff": 3.0, "money": 1.0}).total == 4.0


def test_coverage_is_the_share_of_the_weight_that_a_text_holds() -> None:
    terms = QuestionTerms(weights={"staff": 3.0, "money": 1.0})
    assert terms.coverage(["staff", "staff", "boat"]) == 3 / 4
    assert terms.coverage(["money"]) == 1 / 4
    assert terms.coverage(["money", "staff"]) == 1.0
    assert terms.coverage([]) == 0.0


def test_a_question_without_words_is_covered_by_nothing() -> None:
    terms = question_terms("", str.split, Counted(count=4, frequencies={}))
    assert terms.total == 0.0
    assert terms.coverage(["staff"]) == 0.0


@given(count=st.integers(0, 10**7), share=st.floats(0.0, 1.0))
def test_every_word_weighs_more_than_nothing(count: int, share: float) -> None:
    vocabulary = Counted(count=count, frequencies={"staff": int(share * count)})
    assert question_terms("staff", str.split, vocabulary).weights["staff"] > 0.0
