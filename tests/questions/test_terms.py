"""The weight of a question's words and which of them are its focus, worked by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.questions.terms import QuestionTerms, question_terms

STOP_WORDS = frozenset({"about", "from", "in", "is", "it", "of", "the", "to", "what"})
STEMS = {"missing": "miss", "reforms": "reform"}


def analyse(text: str) -> list[str]:
    """Stems without stop words; a text of nothing else gives its stop words."""
    words = list(dict.fromkeys(re.findall(r"\w+", text.lower())))
    return [STEMS.get(word, word) for word in words if word not in STOP_WORDS] or words


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A vocabulary of counts that a test gives."""

    count: int
    frequencies: Mapping[str, int]

    def document_frequency(self, term: str) -> int:
        return self.frequencies.get(term, 0)


NO_WORDS = Counted(count=4, frequencies={})
WORDS = ["what", "is", "missing", "from", "the", "reforms", "In", "about", "staff", "money", "?"]


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


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("what is missing from the ICS reforms?", {"miss"}),
        ("What is missing FROM the ICS reforms?", {"miss"}),
        ("what staff money is missing from the plan in March", {"staff", "money", "miss"}),
        ("what is in the plan of staff?", {"plan"}),
        ("in the reforms, what is missing from care?", {"reform", "miss"}),
    ],
)
def test_the_focus_is_what_stands_before_the_first_preposition_after_a_term(
    question: str, focus: set[str]
) -> None:
    assert question_terms(question, analyse, NO_WORDS).focus == focus


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("what is missing?", {"miss"}),
        ("staff money", {"staff", "money"}),
        ("about the ICS reforms?", {"ics", "reform"}),
        ("frominto staff", {"frominto", "staff"}),
        ("", set()),
    ],
)
def test_a_question_without_a_preposition_after_a_term_is_all_focus(
    question: str, focus: set[str]
) -> None:
    assert question_terms(question, analyse, NO_WORDS).focus == focus


@given(question=st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_the_focus_is_some_of_the_terms_and_none_only_where_there_are_none(question: str) -> None:
    terms = question_terms(question, analyse, NO_WORDS)
    assert terms.focus <= set(terms.weights)
    assert bool(terms.focus) == bool(terms.weights)


def test_focus_coverage_is_the_share_of_the_weight_of_the_focus_that_a_text_holds() -> None:
    terms = QuestionTerms(
        weights={"staff": 3.0, "money": 1.0, "boat": 4.0}, focus=frozenset({"staff", "money"})
    )
    assert terms.focus_coverage(["staff", "staff", "boat"]) == 3 / 4
    assert terms.focus_coverage(["money"]) == 1 / 4
    assert terms.focus_coverage(["money", "staff"]) == 1.0
    assert terms.focus_coverage(["boat"]) == 0.0


def test_a_focus_of_no_weight_is_covered_by_nothing() -> None:
    assert QuestionTerms(weights={"staff": 3.0}).focus_coverage(["staff"]) == 0.0
    weightless = QuestionTerms(weights={"staff": 0.0}, focus=frozenset({"staff"}))
    assert weightless.focus_coverage(["staff"]) == 0.0
