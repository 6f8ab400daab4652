"""What speaks for a post as the answer to a question, as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from threadqa.answers import Hit
from threadqa.questions.answer_type import AnswerType, expected_type, satisfies
from threadqa.questions.terms import QuestionTerms
from threadqa.search_indexes.lexical import analyse, words
from threadqa.search_indexes.stop_words import STOP_WORDS

__all__ = ["Evidence", "Wording", "evidence", "wording"]

ASKS = re.compile(r"\?[\"'”’)\]]*\s*\Z")
# Shorter words stand inside others by chance, and need all their letters: of a longer one, the
# last may be an ending.
LEAST_INSIDE = 3
LEAST_CUT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A question as it is worded, for comparing it with posts.

    Attributes:
        text: As searched.
        terms: Its stemmed words and their weights.
        words: Its words that are no stop words, lower-case and without accents, each with the
            weight of its stem.
        pairs: Words that follow one another in it, stop words only left out.
        kind: What it expects.
    """

    text: str
    terms: QuestionTerms
    words: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]
    kind: AnswerType


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for a hit, as numbers.

    Attributes:
        dense: Cosine similarity of the question and the post in its thread, in [-1, 1].
        lexical: BM25 of the question over the post in its thread, over the question's total weight:
            about 1 where each word stands once in a post of average length.
        words: Share of the question's weight whose words stand in the post's own text, inside
            hashtags and handles as well, in [0, 1].
        focus: Share of the weight of the question's focus that the post itself holds, in [0, 1].
        pairs: Share of the question's word pairs that stand in the post, in [0, 1].
        kind: 1 where the post has a thing of the kind that is asked for, else 0.
        author: 1 where the question names the post's author, else 0.
        asks: 1 where the post ends in a question, else 0.
        goes_on: 1 where the post goes on from one of its author's, else 0: what opens a thread
            announces more than it answers.
        length: ln(1 + words of the post that are no stop words).
    """

    dense: float
    lexical: float
    words: float
    focus: float
    pairs: float
    kind: float
    author: float
    asks: float
    goes_on: float
    length: float


def wording(text: str, terms: QuestionTerms) -> Wording:
    """Reads a question's wording.

    Args:
        text: As searched.
        terms: Its words and their weights.
    """
    in_order = words(text)
    weights = {}
    for word in in_order:
        stem = analyse(word)
        if stem and stem[0] in terms.weights:
            weights[word] = terms.weights[stem[0]]
    return Wording(
        text=text,
        terms=terms,
        words=weights,
        pairs=frozenset(_pairs(in_order)),
        kind=expected_type(text),
    )


def _pairs(in_order: Sequence[str]) -> list[tuple[str, str]]:
    return [pair for pair in pairwise(in_order) if not STOP_WORDS.issuperset(pair)]


def evidence(asked: Wording, hit: Hit, text: str, *, goes_on: bool) -> Evidence:
    """Compares a hit with the question.

    Args:
        asked: The question.
        hit: A post with its scores; its matched terms say which terms of the question it holds.
        text: The post as it is searched.
        goes_on: Whether the post before it in its thread is its author's as well.
    """
    author = hit.post.author or hit.thread.author
    in_order = words(text)
    inside = _run_together(hit.post.text)
    total = sum(asked.words.values())
    own = frozenset(in_order)
    held = sum(
        weight
        for word, weight in asked.words.items()
        if word in own or _stands_inside(word, inside)
    )
    return Evidence(
        dense=hit.dense,
        lexical=hit.lexical / asked.terms.total if asked.terms.total else 0.0,
        words=held / total if total else 0.0,
        focus=asked.terms.focus_coverage(hit.matched_terms),
        pairs=len(asked.pairs.intersection(_pairs(in_order))) / max(len(asked.pairs), 1),
        kind=float(satisfies(text, asked.kind, asked.text)),
        author=float(bool(author) and not asked.words.keys().isdisjoint(words(author or ""))),
        asks=float(ASKS.search(text) is not None),
        goes_on=float(goes_on),
        length=math.log1p(sum(word not in STOP_WORDS for word in in_order)),
    )


def _stands_inside(word: str, letters: str) -> bool:
    if len(word) < LEAST_INSIDE:
        return False
    return word in letters or (len(word) >= LEAST_CUT and word[:-1] in letters)


def _run_together(text: str) -> str:
    """A text's letters and digits, lower-case and without accents: "#SocialCare" holds "care"."""
    return "".join(words(text))
