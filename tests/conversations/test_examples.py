"""Answers of the real assistant over the examples: kept, restored, and nowhere copied."""

from __future__ import annotations

import json
from pathlib import Path

from threadqa.answers import Status
from threadqa.assistant import Assistant
from threadqa.conversations import Conversations
from threadqa.evaluation.questions import read_questions
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.serialization import answer_json
from threadqa.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_every_answer_over_the_examples_comes_back_and_none_copies_a_post(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "index")
    sync_with_settings([EXAMPLES / "threads"], settings, NoProgress())
    with Assistant.open(settings) as assistant:
        answers = [
            assistant.ask(question.question)
            for question in read_questions(EXAMPLES / "questions.jsonl").questions
        ]
        with Conversations.open(settings.index) as conversations:
            id_ = conversations.start("", "examples")
            for answer in answers:
                conversations.add("", id_, answer)
        with Conversations.open(settings.index) as conversations:
            kept = [
                stored.answer for stored in conversations.get("", id_, assistant.archive).answers
            ]
    assert kept == answers
    assert [answer_json(answer) for answer in kept] == [answer_json(answer) for answer in answers]
    assert {answer.status for answer in answers} == {Status.ANSWERED, Status.NOT_FOUND}
    content = (settings.index / "conversations.sqlite").read_bytes().decode("utf-8", "replace")
    texts = {citation.hit.post.text for answer in answers for citation in answer.citations}
    texts |= {hit.thread.title for answer in answers for hit in answer.nearest}
    texts |= {s.text for answer in answers for s in answer.sentences if len(s.text) > 20}
    assert not [text for text in texts if json.dumps(text)[1:-1] in content]  # as it is written
