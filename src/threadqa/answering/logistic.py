"""A logistic model with few features and a threshold: what abstention and support decide by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["LogisticModel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticModel:
    """A logistic model of something that is so or is not.

    Attributes:
        coefficients: Log-odds for each unit of a feature.
        intercept: Log-odds where every feature is 0.
        threshold: It is taken to be so from this probability up.
    """

    coefficients: Mapping[str, float]
    intercept: float
    threshold: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (*self.coefficients.values(), self.intercept))):
            raise ValueError("a coefficient is not finite")
        if not 0.0 <= self.threshold <= 1.0:
            raise ValueError(f"threshold {self.threshold} is not in [0, 1]")

    def probability_of(self, values: Mapping[str, float]) -> float:
        """Estimated probability for some values of the features, in [0, 1]."""
        log_odds = self.intercept + sum(
            weight * values[name] for name, weight in self.coefficients.items()
        )
        # Of the two forms, the one whose power cannot overflow.
        odds = math.exp(-abs(log_odds))
        return (1.0 if log_odds >= 0.0 else odds) / (1.0 + odds)
