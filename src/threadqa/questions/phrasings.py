"""A question in several phrasings at once: as it was asked, and as it stands alone.

Searching is linear in the question: BM25 is a sum over its words, and the inner product with a
vector is a sum over what the vector is made of. So one search with weighted words and a weighted
vector is the fusion of a search with each phrasing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from threadqa.questions.answer_type import AnswerType, expected_type
from threadqa.questions.evidence import Wording, wording
from threadqa.questions.terms import Analyse, QuestionTerms, Vocabulary, question_terms

__all__ = ["Phrasing", "asking", "common_wording", "term_shares"]


class Phrasing(NamedTuple):
    """A way to put a question.

    Attributes:
        text: Its words.
        share: How much it counts, above 0; those of a question add up to 1.
    """

    text: str
    share: float


def term_shares(phrasings: Sequence[Phrasing], analyse: Analyse) -> Mapping[str, float]:
    """The terms of all phrasings, each with the share of those that have it, in (0, 1]."""
    shares: dict[str, float] = {}
    for phrasing in phrasings:
        for term in analyse(phrasing.text):
            shares[term] = shares.get(term, 0.0) + phrasing.share
    return shares


def asking(phrasings: Sequence[Phrasing]) -> str:
    """The phrasing that says what kind of thing is asked for; the first where none does."""
    texts = [phrasing.text for phrasing in phrasings]
    return next((t for t in texts if expected_type(t) is not AnswerType.ANY), texts[0])


def common_wording(
    phrasings: Sequence[Phrasing], analyse: Analyse, vocabulary: Vocabulary
) -> Wording:
    """The wording of a question for comparing it with posts, all phrasings together.

    A term weighs what it would, times its share. The focus is that of the first phrasing.

    Args:
        phrasings: At least one.
        analyse: Stems a text.
        vocabulary: The archive's words.
    """
    first, *others = phrasings
    terms = question_terms(first.text, analyse, vocabulary)
    if not others:
        return wording(first.text, terms)
    shares = term_shares(phrasings, analyse)
    weights = {}
    for phrasing in phrasings:
        for term, weight in question_terms(phrasing.text, analyse, vocabulary).weights.items():
            weights[term] = weight * shares[term]
    together = QuestionTerms(weights=weights, focus=terms.focus)
    found = [wording(phrasing.text, together) for phrasing in phrasings]
    text = asking(phrasings)
    return Wording(
        text=text,
        terms=together,
        words={word: weight for one in found for word, weight in one.words.items()},
        pairs=frozenset().union(*(one.pairs for one in found[:2])),
        kind=expected_type(text),
    )
