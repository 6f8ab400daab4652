"""Opening an encoder: which model, which runtime, and what there is to say about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

from threadqa.encoders.accelerator import finds_accelerator
from threadqa.encoders.cache_files import default_cache_dir, read_json, write_atomically
from threadqa.encoders.fingerprint import fingerprint
from threadqa.encoders.model_folder import ModelFolder, resolve_model
from threadqa.encoders.openvino_cache import Export, export_folder, read_export
from threadqa.encoders.openvino_library import openvino_version
from threadqa.encoders.protocol import Encoder, TextKind, Vectors
from threadqa.errors import EncoderError

__all__ = ["EncoderDescription", "LazyEncoder", "Runtime", "describe", "open_encoder"]


BULK = 64
"""Documents from which on a GPU is worth loading torch for."""


class Runtime(StrEnum):
    """What runs the model."""

    AUTO = "auto"
    """The fast CPU runtime for the models that it can run, else sentence-transformers."""

    OPENVINO = "openvino"
    """The fast CPU runtime or an error."""

    SENTENCE_TRANSFORMERS = "sentence-transformers"
    """sentence-transformers, on a GPU where it finds one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderDescription:
    """What there is to say about an encoder without loading it.

    Attributes:
        model: What people call the model.
        path: The folder with its files.
        fingerprint: Names its vectors.
        dimension: Length of a vector; None while the model has never been loaded here.
        runtime: What runs it.
        fast_runtime_refused: Why that is not the fast runtime; empty where it is.
        device: Where it runs: "CPU", or "the best device found".
        document_precision: The arithmetic for documents; None while it is not known.
        export_cached: The model is ready for the fast runtime: no torch is needed.
    """

    model: str
    path: Path
    fingerprint: str
    dimension: int | None
    runtime: Runtime
    fast_runtime_refused: str
    device: str
    document_precision: str | None
    export_cached: bool


