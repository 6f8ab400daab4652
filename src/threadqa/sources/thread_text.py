"""Reads threads from plain text and Markdown, as people copy them from a thread page.

Lines are classified (furniture), pages are told apart (page), and what remains of a page is
divided into threads and posts (blocks), a page or some 20,000 lines at a time: memory is bounded
however long the file is. Where a page is longer, what may go on beyond the lines at hand is kept
for the next, unless it takes up half of them. A thread of more than 10,000 posts is cut there, and
goes on as a new thread.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from threadqa.posts import Post, Thread, opening_words
from threadqa.sources.blocks import Block, Extent, divide
from threadqa.sources.decoding import Encoding, read_lines
from threadqa.sources.entities import find_entities
from threadqa.sources.headers import Header
from threadqa.sources.identity import stable_id
from threadqa.sources.page import PageLine, read_pages

__all__ = ["MAX_POSTS", "read_thread_text"]

MAX_POSTS = 10_000
_MAX_LINES = 20_000
_MAX_CHARACTERS = 4_000_000
_TAG = re.compile(r"data-screenname=\"(\w{1,30})\".*\bdata-tweet=\"(\d+)\"")


def read_thread_text(path: Path, encoding: Encoding, source: str) -> Iterator[Thread]:
    """Reads threads one by one.

    Args:
        path: The file.
        encoding: As its bytes say.
        source: Name that the posts carry as their source.

    Yields:
        Threads in the order of the file.

    Raises:
        SourceError: The file cannot be read, or a line is too long.
    """
    maker = _ThreadMaker(source)
    pending = _Pending()
    for event in read_pages(read_lines(path, encoding)):
        if isinstance(event, PageLine):
            pending.append(event)
            if pending.is_full:
                yield from maker.threads(pending.take_settled())
        else:
            yield from maker.threads(pending.take_all(), is_end=event.is_end)
            maker.header = event.header
    yield from maker.threads(pending.take_all())


@dataclass(frozen=True, slots=True)
class _Found:
    """A thread's place among lines."""

    lines: Sequence[PageLine]
    block: Block


class _Pending:
    """Lines of a page that are not divided yet."""

    def __init__(self) -> None:
        self._lines: list[PageLine] = []
        self._characters = 0

    def append(self, line: PageLine) -> None:
        """Takes the next line."""
        self._lines.append(line)
        self._characters += len(line.line.text)

    @property
    def is_full(self) -> bool:
        """Whether lines must be divided before more are taken."""
        return len(self._lines) >= _MAX_LINES or self._characters >= _MAX_CHARACTERS

    def take_all(self) -> list[_Found]:
        """Divides all lines; none are left."""
        found = [_Found(self._lines, block) for block in divide(self._lines)]
        self._keep(len(self._lines))
        return found

    def take_settled(self) -> list[_Found]:
        """Divides all lines, and leaves those to which the next lines may belong."""
        lines, blocks = self._lines, divide(self._lines)
        if not blocks:
            self._keep(len(lines))
            return []
        *settled, last = blocks
        cut = _start(last.posts[0])
        if cut < len(lines) // 2:
            # The last thread is long: it is cut, before its last post if that is not long too.
            *posts, final = last.posts
            cut = _start(final)
            if posts and cut >= len(lines) // 2:
                settled.append(replace(last, posts=tuple(posts)))
            else:
                settled.append(last)
                cut = len(lines)
        self._keep(cut)
        return [_Found(lines, block) for block in settled]

    def _keep(self, start: int) -> None:
        self._lines = self._lines[start:]
        self._characters = sum(len(line.line.text) for line in self._lines)


class _ThreadMaker:
    """Makes threads of one file; knows the header above them and the titles so far.

    Attributes:
        header: What is known of the threads that are made next.
    """

    def __init__(self, source: str) -> None:
        self.header = Header()
        self._source = source
        self._titles: Counter[str] = Counter()

    def threads(self, found: Sequence[_Found], *, is_end: bool = False) -> Iterator[Thread]:
        """Makes threads; `is_end` says that the page showed the last of them to its end."""
        for number, item in enumerate(found, start=1):
            posts = item.block.posts
            declared = self._declared_length(item.block, is_end=is_end and number == len(found))
            # A header gives the length of the thread below it, not of others on the page.
            self.header = replace(self.header, declared_length=None)
            for start in range(0, len(posts), MAX_POSTS):
                yield self._thread(item.lines, posts[start : start + MAX_POSTS], declared)

    def _declared_length(self, block: Block, *, is_end: bool) -> int | None:
        """What numbering says, else what the header says, else what the page's end shows."""
        if block.total is not None:
            return block.total
        positions = [post.position for post in block.posts if post.position is not None]
        declared = self.header.declared_length
        # A header that knows of fewer posts than there are speaks of something else.
        if declared is not None and declared >= max(positions, default=len(block.posts)):
            return declared
        is_whole = bool(positions) and positions == list(range(1, len(positions) + 1))
        return len(positions) if is_end and is_whole else None

    def _thread(
        self, lines: Sequence[PageLine], extents: Sequence[Extent], declared: int | None
    ) -> Thread:
        title = opening_words(_text(lines, extents[0]), extents[0].position)
        self._titles[title] += 1
        thread_id = stable_id(self._source, title, str(self._titles[title]))
        return Thread(
            id=thread_id,
            title=title,
            posts=tuple(
                self._post(lines, extent, f"{thread_id}-{extent.position or ordinal}")
                for ordinal, extent in enumerate(extents, start=1)
            ),
            author=self.header.author,
            declared_length=declared,
            url=self.header.url,
        )

    def _post(self, lines: Sequence[PageLine], extent: Extent, post_id: str) -> Post:
        text = _text(lines, extent)
        entities = find_entities(text)
        tag = None if extent.tag is None else _TAG.search(lines[extent.tag].line.text)
        return Post(
            id=post_id,
            text=text,
            source=self._source,
            first_line=lines[extent.lines.start].line.number,
            last_line=lines[extent.lines.end - 1].line.number,
            author=self.header.author,
            created_at=self.header.created_at,
            url=f"https://x.com/{tag[1]}/status/{tag[2]}" if tag else None,
            mentions=entities.mentions,
            links=entities.links,
            hashtags=entities.hashtags,
            position=extent.position,
        )


def _start(extent: Extent) -> int:
    """Index of the first line that a post needs."""
    return extent.lines.start if extent.tag is None else extent.tag


def _text(lines: Sequence[PageLine], extent: Extent) -> str:
    """A post, verbatim."""
    return "\n".join(line.line.text for line in lines[extent.lines.start : extent.lines.end])
