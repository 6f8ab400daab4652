"""Whether the archive answers at all: a logistic model over a few features of the search.

The coefficients and the threshold are fitted on development sets by ``tools/fit_abstention.py``
and stand, with the sets and the figures reached, in ``abstention.json`` beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

from threadqa.answering.question import QuestionTerms
from threadqa.answers import Hit

__all__ = ["AbstentionModel", "Features", "default_model", "features"]

DEPTH = 10
LEAST_LEXICAL_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the search says about answerability; each grows with it.

    Attributes:
        lexical_share: BM25 of the best lexical hit over the question's total term weight: about 1
            where each of its words stands once in a post of average length.
        lexical_gap: How far that hit is ahead of the next, on the same scale.
        dense_top: Highest cosine similarity among the hits.
        dense_gap: How far the first hit is above the fifth, in cosine similarity.
        coverage: Largest share of the question's weight that one of the first hits holds itself.
    """

    lexical_share: float
    lexical_gap: float
    dense_top: float
    dense_gap: float
    coverage: float


def features(terms: QuestionTerms, hits: Sequence[Hit]) -> Features:
    """Computes the features of a search.

    Args:
        terms: The question's words.
        hits: Best first; the first ten count.

    Returns:
        Features, all 0 where nothing was found.
    """
    top = hits[:DEPTH]
    if not top:
        return Features(
            lexical_share=0.0, lexical_gap=0.0, dense_top=0.0, dense_gap=0.0, coverage=0.0
        )
    total = max(terms.total, LEAST_LEXICAL_WEIGHT)
    lexical = sorted((hit.lexical for hit in top), reverse=True)
    dense = [hit.dense for hit in top]
    return Features(
        lexical_share=lexical[0] / total,
        lexical_gap=(lexical[0] - lexical[1]) / total if len(lexical) > 1 else 0.0,
        dense_top=max(dense),
        dense_gap=dense[0] - dense[min(4, len(dense) - 1)],
        coverage=max(terms.coverage(hit.matched_terms) for hit in top[:3]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstentionModel:
    """A logistic model of "the archive answers this".

    Attributes:
        coefficients: Log-odds for each unit of a feature.
        intercept: Log-odds where every feature is 0.
        threshold: Answer from this probability up.
    """

    coefficients: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, found: Features) -> float:
        """Estimated probability that the archive answers the question, in [0, 1]."""
        values = asdict(found)
        log_odds = self.intercept + sum(
            weight * values[name] for name, weight in self.coefficients.items()
        )
        # Of the two forms, the one whose power cannot overflow.
        odds = math.exp(-abs(log_odds))
        return (1.0 if log_odds >= 0.0 else odds) / (1.0 + odds)


@cache
def default_model() -> AbstentionModel:
    """The model that is shipped."""
    fitted = json.loads(
        resources.files("threadqa.answering").joinpath("abstention.json").read_text("utf-8")
    )
    return AbstentionModel(
        coefficients=fitted["coefficients"],
        intercept=fitted["intercept"],
        threshold=fitted["threshold"],
    )
