"""What a question asks for, in terms that can be counted."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Analyse", "QuestionTerms", "Vocabulary", "question_terms", "weight"]

SCOPE = re.compile(
    r"\b(?:about|across|after|among|at|before|between|by|during|for|from|if|in|into|of|on|over|"
    r"since|to|under|when|while|with|within)\b",
    re.IGNORECASE,
)

Analyse = Callable[[str], list[str]]
"""Stemmed words of a text without stop words, each once, in order."""


class Vocabulary(Protocol):
    """The archive's words, as its lexical index counts them."""

    @property
    def count(self) -> int:
        """Posts in the index."""
        ...

    def document_frequency(self, term: str) -> int:
        """Posts in which a stemmed word stands."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionTerms:
    """The words of a question, stemmed and without stop words, each with its weight.

    Attributes:
        weights: Inverse document frequency by term: ln(1 + (N - n + 1/2) / (n + 1/2)), above 0, as
            in BM25; a word the archive does not have weighs most.
        focus: The terms of what is asked for, without where or of what: of "what is missing from
            the reforms?", "missing". A post names its focus; its scope, the thread may name.
    """

    weights: Mapping[str, float]
    focus: frozenset[str] = frozenset()

    @property
    def total(self) -> float:
        """Sum of the weights; 0 for a question without words."""
        return sum(self.weights.values())

    def coverage(self, terms: Iterable[str]) -> float:
        """Share of the question's weight that the terms of a text hold, in [0, 1]."""
        return _share(self.weights, terms)

    def focus_coverage(self, terms: Iterable[str]) -> float:
        """Share of the weight of the question's focus that the terms of a text hold, in [0, 1]."""
        return _share({t: w for t, w in self.weights.items() if t in self.focus}, terms)


def _share(weights: Mapping[str, float], terms: Iterable[str]) -> float:
    total = sum(weights.values())
    if total == 0.0:
        return 0.0
    held = set(terms)
    return sum(weight for term, weight in weights.items() if term in held) / total


def question_terms(question: str, analyse: Analyse, vocabulary: Vocabulary) -> QuestionTerms:
    """Weighs the words of a question by how rare they are in the archive."""
    weights = {term: weight(term, vocabulary) for term in analyse(question)}
    return QuestionTerms(weights=weights, focus=_focus(question, analyse, weights))


def weight(term: str, vocabulary: Vocabulary) -> float:
    """Inverse document frequency of a term as in BM25: above 0, the rarer, the more."""
    count, frequency = vocabulary.count, vocabulary.document_frequency(term)
    return math.log(1.0 + (count - frequency + 0.5) / (frequency + 0.5))


def _focus(question: str, analyse: Analyse, terms: Iterable[str]) -> frozenset[str]:
    """The terms before the first preposition that follows one; all where there is none."""
    everything = frozenset(terms)
    for preposition in SCOPE.finditer(question):
        # Text without content words is analysed into its stop words: those are no terms.
        head = everything & frozenset(analyse(question[: preposition.start()]))
        if head:
            return head
    return everything
