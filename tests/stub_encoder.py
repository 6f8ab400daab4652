"""An encoder whose vectors can be worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from threadqa.encoders.protocol import TextKind, Vectors

__all__ = ["VOCABULARY", "StubEncoder"]

VOCABULARY = ("reform", "staff", "money", "boat", "river", "music", "recipe")


class StubEncoder:
    """Counts words: one axis a word of the vocabulary, and a last one for all other words.

    ``"Staff, staff and money"`` has the counts staff 2, money 1, others 1, so its vector is
    ``(0, 2, 1, 0, 0, 0, 0, 1) / sqrt(6)``. A text without words lies on the last axis. Case and
    punctuation do not count.

    Attributes:
        encoded: Every text it was ever asked to embed, in order.
    """

    def __init__(self, vocabulary: Sequence[str] = VOCABULARY) -> None:
        self._axes = {word: axis for axis, word in enumerate(vocabulary)}
        self.encoded: list[str] = []

    @property
    def fingerprint(self) -> str:
        return f"stub-{self.dimension}"

    @property
    def dimension(self) -> int:
        return len(self._axes) + 1

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                vectors[row, self._axes.get(word, len(self._axes))] += 1
            vectors[row] /= np.linalg.norm(vectors[row])
        return vectors
