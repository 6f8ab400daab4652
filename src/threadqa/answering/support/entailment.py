"""An NLI cross-encoder as the judge of support, where a setting names one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from threadqa.encoders.cache_files import default_cache_dir
from threadqa.encoders.model_folder import resolve_model
from threadqa.encoders.sentence_transformers_encoder import quiet
from threadqa.errors import EncoderError

__all__ = ["CrossEncoderJudge", "Entailment", "EntailmentJudge", "Relation", "open_judge"]


class Relation(StrEnum):
    """What a premise says of a hypothesis."""

    ENTAILMENT = "entailment"
    NEUTRAL = "neutral"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entailment:
    """How likely each relation is; in [0, 1], together 1.

    Attributes:
        entailment: The premise says it.
        contradiction: The premise says otherwise.
    """

    entailment: float
    contradiction: float

    @property
    def relation(self) -> Relation:
        """The likeliest; the more careful one of two that are as likely."""
        neutral = 1.0 - self.entailment - self.contradiction
        if self.contradiction >= max(self.entailment, neutral):
            return Relation.CONTRADICTION
        return Relation.ENTAILMENT if self.entailment > neutral else Relation.NEUTRAL


class EntailmentJudge(Protocol):
    """Tells what premises say of hypotheses."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """Judges pairs of a premise and a hypothesis, in their order."""
        ...


class CrossEncoderJudge:
    """A sentence-transformers CrossEncoder that was trained on natural language inference.

    Args:
        model: The loaded ``CrossEncoder``.
        order: Column of each relation in its output.
    """

    def __init__(self, model: Any, order: Mapping[Relation, int]) -> None:  # noqa: ANN401
        self._model = model
        self._order = order
        self._lock = Lock()

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """Judges pairs of a premise and a hypothesis; what exceeds the model's length is cut."""
        if not pairs:
            return []
        with self._lock, quiet():
            shares = self._model.predict(list(pairs), apply_softmax=True, show_progress_bar=False)
        says, denies = (self._order[r] for r in (Relation.ENTAILMENT, Relation.CONTRADICTION))
        return [
            Entailment(entailment=float(row[says]), contradiction=float(row[denies]))
            for row in shares
        ]


def open_judge(name: str, cache_dir: Path | None = None) -> CrossEncoderJudge:
    """Loads an NLI cross-encoder: its classes and safetensors only, no code of its own.

    Args:
        name: A model folder, or a name on the Hugging Face hub.
        cache_dir: threadqa's cache folder; None for the user's.

    Raises:
        EncoderError: It is not there, is unsafe to load, or is no NLI model.
    """
    folder = resolve_model(name, cache_dir or default_cache_dir()).path
    from sentence_transformers import CrossEncoder

    try:
        with quiet():
            model = CrossEncoder(
                str(folder),
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
    except Exception as error:
        first_line = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"expected a cross-encoder in {folder}, found: {first_line}; copy or download it "
            "again, or choose another"
        ) from error
    return CrossEncoderJudge(model, _order(model.model.config.id2label, folder))


def _order(labels: Mapping[int, str], folder: Path) -> dict[Relation, int]:
    """The column of each relation, by the names that the model's configuration gives them.

    Raises:
        EncoderError: They are not those of natural language inference.
    """
    order = {
        relation: int(column)
        for column, label in labels.items()
        for relation in Relation
        if str(label).lower().startswith(relation.value[:7])
    }
    if set(order) != set(Relation) or len(labels) != len(order):
        raise EncoderError(
            f"expected the labels entailment, neutral and contradiction in {folder / 'config.json'}"
            f", found {', '.join(map(str, labels.values()))}; choose a model trained on NLI"
        )
    return order
