"""Bringing an archive up to date with files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stub_encoder import StubEncoder
from threadqa.archive import Archive
from threadqa.encoders.protocol import TextKind
from threadqa.errors import ArchiveBusyError
from threadqa.indexing.opening import open_index
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import SyncReport, sync

Sync = Callable[..., SyncReport]


def texts(index: Path) -> list[str]:
    with open_index(index) as opened:
        return [
            post.text
            for summary in opened.archive.threads()
            for post in opened.archive.thread(summary.id).posts
        ]


def generation(index: Path) -> int:
    with Archive.open_for_reading(index) as archive:
        return archive.generation


def test_a_first_run_takes_in_every_file(run: Sync) -> None:
    report = run()
    assert report == SyncReport(added=2, encoded=5, sources=2, threads=2, posts=5)


def test_an_unchanged_folder_costs_no_encoding_and_no_generation(
    run: Sync, index: Path, encoder: StubEncoder
) -> None:
    run()
    before = list(encoder.encoded)
    report = run()
    assert report == SyncReport(unchanged=2, sources=2, threads=2, posts=5)
    assert encoder.encoded == before
    assert generation(index) == 1


def test_a_changed_file_embeds_only_its_changed_posts(
    run: Sync, threads: Path, encoder: StubEncoder
) -> None:
    run()
    encoder.encoded.clear()
    file = threads / "staff.txt"
    file.write_text(file.read_text("utf-8").replace("late", "missing"), encoding="utf-8")
    report = run()
    assert encoder.encoded == ["Money for staff is missing."]
    assert (report.changed, report.unchanged, report.encoded) == (1, 1, 1)


def test_a_changed_post_changes_how_its_neighbours_are_found(
    run: Sync, index: Path, threads: Path, encoder: StubEncoder
) -> None:
    run()
    question = encoder.encode(["music"], TextKind.QUERY)[0]

    def similarity() -> float:
        with open_index(index) as opened:
            row = next(
                opened.archive.row_of(post.id)
                for summary in opened.archive.threads()
                for post in opened.archive.thread(summary.id).posts
                if "recipe" in post.text
            )
            return float(opened.dense.scores(question, np.array([row]))[0])

    assert similarity() == 0.0
    file = threads / "staff.txt"
    file.write_text(file.read_text("utf-8").replace("Money", "Music"), encoding="utf-8")
    run()
    # The stub counts words: post 3 plus .7 of post 2 (one word in √11 is music) plus .5 of post 1.
    words = np.array([3 / 10**0.5, 1 / 10**0.5, 0, 0, 0])  # others, recipe, music, staff, reform
    words += 0.7 * np.array([3, 0, 1, 1, 0]) / 11**0.5 + 0.5 * np.array([4, 0, 0, 1, 1]) / 18**0.5
    assert similarity() == pytest.approx(words[2] / np.linalg.norm(words), abs=1e-3)


def test_a_moved_file_costs_no_encoding(run: Sync, threads: Path, index: Path) -> None:
    run()
    (threads / "staff.txt").rename(threads / "people.txt")
    report = run()
    assert report == SyncReport(
        added=1, removed=1, unchanged=1, sources=2, threads=2, posts=5, encoded=0
    )
    with Archive.open_for_reading(index) as archive:
        assert [record.name for record in archive.sources()] == ["boats.txt", "people.txt"]


def test_a_file_that_is_gone_leaves_nothing_of_its_text_behind(
    run: Sync, threads: Path, index: Path
) -> None:
    run()
    assert any(b"recipe" in file.read_bytes().lower() for file in files(index))
    (threads / "staff.txt").unlink()
    report = run()
    assert report == SyncReport(removed=1, unchanged=1, sources=1, threads=1, posts=2)
    assert [file for file in files(index) if b"recipe" in file.read_bytes().lower()] == []


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_folder_that_is_not_there_is_reported_and_takes_nothing_out(
    run: Sync, threads: Path, index: Path
) -> None:
    run()
    threads.rename(threads.with_name("away"))
    report = run(threads)
    assert [failure.path for failure in report.failed] == [str(threads)]
    assert report.removed == 0
    assert len(texts(index)) == 5


def test_naming_one_folder_takes_nothing_out_of_another(
    run: Sync, threads: Path, tmp_path: Path, index: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("A river runs.\n", encoding="utf-8")
    run(threads, other)
    (threads / "boats.txt").unlink()
    assert run(other).removed == 0
    assert len(texts(index)) == 6


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_in(
    run: Sync, threads: Path, index: Path
) -> None:
    (threads / "empty.txt").touch()
    (threads / "picture.txt").write_bytes(bytes(range(256)) * 20)
    (threads / "broken.jsonl").write_text('{"text": "A boat."}\n{"text": 3}\n', encoding="utf-8")
    report = run()
    assert report.added == 2
    assert {Path(failure.path).name for failure in report.failed} == {
        "empty.txt",
        "picture.txt",
        "broken.jsonl",
    }
    assert any("line 2" in failure.reason for failure in report.failed)
    assert len(texts(index)) == 5


def test_a_file_that_breaks_keeps_what_the_archive_held_of_it(
    run: Sync, threads: Path, index: Path
) -> None:
    posts = threads / "posts.jsonl"
    posts.write_text('{"text": "A recipe with staff."}\n', encoding="utf-8")
    run()
    posts.write_text("not JSON\n", encoding="utf-8")
    report = run()
    assert [Path(failure.path).name for failure in report.failed] == ["posts.jsonl"]
    assert "A recipe with staff." in texts(index)


def test_a_file_over_the_limit_is_left_out(run: Sync, threads: Path) -> None:
    report = run(max_file_bytes=60)
    assert report.added == 1
    assert [Path(failure.path).name for failure in report.failed] == ["staff.txt"]
    assert "max_file_bytes" in report.failed[0].reason


def test_files_of_one_name_from_two_folders_are_two_sources(
    run: Sync, tmp_path: Path, index: Path
) -> None:
    for name, text in (("one", "A boat."), ("two", "A river.")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.txt").write_text(text, encoding="utf-8")
    run(tmp_path / "one", tmp_path / "two")
    with Archive.open_for_reading(index) as archive:
        assert [record.name for record in archive.sources()] == ["a.txt", "two/a.txt"]
    report = run(tmp_path / "one", tmp_path / "two")
    assert report.unchanged == 2


def test_a_file_named_through_its_folder_and_by_itself_is_one_source(
    run: Sync, threads: Path
) -> None:
    run(threads)
    report = run(threads / "staff.txt", threads)
    assert (report.unchanged, report.sources) == (2, 2)


def test_posts_with_the_same_text_are_embedded_once_and_stay_two(
    run: Sync, tmp_path: Path, index: Path, encoder: StubEncoder
) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_text('{"text": "A boat."}\n{"text": "A boat."}\n', encoding="utf-8")
    report = run(posts)
    assert (report.encoded, report.posts) == (1, 2)
    assert encoder.encoded == ["A boat."]


def test_another_encoder_embeds_everything_anew_while_readers_go_on(
    run: Sync, index: Path, threads: Path
) -> None:
    run()
    with open_index(index) as before:
        other = StubEncoder(("boat", "staff"))
        # A folder that is not the one of the posts: they are embedded from the archive.
        report = run(threads / "boats.txt", encoder=other, model="stubs/other")
        assert report.encoded == 5
        found, _ = before.dense.search(StubEncoder().encode(["music"], TextKind.QUERY)[0], k=1)
        assert [post.text for post, _ in before.archive.posts(found.tolist()).values()] == [
            "2/5 Music from the boat."
        ]
    with open_index(index) as after:
        assert after.archive.encoder == "stub-3"
        assert after.archive.model == "stubs/other"
        assert after.dense.dimension == 3
        assert after.archive.counts().vectors == 5


def test_two_runs_at_once_are_refused(run: Sync, index: Path) -> None:
    run()
    with (
        Archive.open_for_writing(index),
        pytest.raises(ArchiveBusyError, match=f"pid {os.getpid()}"),
    ):
        run()


def test_a_run_that_fails_leaves_the_archive_as_it_was(
    run: Sync, index: Path, threads: Path
) -> None:
    run()

    class Broken(StubEncoder):
        def encode(self, *_: object) -> np.ndarray:
            raise MemoryError

    (threads / "new.txt").write_text("A new recipe.\n", encoding="utf-8")
    with pytest.raises(MemoryError):
        run(encoder=Broken())
    assert len(texts(index)) == 5
    assert run().added == 1


FILES = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "c.txt"]),
    st.lists(
        st.sampled_from(["A boat.", "The river.", "Staff and money.", "Music!", "A reform."]),
        min_size=1,
        max_size=4,
    ),
    max_size=3,
)


def written(folder: Path, content: dict[str, list[str]]) -> None:
    for old in folder.glob("*.txt"):
        old.unlink()
    for name, posts in content.items():
        lines = (f"{n}/{len(posts)} {post}\n" for n, post in enumerate(posts, 1))
        (folder / name).write_text("".join(lines), encoding="utf-8")


def state(index: Path) -> list[object]:
    """All that a reader can see, row numbers aside."""
    with open_index(index) as opened:
        archive = opened.archive
        question = StubEncoder().encode(["boat money reform"], TextKind.QUERY)[0]
        dense, dense_scores = opened.dense.search(question, 100)
        lexical, lexical_scores = opened.lexical.search("boat money reform", 100)
        ids = {row: post.id for row, (post, _) in archive.posts(opened.dense.rows.tolist()).items()}
        return [
            [archive.thread(summary.id) for summary in archive.threads()],
            sorted(
                (round(float(s), 3), ids[int(r)]) for r, s in zip(dense, dense_scores, strict=True)
            ),
            sorted(
                (round(float(s), 4), ids[int(r)])
                for r, s in zip(lexical, lexical_scores, strict=True)
            ),
            archive.counts(),
        ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FILES, min_size=2, max_size=4))
def test_any_history_of_runs_ends_where_a_fresh_index_does(
    history: list[dict[str, list[str]]],
) -> None:
    history[-1]["last.txt"] = ["A boat."]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "threads"
        folder.mkdir()
        grown, fresh = Path(temporary) / "grown", Path(temporary) / "fresh"
        for content in history:
            written(folder, content)
            sync([folder], grown, StubEncoder(), NoProgress(), max_file_bytes=10_000)
        sync([folder], fresh, StubEncoder(), NoProgress(), max_file_bytes=10_000)
        assert state(grown) == state(fresh)
