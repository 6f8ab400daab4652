"""Changes: sources with their threads and posts, into the archive's tables and out of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from threadqa.archive.database import Database, placeholders
from threadqa.archive.filters import text_key
from threadqa.archive.reading import CHUNK
from threadqa.archive.records import ReplaceCounts, SourceRecord
from threadqa.archive.rows import SOURCE_COLUMNS, marks_of, post_values, thread_values
from threadqa.errors import UsageError
from threadqa.posts import Post, Thread, opening_words

__all__ = [
    "delete_post",
    "delete_source",
    "replace_source",
    "set_meta",
]

VectorKeys = Callable[[Thread], Sequence[bytes]]


def set_meta(database: Database, key: str, value: str) -> None:
    """Sets a value of table `meta`."""
    database.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def delete_source(database: Database, name: str) -> int:
    """Deletes a source with its threads and posts; returns how many posts it had.

    A source that the archive does not hold has none.
    """
    deleted = database.value(
        "SELECT count(*) FROM posts AS p JOIN threads AS t ON t.id = p.thread "
        "JOIN sources AS s ON s.id = t.source WHERE s.name = ?",
        (name,),
    )
    database.execute("DELETE FROM sources WHERE name = ?", (name,))
    return int(deleted)


def delete_post(database: Database, post_id: str) -> None:
    """Deletes a post, and its thread with the last one.

    A thread's title is the opening words of its first post: it goes with that post, and the first
    of those that are left gives another.

    Raises:
        UsageError: The archive holds no post of this id.
    """
    found = next(
        iter(database.rows("SELECT thread, ordinal FROM posts WHERE post_id = ?", (post_id,))), None
    )
    if found is None:
        raise UsageError(f"the archive holds no post {post_id!r}")
    thread, ordinal = found
    database.execute("DELETE FROM posts WHERE post_id = ?", (post_id,))
    left = list(
        database.rows(
            "SELECT ordinal, position, text FROM posts WHERE thread = ? ORDER BY ordinal", (thread,)
        )
    )
    if not left:
        database.execute("DELETE FROM threads WHERE id = ?", (thread,))
        return
    positions = sorted({position for _, position, _ in left if position is not None})
    database.execute(
        "UPDATE threads SET post_count = ?, positions = ? WHERE id = ?",
        (len(left), json.dumps(positions, separators=(",", ":")), thread),
    )
    first, position, text = left[0]
    if ordinal < first:
        title = opening_words(text, position)
        database.execute(
            "UPDATE threads SET title = ?, title_key = ? WHERE id = ?",
            (title, text_key(title), thread),
        )


def replace_source(
    database: Database, record: SourceRecord, threads: Iterable[Thread], vector_keys: VectorKeys
) -> ReplaceCounts:
    """Writes a source with its threads, in place of what the archive held of it.

    Ids are unique in an archive: a post or thread whose id another one has gets "@" and the
    source's name after it.

    Args:
        database: Writable, in a transaction.
        record: The source.
        threads: Its threads, in order.
        vector_keys: Gives the vector keys of a thread's posts, in their order.

    Returns:
        What was done.

    Raises:
        ValueError: `vector_keys` gave another number of keys than the thread has posts.
    """
    removed = delete_source(database, record.name)
    source = database.execute(
        f"INSERT INTO sources ({SOURCE_COLUMNS}, name_key) VALUES (?, ?, ?, ?, ?, ?)",
        (
            record.path,
            record.name,
            record.format,
            record.size,
            record.content_hash,
            text_key(record.name),
        ),
    ).lastrowid
    next_row = 1 + int(database.value("SELECT seq FROM sqlite_sequence WHERE name = 'posts'") or 0)
    thread_count = post_count = renamed = 0
    for ordinal, thread in enumerate(threads):
        keys = vector_keys(thread)
        if len(keys) != len(thread.posts):
            raise ValueError(
                f"thread {thread.id} has {len(thread.posts)} posts, and {len(keys)} vector keys"
            )
        number = _insert_thread(database, source, ordinal, thread, record.name)
        ids = _free_post_ids(database, thread.posts, record.name)
        _insert_posts(database, number, next_row, thread, list(zip(ids, keys, strict=True)))
        renamed += sum(id_ != post.id for id_, post in zip(ids, thread.posts, strict=True))
        next_row += len(thread.posts)
        post_count += len(thread.posts)
        thread_count += 1
    return ReplaceCounts(threads=thread_count, posts=post_count, removed=removed, renamed=renamed)


def _insert_thread(
    database: Database, source: int | None, ordinal: int, thread: Thread, source_name: str
) -> int | None:
    sql = "SELECT 1 FROM threads WHERE thread_id = ?"
    thread_id = _free(thread.id, source_name, lambda id_: database.row(sql, (id_,)) is not None)
    return database.execute(
        "INSERT INTO threads (thread_id, source, ordinal, title, title_key, author, url, "
        "declared_length, post_count, positions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (thread_id, source, ordinal, *thread_values(thread)),
    ).lastrowid


def _insert_posts(
    database: Database,
    number: int | None,
    first_row: int,
    thread: Thread,
    ids_and_keys: Sequence[tuple[str, bytes]],
) -> None:
    database.execute_many(
        "INSERT INTO posts (row, post_id, thread, ordinal, vector_key, position, text, author, "
        "author_key, created_at, created_unix, url, first_line, last_line, mentions, links, "
        "hashtags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (first_row + place, id_, number, place, key, *post_values(post, thread.author))
            for place, (post, (id_, key)) in enumerate(zip(thread.posts, ids_and_keys, strict=True))
        ),
    )
    database.execute_many(
        "INSERT INTO marks (kind, key, post) VALUES (?, ?, ?)",
        (
            mark
            for place, post in enumerate(thread.posts)
            for mark in sorted(marks_of(first_row + place, post))
        ),
    )


def _free_post_ids(database: Database, posts: Sequence[Post], source_name: str) -> list[str]:
    """An id for each post that no stored post and no earlier one of these has."""
    taken: set[str] = set()
    for start in range(0, len(posts), CHUNK):
        ids = [post.id for post in posts[start : start + CHUNK]]
        sql = f"SELECT post_id FROM posts WHERE post_id IN ({placeholders(len(ids))})"
        taken.update(id_ for (id_,) in database.rows(sql, ids))
    used: set[str] = {post.id for post in posts}  # a new name must not be a later post's id
    stored = "SELECT 1 FROM posts WHERE post_id = ?"
    result = []
    for post in posts:
        id_ = post.id
        if id_ in taken:
            id_ = _free(
                id_,
                source_name,
                lambda name: name in used or database.row(stored, (name,)) is not None,
            )
        taken.add(id_)
        used.add(id_)
        result.append(id_)
    return result


def _free(id_: str, source_name: str, is_taken: Callable[[str], bool]) -> str:
    """The id itself, else with "@" and the source's name, else with "#2", "#3", … as well."""
    if not is_taken(id_):
        return id_
    base = f"{id_}@{source_name}"
    if not is_taken(base):
        return base
    number = 2
    while is_taken(f"{base}#{number}"):
        number += 1
    return f"{base}#{number}"
