"""The fitted model of support: logistic, over a few features.

Coefficients and threshold are fitted by ``tools/fit_support.py`` and stand, with the sets and the
figures reached, in ``support.json`` beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources

from threadqa.answering.support.features import Features

__all__ = ["FILE_NAME", "SupportModel", "default_model"]

FILE_NAME = "support.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportModel:
    """A logistic model of "the posts bear the sentence out".

    Attributes:
        coefficients: Log-odds for each unit of a feature; of every feature.
        intercept: Log-odds where every feature is 0.
        threshold: Borne out from this probability up.
    """

    coefficients: Mapping[str, float]
    intercept: float
    threshold: float

    def __post_init__(self) -> None:
        if set(self.coefficients) != {field.name for field in fields(Features)}:
            raise ValueError(f"coefficients of {sorted(self.coefficients)}, not of the features")
        if not all(map(math.isfinite, (*self.coefficients.values(), self.intercept))):
            raise ValueError("a coefficient is not finite")
        if not 0.0 <= self.threshold <= 1.0:
            raise ValueError(f"threshold {self.threshold} is not in [0, 1]")

    def probability(self, found: Features) -> float:
        """Estimated probability that a sentence is borne out, in [0, 1]."""
        values = asdict(found)
        log_odds = self.intercept + sum(
            weight * values[name] for name, weight in self.coefficients.items()
        )
        # Of the two forms, the one whose power cannot overflow.
        odds = math.exp(-abs(log_odds))
        return (1.0 if log_odds >= 0.0 else odds) / (1.0 + odds)


@cache
def default_model() -> SupportModel:
    """The model that is shipped."""
    fitted = json.loads(
        resources.files("threadqa.answering.support").joinpath(FILE_NAME).read_text("utf-8")
    )
    return SupportModel(
        coefficients=fitted["coefficients"],
        intercept=fitted["intercept"],
        threshold=fitted["threshold"],
    )
