"""The fitted model of support: logistic, over a few features.

Coefficients and threshold are fitted by ``tools/fit_support.py`` and stand, with the sets and the
figures reached, in ``support.json`` beside this file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources

from threadqa.answering.logistic import LogisticModel
from threadqa.answering.support.features import Features

__all__ = ["FILE_NAME", "SupportModel", "default_model"]

FILE_NAME = "support.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportModel(LogisticModel):
    """A logistic model of "the posts bear the sentence out"; it weighs every feature."""

    def __post_init__(self) -> None:
        LogisticModel.__post_init__(self)
        if set(self.coefficients) != {field.name for field in fields(Features)}:
            raise ValueError(f"coefficients of {sorted(self.coefficients)}, not of the features")

    def probability(self, found: Features) -> float:
        """Estimated probability that a sentence is borne out, in [0, 1]."""
        return self.probability_of(asdict(found))


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
