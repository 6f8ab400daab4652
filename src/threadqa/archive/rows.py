"""Between table rows and values: posts, threads, sources."""

from __future__ import annotations

import json
from datetime import datetime

from threadqa.archive.database import Row
from threadqa.archive.filters import author_key, hashtag_key, text_key, unix_seconds
from threadqa.archive.records import SourceRecord
from threadqa.posts import Post, Thread, ThreadSummary

__all__ = [
    "POST_COLUMNS",
    "SOURCE_COLUMNS",
    "SUMMARY_COLUMNS",
    "marks_of",
    "post_from",
    "post_values",
    "source_from",
    "summary_from",
    "thread_values",
]

POST_COLUMNS = (
    "p.row, p.post_id, p.text, s.name, p.first_line, p.last_line, p.author, p.created_at, p.url, "
    "p.mentions, p.links, p.hashtags, p.position"
)
SUMMARY_COLUMNS = (
    "t.thread_id, t.title, t.author, s.name, t.declared_length, t.post_count, t.positions"
)
SOURCE_COLUMNS = "path, name, format, size, content_hash"


def post_from(row: Row) -> Post:
    """A post from `POST_COLUMNS`."""
    return Post(
        id=row[1],
        text=row[2],
        source=row[3],
        first_line=row[4],
        last_line=row[5],
        author=row[6],
        created_at=None if row[7] is None else datetime.fromisoformat(row[7]),
        url=row[8],
        mentions=_strings(row[9]),
        links=_strings(row[10]),
        hashtags=_strings(row[11]),
        position=row[12],
    )


def summary_from(row: Row) -> ThreadSummary:
    """A thread's summary from `SUMMARY_COLUMNS`."""
    return ThreadSummary(
        id=row[0],
        title=row[1],
        author=row[2],
        source=row[3],
        declared_length=row[4],
        post_count=row[5],
        positions=tuple(json.loads(row[6])),
    )


def source_from(row: Row) -> SourceRecord:
    """A source from `SOURCE_COLUMNS`."""
    return SourceRecord(
        path=row[0],
        name=row[1],
        format=row[2],
        size=row[3],
        content_hash=row[4],
    )


def thread_values(thread: Thread) -> Row:
    """What a thread's row holds from title to positions, in the schema's order."""
    summary = thread.summary
    return (
        thread.title,
        text_key(thread.title),
        thread.author,
        thread.url,
        thread.declared_length,
        summary.post_count,
        json.dumps(summary.positions, separators=(",", ":")),
    )


def post_values(post: Post, thread_author: str | None) -> Row:
    """What a post's row holds from position to hashtags, in the schema's order."""
    author = post.author or thread_author
    return (
        post.position,
        post.text,
        post.author,
        None if author is None else author_key(author),
        None if post.created_at is None else post.created_at.isoformat(),
        None if post.created_at is None else unix_seconds(post.created_at),
        post.url,
        post.first_line,
        post.last_line,
        _json(post.mentions),
        _json(post.links),
        _json(post.hashtags),
    )


def marks_of(row: int, post: Post) -> set[tuple[str, str, int]]:
    """The rows of table `marks` for a post: what filters look up."""
    return {
        *(("mention", author_key(mention), row) for mention in post.mentions),
        *(("link", text_key(link), row) for link in post.links),
        *(("hashtag", hashtag_key(hashtag), row) for hashtag in post.hashtags),
    }


def _json(values: tuple[str, ...]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def _strings(value: str | None) -> tuple[str, ...]:
    return () if value is None else tuple(json.loads(value))
