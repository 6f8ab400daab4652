"""Conversations: started, listed, searched, renamed, deleted, and whose they are."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from threadqa.archive import Archive
from threadqa.conversations import Conversations, Rating
from threadqa.conversations.schema import APPLICATION_ID, MIGRATIONS
from threadqa.errors import ArchiveError, UsageError

from .samples import Ticking, answer_of_two, refusal


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("conversations.sqlite*"))


def test_a_conversation_is_titled_by_its_first_question(conversations: Conversations) -> None:
    id_ = conversations.start("ann", "  who\nleaves?  ")
    (summary,) = conversations.summaries("ann")
    assert (summary.id, summary.title, summary.answers) == (id_, "who leaves?", 0)
    assert summary.started_at == summary.changed_at == datetime(2024, 5, 1, 9, 1, tzinfo=UTC)


def test_a_long_title_is_cut(conversations: Conversations) -> None:
    conversations.start("", "w" * 300)
    assert conversations.summaries("")[0].title == "w" * 199 + "…"


def test_the_conversation_with_the_last_answer_comes_first(
    archive: Archive, conversations: Conversations
) -> None:
    first = conversations.start("", "first?")
    second = conversations.start("", "second?")
    assert [s.id for s in conversations.summaries("")] == [second, first]
    conversations.add("", first, refusal(archive))
    assert [(s.id, s.answers) for s in conversations.summaries("")] == [(first, 1), (second, 0)]
    assert conversations.summaries("")[0].changed_at == datetime(2024, 5, 1, 9, 3, tzinfo=UTC)


def test_an_answer_comes_back_as_it_was_given(
    archive: Archive, conversations: Conversations
) -> None:
    given = [answer_of_two(archive), refusal(archive)]
    id_ = conversations.start("", "who leaves?")
    numbers = [conversations.add("", id_, answer) for answer in given]
    kept = conversations.get("", id_, archive)
    assert [stored.answer for stored in kept.answers] == given
    assert [stored.id for stored in kept.answers] == numbers
    assert kept.answers[0].answered_at == datetime(2024, 5, 1, 9, 2, tzinfo=UTC)
    assert kept.history == tuple(answer.exchange for answer in given)


def test_a_conversation_outlives_the_process(folder: Path, archive: Archive) -> None:
    with Conversations.open(folder) as conversations:
        id_ = conversations.start("", "who leaves?")
        conversations.add("", id_, answer_of_two(archive))
    with Conversations.open(folder) as conversations:
        assert conversations.get("", id_, archive).answers[0].answer == answer_of_two(archive)


def test_the_file_holds_no_text_of_a_post(
    folder: Path, archive: Archive, conversations: Conversations
) -> None:
    id_ = conversations.start("", "who leaves?")
    conversations.add("", id_, answer_of_two(archive))
    content = bytes_of(folder)
    assert b"who leaves?" in content
    for words in (b"Staff leave", b"boat sank", b"Money"):
        assert words not in content


@pytest.mark.parametrize(
    "call",
    [
        lambda c, a, id_: c.get("bob", id_, a),
        lambda c, a, id_: c.rename("bob", id_, "mine"),
        lambda c, a, id_: c.delete("bob", id_),
        lambda c, a, id_: c.add("bob", id_, refusal(a)),
        lambda c, a, id_: c.rate("bob", id_, 1, Rating.UP),
        lambda c, a, id_: c.mark_wrong_source("bob", id_, 1, "boats.1"),
        lambda c, a, id_: c.unmark_wrong_source("bob", id_, 1, "boats.1"),
    ],
)
def test_somebody_elses_conversation_is_as_one_that_is_not_there(
    archive: Archive,
    conversations: Conversations,
    call: Callable[[Conversations, Archive, str], object],
) -> None:
    theirs = conversations.start("ann", "secret?")
    conversations.add("ann", theirs, answer_of_two(archive))
    before = conversations.get("ann", theirs, archive)
    messages = []
    for id_ in (theirs, "no-such-id"):
        with pytest.raises(UsageError) as error:
            call(conversations, archive, id_)
        messages.append(str(error.value))
    assert messages[0] == messages[1]
    assert conversations.get("ann", theirs, archive) == before
    assert conversations.summaries("bob") == []
    assert conversations.search("bob", "secret", archive) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("LEAVE staff", ["one"]),
        ("boat", ["one"]),
        ("swims", ["two"]),
        ("title", ["one", "two"]),
        ("", ["one", "two"]),
        ("boat swims", []),
        ("money", []),  # stands in the cited post, and not in the answer
    ],
)
def test_search_looks_at_titles_questions_and_answers(
    archive: Archive, conversations: Conversations, words: str, found: list[str]
) -> None:
    for name, answer in (("two", refusal(archive)), ("one", answer_of_two(archive))):
        id_ = conversations.start("", "x")
        conversations.add("", id_, answer)
        conversations.rename("", id_, f"title {name}")
    titles = [s.title for s in conversations.search("", words, archive)]
    assert titles == [f"title {name}" for name in found]


def test_a_conversation_is_renamed_and_not_moved(conversations: Conversations) -> None:
    id_ = conversations.start("", "who?")
    conversations.start("", "later?")
    conversations.rename("", id_, " Staff \n report ")
    assert [s.title for s in conversations.summaries("")] == ["later?", "Staff report"]
    with pytest.raises(UsageError, match="title is empty"):
        conversations.rename("", id_, " \n ")


def test_half_a_character_in_a_question_does_no_harm(
    archive: Archive, conversations: Conversations
) -> None:
    id_ = conversations.start("", "half \ud800?")
    conversations.add("", id_, refusal(archive, "half \ud800?"))
    kept = conversations.get("", id_, archive)
    assert (kept.title, kept.answers[0].answer.question) == ("half ??", "half \ud800?")


def test_a_deleted_conversation_is_in_no_byte_of_the_file(
    folder: Path, archive: Archive, conversations: Conversations
) -> None:
    keep = conversations.start("", "kept for good?")
    gone = conversations.start("", "zanzibar-protocol?")
    answer = conversations.add("", gone, refusal(archive, "zanzibar-protocol again?"))
    conversations.rate("", gone, answer, Rating.UP)
    assert b"zanzibar" in bytes_of(folder)
    conversations.delete("", gone)
    assert b"zanzibar" not in bytes_of(folder)
    assert b"kept for good" in bytes_of(folder)
    assert [s.id for s in conversations.summaries("")] == [keep]


def test_the_number_of_a_deleted_answer_names_no_other(
    archive: Archive, conversations: Conversations
) -> None:
    gone = conversations.start("", "a?")
    number = conversations.add("", gone, refusal(archive))
    conversations.delete("", gone)
    other = conversations.start("", "b?")
    assert conversations.add("", other, refusal(archive)) > number


def test_many_threads_may_call_at_once(folder: Path, archive: Archive) -> None:
    answer = answer_of_two(archive)
    ids: list[int] = []
    with Conversations.open(folder) as conversations:
        shared = conversations.start("", "shared?")

        def work() -> None:
            mine = conversations.start("ann", "mine?")
            for _ in range(5):
                ids.append(conversations.add("", shared, answer))
                conversations.add("ann", mine, answer)
                conversations.summaries("ann")

        workers = [threading.Thread(target=work) for _ in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
        assert len(set(ids)) == 40
        assert len(conversations.get("", shared, archive).answers) == 40
        assert [s.answers for s in conversations.summaries("ann")] == [5] * 8


def test_two_processes_share_the_file(folder: Path, conversations: Conversations) -> None:
    program = (
        "import pathlib, sys; from threadqa.conversations import Conversations\n"
        "with Conversations.open(pathlib.Path(sys.argv[1])) as c: c.start('', 'from afar?')\n"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True)
    conversations.start("", "from here?")
    assert {s.title for s in conversations.summaries("")} == {"from afar?", "from here?"}


def test_the_file_needs_no_archive_and_says_what_it_is(folder: Path) -> None:
    with Conversations.open(folder / "new") as conversations:
        database = conversations._database
        assert database.value("PRAGMA application_id") == APPLICATION_ID
        assert database.value("PRAGMA user_version") == len(MIGRATIONS)
        assert database.value("PRAGMA journal_mode") == "wal"
        assert database.value("PRAGMA secure_delete") == 1
        assert database.value("PRAGMA foreign_keys") == 1


def test_an_answer_can_be_kept_where_the_archive_is_gone(
    folder: Path, archive: Archive, tmp_path: Path
) -> None:
    with Conversations.open(tmp_path / "other") as conversations:
        id_ = conversations.start("", "q?")
        conversations.add("", id_, answer_of_two(archive))
        assert conversations.get("", id_, archive).answers[0].answer == answer_of_two(archive)


def test_an_older_file_is_upgraded_and_a_newer_one_refused(folder: Path) -> None:
    with Conversations.open(folder, clock=Ticking()) as conversations:
        conversations.start("", "kept?")
    newer = (*MIGRATIONS, ("ALTER TABLE conversations ADD COLUMN note TEXT DEFAULT 'none'",))
    with Conversations.open(folder, migrations=newer) as conversations:
        assert conversations._database.value("SELECT note FROM conversations") == "none"
        assert conversations.summaries("")[0].title == "kept?"
    with pytest.raises(ArchiveError, match=r"written by a newer threadqa \(schema 2"):
        Conversations.open(folder)


def test_a_file_that_is_not_ours_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / "conversations.sqlite")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(ArchiveError, match="of another program"):
        Conversations.open(folder)
    (folder / "conversations.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(ArchiveError, match=r"or move it away to begin without conversations$"):
        Conversations.open(folder)


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="cannot make the folder"):
        Conversations.open(tmp_path / "file" / "index")
