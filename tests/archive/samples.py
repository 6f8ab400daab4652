"""Hand-made sources, threads and posts that the archive's tests share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from threadqa.archive import Archive, SourceRecord
from threadqa.posts import Post, Thread


def record(name: str, *, content_hash: str = "h1") -> SourceRecord:
    return SourceRecord(
        path=f"/data/{name}",
        name=name,
        format="thread-text",
        size=10,
        content_hash=content_hash,
    )


def thread(
    name: str,
    texts: Sequence[str],
    *,
    source: str = "a.txt",
    author: str | None = None,
    declared: int | None = None,
) -> Thread:
    posts = tuple(
        Post(
            id=f"{name}.{number}",
            text=text,
            source=source,
            first_line=number,
            last_line=number,
            position=number,
        )
        for number, text in enumerate(texts, start=1)
    )
    return Thread(
        id=name, title=texts[0][:40], posts=posts, author=author, declared_length=declared
    )


def of_posts(name: str, *posts: Post, title: str = "title", author: str | None = None) -> Thread:
    return Thread(id=name, title=title, posts=posts, author=author)


def key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


def keys(of: Thread) -> list[bytes]:
    return [key(post.text) for post in of.posts]


def write(archive: Archive, source: str, *threads: Thread) -> None:
    with archive.transaction():
        archive.replace_source(record(source), threads, keys)
        archive.bump_generation()
