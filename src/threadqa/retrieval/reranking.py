"""Reranking: a linear model over what the best hits show beside their two scores.

Both halves rank a post by its thread as well as by itself. Which post of the thread answers, they
leave open: the one that asks the same thing ranks as high as the one that replies to it. The model
looks at the posts themselves. It is fitted by ``tools/fit_ranking.py`` and stands, with the sets
and the figures reached, in ``ranking.json`` beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from threadqa.questions.evidence import Evidence

__all__ = ["RankingModel", "default_ranking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingModel:
    """A linear model of how likely a post answers, against the other hits of its search.

    Under the model, the odds that one hit answers rather than another are exp of the difference of
    their values (the listwise softmax of ListNet; Cao et al., "Learning to Rank: From Pairwise
    Approach to Listwise Approach", 2007).

    Attributes:
        coefficients: Log-odds for each unit of a kind of evidence.
        reading: Log-odds for each unit of the cross-encoder's score, of the posts that it reads.
    """

    coefficients: Mapping[str, float]
    reading: float = 0.0

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (*self.coefficients.values(), self.reading))):
            raise ValueError("a coefficient is not finite")

    def value(self, shown: Evidence) -> float:
        """Log-odds up to a constant of the search, higher is better."""
        return sum(
            weight * float(getattr(shown, name)) for name, weight in self.coefficients.items()
        )


@cache
def default_ranking() -> RankingModel:
    """The model that is shipped."""
    fitted = json.loads(
        resources.files("threadqa.retrieval").joinpath("ranking.json").read_text("utf-8")
    )
    return RankingModel(coefficients=fitted["coefficients"], reading=fitted["reading"])
