"""Which runtime is used, what is said about it, and what happens when it fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from threadqa.encoders.openvino_cache import export_folder, read_export
from threadqa.encoders.openvino_library import import_openvino
from threadqa.encoders.openvino_runtime import OpenVinoEncoder, length_sorted_batches, to_unit_rows
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.encoders.registry import Runtime, describe, open_encoder
from threadqa.encoders.sentence_transformers_encoder import SentenceTransformersEncoder
from threadqa.errors import EncoderError

from .tiny_models import DIMENSION, hollow_model

Models = Callable[[str], Path]
Encoders = Callable[[str, Runtime], Encoder]


def test_a_model_is_described_before_and_after_its_export(models: Models, tmp_path: Path) -> None:
    folder = str(models("plain"))
    before = describe(folder, cache_dir=tmp_path)
    assert (before.model, before.path) == ("plain", models("plain"))
    assert (before.runtime, before.dimension) == (Runtime.OPENVINO, None)
    assert (before.export_cached, before.document_precision) == (False, None)
    encoder = open_encoder(folder, cache_dir=tmp_path)
    assert encoder.dimension == DIMENSION
    after = encoder.describe()
    assert (after.dimension, after.export_cached, after.device) == (DIMENSION, True, "CPU")
    assert after.document_precision in {"bf16", "f32"}
    assert after.fast_runtime_refused == ""
    assert after.fingerprint == before.fingerprint == encoder.fingerprint


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("dense", "its pipeline is Transformer + Pooling + Dense + Normalize"),
        ("query-length", "it has lengths of its own for questions and documents"),
        ("prompt-left-out", "its pooling leaves the prompt's tokens out"),
    ],
)
def test_a_model_that_does_not_fit_the_fast_runtime_says_why_and_works(
    name: str, reason: str, models: Models, cache_dir: Path
) -> None:
    encoder = open_encoder(str(models(name)), cache_dir=cache_dir)
    vectors = encoder.encode(["the boat", "the river"], TextKind.DOCUMENT)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    described = encoder.describe()
    assert described.runtime is Runtime.SENTENCE_TRANSFORMERS
    assert described.fast_runtime_refused.startswith(reason)
    assert described.dimension == vectors.shape[1]
    with pytest.raises(EncoderError, match=f"cannot: {reason}".replace("+", r"\+")):
        open_encoder(str(models(name)), runtime=Runtime.OPENVINO, cache_dir=cache_dir).encode(
            ["a"], TextKind.QUERY
        )


def test_the_dimension_is_remembered_for_sentence_transformers(
    models: Models, tmp_path: Path
) -> None:
    folder, runtime = str(models("plain")), Runtime.SENTENCE_TRANSFORMERS
    first = open_encoder(folder, runtime=runtime, cache_dir=tmp_path)
    assert first.dimension == DIMENSION
    described = describe(folder, runtime=runtime, cache_dir=tmp_path)
    assert described.dimension == DIMENSION
    assert described.fast_runtime_refused == "the runtime sentence-transformers was asked for"
    assert described.device == "the best device found"


def test_a_cache_that_cannot_be_written_to_leaves_sentence_transformers(
    models: Models, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_bytes(b"")
    folder = str(models("plain"))
    with pytest.raises(EncoderError, match="expected to write to the cache folder"):
        open_encoder(folder, runtime=Runtime.OPENVINO, cache_dir=blocked).encode(
            ["a"], TextKind.QUERY
        )
    assert open_encoder(folder, cache_dir=blocked).encode(["a"], TextKind.QUERY).shape == (
        1,
        DIMENSION,
    )


def test_files_that_are_no_model_are_an_error_in_one_line(tmp_path: Path) -> None:
    encoder = open_encoder(str(hollow_model(tmp_path / "hollow")), cache_dir=tmp_path)
    with pytest.raises(EncoderError, match="expected a sentence-transformers model in") as caught:
        encoder.encode(["a"], TextKind.QUERY)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["model.bin", "model.xml", "tokenizer.json"])
def test_a_truncated_export_is_made_again(name: str, models: Models, tmp_path: Path) -> None:
    folder = str(models("plain"))
    encoder = open_encoder(folder, cache_dir=tmp_path)
    before = encoder.encode(["the river"], TextKind.QUERY)
    path = export_folder(encoder.fingerprint, tmp_path) / name
    path.write_bytes(path.read_bytes()[:-10])
    again = open_encoder(folder, cache_dir=tmp_path)
    assert not again.describe().export_cached
    np.testing.assert_allclose(again.encode(["the river"], TextKind.QUERY), before, atol=1e-6)
    assert again.describe().export_cached


@pytest.mark.parametrize(
    "damaged",
    [
        lambda whole: whole[:-1000],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"",
        lambda whole: bytes(len(whole)),
    ],
    ids=["end missing", "half missing", "empty", "zeros"],
)
def test_a_damaged_cache_of_compiled_networks_is_replaced(
    damaged: Callable[[bytes], bytes], models: Models, tmp_path: Path
) -> None:
    folder = str(models("plain"))
    encoder = open_encoder(folder, cache_dir=tmp_path)
    before = encoder.encode(["the river"], TextKind.QUERY)
    (blob,) = export_folder(encoder.fingerprint, tmp_path).glob("compiled/*/*.blob")
    whole = blob.read_bytes()
    blob.write_bytes(damaged(whole))
    again = open_encoder(folder, cache_dir=tmp_path)
    np.testing.assert_allclose(again.encode(["the river"], TextKind.QUERY), before, atol=1e-6)
    (blob,) = export_folder(encoder.fingerprint, tmp_path).glob("compiled/*/*.blob")
    assert len(blob.read_bytes()) == len(whole)


def test_an_export_that_openvino_cannot_read_is_an_error_in_one_line(
    encoders: Encoders, cache_dir: Path, tmp_path: Path
) -> None:
    fast = encoders("plain", Runtime.OPENVINO)
    fast.encode(["a"], TextKind.QUERY)
    whole = export_folder(fast.fingerprint, cache_dir)
    export = read_export(whole, cache_dir)
    assert export is not None
    (tmp_path / "tokenizer.json").write_bytes((whole / "tokenizer.json").read_bytes())
    (tmp_path / "model.xml").write_text("<net>")
    with pytest.raises(EncoderError, match="expected OpenVINO to run") as caught:
        OpenVinoEncoder(tmp_path, export, "x").encode(["a"], TextKind.QUERY)
    assert "\n" not in str(caught.value)


def test_more_texts_than_a_chunk_come_back_in_order(encoders: Encoders) -> None:
    encoder = encoders("plain", Runtime.OPENVINO)
    words = ["boat", "river", "music", "money and staff", ""]
    few = encoder.encode(words, TextKind.DOCUMENT)
    many = encoder.encode(words * 1000, TextKind.DOCUMENT)
    assert many.shape == (5000, DIMENSION)
    np.testing.assert_allclose(np.sum(many * np.tile(few, (1000, 1)), axis=1), 1, atol=1e-3)


def test_the_device_of_sentence_transformers_can_be_asked(models: Models) -> None:
    encoder = SentenceTransformersEncoder(models("plain"), "x", device="cpu")
    assert (encoder.device, encoder.dimension, encoder.fingerprint) == ("cpu", DIMENSION, "x")


def test_batches_hold_texts_of_like_length_and_each_text_once() -> None:
    lengths = np.array([3, 10, 4, 40, 9, 0])
    batches = [batch.tolist() for batch in length_sorted_batches(lengths, 20)]
    assert batches == [[3], [1, 4], [2, 0, 5]]


def test_rows_are_scaled_to_length_one_and_zeros_stay() -> None:
    rows = to_unit_rows(np.array([[3, 4], [0, 0]], np.float32))
    np.testing.assert_allclose(rows, np.array([[0.6, 0.8], [0, 0]]), rtol=1e-6)


def test_openvinos_reporting_converter_is_not_imported() -> None:
    import_openvino()
    assert "openvino.tools.ovc" not in sys.modules
    assert "openvino_telemetry" not in sys.modules
