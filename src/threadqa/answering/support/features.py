"""How far cited posts bear a sentence out, as a few numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from threadqa.answering.support.bindings import EXACT, Weigh
from threadqa.answering.support.dates import is_held
from threadqa.answering.support.evidence import Evidence
from threadqa.answering.support.reading import Reading
from threadqa.encoders.protocol import Vectors

__all__ = ["Features", "Observed", "features"]

# Words apart up to which two words are a pair: another word may stand between them.
PAIR_REACH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What is known of a sentence before it is judged.

    Attributes:
        said: The sentence.
        held: The posts.
        vectors: Of the sentence, then of each of its clauses; float32, unit rows.
        held_vectors: Of each sentence of the posts; float32, unit rows.
        invented: How many of its numbers, names, dates and links the posts do not have.
    """

    said: Reading
    held: Evidence
    vectors: Vectors
    held_vectors: Vectors
    invented: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What speaks for a sentence, and against it.

    What goes against the posts is no feature: the rules remove it.

    Attributes:
        coverage: Share of its words, numbers and dates that the posts hold, by weight, in [0, 1].
        pairs: Share of its neighbouring words that are neighbours in the posts, in [0, 1].
        similarity: Highest cosine similarity of the sentence and one of the posts' sentences.
        clause_similarity: The same of the clause where it is lowest.
        clauses: ln(clauses): of many, one is more likely to be far from all the posts' sentences.
        invented: ln(1 + numbers, names, dates and links that the posts do not have).
    """

    coverage: float
    pairs: float
    similarity: float
    clause_similarity: float
    clauses: float
    invented: float


def features(seen: Observed, weigh: Weigh) -> Features:
    """Measures a sentence against its posts."""
    cosines = seen.vectors @ seen.held_vectors.T
    best = cosines.max(axis=1)
    return Features(
        coverage=_coverage(seen.said, seen.held, weigh),
        pairs=_pairs(seen),
        similarity=float(best[0]),
        clause_similarity=float(best[1:].min()) if len(best) > 1 else float(best[0]),
        clauses=math.log(max(len(seen.said.clauses), 1)),
        invented=math.log1p(seen.invented),
    )


def _coverage(said: Reading, held: Evidence, weigh: Weigh) -> float:
    """Share of the weight that is held; a number or a date weighs as much as a rare word."""
    stems = {word.stem for word in said.words}
    numbers = {quantity.key for quantity in said.quantities}
    theirs = {quantity.key for quantity in held.quantities}
    exact = [number in theirs for number in numbers]
    exact += [is_held(date, held.dates) for date in said.dates]
    total = sum(map(weigh, stems)) + EXACT * len(exact)
    return (sum(map(weigh, stems & held.stems)) + EXACT * sum(exact)) / total if total else 1.0


def _pairs(seen: Observed) -> float:
    own = {frozenset(pair) for pair in pairwise(word.stem for word in seen.said.words)}
    own = {pair for pair in own if len(pair) > 1}
    if not own:
        return 1.0
    held = {
        frozenset((words[i].stem, words[j].stem))
        for words in (s.reading.words for s in seen.held.sentences)
        for i in range(len(words))
        for j in range(i + 1, min(i + 1 + PAIR_REACH, len(words)))
    }
    return len(own & held) / len(own)
