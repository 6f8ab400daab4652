"""Any sentence-transformers model, on the device that sentence-transformers finds."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from threadqa.encoders.protocol import TextKind, Vectors
from threadqa.errors import EncoderError

__all__ = ["SentenceTransformersEncoder", "load_pipeline", "quiet"]

_CHUNK = 4096
_LOUD = ("transformers", "sentence_transformers", "huggingface_hub")


def load_pipeline(folder: Path, *, device: str | None = None) -> Any:
    """Loads a model folder with sentence-transformers: its classes and safetensors only.

    Args:
        folder: A folder that ``refuse_unsafe`` has passed.
        device: "cpu", "cuda", ...; None for the best one there is.

    Returns:
        A ``SentenceTransformer``.

    Raises:
        EncoderError: The files do not make up a model.
    """
    from sentence_transformers import SentenceTransformer

    try:
        with quiet():
            return SentenceTransformer(
                str(folder),
                device=device,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            ).eval()
    except Exception as error:
        first_line = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"expected a sentence-transformers model in {folder}, found: {first_line}; copy or "
            "download it again, or choose another"
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Holds back the libraries' progress bars and remarks; errors are still raised."""
    from transformers.utils import logging as transformers_logging

    bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    levels = {name: logging.getLogger(name).level for name in _LOUD}
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        if bars:
            transformers_logging.enable_progress_bar()


class SentenceTransformersEncoder:
    """A model run by sentence-transformers itself; an ``Encoder``.

    Args:
        folder: A folder that ``refuse_unsafe`` has passed.
        fingerprint: The model's fingerprint.
        device: "cpu", "cuda", ...; None for the best one there is.

    Raises:
        EncoderError: The files do not make up a model that embeds text.
    """

    def __init__(self, folder: Path, fingerprint: str, *, device: str | None = None) -> None:
        self._fingerprint = fingerprint
        self._lock = Lock()
        self._model = load_pipeline(folder, device=device)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"expected a model that embeds text in {folder}, found one without a dimension; "
                "choose another"
            )
        self._dimension = int(dimension)

    @property
    def fingerprint(self) -> str:
        """Names the weights, pooling and prompts."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def device(self) -> str:
        """Where the model runs: "cpu", "cuda:0", ..."""
        return str(self._model.device)

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embeds texts, the model's own prompts before them.

        Args:
            texts: Any number of texts, none included; those beyond the model's length are cut.
            kind: What the texts are for.

        Returns:
            float32, shape (len(texts), dimension), unit rows, in the order of the texts.
        """
        vectors = np.empty((len(texts), self._dimension), np.float32)
        model = self._model
        encode = model.encode_query if kind is TextKind.QUERY else model.encode_document
        with self._lock:
            for start in range(0, len(texts), _CHUNK):
                chunk = list(texts[start : start + _CHUNK])
                vectors[start : start + len(chunk)] = encode(
                    chunk, normalize_embeddings=True, show_progress_bar=False
                )
        return vectors
