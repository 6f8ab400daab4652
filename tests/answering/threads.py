"""Threads, and hits in them, for tests of what a language model is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from threadqa.answers import Hit
from threadqa.posts import Post, Thread

__all__ = ["hit", "thread"]


def thread(
    name: str,
    texts: Mapping[int, str] | Sequence[str],
    *,
    length: int | None = None,
    author: str | None = None,
    title: str | None = None,
) -> Thread:
    """A thread of numbered posts, by position, or of posts without numbers, in order."""
    numbered = isinstance(texts, Mapping)
    posts = texts.items() if isinstance(texts, Mapping) else enumerate(texts, 1)
    return Thread(
        id=name,
        title=title or f"Thread {name}",
        author=author,
        declared_length=length,
        posts=tuple(
            Post(
                id=f"{name}{number}",
                text=text,
                source=f"{name}.txt",
                first_line=number,
                last_line=number,
                position=number if numbered else None,
                created_at=datetime(2021, 3, 18, 9, 30),
            )
            for number, text in posts
        ),
    )


def hit(found: Thread, number: int, *, score: float = 1.0) -> Hit:
    """A post of a thread as it was found, by the number in its id."""
    post = next(one for one in found.posts if one.id == f"{found.id}{number}")
    return Hit(post=post, thread=found.summary, score=score, dense=0.5, lexical=1.0)
