"""A question in several phrasings, weighed by hand."""

from __future__ import annotations

import pytest

from threadqa.questions.answer_type import AnswerType
from threadqa.questions.phrasings import Phrasing, asking, common_wording, term_shares


class Vocabulary:
    """An archive in which every word stands in one post of two: each term weighs ln 2."""

    count = 2

    def document_frequency(self, term: str) -> int:
        return 1


def analyse(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in text.lower().split() if word not in {"the", "of"}))


TWO = (Phrasing("which staff", 0.75), Phrasing("how many staff boats", 0.25))
LN_2 = 0.6931471805599453


def test_a_term_has_the_shares_of_the_phrasings_that_have_it() -> None:
    assert term_shares(TWO, analyse) == {
        "which": 0.75,
        "staff": 1.0,
        "how": 0.25,
        "many": 0.25,
        "boats": 0.25,
    }


def test_terms_weigh_their_share_of_what_they_would() -> None:
    found = common_wording(TWO, analyse, Vocabulary())
    assert found.terms.weights["staff"] == pytest.approx(LN_2)
    assert found.terms.weights["boats"] == pytest.approx(LN_2 / 4)
    assert found.terms.focus == {"which", "staff"}
    assert ("staff", "boats") in found.pairs


def test_the_kind_is_that_of_the_first_phrasing_that_has_one() -> None:
    assert asking(TWO) == "how many staff boats"
    assert common_wording(TWO, analyse, Vocabulary()).kind is AnswerType.NUMBER
    assert asking((Phrasing("who", 0.5), *TWO)) == "who"
    assert asking((Phrasing("staff", 1.0),)) == "staff"
