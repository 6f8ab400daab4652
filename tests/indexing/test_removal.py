"""Taking sources out of an index, with all that is made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stub_encoder import StubEncoder
from threadqa.archive import Archive
from threadqa.errors import ArchiveBusyError, ArchiveError, UsageError
from threadqa.indexing.opening import open_index
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.removal import RemovalReport, remove_sources
from threadqa.indexing.sync import SyncReport

Sync = Callable[..., SyncReport]


def remove(index: Path, *names: str) -> RemovalReport:
    return remove_sources(names, index, NoProgress())


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_removed_source_is_in_no_row_vector_or_search_index(
    run: Sync, index: Path, encoder: StubEncoder
) -> None:
    run()
    report = remove(index, "staff.txt")
    assert report == RemovalReport(
        removed=("staff.txt",), removed_posts=3, log_emptied=True, sources=1, threads=1, posts=2
    )
    with open_index(index) as opened:
        assert opened.rebuilt is None
        assert opened.archive.generation == 2
        assert [source.name for source in opened.archive.sources()] == ["boats.txt"]
        assert (opened.dense.count, opened.lexical.count) == (2, 2)
        assert opened.lexical.matching(["recipe"]).tolist() == []
        assert opened.archive.missing_vectors(encoder.fingerprint, [b"x"]) == [b"x"]
    assert [path.name for path in (index / "generations").iterdir()] == ["2"]


def test_nothing_of_a_removed_source_stays_on_disk(run: Sync, index: Path) -> None:
    run()
    assert b"recipe for trouble" in bytes_below(index)
    remove(index, "staff.txt")
    left = bytes_below(index)
    assert b"recipe for trouble" not in left
    assert b"staff.txt" not in left
    assert b"boat is on the river" in left


def test_the_files_of_the_user_are_left_alone_and_come_back_when_indexed(
    run: Sync, index: Path, threads: Path
) -> None:
    run()
    remove(index, "staff.txt")
    assert (threads / "staff.txt").is_file()
    assert run().added == 1


def test_a_copy_that_an_upload_left_goes_with_its_source(run: Sync, index: Path) -> None:
    copy = index / "uploads" / "staff.txt"
    copy.parent.mkdir(parents=True)
    copy.write_text("1/1 A recipe.\n", encoding="utf-8")
    run(copy)
    remove(index, "staff.txt")
    assert not copy.exists()


def test_the_last_source_leaves_an_archive_that_can_be_opened(run: Sync, index: Path) -> None:
    run()
    report = remove(index, "staff.txt", "boats.txt", "staff.txt")
    assert (report.removed, report.posts) == (("staff.txt", "boats.txt"), 0)
    with open_index(index) as opened:
        assert opened.rebuilt is None
        assert opened.dense.count == 0
    assert run().added == 2


def test_an_unknown_source_is_an_error_and_nothing_is_removed(run: Sync, index: Path) -> None:
    run()
    with pytest.raises(UsageError, match=r"no source 'stuff\.txt'"):
        remove(index, "staff.txt", "stuff.txt")
    with Archive.open_for_reading(index) as archive:
        assert (archive.counts().sources, archive.generation) == (2, 1)


def test_an_index_that_is_not_there_is_not_made(index: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive"):
        remove(index, "staff.txt")
    assert not index.exists()


def test_a_second_writer_is_told_to_wait(run: Sync, index: Path) -> None:
    run()
    with Archive.open_for_writing(index), pytest.raises(ArchiveBusyError, match="wait for it"):
        remove(index, "staff.txt")


def test_a_reader_keeps_its_state_and_the_log_is_emptied_when_it_has_gone(
    run: Sync, index: Path
) -> None:
    run()
    with open_index(index) as opened:
        assert not remove(index, "staff.txt").log_emptied
        assert opened.archive.counts().sources == 2
        assert not Archive.empty_log(index)
    assert Archive.empty_log(index)
    assert b"recipe for trouble" not in bytes_below(index)
