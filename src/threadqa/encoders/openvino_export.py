"""Exporting a sentence-transformers model to OpenVINO; needs torch, once a model.

OpenVINO's ``convert_model`` reports every conversion to its makers, so the PyTorch frontend is
called directly: it is what ``convert_model`` calls.
"""

from __future__ import annotations

import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from threadqa.encoders.openvino_cache import (
    Export,
    export_folder,
    publish,
    read_export,
    scratch_folder,
    write_export,
)
from threadqa.encoders.openvino_compile import COMPILED
from threadqa.encoders.openvino_library import import_openvino
from threadqa.encoders.openvino_runtime import OpenVinoEncoder
from threadqa.encoders.protocol import TextKind
from threadqa.encoders.sentence_transformers_encoder import load_pipeline, quiet
from threadqa.errors import EncoderError

__all__ = ["MIN_COSINE", "check_export", "export_model"]

MIN_COSINE = 0.9999
"""Cosine similarity that each probe's fp32 vector must have to sentence-transformers' own."""

_MIN_BF16_COSINE = 0.999
_FEATURES = ("input_ids", "attention_mask", "token_type_ids")

PROBES = (
    "Which reforms are still missing?",
    "",
    " ",
    "ok",
    "\n\ttabs and\nline breaks  and   spaces \r\n",
    "Three things are missing: staff, money, and somebody who decides. #reform @minister",
    "Grüße aus Köln, naïve café, Ελλάδα, Привет, 東京で会いましょう, 안녕하세요",
    "😀👩‍👩‍👧‍👦🇮🇳 https://example.org/a?b=c&d=%20 ﷽ \u200b\u202e",
    "It was 3.14 % of $1,000,000 -- not 'a lot', she said; (see [1], [2]).",
    "x" * 300,
    "A thread has many posts. " * 40,
    "One long thread, post after post, on and on about the same few reforms. " * 200,
)
"""Short, empty, foreign and overlong texts, with which an export is checked."""


def export_model(folder: Path, fingerprint: str, cache_dir: Path) -> tuple[Path, Export]:
    """Finds a model's export in the cache, or makes it.

    A model that cannot be exported, or whose export gives other vectors, is remembered with the
    reason, so that the next process does not try again.

    Args:
        folder: A folder that ``refuse_unsafe`` has passed.
        fingerprint: The model's fingerprint.
        cache_dir: threadqa's cache folder.

    Returns:
        The export's folder and its description; ``reason`` says why there are no files.

    Raises:
        EncoderError: The folder holds no model, or the cache cannot be written to.
    """
    target = export_folder(fingerprint, cache_dir)
    known = read_export(target, cache_dir)
    if known is not None:
        return target, known
    model = load_pipeline(folder, device="cpu")
    try:
        scratch = scratch_folder(cache_dir)
        try:
            export = _export_into(scratch, model)
            write_export(scratch, export)
            publish(scratch, target, cache_dir)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise EncoderError(
            f"expected to write to the cache folder {cache_dir}, found: {error}; make it writable "
            "or set another"
        ) from error
    return target, export


def _export_into(scratch: Path, model: Any) -> Export:
    """Exports and checks; on failure the reason is the result."""
    dimension = int(model.get_embedding_dimension())
    reason = _obstacle(model)
    if reason:
        return Export(dimension=dimension, reason=reason)
    try:
        description = _convert(scratch, model, dimension)
        return check_export(scratch, model, description)
    except OSError:
        raise
    except Exception as error:
        _empty(scratch)
        first_line = str(error).strip().partition("\n")[0]
        return Export(dimension=dimension, reason=f"export failed: {first_line}")


def _obstacle(model: Any) -> str:
    """Why a pipeline does not fit the fast runtime; empty where it does."""
    names = [type(module).__name__ for module in model]
    if names not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return f"its pipeline is {' + '.join(names)}, not Transformer + Pooling (+ Normalize)"
    transformer, pooling = model[0], model[1]
    if not pooling.include_prompt:
        return "its pooling leaves the prompt's tokens out"
    if set(transformer.modality_config) != {"text"}:
        return "it takes more than plain text"
    if transformer.query_length or transformer.document_length or transformer.query_expansion:
        return "it has lengths of its own for questions and documents"
    if not getattr(model.tokenizer, "is_fast", False):
        return "it has no tokenizer.json"
    return ""


