"""What of a file's lines are posts: pages are told from what stands in them.

A file is a sequence of pages, mostly one. A page has a header, then its posts' lines, then a foot,
and below that the openings of other threads. A file that is nothing but posts is a page without
the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from threadqa.cleaning import leading_marker
from threadqa.sources.decoding import Line
from threadqa.sources.furniture import Kind, classify, plain
from threadqa.sources.headers import Header, front_matter, with_byline, with_facts

__all__ = ["PageBreak", "PageLine", "read_pages"]

# Lines looked ahead to find the end of front matter.
_FRONT_MATTER_REACH = 100
# Lines looked ahead to tell a name, or an advertisement, from a post.
_REACH = 8
_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line between the header and the foot of a page.

    Attributes:
        line: Number and text.
        kind: TEXT, BLANK, DECORATION or TAG.
    """

    line: Line
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """The posts before it and after it are of different threads.

    Attributes:
        header: What is known of the thread that follows.
        is_end: Whether the page said that the thread before is at its end.
    """

    header: Header
    is_end: bool


class _Place(StrEnum):
    """Where on a page the next line stands."""

    TOP = "top"
    POSTS = "posts"
    FOOT = "foot"
    TEASERS = "teasers"


def read_pages(lines: Iterator[Line]) -> Iterator[PageLine | PageBreak]:
    """Keeps the lines that posts may consist of, and marks where pages begin and end."""
    return _Pages(lines).events()


