"""The manifest: every way a generation folder can be broken is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from threadqa.errors import SearchIndexError
from threadqa.search_indexes import (
    IndexCounts,
    LexicalDocument,
    Manifest,
    NewerFormatError,
    build_dense,
    build_lexical,
    open_dense,
    open_lexical,
    verify,
    write_manifest,
)
from threadqa.search_indexes.manifest import FORMAT

COUNTS = IndexCounts(posts=2, dense=2, lexical=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete generation of two posts."""
    path = tmp_path / "generations" / "3"
    path.mkdir(parents=True)
    build_dense(path / "dense.faiss", 2, 2, [(np.array([1, 2]), np.eye(2, dtype=np.float32))])
    documents = [LexicalDocument(row=row, text="a word", context="a word") for row in (1, 2)]
    build_lexical(path / "lexical", documents, writer_threads=1)
    write_manifest(path, generation=3, encoder="axes", dimension=2, counts=COUNTS)
    return path


def checked(folder: Path, *, checksums: bool = True) -> Manifest:
    return verify(folder, generation=3, encoder="axes", checksums=checksums)


def damage_every_file(folder: Path, damage: Callable[[Path, bytes], None]) -> list[str]:
    """Damages one file at a time; returns those whose damage was not noticed."""
    manifest = checked(folder)
    unnoticed = []
    for name in (*manifest.files, "manifest.json"):
        path = folder / name
        content = path.read_bytes()
        damage(path, content)
        try:
            checked(folder)
            unnoticed.append(name)
        except SearchIndexError:
            path.write_bytes(content)
    checked(folder)  # all is as it was
    return unnoticed


def test_a_complete_folder_is_what_was_written(folder: Path) -> None:
    manifest = checked(folder)
    assert (manifest.format, manifest.generation, manifest.dimension) == (FORMAT, 3, 2)
    assert manifest.encoder == "axes"
    assert manifest.counts == COUNTS
    assert "dense.faiss" in manifest.files
    assert "lexical/meta.json" in manifest.files
    assert verify(folder, generation=3, encoder=None) == manifest


def test_the_counts_are_those_of_the_opened_indexes(folder: Path) -> None:
    manifest = checked(folder)
    assert open_dense(folder / "dense.faiss").count == manifest.counts.dense
    assert open_lexical(folder / "lexical").count == manifest.counts.lexical
    checked(folder)  # opening them changed no file


def test_a_changed_byte_in_any_file_is_noticed(folder: Path) -> None:
    def flip(path: Path, content: bytes) -> None:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])

    assert damage_every_file(folder, flip) == []


def test_every_changed_byte_of_the_manifest_is_noticed(folder: Path) -> None:
    path = folder / "manifest.json"
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 2]) + content[place + 1 :])
        with pytest.raises(SearchIndexError):
            checked(folder)


def test_a_truncated_file_is_noticed(folder: Path) -> None:
    assert (
        damage_every_file(folder, lambda path, content: void(path.write_bytes(content[:-1]))) == []
    )


def test_a_deleted_file_is_noticed(folder: Path) -> None:
    assert damage_every_file(folder, lambda path, _: path.unlink()) == []


def void(_: object) -> None:
    """Drops a value."""


def test_without_checksums_truncated_and_deleted_files_are_noticed_still(folder: Path) -> None:
    path = folder / "dense.faiss"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(SearchIndexError, match=f"{len(content) - 1} bytes, not {len(content)}"):
        checked(folder, checksums=False)
    path.unlink()
    with pytest.raises(SearchIndexError, match=r"lacks dense\.faiss"):
        checked(folder, checksums=False)


def test_a_file_that_the_manifest_does_not_list_is_noticed(folder: Path) -> None:
    (folder / "lexical" / "more.idx").write_bytes(b"x")
    with pytest.raises(SearchIndexError, match=r"does not list: lexical/more\.idx"):
        checked(folder)


def test_the_lock_files_of_tantivy_do_not_count(folder: Path) -> None:
    for name in (".tantivy-meta.lock", ".tantivy-writer.lock"):
        (folder / "lexical" / name).unlink(missing_ok=True)
    checked(folder)
    (folder / "lexical" / ".tantivy-meta.lock").touch()
    checked(folder)


def test_a_folder_whose_building_was_killed_is_noticed(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(SearchIndexError, match="its building was interrupted"):
        checked(folder)
    with pytest.raises(SearchIndexError, match="has no manifest"):
        checked(folder.parent / "4")


def test_a_folder_of_another_generation_or_encoder_is_noticed(folder: Path) -> None:
    with pytest.raises(SearchIndexError, match="is of generation 3, not 4; rebuild"):
        verify(folder, generation=4, encoder="axes")
    with pytest.raises(SearchIndexError, match="encoder axes, not other; rebuild"):
        verify(folder, generation=3, encoder="other")


def test_a_newer_format_is_refused_and_told_from_damage(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({"format": FORMAT + 1, "shape": "nobody knows"}))
    with pytest.raises(NewerFormatError) as refusal:
        checked(folder)
    assert str(refusal.value) == (
        f"{folder} was built by a newer threadqa (format {FORMAT + 1}; this one reads up to "
        f"{FORMAT}): upgrade threadqa or build into another folder with --index"
    )


def test_an_older_format_is_to_be_rebuilt_even_where_nothing_is_damaged(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": FORMAT - 1}))
    with pytest.raises(SearchIndexError) as refusal:
        checked(folder)
    assert not isinstance(refusal.value, NewerFormatError)
    assert str(refusal.value) == (
        f"{folder} was built by an older threadqa (format {FORMAT - 1}, not {FORMAT}); "
        "rebuild the search indexes"
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "wrong shape"),
        ("{}", "without 'format'"),
        ('{"format": "new"}', "without 'generation'"),
        ('{"format": 1.5}', "without 'generation'"),
        (json.dumps({"format": FORMAT}), "without 'generation'"),
        (
            json.dumps(
                {"format": FORMAT, "generation": 3, "encoder": "axes", "dimension": 2, "counts": 2}
            ),
            "wrong shape",
        ),
    ],
)
def test_a_manifest_that_is_none_is_noticed_and_is_not_newer(
    folder: Path, content: str, complaint: str
) -> None:
    (folder / "manifest.json").write_text(content)
    with pytest.raises(SearchIndexError, match=complaint) as refusal:
        checked(folder)
    assert not isinstance(refusal.value, NewerFormatError)


@pytest.mark.parametrize("key", ["generation", "encoder", "dimension", "counts", "files", "sha256"])
def test_a_manifest_that_lacks_a_key_is_noticed(folder: Path, key: str) -> None:
    path = folder / "manifest.json"
    fields = json.loads(path.read_text())
    del fields[key]
    path.write_text(json.dumps(fields))
    with pytest.raises(SearchIndexError, match="rebuild"):
        checked(folder)


def test_counts_that_disagree_are_refused() -> None:
    with pytest.raises(ValueError, match="3 posts, but 2 in the dense and 3 in the lexical"):
        IndexCounts(posts=3, dense=2, lexical=3)


def test_a_manifest_that_cannot_be_read_or_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(SearchIndexError, match="cannot be read"):
        verify(tmp_path, generation=1, encoder=None)
    with pytest.raises(SearchIndexError, match="cannot complete"):
        write_manifest(tmp_path, generation=1, encoder="axes", dimension=2, counts=COUNTS)
