"""Posts, threads and sources: the values that everything else is about. No I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from threadqa.cleaning import clean

__all__ = [
    "Completeness",
    "Post",
    "Source",
    "Thread",
    "ThreadSummary",
    "opening_words",
    "ranges",
    "searchable_text",
]

TITLE_LENGTH = 80


class Completeness(StrEnum):
    """How much of a thread its source holds."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An imported file.

    Attributes:
        name: Unique in an archive: the path below the folder the user named, with forward slashes.
        format: Name of the reader that read it, such as "thread-text" or "jsonl".
        content_hash: SHA-256 of the file's bytes, in hexadecimal.
    """

    name: str
    format: str
    content_hash: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a source needs a name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message.

    Attributes:
        id: Stable and unique in an archive. The platform's where there is one, else derived from
            source, thread and position, never from the text alone: two reposts are two posts.
        text: Verbatim, numbering included; line breaks are written as a line feed.
        source: Name of the source file.
        first_line: First line of the post in its source, counted from 1.
        last_line: Last line, inclusive.
        author: A handle without "@", or a name, as the source gives it.
        created_at: When it was posted; without a zone where the source gives none.
        url: Where it was posted.
        mentions: Handles that it mentions, without "@", in order of first appearance.
        links: Addresses in it, as written, in order of first appearance.
        hashtags: Tags in it, without "#", in order of first appearance.
        position: The place in its thread that the post itself declares, from 1.
    """

    id: str
    text: str
    source: str
    first_line: int
    last_line: int
    author: str | None = None
    created_at: datetime | None = None
    url: str | None = None
    mentions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    position: int | None = None

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a post needs an id")
        if not self.text.strip():
            raise ValueError(f"post {self.id} has no text")
        if not 1 <= self.first_line <= self.last_line:
            raise ValueError(
                f"post {self.id}: lines {self.first_line}-{self.last_line} are no range from 1 up"
            )
        if self.position is not None and self.position < 1:
            raise ValueError(f"post {self.id}: position {self.position} is below 1")

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, in hexadecimal: tells whether it is the same."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadSummary:
    """A thread without its posts' text: what a list or a citation says about it.

    Attributes:
        id: Stable and unique in an archive.
        title: The thread's opening words.
        author: Who wrote it, where the source says so.
        source: Name of the source file.
        declared_length: How many posts the thread says it has, in numbering or header.
        post_count: How many posts the archive holds.
        positions: The declared positions of those posts, ascending, without repeats.
    """

    id: str
    title: str
    author: str | None
    source: str
    declared_length: int | None
    post_count: int
    positions: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.post_count < 1:
            raise ValueError(f"thread {self.id} has no posts")
        if self.declared_length is not None and self.declared_length < 1:
            raise ValueError(f"thread {self.id}: declared length {self.declared_length} is below 1")
        if list(self.positions) != sorted(set(self.positions)):
            raise ValueError(f"thread {self.id}: positions must ascend without repeats")

    @property
    def missing(self) -> tuple[int, ...]:
        """Positions that must exist and that the archive does not hold, ascending.

        Empty where posts carry no numbers: then it cannot be said which ones are missing.
        """
        if not self.positions:
            return ()
        last = max(self.declared_length or 0, self.positions[-1])
        held = set(self.positions)
        return tuple(position for position in range(1, last + 1) if position not in held)

    @property
    def completeness(self) -> Completeness:
        """Complete or partial by what the source declares; unknown where it declares nothing."""
        if self.missing:
            return Completeness.PARTIAL
        if self.declared_length is None:
            return Completeness.UNKNOWN
        if self.post_count < self.declared_length:
            return Completeness.PARTIAL
        return Completeness.COMPLETE

    @property
    def extent(self) -> str:
        """How much of the thread is here, in words: "3 of 25 posts, missing 4–25"."""
        match self.completeness:
            case Completeness.COMPLETE:
                return f"all {_posts(self.post_count)}"
            case Completeness.UNKNOWN:
                return f"{_posts(self.post_count)}, thread length unknown"
            case Completeness.PARTIAL:
                held = _posts(self.post_count)
                if self.declared_length is not None:
                    held = f"{self.post_count} of {_posts(self.declared_length)}"
                if not self.missing:
                    return f"{held}, it is not known which are missing"
                return f"{held}, missing {ranges(self.missing)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Posts in order, as one source holds them.

    Attributes:
        id: Stable and unique in an archive.
        title: The thread's opening words, without numbering.
        posts: In the order of the source; at least one.
        author: Who wrote it, where the source says so.
        declared_length: How many posts the thread says it has.
        url: Where the thread was posted.
    """

    id: str
    title: str
    posts: tuple[Post, ...]
    author: str | None = None
    declared_length: int | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a thread needs an id")
        if not self.posts:
            raise ValueError(f"thread {self.id} has no posts")
        if len({post.source for post in self.posts}) > 1:
            raise ValueError(f"thread {self.id} has posts of more than one source")

    @property
    def summary(self) -> ThreadSummary:
        """The thread without its posts' text."""
        return ThreadSummary(
            id=self.id,
            title=self.title,
            author=self.author,
            source=self.posts[0].source,
            declared_length=self.declared_length,
            post_count=len(self.posts),
            positions=tuple(sorted({p.position for p in self.posts if p.position is not None})),
        )


def opening_words(text: str, position: int | None) -> str:
    """A post's first words without its numbering, on one line, about 80 characters at most."""
    words = " ".join(clean(text, position).text.split())
    if len(words) <= TITLE_LENGTH:
        return words
    head = words[: TITLE_LENGTH + 1]
    cut = head.rfind(" ")
    # A text without spaces, as in Japanese, is cut where it is.
    return (head[:cut] if cut > 0 else head[:TITLE_LENGTH]).rstrip(" ,;:–—-") + "…"


def searchable_text(text: str, position: int | None, author: str | None) -> str:
    """What is embedded and searched for a post: who speaks, and its cleaned words.

    Args:
        text: Verbatim.
        position: As the post declares it, so that its numbering can be taken off.
        author: The post's author, else its thread's; None where nothing says so.
    """
    words = clean(text, position).text
    return f"{author}: {words}" if author else words


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} posts"


def ranges(positions: tuple[int, ...]) -> str:
    """Ascending positions with runs drawn together: "3, 5–9"."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and position == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
