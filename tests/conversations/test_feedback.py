"""Ratings and wrong sources: kept, taken back, and said as question rows that claim no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from threadqa.answers import Answer
from threadqa.archive import Archive
from threadqa.conversations import Conversations, Rating, question_rows
from threadqa.errors import UsageError
from threadqa.evaluation.questions import answerable, read_questions
from threadqa.evaluation.values import Turn

from .samples import answer_of_two, refusal

UP, DOWN = Rating.UP, Rating.DOWN


def rated(
    conversations: Conversations, answer: Answer, rating: Rating | None, *wrong: str
) -> tuple[str, int]:
    id_ = conversations.start("ann", "x")
    number = conversations.add("ann", id_, answer)
    conversations.rate("ann", id_, number, rating)
    for post_id in wrong:
        conversations.mark_wrong_source("ann", id_, number, post_id)
    return id_, number


def rows(conversations: Conversations, archive: Archive) -> list[dict[str, Any]]:
    return list(question_rows(conversations.with_feedback(archive)))


def test_feedback_is_kept_with_its_time_and_taken_back(
    archive: Archive, conversations: Conversations
) -> None:
    id_, number = rated(conversations, answer_of_two(archive), UP, "boats.1")
    (stored,) = conversations.get("ann", id_, archive).answers
    assert (stored.rating, stored.wrong_sources) == (UP, frozenset({"boats.1"}))
    assert str(stored.rated_at) == "2024-05-01 09:03:00+00:00"
    conversations.rate("ann", id_, number, DOWN)
    conversations.unmark_wrong_source("ann", id_, number, "boats.1")
    (stored,) = conversations.get("ann", id_, archive).answers
    assert (stored.rating, stored.wrong_sources) == (DOWN, frozenset())
    conversations.rate("ann", id_, number, None)
    (stored,) = conversations.get("ann", id_, archive).answers
    assert (stored.rating, stored.rated_at) == (None, None)
    assert rows(conversations, archive) == []


def test_feedback_on_what_is_not_there_is_refused(
    archive: Archive, conversations: Conversations
) -> None:
    id_, number = rated(conversations, answer_of_two(archive), None)
    with pytest.raises(UsageError, match="no such answer"):
        conversations.rate("ann", id_, number + 1, UP)
    with pytest.raises(UsageError, match=r"does not cite the post 'music\.1'"):
        conversations.mark_wrong_source("ann", id_, number, "music.1")


@pytest.mark.parametrize(
    ("answered", "rating", "wrong", "claims", "tags"),
    [
        (True, UP, [], {"answerable": True, "relevant_posts": ["boats.1", "staff.1"]},
         ["answered", "thumbs-up"]),
        (True, UP, ["boats.1"], {"answerable": True, "relevant_posts": ["staff.1"]},
         ["answered", "thumbs-up", "wrong-source"]),
        (True, UP, ["boats.1", "staff.1"], {}, ["answered", "thumbs-up", "wrong-source"]),
        (True, DOWN, [], {}, ["answered", "thumbs-down"]),
        (True, DOWN, ["staff.1"], {}, ["answered", "thumbs-down", "wrong-source"]),
        (True, None, ["staff.1"], {}, ["answered", "wrong-source"]),
        (False, UP, [], {"answerable": False}, ["not-found", "thumbs-up"]),
        (False, DOWN, [], {"answerable": True}, ["not-found", "thumbs-down"]),
    ],
)  # fmt: skip
def test_a_row_claims_what_was_said_and_no_more(
    archive: Archive,
    conversations: Conversations,
    answered: bool,
    rating: Rating | None,
    wrong: list[str],
    claims: dict[str, Any],
    tags: list[str],
) -> None:
    answer = answer_of_two(archive) if answered else refusal(archive)
    rated(conversations, answer, rating, *wrong)
    (row,) = rows(conversations, archive)
    assert {k: row[k] for k in ("answerable", "relevant_posts") if k in row} == claims
    assert row["tags"] == ["feedback", *tags]
    assert row.get("wrong_sources", []) == wrong
    assert "ann" not in row.values()


def test_a_withdrawn_answer_has_no_row(archive: Archive, conversations: Conversations) -> None:
    rated(conversations, answer_of_two(archive), UP)
    with archive.transaction():
        archive.delete_source("boats.txt")
    (row,) = rows(conversations, archive)
    assert row["relevant_posts"] == ["staff.1"]
    with archive.transaction():
        archive.delete_source("staff.txt")
    assert rows(conversations, archive) == []


def test_the_reader_of_question_sets_reads_what_is_written(
    archive: Archive, conversations: Conversations, tmp_path: Path
) -> None:
    id_ = conversations.start("bob", "x")
    first = conversations.add("bob", id_, answer_of_two(archive))
    conversations.add("bob", id_, refusal(archive))
    last = conversations.add("bob", id_, answer_of_two(archive))
    conversations.rate("bob", id_, last, UP)
    conversations.mark_wrong_source("bob", id_, first, "boats.1")
    file = tmp_path / "feedback.jsonl"
    written = [json.dumps(row) for row in rows(conversations, archive)]
    file.write_text("\n".join(written), "utf-8")
    one, two = read_questions(file).questions
    assert (one.id, one.question, one.history) == (
        f"feedback-{first}",
        "from:ann who leaves?",
        (),
    )
    assert (answerable(one), one.relevance) == (None, None)
    assert (answerable(two), two.relevance) == (True, {"boats.1": 1, "staff.1": 1})
    assert two.history == (
        Turn(role="user", content="from:ann who leaves?"),
        Turn(role="assistant", content="The boat sank. Staff leave for good."),
        Turn(role="user", content="who swims?"),
    )
