"""Whether the archive answers at all: a logistic model over a few features of the search.

The coefficients and the threshold are fitted on development sets by ``tools/fit_abstention.py``
and stand, with the sets and the figures reached, in ``abstention.json`` beside this file. An index
folder may hold an ``abstention.json`` of its own, which ``threadqa eval fit`` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from threadqa.answering.logistic import LogisticModel
from threadqa.answers import Hit
from threadqa.questions.evidence import Evidence
from threadqa.questions.terms import QuestionTerms

__all__ = [
    "CROSS_ENCODER",
    "WITHOUT_READING",
    "AbstentionModel",
    "Features",
    "ModelInUse",
    "default_model",
    "features",
    "model_in_use",
    "remove_own_model",
    "write_own_model",
]

FILE_NAME = "abstention.json"
WITHOUT_READING = "without_reading"
CROSS_ENCODER = "cross_encoder"
# What reading a file of other JSON, or of none, may end in.
NOT_A_MODEL = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
DEPTH = 10
LEAST_LEXICAL_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the search says about answerability; each grows with it.

    Attributes:
        lexical_gap: How far the best lexical hit is ahead of the next, in BM25 over the question's
            total term weight.
        dense_top: Highest cosine similarity among the hits.
        dense_gap: How far the first hit is above the fifth, in cosine similarity.
        pairs: Share of the question's word pairs that stand in the first hit.
        in_thread: Share of the question's weight that the first hit's thread holds, in its words or
            in ones near in meaning.
        alike: How near the question's words are in meaning to those of the first hit.
        dates: Share of the question's years and months that stand in the first hit or the title of
            its thread, or in which it was posted, whichever is more; 1 where it names none.
        reading: The cross-encoder's best score, in log-odds that a post answers and not none; 0
            where it read none.
    """

    lexical_gap: float
    dense_top: float
    dense_gap: float
    pairs: float
    in_thread: float
    alike: float
    dates: float
    reading: float


