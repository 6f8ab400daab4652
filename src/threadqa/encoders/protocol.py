"""What an encoder is: text in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Encoder", "TextKind", "Vectors"]

Vectors = NDArray[np.float32]
"""float32, shape (n, d), unit rows."""


class TextKind(StrEnum):
    """What a text is for; models trained with prompts embed questions and documents differently."""

    QUERY = "query"
    DOCUMENT = "document"


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is their cosine similarity."""

    @property
    def fingerprint(self) -> str:
        """Names the weights, pooling and prompts: equal fingerprints give comparable vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embeds texts.

        Args:
            texts: Any number of texts, none included; those beyond the model's length are cut.
            kind: What the texts are for.

        Returns:
            float32, shape (len(texts), dimension), unit rows, in the order of the texts.
        """
        ...
