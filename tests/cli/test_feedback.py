"""`threadqa eval feedback`: from a kept answer to a question set that can be run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from threadqa.assistant import Assistant
from threadqa.conversations import Conversations, Rating
from threadqa.evaluation.questions import read_questions
from threadqa.settings import Settings

QUESTION = "what did the auditors say about how many contacts were reached?"


@pytest.fixture
def own(index: Path, tmp_path: Path) -> Path:
    """An index of the examples to write to."""
    return shutil.copytree(index, tmp_path / "own")


def test_feedback_becomes_a_question_set_that_can_be_run(
    run: Run, own: Path, tmp_path: Path
) -> None:
    with (
        Assistant.open(Settings(index=own)) as assistant,
        Conversations.open(own) as conversations,
    ):
        id_ = conversations.start("ann", QUESTION)
        answer = assistant.ask(QUESTION)
        number = conversations.add("ann", id_, answer)
        conversations.rate("ann", id_, number, Rating.UP)
        assert conversations.get("ann", id_, assistant.archive).answers[0].answer == answer
    file = tmp_path / "feedback.jsonl"
    done = run("eval", "feedback", "--index", own, "--out", file)
    assert (done.exit_code, done.stdout) == (
        0,
        f"Answers with feedback, 1 in all, are in {file}: look them over.\n",
    )
    (question,) = read_questions(file).questions
    assert question.question == QUESTION
    assert question.relevance == {c.hit.post.id: 1 for c in answer.citations}
    assert question.tags == ("feedback", "answered", "thumbs-up")
    assert run("eval", "feedback", "--index", own).stdout == file.read_text("utf-8")
    assert "ann" not in file.read_text("utf-8").replace("answer", "")
    measured = run("eval", "run", file, "--index", own, "--out", tmp_path / "run")
    assert measured.exit_code == 0
    again = run("eval", "feedback", "--index", own, "--out", file)
    assert again.exit_code == 2
    assert "exists, and may have been edited" in again.stderr


def test_without_conversations_there_is_no_feedback_and_no_file_is_made(
    run: Run, own: Path
) -> None:
    assert run("eval", "feedback", "--index", own).stdout == ""
    assert not (own / "conversations.sqlite").exists()
