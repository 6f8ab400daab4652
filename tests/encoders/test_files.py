"""Fingerprints, the packaged model's weights, and the files of the cache."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from threadqa.encoders.cache_files import (
    default_cache_dir,
    file_sha256,
    read_json,
    write_atomically,
)
from threadqa.encoders.fingerprint import fingerprint
from threadqa.encoders.model_folder import ModelFolder
from threadqa.encoders.openvino_cache import (
    EXPORTED_FILES,
    Export,
    publish,
    read_export,
    scratch_folder,
    write_export,
)
from threadqa.encoders.packaged_model import packaged_model_folder, verify_weights
from threadqa.errors import EncoderError

from .tiny_models import hollow_model

EXPORT = Export(dimension=3, inputs=("input_ids",))


def model(folder: Path, **files: object) -> ModelFolder:
    return ModelFolder(name="a model", path=hollow_model(folder, **files))


def test_a_fingerprint_is_a_name_and_a_short_hash(tmp_path: Path) -> None:
    name, _, digits = fingerprint(model(tmp_path), tmp_path).rpartition("-")
    assert name == "a-model"
    assert len(digits) == 12
    assert int(digits, 16) >= 0


@pytest.mark.parametrize(
    "files",
    [
        {"model__safetensors": b"others"},
        {"tokenizer__json": {"model": "other"}},
        {"1_Pooling___config__json": {"pooling_mode": "cls"}},
        {"sentence_bert_config__json": {"max_seq_length": 64}},
        {"config_sentence_transformers__json": {"prompts": {"query": "q: "}}},
        {"2_Dense___model__safetensors": b"weights"},
    ],
    ids=["weights", "tokenizer", "pooling", "length", "prompts", "dense"],
)
def test_whatever_shapes_the_vectors_changes_the_fingerprint(
    tmp_path: Path, files: dict[str, object]
) -> None:
    before = fingerprint(model(tmp_path / "one"), tmp_path)
    assert fingerprint(model(tmp_path / "two", **files), tmp_path) != before


@pytest.mark.parametrize(
    "files",
    [
        {"README__md": b"other words"},
        {"config__json": b'{ "model_type":\n"bert", "transformers_version": "9" }'},
        {"onnx___config__json": {"model_type": "other"}},
    ],
    ids=["readme", "layout and version", "another build"],
)
def test_what_does_not_shape_the_vectors_keeps_the_fingerprint(
    tmp_path: Path, files: dict[str, object]
) -> None:
    before = fingerprint(model(tmp_path / "one"), tmp_path)
    assert fingerprint(model(tmp_path / "two", **files), tmp_path) == before


def test_a_fingerprint_of_unreadable_files_says_which_folder(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="expected to read the model in"):
        fingerprint(model(tmp_path, config__json=b"{"), tmp_path)


def test_a_sum_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    first = file_sha256(path, tmp_path / "cache")
    assert first == hashlib.sha256(b"one").hexdigest()
    stamp = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # same size and time: remembered
    assert file_sha256(path, tmp_path / "cache") == first
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1))
    assert file_sha256(path, tmp_path / "cache") == hashlib.sha256(b"two").hexdigest()


def test_a_cache_that_cannot_be_written_to_only_costs_time(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert file_sha256(path, path) == hashlib.sha256(b"one").hexdigest()  # a file is no folder


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomically(path, "[1]")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    assert read_json(path) == [1]
    assert list(tmp_path.iterdir()) == [path]


def test_the_users_cache_folder_is_named_for_the_program() -> None:
    assert default_cache_dir().name == "threadqa"


def test_the_published_weights_pass(tmp_path: Path) -> None:
    folder = packaged_model_folder()
    assert verify_weights(folder, tmp_path) == folder
    assert len(list((tmp_path / "sha256").iterdir())) == 1


def test_other_weights_are_refused(tmp_path: Path) -> None:
    folder = hollow_model(tmp_path)
    with pytest.raises(EncoderError, match=r"to have sha256 53aa51.*, found .*pip install"):
        verify_weights(folder, tmp_path)


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="found: No such file or directory"):
        verify_weights(tmp_path, tmp_path)


def exported(cache: Path, export: Export = EXPORT) -> Path:
    """A finished export in a scratch folder."""
    scratch = scratch_folder(cache)
    for name in EXPORTED_FILES:
        (scratch / name).write_bytes(name.encode())
    write_export(scratch, export)
    return scratch


def test_a_published_export_is_read_as_it_was_written(tmp_path: Path) -> None:
    publish(exported(tmp_path), tmp_path / "export", tmp_path)
    assert read_export(tmp_path / "export", tmp_path) == EXPORT
    assert list((tmp_path / "openvino").iterdir()) == []


@pytest.mark.parametrize("name", EXPORTED_FILES)
@pytest.mark.parametrize("damage", ["truncated", "changed", "missing"])
def test_a_damaged_export_is_noticed_and_replaced(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "export"
    publish(exported(tmp_path), folder, tmp_path)
    content = (folder / name).read_bytes()
    if damage == "missing":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content[:-1] if damage == "truncated" else content[::-1])
    assert read_export(folder, tmp_path) is None
    publish(exported(tmp_path), folder, tmp_path)
    assert read_export(folder, tmp_path) == EXPORT


@pytest.mark.parametrize("content", ["", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_damaged_description_is_noticed(tmp_path: Path, content: str) -> None:
    folder = exported(tmp_path)
    (folder / "export.json").write_text(content)
    assert read_export(folder, tmp_path) is None


def test_an_export_that_is_there_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    publish(exported(tmp_path), folder, tmp_path)
    publish(exported(tmp_path, replace(EXPORT, dimension=4)), folder, tmp_path)
    assert read_export(folder, tmp_path) == EXPORT


def test_an_export_that_cannot_be_moved_to_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        publish(exported(tmp_path), tmp_path / "no" / "such" / "folder", tmp_path)


def test_a_reason_stands_in_for_the_files(tmp_path: Path) -> None:
    refused = Export(dimension=3, reason="its pipeline is other")
    write_export(tmp_path, refused)
    assert read_export(tmp_path, tmp_path) == refused