def features(
    terms: QuestionTerms,
    hits: Sequence[Hit],
    shown: Sequence[Evidence],
    reading: float | None = None,
) -> Features:
    """Computes the features of a search.

    Args:
        terms: The question's words.
        hits: Best first; the first ten count.
        shown: What speaks for each of them.
        reading: The cross-encoder's best score; None where it read none.

    Returns:
        Features, all 0 where nothing was found.
    """
    top = hits[:DEPTH]
    if not top:
        return Features(**{field.name: 0.0 for field in fields(Features)})
    total = max(terms.total, LEAST_LEXICAL_WEIGHT)
    lexical = sorted((hit.lexical for hit in top), reverse=True)
    dense = [hit.dense for hit in top]
    return Features(
        lexical_gap=(lexical[0] - lexical[1]) / total if len(lexical) > 1 else 0.0,
        dense_top=max(dense),
        dense_gap=dense[0] - dense[min(4, len(dense) - 1)],
        pairs=shown[0].pairs if shown else 0.0,
        in_thread=shown[0].in_thread if shown else 0.0,
        alike=shown[0].alike if shown else 0.0,
        dates=max(shown[0].dates, shown[0].posted) if shown else 0.0,
        reading=reading or 0.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstentionModel(LogisticModel):
    """A logistic model of "the archive answers this"."""

    def probability(self, found: Features) -> float:
        """Estimated probability that the archive answers the question, in [0, 1]."""
        return self.probability_of(asdict(found))


@cache
def default_model(*, reads: bool) -> AbstentionModel:
    """The model that is shipped.

    Args:
        reads: Whether the cross-encoder reads; searches without it have a model of their own.
    """
    return _model(_shipped() if reads else _shipped()[WITHOUT_READING])


@cache
def _shipped() -> Mapping[str, Any]:
    file = resources.files("threadqa.answering").joinpath(FILE_NAME)
    shipped: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    return shipped


def _cross_encoder(*, reads: bool) -> str | None:
    """Fingerprint of the cross-encoder that reads: another one's scores mean other things."""
    return str(_shipped()[CROSS_ENCODER]) if reads else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInUse:
    """The model that an index is asked with.

    Attributes:
        model: The index's own where it has one that fits, else the shipped one.
        origin: Where it is from, in a few words.
        problem: Why the index's own is not used; empty where it is used, or there is none.
    """

    model: AbstentionModel
    origin: str
    problem: str = ""


def model_in_use(folder: Path, encoder: str | None, *, reads: bool) -> ModelInUse:
    """The model to ask an index with; a file that is damaged or does not fit is passed over.

    Args:
        folder: The index folder.
        encoder: Fingerprint of the index's encoder: another one's similarities mean other things.
        reads: Whether the cross-encoder reads.

    Returns:
        The model, and whether one of the index's own had to be passed over.
    """
    try:
        own = _read_own(folder / FILE_NAME)
        _check_fit(own, encoder, reads=reads)
    except FileNotFoundError:
        return ModelInUse(model=default_model(reads=reads), origin="shipped")
    except (OSError, ValueError) as error:
        shipped = default_model(reads=reads)
        return ModelInUse(model=shipped, origin="shipped", problem=str(error))
    return ModelInUse(model=own.model, origin=own.origin)


def write_own_model(
    folder: Path,
    model: AbstentionModel,
    encoder: str,
    record: Mapping[str, object],
    *,
    reads: bool,
) -> Path:
    """Saves a model in an index folder, in one step: a reader sees the old file or the new one.

    Args:
        folder: The index folder.
        model: The model.
        encoder: Fingerprint of the encoder whose similarities it was fitted on.
        record: What else the file is to say, ready for JSON; "fitted_on" with a "name", and "date".
        reads: Whether the cross-encoder read when it was fitted.

    Returns:
        The file.

    Raises:
        OSError: It cannot be written.
    """
    path = folder / FILE_NAME
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        fitted = {"encoder": encoder, CROSS_ENCODER: _cross_encoder(reads=reads), **asdict(model)}
        json.dump({**record, **fitted}, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path


def remove_own_model(folder: Path) -> bool:
    """Goes back to the shipped model; returns whether the index had one of its own."""
    try:
        (folder / FILE_NAME).unlink()
    except FileNotFoundError:
        return False
    return True


def _model(saved: Mapping[str, Any]) -> AbstentionModel:
    return AbstentionModel(
        coefficients={name: float(weight) for name, weight in saved["coefficients"].items()},
        intercept=float(saved["intercept"]),
        threshold=float(saved["threshold"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """An index's own model, with what it was fitted with."""

    model: AbstentionModel
    encoder: str
    cross_encoder: str | None
    origin: str


def _read_own(path: Path) -> _Own:
    """Reads an index's own model.

    Raises:
        OSError: The file is not there or cannot be read.
        ValueError: It is damaged.
    """
    content = path.read_bytes()
    try:
        saved = json.loads(content)
        return _Own(
            model=_model(saved),
            encoder=str(saved["encoder"]),
            # Once it was said only whether one had read.
            cross_encoder=str(saved[CROSS_ENCODER]) if saved.get(CROSS_ENCODER) else None,
            origin=f"own, fitted on {saved['fitted_on']['name']} on {saved['date']}",
        )
    except NOT_A_MODEL as error:
        raise ValueError("its file is damaged") from error


def _check_fit(own: _Own, encoder: str | None, *, reads: bool) -> None:
    """Checks that a model weighs what is measured here.

    Raises:
        ValueError: It does not; says why.
    """
    if set(own.model.coefficients) != {field.name for field in fields(Features)}:
        raise ValueError("it was fitted by a threadqa with other features")
    if own.encoder != encoder:
        raise ValueError(f"it was fitted with the encoder {own.encoder}, not {encoder}")
    if own.cross_encoder != _cross_encoder(reads=reads):
        with_which = "with another" if reads else "with the"
        fitted = "without the" if own.cross_encoder is None else with_which
        raise ValueError(f"it was fitted {fitted} cross-encoder")
