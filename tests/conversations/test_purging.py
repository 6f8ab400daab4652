"""What is left of kept answers when posts go or change: shown at once, and purged from the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.archive.samples import thread, write
from tests.stub_encoder import StubEncoder
from threadqa.answers import Answer, Sentence, Status
from threadqa.archive import Archive
from threadqa.conversations import Conversations, Rating, StoredAnswer, purge
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync

from .samples import STAFF, answer, answer_of_two, refusal

GONE = "posts that the archive no longer holds, or holds with another text"


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("conversations.sqlite*"))


def delete(archive: Archive, source: str) -> None:
    with archive.transaction():
        archive.delete_source(source)


def keep(conversations: Conversations, *answers: Answer) -> str:
    id_ = conversations.start("", "who?")
    for one in answers:
        conversations.add("", id_, one)
    return id_


def shown(conversations: Conversations, id_: str, archive: Archive) -> list[StoredAnswer]:
    return list(conversations.get("", id_, archive).answers)


@pytest.mark.parametrize("purged", [False, True])
def test_a_sentence_whose_post_is_gone_is_taken_out_and_the_rest_renumbered(
    archive: Archive, conversations: Conversations, *, purged: bool
) -> None:
    id_ = keep(conversations, answer_of_two(archive))
    delete(archive, "boats.txt")
    if purged:
        assert conversations.purge(archive).answers == 1
        assert conversations.purge(archive).answers == 0
    (stored,) = shown(conversations, id_, archive)
    left = stored.answer
    assert left.status is Status.ANSWERED
    assert left.sentences == (Sentence(text="Staff leave for good.", citations=(1,)),)
    assert [(c.number, c.hit.post.id, c.spans) for c in left.citations] == [
        (1, "staff.1", ((4, 25),))
    ]
    assert left.notices == (
        "Confidence is low.",
        f"1 sentence was taken out of this answer: they rested on {GONE}.",
    )


@pytest.mark.parametrize("purged", [False, True])
def test_an_answer_of_which_nothing_is_left_is_withdrawn(
    archive: Archive, conversations: Conversations, *, purged: bool
) -> None:
    id_ = keep(conversations, answer_of_two(archive))
    delete(archive, "boats.txt")
    delete(archive, "staff.txt")
    if purged:
        conversations.purge(archive)
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.status is Status.WITHDRAWN
    assert (stored.answer.sentences, stored.answer.citations) == ((), ())
    assert stored.answer.notices == (
        "Confidence is low.",
        f"This answer was withdrawn: it rested on {GONE}. Ask again to see what it says now.",
    )


def test_a_notice_about_a_citation_goes_with_it_or_takes_its_new_number(
    archive: Archive, conversations: Conversations
) -> None:
    heard = replace(
        answer_of_two(archive),
        notices=(
            "[1] quotes a sailor: “the hull was rotten”",
            "[2] quotes a nurse: “Staff leave for good.”",
        ),
    )
    id_ = keep(conversations, heard)
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.notices == heard.notices
    delete(archive, "boats.txt")
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.notices[0] == "[1] quotes a nurse: “Staff leave for good.”"
    assert len(stored.answer.notices) == 2  # and that a sentence was taken out
    conversations.purge(archive)
    assert b"sailor" not in bytes_of(archive.folder)
    assert b"rotten" not in bytes_of(archive.folder)


def test_sentences_taken_out_at_different_times_are_counted_together(
    archive: Archive, conversations: Conversations
) -> None:
    three = answer(
        archive,
        [("The boat sank.", (1,)), ("Staff leave for good.", (2,)), ("Music was played", (3,))],
        [("boats.1", (4, 18)), ("staff.1", (4, 25)), ("music.1", (4, 20))],
    )
    id_ = keep(conversations, three)
    for source in ("boats.txt", "music.txt"):
        delete(archive, source)
        conversations.purge(archive)
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.text == "Staff leave for good. [1]"
    assert stored.answer.notices[-1].startswith("2 sentences were taken out")


def test_a_sentence_on_two_posts_goes_with_either(
    archive: Archive, conversations: Conversations
) -> None:
    both = answer(
        archive,
        [("Boats sink and zanzibar-staff go.", (1, 2)), ("Money is short.", (2,))],
        [("boats.1", (4, 18)), ("staff.1", (4, 42))],
    )
    id_ = keep(conversations, both)
    delete(archive, "boats.txt")
    conversations.purge(archive)
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.text == "Money is short. [1]"


def test_words_of_a_model_that_rest_on_a_deleted_post_are_in_no_byte_of_the_file(
    folder: Path, archive: Archive, conversations: Conversations
) -> None:
    written = answer(
        archive, [("It was the zanzibar-protocol, they say.", (1,))], [("boats.1", (4, 18))]
    )
    keep(conversations, *[written] * 100, refusal(archive, "kept for good?"))
    assert b"zanzibar-protocol" in bytes_of(folder)
    delete(archive, "boats.txt")
    assert purge(archive).answers == 101  # the refusal had the boat's post among its nearest
    content = bytes_of(folder)
    assert b"zanzibar-protocol" not in content
    assert b"boats.1" not in content
    assert b"kept for good" in content


def test_an_answer_that_was_made_before_a_deletion_and_is_kept_after_it_lacks_what_went(
    folder: Path, archive: Archive, conversations: Conversations
) -> None:
    late = answer(
        archive,
        [("It was the zanzibar-protocol.", (1,)), ("Staff leave for good.", (2,))],
        [("boats.1", (4, 18)), ("staff.1", (4, 25))],
    )
    delete(archive, "boats.txt")
    id_ = keep(conversations, late)
    assert b"zanzibar-protocol" not in bytes_of(folder)
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.text == "Staff leave for good. [1]"


def test_a_purge_reaches_the_disk_while_a_server_has_the_file_open(
    folder: Path, archive: Archive
) -> None:
    with Conversations.open(folder) as server:
        id_ = server.start("ann", "q?")
        written = answer(archive, [("A zanzibar-protocol.", (1,))], [("boats.1", (4, 18))])
        server.add("ann", id_, written)
        delete(archive, "boats.txt")
        assert purge(archive).answers == 1
        assert b"zanzibar-protocol" not in bytes_of(folder)
        assert server.get("ann", id_, archive).answers[0].answer.status is Status.WITHDRAWN


def test_a_purge_says_when_a_reader_keeps_the_old_text_on_disk(
    folder: Path, archive: Archive, conversations: Conversations
) -> None:
    keep(conversations, answer(archive, [("A zanzibar-protocol.", (1,))], [("boats.1", (4, 18))]))
    delete(archive, "boats.txt")
    with Conversations.open(folder) as other, other._database.snapshot():
        assert purge(archive) == (1, False)
    assert b"zanzibar-protocol" in bytes_of(folder)
    assert purge(archive) == (0, True)
    assert b"zanzibar-protocol" not in bytes_of(folder)


def test_a_post_whose_text_changed_counts_as_gone(
    archive: Archive, conversations: Conversations
) -> None:
    id_ = keep(conversations, answer_of_two(archive))
    changed = STAFF.replace("short", "ample")  # not in the cited span, and still not that post
    write(archive, "staff.txt", thread("staff", [changed, "2/3 No."], declared=3))
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.text == "The boat sank. [1]"


def test_a_post_that_is_written_anew_unchanged_stands(
    archive: Archive, conversations: Conversations
) -> None:
    id_ = keep(conversations, answer_of_two(archive))
    whole = answer_of_two(archive)
    delete(archive, "staff.txt")
    write(archive, "staff.txt", thread("staff", [STAFF, "2/3 No.", "3/3 End."], declared=3))
    assert conversations.purge(archive).answers == 0
    assert shown(conversations, id_, archive)[0].answer == whole


def test_nearest_posts_that_are_gone_leave_a_refusal_a_refusal(
    archive: Archive, conversations: Conversations
) -> None:
    id_ = keep(conversations, refusal(archive))
    delete(archive, "boats.txt")
    conversations.purge(archive)
    (stored,) = shown(conversations, id_, archive)
    assert stored.answer.status is Status.NOT_FOUND
    assert [hit.post.id for hit in stored.answer.nearest] == ["music.1"]
    assert stored.answer.notices == ()


@pytest.mark.parametrize("purged", [False, True])
def test_a_standalone_form_made_of_a_deleted_posts_words_gives_way_to_the_question(
    archive: Archive, conversations: Conversations, *, purged: bool
) -> None:
    first = answer_of_two(archive)
    follow_up = answer(
        archive,
        [("Staff leave for good.", (1,))],
        [("staff.1", (4, 25))],
        question="and who swims?",
        standalone="who swims from the sunken boat?",
    )
    own = answer(
        archive, [("Staff leave for good.", (1,))], [("staff.1", (4, 25))],
    )  # fmt: skip
    id_ = keep(conversations, first, follow_up, own)
    delete(archive, "boats.txt")
    if purged:
        assert conversations.purge(archive).answers == 2
    standalone = [one.answer.standalone_question for one in shown(conversations, id_, archive)]
    assert standalone == ["who leaves?", "and who swims?", "who leaves?"]


def test_a_wrong_source_goes_with_its_post_and_a_rating_stays(
    archive: Archive, conversations: Conversations
) -> None:
    id_ = keep(conversations, answer_of_two(archive))
    (stored,) = shown(conversations, id_, archive)
    conversations.rate("", id_, stored.id, Rating.DOWN)
    for post_id in ("boats.1", "staff.1"):
        conversations.mark_wrong_source("", id_, stored.id, post_id)
    delete(archive, "boats.txt")
    conversations.purge(archive)
    (left,) = shown(conversations, id_, archive)
    assert (left.rating, left.wrong_sources) == (Rating.DOWN, frozenset({"staff.1"}))
    assert conversations._database.value("SELECT count(*) FROM wrong_sources") == 1


def test_without_conversations_there_is_nothing_to_purge(folder: Path, archive: Archive) -> None:
    assert purge(archive).answers == 0
    assert not (folder / "conversations.sqlite").exists()


def test_indexing_purges_what_rested_on_a_file_that_is_gone(tmp_path: Path) -> None:
    folder, threads = tmp_path / "index", tmp_path / "threads"
    threads.mkdir()
    (threads / "boats.txt").write_text("1/5 The boat is on the river.\n2/5 It sank.\n", "utf-8")
    (threads / "staff.txt").write_text("1/1 Staff leave.\n", "utf-8")

    def run() -> None:
        sync([threads], folder, StubEncoder(), NoProgress(), max_file_bytes=10_000)

    run()
    with Archive.open_for_reading(folder) as archive, Conversations.open(folder) as kept:
        boats = next(t.id for t in archive.threads() if t.source == "boats.txt")
        post = archive.thread(boats).posts[0].id
        id_ = kept.start("", "q?")
        kept.add("", id_, answer(archive, [("A zanzibar-protocol.", (1,))], [(post, (0, 9))]))
    run()
    assert b"zanzibar" in bytes_of(folder)
    (threads / "boats.txt").unlink()
    run()
    assert b"zanzibar" not in bytes_of(folder)
    with Archive.open_for_reading(folder) as archive, Conversations.open(folder) as kept:
        assert kept.get("", id_, archive).answers[0].answer.status is Status.WITHDRAWN