class LazyEncoder:
    """An encoder that loads its model when it is first asked for vectors.

    The fingerprint needs no model at all, the dimension none that was loaded here before.

    Args:
        model: A folder that is safe to load.
        runtime: What is to run it.
        cache_dir: threadqa's cache folder.
    """

    def __init__(self, model: ModelFolder, runtime: Runtime, cache_dir: Path) -> None:
        self._model = model
        self._runtime = runtime
        self._cache_dir = cache_dir
        self._fingerprint = fingerprint(model, cache_dir)
        self._encoder: Encoder | None = None
        self._accelerated: Encoder | None = None
        self._lock = Lock()

    @property
    def fingerprint(self) -> str:
        """Names the weights, pooling and prompts: equal fingerprints give comparable vectors."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector; loads the model only if it was never loaded with this cache."""
        known = _known_dimension(self._fingerprint, self._cache_dir)
        return self._load().dimension if known is None else known

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embeds texts; many documents on a GPU, where one is found and no runtime asked for.

        Args:
            texts: Any number of texts, none included; those beyond the model's length are cut.
            kind: What the texts are for.

        Returns:
            float32, shape (len(texts), dimension), unit rows, in the order of the texts.

        Raises:
            EncoderError: The model cannot be loaded, or not by the runtime that was asked for.
        """
        bulk = kind is TextKind.DOCUMENT and len(texts) >= BULK
        if bulk and self._runtime is Runtime.AUTO and finds_accelerator():
            return self._load_on_accelerator().encode(texts, kind)
        return self._load().encode(texts, kind)

    def describe(self) -> EncoderDescription:
        """Describes this encoder; loads nothing."""
        export = _cached_export(self._fingerprint, self._cache_dir)
        refused = self._refused(export)
        fast = not refused
        return EncoderDescription(
            model=self._model.name,
            path=self._model.path,
            fingerprint=self._fingerprint,
            dimension=_known_dimension(self._fingerprint, self._cache_dir),
            runtime=Runtime.OPENVINO if fast else Runtime.SENTENCE_TRANSFORMERS,
            fast_runtime_refused=refused,
            device="CPU" if fast else "the best device found",
            document_precision=export.document_precision if export and fast else None,
            export_cached=export is not None and not export.reason,
        )

    def _refused(self, export: Export | None) -> str:
        if self._runtime is Runtime.SENTENCE_TRANSFORMERS:
            return "the runtime sentence-transformers was asked for"
        return export.reason if export else ""

    def _load(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = self._open()
            return self._encoder

    def _open(self) -> Encoder:
        if self._runtime is not Runtime.SENTENCE_TRANSFORMERS:
            try:
                return self._open_fast()
            except EncoderError:
                if self._runtime is Runtime.OPENVINO:
                    raise
        encoder = self._open_sentence_transformers()
        with suppress(OSError):  # costs the next process a model load, no more
            _remember_dimension(self._fingerprint, encoder.dimension, self._cache_dir)
        return encoder

    def _load_on_accelerator(self) -> Encoder:
        with self._lock:
            if self._accelerated is None:
                self._accelerated = self._open_sentence_transformers()
            return self._accelerated

    def _open_sentence_transformers(self) -> Encoder:
        from threadqa.encoders.sentence_transformers_encoder import SentenceTransformersEncoder

        return SentenceTransformersEncoder(self._model.path, self._fingerprint)

    def _open_fast(self) -> Encoder:
        """Opens the export, made first if need be.

        Raises:
            EncoderError: The fast runtime does not run this model, or not on this machine.
        """
        export = _cached_export(self._fingerprint, self._cache_dir)
        folder = export_folder(self._fingerprint, self._cache_dir)
        if openvino_version() is None:
            raise EncoderError(
                "expected openvino, found it is not installed; run `pip install openvino`, or use "
                "the runtime sentence-transformers"
            )
        if export is None:
            from threadqa.encoders.openvino_export import export_model

            folder, export = export_model(self._model.path, self._fingerprint, self._cache_dir)
        if export.reason:
            raise EncoderError(
                f"expected a model that OpenVINO can run, found that {self._model.name} cannot: "
                f"{export.reason}; use the runtime auto or sentence-transformers"
            )
        from threadqa.encoders.openvino_runtime import OpenVinoEncoder

        return OpenVinoEncoder(folder, export, self._fingerprint)


def open_encoder(
    model: str | None = None, *, runtime: Runtime = Runtime.AUTO, cache_dir: Path | None = None
) -> LazyEncoder:
    """Opens an encoder; the model's files are checked now and loaded on first use.

    Args:
        model: A model folder or a name on the Hugging Face hub; None for the packaged model.
        runtime: What is to run it.
        cache_dir: threadqa's cache folder; None for the user's.

    Raises:
        EncoderError: The model is not there, cannot be fetched, is damaged, or is unsafe to load.
    """
    cache = cache_dir or default_cache_dir()
    return LazyEncoder(resolve_model(model, cache), runtime, cache)


def describe(
    model: str | None = None, *, runtime: Runtime = Runtime.AUTO, cache_dir: Path | None = None
) -> EncoderDescription:
    """Describes the encoder that ``open_encoder`` gives for the same arguments; loads nothing.

    Raises:
        EncoderError: As for ``open_encoder``.
    """
    return open_encoder(model, runtime=runtime, cache_dir=cache_dir).describe()


def _cached_export(name: str, cache_dir: Path) -> Export | None:
    return read_export(export_folder(name, cache_dir), cache_dir)


def _dimension_file(name: str, cache_dir: Path) -> Path:
    return cache_dir / "dimensions" / f"{name}.json"


def _known_dimension(name: str, cache_dir: Path) -> int | None:
    export = _cached_export(name, cache_dir)
    if export is not None:
        return export.dimension
    content = read_json(_dimension_file(name, cache_dir))
    return int(content["dimension"]) if isinstance(content, dict) else None


def _remember_dimension(name: str, dimension: int, cache_dir: Path) -> None:
    write_atomically(_dimension_file(name, cache_dir), json.dumps({"dimension": dimension}))
