"""Queries: conversations out of their tables, with answers as they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from threadqa.answers import Answer
from threadqa.archive.archive import Archive
from threadqa.archive.database import Database, Row
from threadqa.conversations.record_json import record_from, record_text
from threadqa.conversations.records import Posts, Record, answer_from, standing
from threadqa.conversations.values import Conversation, ConversationSummary, Rating, StoredAnswer

__all__ = ["HAS_FEEDBACK", "changed_answers", "posts_of", "rewrite", "summaries", "whole"]

HAS_FEEDBACK = """EXISTS (
    SELECT 1 FROM answers AS r LEFT JOIN wrong_sources AS w ON w.answer = r.id
    WHERE r.conversation = c.id AND (r.rating IS NOT NULL OR w.answer IS NOT NULL))"""
"""The condition of a conversation of which some answer was rated, or some source called wrong."""


def summaries(
    database: Database,
    condition: str,
    values: Sequence[object] = (),
    *,
    order: str = "c.started_at, c.id",
) -> list[ConversationSummary]:
    """The conversations, `c` in SQL, for which a condition holds, in an order."""
    rows = database.rows(
        "SELECT c.id, c.title, c.started_at, c.changed_at, count(a.id) "
        "FROM conversations AS c LEFT JOIN answers AS a ON a.conversation = c.id "
        f"WHERE {condition} GROUP BY c.id ORDER BY {order}",
        values,
    )
    return [
        ConversationSummary(
            id=id_,
            title=title,
            started_at=datetime.fromisoformat(started_at),
            changed_at=datetime.fromisoformat(changed_at),
            answers=answers,
        )
        for id_, title, started_at, changed_at, answers in rows
    ]


def whole(database: Database, summary: ConversationSummary, archive: Archive) -> Conversation:
    """A conversation with its answers, as they stand now."""
    rows = list(
        database.rows(
            "SELECT id, answered_at, rating, rated_at, body FROM answers "
            "WHERE conversation = ? ORDER BY id",
            (summary.id,),
        )
    )
    records = [record_from(body) for *_, body in rows]
    posts = posts_of(records, archive)
    wrong = _wrong_sources(database, summary.id)
    return Conversation(
        id=summary.id,
        title=summary.title,
        started_at=summary.started_at,
        changed_at=summary.changed_at,
        answers=tuple(
            _stored(row, answer_from(record, posts), wrong)
            for row, record in zip(rows, standing(records, posts), strict=True)
        ),
    )


def _wrong_sources(database: Database, conversation: str) -> set[tuple[int, str]]:
    """(answer, post id) of each wrong source of a conversation."""
    return {
        (answer, post_id)
        for answer, post_id in database.rows(
            "SELECT w.answer, w.post_id FROM wrong_sources AS w "
            "JOIN answers AS a ON a.id = w.answer WHERE a.conversation = ?",
            (conversation,),
        )
    }


def _stored(row: Row, answer: Answer, wrong: set[tuple[int, str]]) -> StoredAnswer:
    id_, answered_at, rating, rated_at, _ = row
    cited = {citation.hit.post.id for citation in answer.citations}
    return StoredAnswer(
        id=id_,
        answered_at=datetime.fromisoformat(answered_at),
        answer=answer,
        rating=None if rating is None else Rating(rating),
        rated_at=None if rated_at is None else datetime.fromisoformat(rated_at),
        wrong_sources=frozenset(post_id for post_id in cited if (id_, post_id) in wrong),
    )


def changed_answers(database: Database, archive: Archive) -> Iterator[tuple[int, Record]]:
    """Ids of the answers that do not stand as they are, with what is left of each."""
    rows = database.rows("SELECT conversation, id, body FROM answers ORDER BY 1, 2")
    for _, group in groupby(rows, key=itemgetter(0)):
        ids, bodies = zip(*((id_, body) for _, id_, body in group), strict=True)
        records = list(map(record_from, bodies))
        left = standing(records, posts_of(records, archive))
        yield from (
            (id_, after)
            for id_, before, after in zip(ids, records, left, strict=True)
            if after is not before
        )


def rewrite(database: Database, answer: int, record: Record) -> None:
    """Puts what is left of an answer in its place, and forgets wrong sources it cites no more."""
    database.execute("UPDATE answers SET body = ? WHERE id = ?", (record_text(record), answer))
    cited = {found.post_id for found in record.citations}
    marked = database.rows("SELECT post_id FROM wrong_sources WHERE answer = ?", (answer,))
    database.execute_many(
        "DELETE FROM wrong_sources WHERE answer = ? AND post_id = ?",
        [(answer, post_id) for (post_id,) in marked if post_id not in cited],
    )


def posts_of(records: Iterable[Record], archive: Archive) -> Posts:
    """What records refer to, as far as the archive holds it."""
    ids = dict.fromkeys(found.post_id for record in records for found in record.found)
    return archive.posts_named(list(ids))
