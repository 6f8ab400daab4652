"""Queries for whoever wants to see what an archive holds: counts, authors, dates, threads."""

from __future__ import annotations

from threadqa.archive.database import Database
from threadqa.archive.filters import text_key
from threadqa.archive.records import SourceContents
from threadqa.archive.rows import SOURCE_COLUMNS, SUMMARY_COLUMNS, source_from, summary_from
from threadqa.posts import ThreadSummary

__all__ = ["authors", "contents", "posts_by_month", "threads_with"]

THREAD_WORDS = "t.title_key || char(10) || s.name_key || char(10) || lower(coalesce(t.author, ''))"


def contents(database: Database) -> list[SourceContents]:
    """All sources by name, with how much each holds."""
    columns = ", ".join(f"s.{column}" for column in SOURCE_COLUMNS.split(", "))
    sql = f"""SELECT {columns}, count(t.id), coalesce(sum(t.post_count), 0)
        FROM sources AS s LEFT JOIN threads AS t ON t.source = s.id
        GROUP BY s.id ORDER BY s.name"""
    return [
        SourceContents(record=source_from(tuple(record)), threads=threads, posts=posts)
        for *record, threads, posts in database.rows(sql)
    ]


def authors(database: Database, limit: int) -> list[str]:
    """Who wrote most posts, as their posts or threads name them.

    Args:
        database: The archive's database.
        limit: Most names.

    Returns:
        By number of posts, most first, then by name.
    """
    sql = """SELECT min(coalesce(p.author, t.author))
        FROM posts AS p JOIN threads AS t ON t.id = p.thread
        WHERE p.author_key IS NOT NULL
        GROUP BY p.author_key ORDER BY count(*) DESC, p.author_key LIMIT ?"""
    return [name for (name,) in database.rows(sql, (limit,))]


def posts_by_month(database: Database) -> dict[str, int]:
    """How many posts are of each month that has any, by "2021-03", ascending; in UTC."""
    sql = """SELECT strftime('%Y-%m', created_unix, 'unixepoch') AS month, count(*)
        FROM posts WHERE created_unix IS NOT NULL GROUP BY month ORDER BY month"""
    return dict(database.rows(sql))


def threads_with(database: Database, words: str, limit: int) -> tuple[list[ThreadSummary], int]:
    """The threads in whose title, author or source all of some words stand.

    Args:
        database: The archive's database.
        words: In either case, also as parts of longer words; none for all threads.
        limit: Most threads to give.

    Returns:
        Threads by the name of their source and their place in it, and how many there are in all.
    """
    wanted = text_key(words).split()
    condition = " AND ".join(f"instr({THREAD_WORDS}, ?) > 0" for _ in wanted) or "TRUE"
    joined = f"FROM threads AS t JOIN sources AS s ON s.id = t.source WHERE {condition}"
    found = database.rows(
        f"SELECT {SUMMARY_COLUMNS} {joined} ORDER BY s.name, t.ordinal LIMIT ?", (*wanted, limit)
    )
    return list(map(summary_from, found)), int(
        database.value(f"SELECT count(*) {joined}", tuple(wanted))
    )
