"""Conversations over a real archive and a real store, without a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.markup.pages import parsed
from threadqa.conversations import Rating
from threadqa.errors import ThreadqaError, UsageError
from threadqa.exports import Format
from threadqa.settings import Settings
from threadqa.web.archive_desk import ArchiveDesk
from threadqa.web.chat import Chat, ChatView
from threadqa.web.examples import example_files
from threadqa.web.workspace import Workspace

QUESTION = "How many clinical commissioning groups are abolished?"
UNKNOWN = "Who won the football last night?"


@pytest.fixture
def workspace(examples_index: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(examples_index, tmp_path / "index")
    with Workspace(Settings(index=tmp_path / "index")) as opened:
        yield opened


@pytest.fixture
def chat(workspace: Workspace) -> Chat:
    return Chat(workspace)


def asked(chat: Chat, question: str, conversation: str = "", owner: str = "") -> ChatView:
    *_, last = chat.ask(owner, conversation, question)
    return last


def said(view: ChatView) -> list[str]:
    return [parsed(message).text for _, message in view.messages]


def test_an_answer_grows_and_is_kept_when_it_is_whole(chat: Chat) -> None:
    searching, *growing, last = chat.ask("", "", QUESTION)
    assert [role for role, _ in searching.messages] == ["user", "assistant"]
    assert said(searching)[1] == "Searching the archive…"
    assert [view.whole for view in (searching, *growing)] == [False] * (1 + len(growing))
    assert growing[-1].conversation == ""
    assert last.whole
    assert "106 clinical commissioning groups" in said(last)[1]
    assert "106 clinical commissioning groups" in parsed(last.evidence).text
    assert chat.open("", last.conversation) == last


def test_a_conversation_goes_on_and_opens_as_it_was(chat: Chat) -> None:
    first = asked(chat, QUESTION)
    second = asked(chat, UNKNOWN, first.conversation)
    assert second.conversation == first.conversation
    assert second.messages[:2] == first.messages
    assert "Not in the archive" in said(second)[3]
    opened = chat.open("", first.conversation)
    assert opened.messages == second.messages
    assert opened.evidence == second.evidence
    assert chat.evidence("", first.conversation, 0) == first.evidence


def test_what_is_wrong_with_a_question_is_said_where_its_answer_would_be(chat: Chat) -> None:
    first = asked(chat, QUESTION)
    failed = asked(chat, "staff since:soon", first.conversation)
    assert failed.whole
    assert failed.messages[:2] == first.messages
    assert "soon is not a date" in said(failed)[3]
    assert len(chat.kept("", first.conversation).answers) == 1


def test_without_an_archive_the_answer_says_what_to_do(tmp_path: Path) -> None:
    with Workspace(Settings(index=tmp_path / "none")) as empty:
        view = asked(Chat(empty), QUESTION)
    assert "no archive in" in said(view)[1]


def test_nobody_sees_or_changes_another_owners_conversation(chat: Chat) -> None:
    anns = asked(chat, QUESTION, owner="ann").conversation
    for attempt in (
        lambda: chat.open("bob", anns),
        lambda: chat.evidence("bob", anns, 0),
        lambda: chat.thread("bob", anns, 0, ("o3xztmj7zzj7", "x")),
        lambda: chat.rate("bob", anns, 0, Rating.UP),
        lambda: chat.export("bob", anns, None, Format.MARKDOWN),
    ):
        with pytest.raises(UsageError, match="no such conversation"):
            attempt()
    assert chat.found("bob", "") == []
    assert "no such conversation" in said(asked(chat, UNKNOWN, anns, owner="bob"))[-1]
    assert len(chat.kept("ann", anns).answers) == 1


@pytest.mark.parametrize("turn", [-1, 1, 99])
def test_an_answer_that_is_not_there_is_told_of(chat: Chat, turn: int) -> None:
    conversation = asked(chat, QUESTION).conversation
    with pytest.raises(UsageError, match="no such answer"):
        chat.evidence("", conversation, turn)


def test_a_rating_is_kept_changed_and_taken_back(chat: Chat) -> None:
    conversation = asked(chat, QUESTION).conversation
    given = []
    for rating in (Rating.UP, Rating.DOWN, Rating.DOWN):
        chat.rate("", conversation, 0, rating)
        given.append(chat.kept("", conversation).answers[0].rating)
    assert given == [Rating.UP, Rating.DOWN, None]


def test_a_wrong_source_is_kept_and_taken_back(chat: Chat) -> None:
    conversation = asked(chat, QUESTION).conversation
    (cited, *_) = chat.kept("", conversation).answers[0].answer.citations
    post = cited.hit.post.id
    chat.mark_source("", conversation, 0, post)
    assert chat.kept("", conversation).answers[0].wrong_sources == {post}
    chat.mark_source("", conversation, 0, post)
    assert chat.kept("", conversation).answers[0].wrong_sources == frozenset()


def test_feedback_is_given_as_questions_and_only_to_its_owner(chat: Chat) -> None:
    conversation = asked(chat, QUESTION, owner="ann").conversation
    chat.rate("ann", conversation, 0, Rating.UP)
    (row,) = [json.loads(line) for line in chat.feedback("ann").content.splitlines()]
    assert (row["question"], row["answerable"]) == (QUESTION, True)
    with pytest.raises(UsageError, match="no feedback"):
        chat.feedback("bob")


def test_an_answer_and_a_conversation_are_exported(chat: Chat) -> None:
    conversation = asked(chat, UNKNOWN, asked(chat, QUESTION).conversation).conversation
    one = chat.export("", conversation, 0, Format.HTML)
    assert one.name == "how-many-clinical-commissioning-groups-are-abolished.html"
    assert UNKNOWN not in one.content
    assert UNKNOWN in chat.export("", conversation, None, Format.MARKDOWN).content
    assert isinstance(json.loads(chat.export("", conversation, None, Format.CSL).content), list)


def test_conversations_are_found_by_words_of_their_answers(chat: Chat) -> None:
    conversation = asked(chat, QUESTION).conversation
    asked(chat, UNKNOWN)
    assert [one.id for one in chat.found("", "clinical 106")] == [conversation]
    assert len(chat.found("", "")) == 2


def test_suggested_questions_are_answered_with_confidence(workspace: Workspace, chat: Chat) -> None:
    suggestions = ArchiveDesk(workspace).suggestions()
    assert len(suggestions) == 4
    for question in suggestions:
        conversation = asked(chat, question).conversation
        answer = chat.kept("", conversation).answers[0].answer
        assert answer.confidence >= 0.6
        assert answer.citations


def test_files_are_added_with_a_report_and_removed_again(tmp_path: Path) -> None:
    with Workspace(Settings(index=tmp_path / "index")) as workspace:
        desk = ArchiveDesk(workspace)
        assert desk.known().overview is None
        assert desk.suggestions() == ()
        *_, report = desk.add(example_files())
        assert "7 added" in parsed(report).text
        assert "3 of 12 posts, missing 4–12" in parsed(report).text
        overview = desk.known().overview
        assert overview is not None
        assert (overview.counts.threads, overview.counts.posts) == (14, 79)
        name = overview.contents[0].record.name
        first, *_, report = desk.remove(name)
        assert parsed(first).all("progress")
        assert parsed(report).text == f"“{name}” was removed, with 20 posts."
        assert "14 threads" not in parsed(desk.overview()).text


def test_a_file_of_no_known_format_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with Workspace(Settings(index=tmp_path / "index")) as workspace:
        notes = ArchiveDesk(workspace).add([tmp_path / "picture.png"])
        with pytest.raises(ThreadqaError, match="of no known format"):
            list(notes)
