"""Queries: posts, threads and sources out of the archive's tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from threadqa.archive.database import Database, Row, placeholders
from threadqa.archive.filters import PostFilter, thread_condition, where
from threadqa.archive.records import ArchiveCounts, IndexableThread, PostBefore, SourceRecord
from threadqa.archive.rows import (
    POST_COLUMNS,
    SOURCE_COLUMNS,
    SUMMARY_COLUMNS,
    post_from,
    source_from,
    summary_from,
)
from threadqa.archive.vectors import decode, encoder_id
from threadqa.errors import UsageError
from threadqa.posts import Post, Thread, ThreadSummary

__all__ = [
    "counts",
    "find_threads",
    "indexable_threads",
    "meta",
    "neighbours",
    "posts",
    "posts_before",
    "posts_named",
    "row_of",
    "rows_matching",
    "source",
    "sources",
    "thread",
    "threads",
]

CHUNK = 500  # rows in one IN list
JOINED_THREADS = "FROM threads AS t JOIN sources AS s ON s.id = t.source"
JOINED_POSTS = (
    "FROM posts AS p JOIN threads AS t ON t.id = p.thread JOIN sources AS s ON s.id = t.source"
)


def meta(database: Database, key: str) -> str | None:
    """A value of table `meta`; None where it was never set."""
    value = database.value("SELECT value FROM meta WHERE key = ?", (key,))
    return None if value is None else str(value)


def counts(database: Database) -> ArchiveCounts:
    """How much the archive holds."""
    tables = ("sources", "threads", "posts", "vectors")
    numbers = {table: int(database.value(f"SELECT count(*) FROM {table}")) for table in tables}
    return ArchiveCounts(**numbers)


def source(database: Database, name: str) -> SourceRecord | None:
    """What is known of a source; None where the archive does not hold it."""
    row = database.row(f"SELECT {SOURCE_COLUMNS} FROM sources WHERE name = ?", (name,))
    return None if row is None else source_from(row)


def sources(database: Database) -> list[SourceRecord]:
    """All sources, by name."""
    return [
        source_from(row)
        for row in database.rows(f"SELECT {SOURCE_COLUMNS} FROM sources ORDER BY name")
    ]


def threads(database: Database) -> Iterator[ThreadSummary]:
    """All threads, by the name of their source and their place in it."""
    sql = f"SELECT {SUMMARY_COLUMNS} {JOINED_THREADS} ORDER BY s.name, t.ordinal"
    return map(summary_from, database.rows(sql))


def find_threads(database: Database, value: str) -> list[ThreadSummary]:
    """The threads that a text names, in the order of `threads`; see `PostFilter.threads`."""
    condition, values = thread_condition(value)
    sql = f"SELECT {SUMMARY_COLUMNS} {JOINED_THREADS} WHERE {condition} ORDER BY s.name, t.ordinal"
    return list(map(summary_from, database.rows(sql, values)))


def thread(database: Database, thread_id: str) -> Thread:
    """A whole thread.

    Raises:
        UsageError: The archive holds no thread of this id.
    """
    sql = f"SELECT t.id, t.url, {SUMMARY_COLUMNS} {JOINED_THREADS} WHERE t.thread_id = ?"
    row = database.row(sql, (thread_id,))
    if row is None:
        raise UsageError(
            f"the archive holds no thread {thread_id!r}: `threadqa threads` lists those it holds"
        )
    number, url, *summary_row = row
    summary = summary_from(tuple(summary_row))
    post_rows = database.rows(
        f"SELECT {POST_COLUMNS} {JOINED_POSTS} WHERE p.thread = ? ORDER BY p.ordinal", (number,)
    )
    return Thread(
        id=summary.id,
        title=summary.title,
        posts=tuple(map(post_from, post_rows)),
        author=summary.author,
        declared_length=summary.declared_length,
        url=url,
    )


def posts(database: Database, rows: Sequence[int]) -> dict[int, tuple[Post, ThreadSummary]]:
    """Posts with their threads, by row; rows the archive does not hold are left out."""
    numbers = [int(row) for row in rows]
    found = {row: (post, thread) for row, post, thread in _posts_where(database, "p.row", numbers)}
    return {row: found[row] for row in numbers if row in found}


def posts_named(database: Database, ids: Sequence[str]) -> dict[str, tuple[Post, ThreadSummary]]:
    """Posts with their threads, by id; ids the archive does not hold are left out."""
    return {post.id: (post, thread) for _, post, thread in _posts_where(database, "p.post_id", ids)}


def _posts_where(
    database: Database, column: str, values: Sequence[object]
) -> Iterator[tuple[int, Post, ThreadSummary]]:
    """(row, post, thread) of the posts that have one of the values in a column."""
    width = POST_COLUMNS.count(",") + 1
    for start in range(0, len(values), CHUNK):
        chunk = values[start : start + CHUNK]
        sql = (
            f"SELECT {POST_COLUMNS}, {SUMMARY_COLUMNS} {JOINED_POSTS} "
            f"WHERE {column} IN ({placeholders(len(chunk))})"
        )
        for row in database.rows(sql, chunk):
            yield row[0], post_from(row), summary_from(row[width:])


def posts_before(database: Database, rows: Sequence[int]) -> dict[int, PostBefore]:
    """What stands before some posts in their threads, by row; those that open theirs are left out.

    Args:
        database: The archive's database.
        rows: Posts; fewer than SQLite takes parameters for, about 32,000.
    """
    sql = f"""SELECT p.row, before.text, before.position, before.author_key IS p.author_key
        FROM posts p JOIN posts before
        ON before.thread = p.thread AND before.ordinal =
            (SELECT max(ordinal) FROM posts WHERE thread = p.thread AND ordinal < p.ordinal)
        WHERE p.row IN ({placeholders(len(rows))})"""
    return {
        row: PostBefore(text, position, bool(same))
        for row, text, position, same in database.rows(sql, [int(row) for row in rows])
    }


def neighbours(database: Database, row: int, before: int, after: int) -> list[tuple[int, Post]]:
    """A post among those around it in its thread.

    Args:
        database: The archive's database.
        row: The post.
        before: Up to how many posts before it.
        after: Up to how many posts after it.

    Returns:
        (row, post) in thread order, the post itself included; empty for an unknown row.
    """
    here = database.row("SELECT thread, ordinal FROM posts WHERE row = ?", (int(row),))
    if here is None:
        return []
    select = f"SELECT {POST_COLUMNS} {JOINED_POSTS} WHERE p.thread = ? AND p.ordinal"
    # Two queries with limits and not one range: a deleted post leaves a gap in the ordinals.
    first = list(database.rows(f"{select} < ? ORDER BY p.ordinal DESC LIMIT ?", (*here, before)))
    rest = database.rows(f"{select} >= ? ORDER BY p.ordinal LIMIT ?", (*here, after + 1))
    return [(found[0], post_from(found)) for found in (*reversed(first), *rest)]


def row_of(database: Database, post_id: str) -> int:
    """The row of a post.

    Raises:
        UsageError: The archive holds no post of this id.
    """
    row = database.value("SELECT row FROM posts WHERE post_id = ?", (post_id,))
    if row is None:
        raise UsageError(f"the archive holds no post {post_id!r}")
    return int(row)


def rows_matching(database: Database, post_filter: PostFilter) -> NDArray[np.int64]:
    """The posts that a filter lets through: int64, shape (n,), ascending rows."""
    condition, values = where(post_filter)
    # One text of all rows, parsed by numpy: a quarter of the time of one Python int a row.
    sql = f"SELECT group_concat(p.row) FROM posts AS p WHERE {condition}"
    return np.sort(np.fromstring(database.value(sql, values) or "", np.int64, sep=","))


def indexable_threads(database: Database, encoder: str | None) -> Iterator[IndexableThread]:
    """Streams all threads, by ascending rows, one thread in memory at a time.

    Args:
        database: The archive's database.
        encoder: Fingerprint of the encoder whose vectors to give; None for none.

    Yields:
        One value a thread.

    Raises:
        ArchiveError: A post has no vector of this encoder.
    """
    # By the primary key, one sequential scan: a thread's posts were inserted in its order, and
    # rows only grow.
    sql = (
        "SELECT p.thread, p.row, coalesce(p.author, t.author), p.text, p.position, p.vector_key, "
        f"{'NULL' if encoder is None else 'v.vector'} "
        "FROM posts AS p CROSS JOIN threads AS t ON t.id = p.thread "
    )
    values: tuple[object, ...] = ()
    if encoder is not None:
        sql += "LEFT JOIN vectors AS v ON v.encoder = ? AND v.key = p.vector_key "
        values = (encoder_id(database, encoder),)
    for _, group in groupby(database.rows(f"{sql} ORDER BY p.row", values), key=itemgetter(0)):
        yield _indexable(database, encoder, group)


def _indexable(database: Database, encoder: str | None, group: Iterator[Row]) -> IndexableThread:
    _, rows, authors, texts, positions, keys, blobs = zip(*group, strict=True)
    return IndexableThread(
        rows=np.array(rows, np.int64),
        authors=authors,
        texts=texts,
        positions=positions,
        vector_keys=keys,
        vectors=None if encoder is None else decode(database, encoder, blobs),
    )
