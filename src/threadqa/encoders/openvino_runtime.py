"""The fast CPU runtime: an exported model in OpenVINO, without torch.

Questions are embedded in fp32, one network over all cores. Documents are embedded in bf16 where
the CPU has it and the model bears it, one stream a core, in batches of like length.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from threadqa.encoders.openvino_cache import Export
from threadqa.encoders.openvino_compile import compile_network, cpu_has_bf16, known_options
from threadqa.encoders.protocol import TextKind, Vectors

__all__ = ["OpenVinoEncoder", "core_count", "length_sorted_batches", "to_unit_rows"]

_CHUNK = 4096
"""Texts tokenized at a time: the memory for a million texts is that of a chunk."""

_BATCH_TOKENS = 768
"""Tokens of a document batch, padding included.

On 2 cores as fast as 1,024, faster than 512 and 2,048; the smaller shares few texts out better.
"""

_PLAIN_ATTENTION = {"SNIPPETS_MODE": "DISABLE"}
"""Attention as matrix products and a softmax, not as kernels generated at each start.

That takes 25 ms from a cold question. On a Zen 4 it also makes the network for documents about 3 %
faster and brings its vectors in bf16 nearer to fp32. OpenVINO does not document the option.
"""

_QUERY_BATCH_TOKENS = 2048
_FEW = 16
"""Documents up to which the network for questions, which is there, beats compiling another."""

_TINY = 1e-12


class OpenVinoEncoder:
    """An exported model; an ``Encoder``.

    Networks are compiled on first use. Safe to use from several threads.

    Args:
        folder: The export.
        export: Its description.
        fingerprint: The model's fingerprint.
    """

    def __init__(self, folder: Path, export: Export, fingerprint: str) -> None:
        self._folder = folder
        self._export = export
        self._fingerprint = fingerprint
        self._lock = Lock()
        self._tokenizer: Any = None
        self._compiled: dict[TextKind, Any] = {}

    @property
    def fingerprint(self) -> str:
        """Names the weights, pooling and prompts."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._export.dimension

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embeds texts.

        Args:
            texts: Any number of texts, none included; those beyond the model's length are cut.
            kind: What the texts are for.

        Returns:
            float32, shape (len(texts), dimension), unit rows, in the order of the texts.

        Raises:
            EncoderError: OpenVINO cannot run the export.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        if kind is TextKind.DOCUMENT and len(texts) <= _FEW:
            return self.encode_exactly(texts, kind)
        tokenizer, network = self._open(kind)
        prompt = self._prompt(kind)
        chunks = [texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK)]
        embed = self._embed_queries if kind is TextKind.QUERY else self._embed_documents
        start = 0
        for encodings in _read_ahead(tokenizer, prompt, chunks):
            rows = vectors[start : start + len(encodings)]
            embed(network, encodings, rows)
            start += len(encodings)
        return to_unit_rows(vectors)

    def encode_exactly(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Embeds texts in fp32 whatever they are for: a few, or those an export is checked with.

        Args:
            texts: Any number of texts.
            kind: What the texts are for: says which prompt goes before them.

        Returns:
            float32, shape (len(texts), dimension), unit rows, in the order of the texts.
        """
        tokenizer, network = self._open(TextKind.QUERY)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        prompt = self._prompt(kind)
        encodings = tokenizer.encode_batch([prompt + text for text in texts])
        self._embed_queries(network, encodings, vectors)
        return to_unit_rows(vectors)

    def _prompt(self, kind: TextKind) -> str:
        if kind is TextKind.QUERY:
            return self._export.query_prompt
        return self._export.document_prompt

    def _open(self, kind: TextKind) -> tuple[Any, Any]:
        """The tokenizer and the network for a kind of text, made on first use."""
        with self._lock:
            if self._tokenizer is None:
                from tokenizers import Tokenizer

                self._tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            if kind not in self._compiled:
                self._compiled[kind] = self._compile(kind)
            return self._tokenizer, self._compiled[kind]

    def _compile(self, kind: TextKind) -> Any:
        if kind is TextKind.QUERY:
            options = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1"}
            precision = "f32"
        else:
            options = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": str(core_count())}
            wanted = self._export.document_precision
            precision = "bf16" if wanted == "bf16" and cpu_has_bf16() else "f32"
        options |= {"INFERENCE_PRECISION_HINT": precision, **known_options(_PLAIN_ATTENTION)}
        return compile_network(self._folder, options)

    def _embed_queries(self, network: Any, encodings: Sequence[Any], rows: Vectors) -> None:
        request = network.create_infer_request()
        for places in length_sorted_batches(_lengths(encodings), _QUERY_BATCH_TOKENS):
            request.infer(self._feed([encodings[place] for place in places]))
            rows[places] = request.get_output_tensor(0).data

    def _embed_documents(self, network: Any, encodings: Sequence[Any], rows: Vectors) -> None:
        """One thread a stream, each with a request of its own; ``infer`` releases the GIL.

        OpenVINO's AsyncInferQueue does the same with callbacks, and can deadlock: what waits for
        its last callback to end holds the GIL that the callback needs to end.
        """
        batches = length_sorted_batches(_lengths(encodings), _BATCH_TOKENS)
        next_batch = Lock()

        def work() -> None:
            request = network.create_infer_request()
            while True:
                with next_batch:
                    places = next(batches, None)
                if places is None:
                    return
                request.infer(self._feed([encodings[place] for place in places]))
                rows[places] = request.get_output_tensor(0).data

        with ThreadPoolExecutor(max_workers=core_count()) as pool:
            for worker in [pool.submit(work) for _ in range(core_count())]:
                worker.result()

    def _feed(self, encodings: Sequence[Any]) -> dict[str, NDArray[np.int64]]:
        """The network's inputs for a batch, padded to its longest text."""
        export = self._export
        width = max(len(encoding.ids) for encoding in encodings)
        shape = (len(encodings), width)
        feed = {
            "input_ids": np.full(shape, export.pad_id, np.int64),
            "attention_mask": np.zeros(shape, np.int64),
            "token_type_ids": np.full(shape, export.pad_type_id, np.int64),
        }
        for row, encoding in enumerate(encodings):
            length = len(encoding.ids)
            span = slice(width - length, width) if export.pad_left else slice(0, length)
            feed["input_ids"][row, span] = encoding.ids
            feed["attention_mask"][row, span] = 1
            feed["token_type_ids"][row, span] = encoding.type_ids
        return {name: feed[name] for name in export.inputs}


def _read_ahead(tokenizer: Any, prompt: str, chunks: list[Sequence[str]]) -> Iterator[Any]:
    """Tokenizes each chunk while the one before it is embedded."""

    def tokenize(chunk: Sequence[str]) -> Any:
        return tokenizer.encode_batch([prompt + text for text in chunk])

    if len(chunks) == 1:
        yield tokenize(chunks[0])
        return
    with ThreadPoolExecutor(max_workers=1) as pool:
        ahead = pool.submit(tokenize, chunks[0])
        for chunk in chunks[1:]:
            encodings = ahead.result()
            ahead = pool.submit(tokenize, chunk)
            yield encodings
        yield ahead.result()


def _lengths(encodings: Sequence[Any]) -> NDArray[np.int64]:
    return np.array([len(encoding.ids) for encoding in encodings], np.int64)


def length_sorted_batches(
    lengths: NDArray[np.int64], batch_tokens: int
) -> Iterator[NDArray[np.intp]]:
    """Groups texts of like length, the longest first.

    Args:
        lengths: Tokens of each text, shape (n,).
        batch_tokens: The most tokens in a batch, padding included; a longer text goes alone.

    Yields:
        Places in ``lengths``, shape (texts of the batch,); each place once.
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, int(lengths[order[start]]))
        size = max(1, batch_tokens // longest)
        yield order[start : start + size]
        start += size


def to_unit_rows(vectors: Vectors) -> Vectors:
    """Scales rows to length 1; a row of zeros stays.

    Args:
        vectors: float32, shape (n, d).

    Returns:
        float32, shape (n, d), unit rows.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.float32(_TINY))
    return unit


def core_count() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