class _Pages:
    """A cursor over classified lines, and the place on the page that it has reached."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._source = (PageLine(line, classify(line.text)) for line in lines)
        self._ahead: deque[PageLine] = deque()
        self._place = _Place.TOP
        self._header = Header()
        self._has_byline = False
        self._is_long_foot = False

    def events(self) -> Iterator[PageLine | PageBreak]:
        """The file's posts' lines and breaks, in order."""
        while self._peek(1):
            if self._take_front_matter():
                continue
            current = self._ahead.popleft()
            if current.kind is Kind.END:
                yield from self._end()
            elif self._begins_page(current):
                self._begin_page(current)
            elif self._place is _Place.POSTS:
                yield from self._in_posts(current)
            elif not self._skips(current):
                yield PageBreak(header=self._header, is_end=False)
                self._place = _Place.POSTS
                yield from self._in_posts(current)

    def _peek(self, count: int) -> list[PageLine]:
        """The next lines, as many as there are."""
        self._ahead.extend(islice(self._source, max(count - len(self._ahead), 0)))
        return list(islice(self._ahead, count))

    def _next_solid_kinds(self) -> list[Kind]:
        """What the next lines are that say something."""
        hollow = {Kind.BLANK, Kind.DECORATION}
        return [ahead.kind for ahead in self._peek(_REACH) if ahead.kind not in hollow]

    def _end(self) -> Iterator[PageBreak]:
        """The end of a thread; what a header said does not hold below it."""
        if self._place is _Place.POSTS:
            yield PageBreak(header=Header(), is_end=True)
        if self._place is not _Place.TEASERS:
            self._go(_Place.FOOT)

    def _go(self, place: _Place) -> None:
        self._place = place
        self._header = Header()
        self._has_byline = False
        self._is_long_foot = False

    # Headers.

    def _take_front_matter(self) -> bool:
        """Takes front matter, at the top of the file or of a clipping pasted below another."""
        first = self._ahead[0].line
        if self._place is _Place.POSTS or first.text.rstrip() != "---":
            return False
        texts = [ahead.line.text for ahead in self._peek(_FRONT_MATTER_REACH)]
        end = next((i for i, text in enumerate(texts) if i and text.rstrip() == "---"), None)
        header = front_matter(texts[1:end]) if end is not None else None
        if end is None or header is None:
            return False
        # Below the top, dashes may also be rules around text.
        if first.number > 1 and not (header.title and header.url):
            return False
        self._go(_Place.TOP)
        self._header = header
        for _ in range(end + 1):
            self._ahead.popleft()
        return True

    def _begins_page(self, current: PageLine) -> bool:
        """Whether a line is the first of a page's own header."""
        if current.kind is Kind.BYLINE:
            return True
        if self._place in {_Place.TOP, _Place.TEASERS}:
            return False
        return current.kind is Kind.FACTS or self._is_name_above_facts(current)

    def _begin_page(self, current: PageLine) -> None:
        """Opens a header; front matter right above belongs to the same page."""
        if self._place is not _Place.TOP:
            self._go(_Place.TOP)
        self._skips(current)

    def _skips(self, current: PageLine) -> bool:
        """Takes a line outside the posts, unless a post begins with it."""
        if self._place is _Place.TOP:
            return self._in_header(current)
        if self._place is _Place.FOOT:
            return self._in_foot(current)
        if current.kind is Kind.CLOSING:
            self._go(_Place.FOOT)
        return True

    def _in_header(self, current: PageLine) -> bool:
        words = plain(current.line.text)
        match current.kind:
            case Kind.BYLINE:
                self._has_byline = True
                self._header = with_byline(self._header, words)
            case Kind.FACTS:
                self._header = with_facts(self._header, words)
            case Kind.HANDLE if self._has_byline or self._is_name_above_facts(current):
                self._has_byline = True
                self._header = with_byline(self._header, words)
            case Kind.HANDLE | Kind.TAG:
                return False
            case Kind.ORIGIN:
                url = words.removeprefix("Source: ")
                self._header = replace(self._header, url=self._header.url or url)
            case Kind.TEASERS:
                self._go(_Place.TEASERS)
            case Kind.TEXT | Kind.CLOSING:
                return self._is_header_text(current, words)
            case _:
                pass
        return True

    def _is_header_text(self, current: PageLine, words: str) -> bool:
        """Whether words of no fixed form belong to the header: a title, a date, a name."""
        if words == self._header.title:
            return True
        is_date = self._has_byline and words.endswith(("•", "·"))
        if is_date and _may_be_name(current):
            self._header = with_facts(self._header, words)
            return True
        # A header has its facts once: what looks like a second one is the next page's.
        if self._header.declared_length is not None:
            return False
        if self._is_name_above_facts(current):
            self._header = with_facts(self._header, words)
            return True
        is_above_handle = self._next_solid_kinds()[:1] == [Kind.HANDLE]
        return self._has_byline and is_above_handle and _may_be_name(current)

    def _is_name_above_facts(self, current: PageLine) -> bool:
        """Whether a line is a name or a handle, with a thread's date and length below."""
        is_handle = current.kind is Kind.HANDLE
        if not is_handle and not (current.kind is Kind.TEXT and _may_be_name(current)):
            return False
        following = self._next_solid_kinds()
        if following[:2] == [Kind.HANDLE, Kind.FACTS]:
            return True
        # Below posts, a short last post may stand right above what begins the next page.
        return following[:1] == [Kind.FACTS] and (is_handle or self._place is _Place.TOP)

    # Posts, foot and teasers.

    def _in_posts(self, current: PageLine) -> Iterator[PageLine | PageBreak]:
        if current.kind in {Kind.FOOT, Kind.TEASERS}:
            yield PageBreak(header=Header(), is_end=False)
            self._go(_Place.FOOT)
            self._skips(current)
        elif current.kind in {Kind.HANDLE, Kind.ORIGIN, Kind.CLOSING}:
            # Those words mean something around posts only.
            yield PageLine(current.line, Kind.TEXT)
        else:
            yield current

    def _in_foot(self, current: PageLine) -> bool:
        match current.kind:
            case Kind.TEXT:
                return self._is_advertisement(current)
            case Kind.HANDLE | Kind.TAG | Kind.ORIGIN:
                return False
            case Kind.TEASERS:
                self._go(_Place.TEASERS)
            case Kind.FOOT:
                self._is_long_foot = True
                self._skip_name(current)
            case _:
                pass
        return True

    def _is_advertisement(self, current: PageLine) -> bool:
        """Whether a line is an insertion between a page's long foot and its teasers."""
        if not self._is_long_foot or not _may_be_name(current):
            return False
        following = self._next_solid_kinds()
        if Kind.TEASERS not in following:
            return False
        return set(following[: following.index(Kind.TEASERS)]) <= {Kind.TEXT}

    def _skip_name(self, current: PageLine) -> None:
        """Takes the name that may stand below "Keep Current with"."""
        if plain(current.line.text).casefold() != "keep current with":
            return
        following = self._peek(1)
        if following and following[0].kind is Kind.TEXT and _may_be_name(following[0]):
            self._ahead.popleft()


def _may_be_name(current: PageLine) -> bool:
    """Whether a line is short enough for a name, or for another small insertion."""
    text = current.line.text
    return len(text) <= _LONGEST_NAME and leading_marker(text) is None
