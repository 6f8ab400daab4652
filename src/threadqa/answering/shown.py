"""Which posts a language model is shown, and how they stand in their threads.

The posts that were found, and those around them: what answers is often said in two posts. They are
shown thread by thread, in the order of the thread, with every gap marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from threadqa.answering.visible import VisibleText, visible
from threadqa.answers import Hit
from threadqa.posts import Post, Thread, ThreadSummary

__all__ = ["Gap", "ReadThread", "ShownPost", "ShownThread", "in_threads", "with_neighbours"]

ReadThread = Callable[[str], Thread]
"""A whole thread by its id."""

BEFORE, AFTER = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPost:
    """A post as it is shown.

    Attributes:
        label: What the model calls it: "p1", "p2" and so on, in reading order.
        hit: The post.
        text: Its text as shown.
    """

    label: str
    hit: Hit
    text: VisibleText


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Posts of a thread that are not shown.

    Attributes:
        held: How many the archive holds.
        missing: Positions of those that it does not hold, ascending.
    """

    held: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownThread:
    """A thread with what is shown of it.

    Attributes:
        thread: The thread.
        items: Posts in the order of the thread, with the gaps between, before and after them.
    """

    thread: ThreadSummary
    items: tuple[ShownPost | Gap, ...]

    @property
    def posts(self) -> tuple[ShownPost, ...]:
        """The posts without the gaps."""
        return tuple(item for item in self.items if isinstance(item, ShownPost))


def with_neighbours(
    hits: Sequence[Hit], read: ReadThread, is_allowed: Callable[[Post], bool]
) -> list[Hit]:
    """The posts to show, the most important first.

    Args:
        hits: What was found, best first.
        read: Gives threads.
        is_allowed: Whether the operators of the question leave a post.

    Returns:
        The hits, then the posts around each in the order of the hits; each once, and none in which
        there is nothing to see.
    """
    chosen = {hit.post.id: hit for hit in hits}
    for hit in hits:
        posts = read(hit.thread.id).posts
        place = next((i for i, post in enumerate(posts) if post.id == hit.post.id), None)
        if place is None:
            continue
        for post in posts[max(place - BEFORE, 0) : place + 1 + AFTER]:
            if post.id not in chosen and is_allowed(post):
                unscored = Hit(post=post, thread=hit.thread, score=0.0, dense=0.0, lexical=0.0)
                chosen[post.id] = unscored
    return [hit for hit in chosen.values() if visible(hit.post.text).text.strip()]


def in_threads(hits: Sequence[Hit], read: ReadThread) -> list[ShownThread]:
    """Puts posts into their threads.

    Args:
        hits: The posts to show, the most important first.
        read: Gives threads.

    Returns:
        The thread of the most important post first.
    """
    by_thread: dict[str, dict[str, Hit]] = {}
    for hit in hits:
        by_thread.setdefault(hit.thread.id, {})[hit.post.id] = hit
    count = 0
    shown = []
    for thread_id, chosen in by_thread.items():
        thread = read(thread_id)
        items = tuple(_items(thread, chosen, count))
        found = ShownThread(thread=thread.summary, items=items)
        count += len(found.posts)
        shown.append(found)
    return shown


def _items(thread: Thread, chosen: Mapping[str, Hit], count: int) -> Iterator[ShownPost | Gap]:
    """A thread's chosen posts and the gaps; labels go on after so many."""
    missing = thread.summary.missing
    held, reached = 0, 0
    for post in thread.posts:
        hit = chosen.get(post.id)
        if hit is None:
            held += 1
            continue
        position = post.position or reached
        yield from _gap(held, [m for m in missing if reached < m < position])
        held, reached = 0, max(reached, position)
        count += 1
        yield ShownPost(label=f"p{count}", hit=hit, text=visible(hit.post.text))
    yield from _gap(held, [m for m in missing if m > reached])


def _gap(held: int, missing: Sequence[int]) -> Iterator[Gap]:
    if held or missing:
        yield Gap(held=held, missing=tuple(missing))
