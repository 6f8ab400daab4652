"""Which posts a search may find: the operators' values, and their SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from threadqa.archive.database import placeholders

__all__ = ["PostFilter", "author_key", "text_key", "thread_condition", "unix_seconds", "where"]

THREAD_PREFIX_LENGTH = 4
"""From how many characters on the beginning of a thread's id names it."""

Condition = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFilter:
    """A condition on posts. Values of one attribute are alternatives; attributes must all hold.

    Letters match whatever their case. An attribute without values does not restrict.

    Attributes:
        authors: Who wrote the post, else its thread; with or without "@".
        mentions: Whom the post mentions; with or without "@".
        hashtags: Tags of the post; with or without "#".
        links: A piece of a link in the post.
        threads: A thread's id, its first four or more characters, or words of its title.
        sources: A piece of the name of the source.
        since: Posts of this moment or later; without a zone, UTC. Posts without a date never
            match.
        until: Posts before this moment. Posts without a date never match.
    """

    authors: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every post matches."""
        return self == PostFilter()


def text_key(text: str) -> str:
    """A text as filters compare it: casefolded, without blanks around it."""
    return text.strip().casefold()


def author_key(author: str) -> str:
    """A handle or name as filters compare it: casefolded, without a leading "@"."""
    return text_key(author).removeprefix("@")


def hashtag_key(hashtag: str) -> str:
    """A tag as filters compare it: casefolded, without a leading "#"."""
    return text_key(hashtag).removeprefix("#")


def unix_seconds(moment: datetime) -> float:
    """Seconds since 1970; a moment without a zone counts as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


def where(post_filter: PostFilter) -> Condition:
    """A condition on table `posts`, and its parameters.

    Args:
        post_filter: The filter.

    Returns:
        SQL for a WHERE clause over `posts AS p`, and the values of its question marks.
    """
    conditions = list(_conditions(post_filter))
    if not conditions:
        return "1", ()
    sql = " AND ".join(f"({condition})" for condition, _ in conditions)
    return sql, tuple(value for _, values in conditions for value in values)


def _conditions(post_filter: PostFilter) -> Iterator[Condition]:
    if post_filter.authors:
        keys = tuple(map(author_key, post_filter.authors))
        yield f"p.author_key IN ({placeholders(len(keys))})", keys
    yield from _marked("mention", tuple(map(author_key, post_filter.mentions)))
    yield from _marked("hashtag", tuple(map(hashtag_key, post_filter.hashtags)))
    if post_filter.links:
        sql, keys = _any_contains("key", post_filter.links)
        yield f"p.row IN (SELECT post FROM marks WHERE kind = 'link' AND ({sql}))", keys
    if post_filter.threads:
        parts = [thread_condition(value) for value in post_filter.threads]
        sql = " OR ".join(f"({part})" for part, _ in parts)
        values = tuple(value for _, values in parts for value in values)
        yield f"p.thread IN (SELECT t.id FROM threads AS t WHERE {sql})", values
    if post_filter.sources:
        sql, keys = _any_contains("s.name_key", post_filter.sources)
        yield (
            "p.thread IN (SELECT t.id FROM threads AS t JOIN sources AS s ON s.id = t.source "
            f"WHERE {sql})",
            keys,
        )
    if post_filter.since is not None:
        yield "p.created_unix >= ?", (unix_seconds(post_filter.since),)
    if post_filter.until is not None:
        yield "p.created_unix < ?", (unix_seconds(post_filter.until),)


def _marked(kind: str, keys: tuple[str, ...]) -> Iterator[Condition]:
    if keys:
        yield (
            "p.row IN (SELECT post FROM marks "
            f"WHERE kind = ? AND key IN ({placeholders(len(keys))}))",
            (kind, *keys),
        )


def _any_contains(column: str, texts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    # instr, not LIKE: it has no wildcards, so "100%" and "a_b" mean themselves.
    sql = " OR ".join([f"instr({column}, ?) > 0"] * len(texts))
    return sql, tuple(map(text_key, texts))


def thread_condition(value: str) -> Condition:
    """A condition on table `threads AS t` for one way to name threads, and its parameters.

    An id names its thread only; else the beginning of ids, or words that all stand in the title.
    """
    value = value.strip()
    alternatives: list[Condition] = []
    if len(value) >= THREAD_PREFIX_LENGTH:
        alternatives.append(("substr(t.thread_id, 1, ?) = ?", (len(value), value)))
    words = text_key(value).split()
    if words:
        sql = " AND ".join(["instr(t.title_key, ?) > 0"] * len(words))
        alternatives.append((f"({sql})", tuple(words)))
    if not alternatives:
        return "0", ()
    loose = " OR ".join(sql for sql, _ in alternatives)
    return (
        "t.thread_id = ? OR "
        f"(NOT EXISTS (SELECT 1 FROM threads WHERE thread_id = ?) AND ({loose}))",
        (value, value, *(v for _, values in alternatives for v in values)),
    )
