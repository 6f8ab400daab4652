"""How near words are in meaning: "quit" and "leave", "began" and "start".

A table of vectors of common English words, each made by embedding the word alone with the packaged
model (``tools/make_word_vectors.py``). It does not depend on the encoder of an index, and a lookup
costs microseconds, where embedding the words of a search's posts would cost seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from threadqa.search_indexes.stop_words import STOP_WORDS

__all__ = ["WordVectors", "word_vectors"]

FOLDER = "questions"
VECTORS = "word_vectors.int8"
WORDS = "word_vectors.txt"
LARGEST = 127

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordVectors:
    """Vectors by word.

    Attributes:
        places: Lower-case words, and the row of each.
        rows: int8, shape (words, d): directions, of any length but 0.
    """

    places: Mapping[str, int]
    rows: NDArray[np.int8]

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or len(self.rows) != len(self.places):
            raise ValueError(f"{len(self.places)} words do not fit rows of {self.rows.shape}")

    def nearest(self, asked: tuple[str, ...], texts: Sequence[Collection[str]]) -> Floats:
        """How near each of some words is to the nearest of each of some texts.

        Args:
            asked: Lower-case words.
            texts: The lower-case words of each; those that only say how something is put do not
                count.

        Returns:
            Cosine similarities in [0, 1], shape (len(texts), len(asked)); 0 for a word that the
            table lacks, that is nearer to nothing, or where no other is known.
        """
        near = np.zeros((len(texts), len(asked)), np.float32)
        wanted = self._of(asked).T
        for place, text in enumerate(texts):
            held = [self.places[w] for w in text if w in self.places and w not in STOP_WORDS]
            if held and asked:
                # A text at a time: a product of all at once is large enough for BLAS to share it
                # out over the cores, which costs a server with several users more than it gains.
                near[place] = (_unit(self.rows[held]) @ wanted).max(axis=0)
        return np.clip(near, 0.0, 1.0)

    def _of(self, asked: tuple[str, ...]) -> Floats:
        vectors = np.zeros((len(asked), self.rows.shape[1]), np.float32)
        known = [i for i, word in enumerate(asked) if word in self.places]
        vectors[known] = _unit(self.rows[[self.places[asked[i]] for i in known]])
        return vectors


def _unit(rows: NDArray[np.int8]) -> Floats:
    vectors = rows.astype(np.float32)
    unit: Floats = vectors / np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return unit


@cache
def word_vectors() -> WordVectors:
    """The table that is shipped."""
    folder = resources.files("threadqa.questions")
    words = folder.joinpath(WORDS).read_text("utf-8").split()
    rows = np.frombuffer(folder.joinpath(VECTORS).read_bytes(), np.int8)
    return WordVectors(
        places={word: place for place, word in enumerate(words)},
        rows=rows.reshape(len(words), -1),
    )
