"""Opening an index: what is sound is used, what is damaged is mended, what is newer is left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from threadqa.archive import Archive
from threadqa.errors import ArchiveError, SearchIndexError, UsageError
from threadqa.indexing.opening import find_thread, open_index, status
from threadqa.indexing.sync import SyncReport
from threadqa.search_indexes.manifest import NewerFormatError

Sync = Callable[..., SyncReport]


def generation_files(index: Path) -> list[Path]:
    return sorted(p for p in (index / "generations" / "1").rglob("*") if p.is_file())


def damage(file: Path, how: str) -> None:
    content = file.read_bytes()
    match how:
        case "missing":
            file.unlink()
        case "truncated":
            file.write_bytes(content[: len(content) // 2])
        case "corrupt":
            middle = len(content) // 2
            file.write_bytes(
                content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
            )


@pytest.mark.parametrize("how", ["missing", "truncated", "corrupt"])
def test_damage_to_any_file_of_the_search_indexes_is_noticed_and_mended(
    run: Sync, index: Path, how: str
) -> None:
    run()
    names = [file.relative_to(index) for file in generation_files(index)]
    assert len(names) >= 5
    for name in names:
        if not (index / name).exists() or not (index / name).stat().st_size:
            continue  # a rebuilt Tantivy index names its files anew; its locks are empty
        damage(index / name, how)
        with open_index(index) as opened:
            assert opened.rebuilt is not None
            assert opened.dense.count == opened.lexical.count == 5
        with open_index(index) as opened:
            assert opened.rebuilt is None


def test_search_indexes_that_are_gone_are_built_again_by_the_next_run(
    run: Sync, index: Path
) -> None:
    run()
    shutil.rmtree(index / "generations")
    report = run()
    assert report.rebuilt is not None
    assert "manifest" in report.rebuilt
    assert report.encoded == 0
    with open_index(index) as opened:
        assert opened.rebuilt is None


def test_a_manifest_of_a_newer_format_is_refused_and_left_alone(run: Sync, index: Path) -> None:
    run()
    manifest = index / "generations" / "1" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    before = manifest.read_bytes()
    with pytest.raises(NewerFormatError, match="upgrade threadqa"):
        open_index(index)
    with pytest.raises(NewerFormatError, match="upgrade threadqa"):
        run()
    assert manifest.read_bytes() == before


def test_search_indexes_of_an_older_format_are_built_again(run: Sync, index: Path) -> None:
    run()
    manifest = index / "generations" / "1" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 1}))
    with open_index(index) as opened:
        assert opened.rebuilt is not None
        assert "was built by an older threadqa (format 1, not " in opened.rebuilt
        assert opened.dense.count == opened.lexical.count == 5
    with open_index(index) as opened:
        assert opened.rebuilt is None


def test_damaged_search_indexes_under_a_running_writer_say_so(run: Sync, index: Path) -> None:
    run()
    shutil.rmtree(index / "generations")
    with (
        Archive.open_for_writing(index),
        pytest.raises(SearchIndexError, match="another threadqa"),
    ):
        open_index(index)


def test_a_reader_keeps_its_state_while_a_run_replaces_it(
    run: Sync, index: Path, threads: Path
) -> None:
    run()
    with open_index(index) as opened:
        (threads / "staff.txt").unlink()
        run()
        rows, _ = opened.lexical.search("recipe", 1)
        assert [post.text for post, _ in opened.archive.posts(rows.tolist()).values()] == [
            "3/3 A recipe for trouble."
        ]
    with open_index(index) as opened:
        assert opened.lexical.search("recipe", 1)[0].size == 0


def test_a_folder_without_an_archive_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="run `threadqa index PATH…` first"):
        open_index(tmp_path)


def test_an_archive_without_posts_says_what_to_run(tmp_path: Path) -> None:
    Archive.open_for_writing(tmp_path).close()
    with pytest.raises(ArchiveError, match=r"no posts in .*: run `threadqa index PATH…` first"):
        open_index(tmp_path)


def test_a_thread_is_found_by_id_and_by_words_of_its_title(run: Sync, index: Path) -> None:
    run()
    with open_index(index) as opened:
        thread = find_thread(opened.archive, "boat river")
        assert [post.position for post in thread.posts] == [1, 2]
        assert find_thread(opened.archive, thread.id) == thread
        assert find_thread(opened.archive, thread.id[:6]) == thread
        with pytest.raises(UsageError, match="no thread is named 'opera'"):
            find_thread(opened.archive, "opera")
        with pytest.raises(UsageError, match="names 2 threads, say which"):
            find_thread(opened.archive, "e")


def test_status_counts_threads_by_completeness_and_tells_damage(run: Sync, index: Path) -> None:
    run()
    facts = status(index)
    assert facts["completeness"] == {"complete": 1, "partial": 1, "unknown": 0}
    assert (facts["sources"], facts["threads"], facts["posts"]) == (2, 2, 5)
    assert (facts["generation"], facts["search_indexes"]) == (1, "sound")
    shutil.rmtree(index / "generations")
    assert "manifest" in status(index)["search_indexes"]
