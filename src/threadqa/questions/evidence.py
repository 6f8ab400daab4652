"""What speaks for a post as the answer to a question, as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from threadqa.answers import Hit
from threadqa.archive.records import PostBefore
from threadqa.questions.answer_type import AnswerType, expected_type, satisfies
from threadqa.questions.dates import dates, dates_of
from threadqa.questions.post_words import PostWords, pairs_of
from threadqa.questions.terms import QuestionTerms
from threadqa.questions.word_vectors import word_vectors
from threadqa.search_indexes.lexical import analyse, words

__all__ = ["Candidate", "Evidence", "Wording", "evidence", "wording"]

# Shorter words stand inside others by chance, and need all their letters: of a longer one, the
# last may be an ending.
LEAST_INSIDE = 3
LEAST_CUT = 6
# Cosine similarities from which two words begin to say the same, and say it.
DISTANT = 0.4
SAME = 0.8

Closeness = NDArray[np.float32]
"""How near each word of a question is to the nearest of a text, 1 where it stands there."""


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
class Candidate:
    """A post that may answer.

    Attributes:
        hit: It with its scores; its matched terms say which terms of the question it holds.
        words: Its words.
        before: What stands before it in its thread; None where it opens it.
    """

    hit: Hit
    words: PostWords
    before: PostBefore | None


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
        alike: How near the question's words are in meaning to the nearest of the post, on average,
            in [0, 1]: "quit" to "leave"; 1 for a word that stands there.
        in_thread: Share of the question's weight whose words, or ones near in meaning, stand in one
            of the thread's posts that were found, in [0, 1].
        dates: Share of the years and months that the question names which stand in the post or the
            thread's title, in [0, 1]; 1 where it names none.
        posted: Share of them in which it was posted, in [0, 1]; likewise.
        echo: Share of the question's weight that one of the post's sentences holds which asks
            itself, in [0, 1]: who asks the same does not answer.
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
    alike: float
    in_thread: float
    dates: float
    posted: float
    echo: float


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
        pairs=frozenset(pairs_of(in_order)),
        kind=expected_type(text),
    )


def evidence(asked: Wording, candidates: Sequence[Candidate]) -> list[Evidence]:
    """Compares the posts that a search found with its question.

    Args:
        asked: The question.
        candidates: The posts, in any order.

    Returns:
        One value a post, in the same order.
    """
    stems = {word: frozenset(analyse(word)) for word in asked.words}
    near = _closeness(stems, candidates)
    by_thread = _thread_shares(asked, candidates, near)
    named = dates(asked.text)
    return [
        _evidence(asked, candidate, closeness, by_thread[candidate.hit.thread.id], named)
        for candidate, closeness in zip(candidates, near, strict=True)
    ]


def _evidence(
    asked: Wording, candidate: Candidate, near: Closeness, in_thread: float, named: frozenset[str]
) -> Evidence:
    hit, post = candidate.hit, candidate.words
    posted = hit.post.created_at
    return Evidence(
        dense=hit.dense,
        lexical=hit.lexical / asked.terms.total if asked.terms.total else 0.0,
        words=_share_held(asked, post),
        focus=asked.terms.focus_coverage(hit.matched_terms),
        pairs=len(asked.pairs & post.pairs) / max(len(asked.pairs), 1),
        kind=float(satisfies(post.text, asked.kind, asked.text)),
        author=float(not asked.words.keys().isdisjoint(post.author)),
        asks=float(post.asks),
        goes_on=float(candidate.before is not None and candidate.before.by_same_author),
        length=post.length,
        alike=float(near.mean()) if near.size else 0.0,
        in_thread=in_thread,
        dates=_share_named(named, post.dates),
        posted=_share_named(named, dates_of(posted) if posted else frozenset()),
        echo=max(map(asked.terms.coverage, post.questions), default=0.0),
    )


def _share_named(named: frozenset[str], held: frozenset[str]) -> float:
    return len(named & held) / len(named) if named else 1.0


def _share_held(asked: Wording, post: PostWords) -> float:
    """Share of the question's weight whose words stand in a post, inside others as well."""
    total = sum(asked.words.values())
    held = sum(
        weight
        for word, weight in asked.words.items()
        if word in post.words or _stands_inside(word, post.run_together)
    )
    return held / total if total else 0.0


def _closeness(
    stems: Mapping[str, frozenset[str]], candidates: Sequence[Candidate]
) -> Sequence[Closeness]:
    """How near each word of a question, given with its stem, is to each post's; a value a word."""
    held = [candidate.words.apart for candidate in candidates]
    near: Closeness = word_vectors().nearest(tuple(stems), held)
    for post, (candidate, own) in enumerate(zip(candidates, held, strict=True)):
        matched = frozenset(candidate.hit.matched_terms)
        for place, (word, stem) in enumerate(stems.items()):
            if word in own or stem & matched:
                near[post, place] = 1.0
    return list(near)


def _thread_shares(
    asked: Wording, candidates: Sequence[Candidate], near: Sequence[Closeness]
) -> dict[str, float]:
    """Of each thread, the share of the question's weight that its candidates hold together."""
    best: dict[str, Closeness] = {}
    for candidate, closeness in zip(candidates, near, strict=True):
        thread = candidate.hit.thread.id
        best[thread] = np.maximum(best[thread], closeness) if thread in best else closeness
    weights = np.array(list(asked.words.values()), np.float64)
    total = float(weights.sum())
    return {
        thread: float(weights @ np.clip((held - DISTANT) / (SAME - DISTANT), 0.0, 1.0)) / total
        if total
        else 0.0
        for thread, held in best.items()
    }


def _stands_inside(word: str, letters: str) -> bool:
    if len(word) < LEAST_INSIDE:
        return False
    return word in letters or (len(word) >= LEAST_CUT and word[:-1] in letters)