def _prompts(model: Any) -> tuple[str, str]:
    """The prompts that encode_query and encode_document put before a text."""
    prompts: dict[str, str] = model.prompts
    default = prompts.get(model.default_prompt_name or "", "") or ""
    names = [name for name in ("document", "passage", "corpus") if name in prompts]
    return prompts.get("query", default), prompts[names[0]] if names else default


def _convert(scratch: Path, model: Any, dimension: int) -> Export:
    """Writes model.xml, model.bin and tokenizer.json."""
    openvino = import_openvino()
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    features = model.preprocess(["a short text", "a text that is longer than the other one"])
    inputs = tuple(name for name in _FEATURES if name in features)
    frontend = FrontEndManager().load_by_framework("pytorch")
    decoder = TorchScriptPythonDecoder(_trace(model, features))  # held until the file is written
    network = frontend.convert(frontend.load(decoder))
    for port, name in zip(network.inputs, inputs, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
        port.get_node().set_element_type(openvino.Type.i64)
    network.validate_nodes_and_infer_types()
    openvino.save_model(network, str(scratch / "model.xml"), compress_to_fp16=False)

    tokenizer = model.tokenizer
    query_prompt, document_prompt = _prompts(model)
    _write_tokenizer(scratch / "tokenizer.json", tokenizer, model.max_seq_length)
    return Export(
        dimension=dimension,
        inputs=inputs,
        query_prompt=query_prompt,
        document_prompt=document_prompt,
        pad_id=int(tokenizer.pad_token_id),
        pad_type_id=int(tokenizer.pad_token_type_id),
        pad_left=tokenizer.padding_side == "left",
    )


def _write_tokenizer(path: Path, tokenizer: Any, max_length: int) -> None:
    """Writes the tokenizer as sentence-transformers has set it up, without padding."""
    from tokenizers import Tokenizer

    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.no_padding()
    backend.enable_truncation(int(max_length), direction=tokenizer.truncation_side)
    backend.save(str(path), pretty=False)


def _trace(model: Any, features: dict[str, Any]) -> Any:
    """The whole pipeline, from token ids to sentence embeddings, as TorchScript."""
    import torch

    names = [name for name in _FEATURES if name in features]

    class Pipeline(torch.nn.Module):  # type: ignore[misc] # torch is not followed by mypy
        def __init__(self) -> None:
            super().__init__()
            self.pipeline = model

        def forward(self, *tensors: Any) -> Any:
            return self.pipeline(dict(zip(names, tensors, strict=True)))["sentence_embedding"]

    examples = tuple(features[name] for name in names)
    with warnings.catch_warnings(), torch.no_grad(), quiet():
        # Tracing reads every attribute, deprecated ones too, and warns of each Python branch; that
        # the branches do not matter is what the check against sentence-transformers shows.
        warnings.simplefilter("ignore")
        return torch.jit.trace(Pipeline().eval(), examples, strict=False, check_trace=False)


def check_export(scratch: Path, model: Any, export: Export) -> Export:
    """Compares an export with sentence-transformers, and sees whether bf16 does for documents.

    Args:
        scratch: The export's files; emptied where the vectors differ.
        model: The pipeline it was made from.
        export: Its description.

    Returns:
        The description with its ``document_precision``, or one with a ``reason``.
    """
    lowest = 1.0
    lowest_bf16 = 1.0
    bf16 = replace(export, document_precision="bf16")
    encoder = OpenVinoEncoder(scratch, bf16, "")
    for kind, encode in (
        (TextKind.QUERY, model.encode_query),
        (TextKind.DOCUMENT, model.encode_document),
    ):
        expected = encode(list(PROBES), normalize_embeddings=True, show_progress_bar=False)
        found = encoder.encode_exactly(PROBES, kind)
        lowest = min(lowest, float(np.sum(expected * found, axis=1).min()))
        if kind is TextKind.DOCUMENT:
            found = encoder.encode(PROBES, kind)
            lowest_bf16 = float(np.sum(expected * found, axis=1).min())
    shutil.rmtree(scratch / COMPILED, ignore_errors=True)  # its keys hold the scratch path
    if not lowest >= MIN_COSINE:
        _empty(scratch)
        reason = f"its export differs: cosine {lowest:.5f}, expected at least {MIN_COSINE}"
        return Export(dimension=export.dimension, reason=reason)
    return bf16 if lowest_bf16 >= _MIN_BF16_COSINE else export


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
