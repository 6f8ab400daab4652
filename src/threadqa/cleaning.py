"""A post's words without what is not said: numbering, ellipsis joins, Markdown syntax.

Posts are stored verbatim; the cleaned form is for searching, and every range of it leads back to
the verbatim text. The grammar of thread numbering lives here because the reader of thread text
and the cleaner must agree on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "CleanedText",
    "Marker",
    "NumberStyle",
    "clean",
    "leading_marker",
    "trailing_marker",
]


class NumberStyle(StrEnum):
    """How a post writes its place in the thread."""

    RATIO = "1/6"
    OPEN = "1/"
    DOT = "1."
    PARENTHESIS = "1)"
    BRACKETS = "(1)"

    @property
    def is_strong(self) -> bool:
        """Whether hardly anything but numbering is written so; lists and footnotes use the rest."""
        return self in {NumberStyle.RATIO, NumberStyle.OPEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A place in a thread, as a text declares it.

    Attributes:
        position: From 1.
        total: How many posts the thread has, where the marker says so; at least `position`.
        style: How it is written.
        start: Where the marker begins in the text, its thread emoji and white space included.
        end: Where it ends, likewise; half-open.
        is_set_off: Whether brackets or a thread emoji tell it from a mere number.
    """

    position: int
    total: int | None
    style: NumberStyle
    start: int
    end: int
    is_set_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedText:
    """Text for searching, and where it stands in the verbatim text.

    Attributes:
        text: The cleaned text.
        pieces: Half-open ranges of the verbatim text, ascending and apart, whose concatenation
            is `text`.
    """

    text: str
    pieces: tuple[tuple[int, int], ...]

    def to_verbatim(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Maps a half-open range of the cleaned text to the verbatim text.

        Returns:
            Half-open ranges, ascending and apart; none for an empty range.

        Raises:
            ValueError: The range is not within the cleaned text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"{start}-{end} is no range of a text of {len(self.text)} characters")
        spans = []
        offset = 0
        for piece_start, piece_end in self.pieces:
            length = piece_end - piece_start
            low, high = max(start - offset, 0), min(end - offset, length)
            if low < high:
                spans.append((piece_start + low, piece_start + high))
            offset += length
        return tuple(spans)

    def narrowed(self, start: int, end: int) -> CleanedText:
        """A range of the cleaned text, as a cleaned text of the same verbatim text."""
        return CleanedText(text=self.text[start:end], pieces=self.to_verbatim(start, end))


# "Thread below": a spool of thread, and arrows down, with an emoji selector or a skin tone.
_EMOJI = "[🧵🪡👇⬇⤵🔽][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJIS = rf"(?:{_EMOJI}\s*)+"
_NUMBER = (
    r"(?P<open>[(\[]?)(?P<position>[1-9][0-9]{0,3})"
    r"(?:(?P<slash>/)(?P<total>[1-9][0-9]{0,3}|[nNxX?](?![^\W_]))?)?(?P<close>[)\].]?)"
)
_LEADING = re.compile(
    # A fraction is followed by "of"; a date by another slash, a decimal by another digit.
    rf"\s*(?P<before>{_EMOJIS})?{_NUMBER}(?:\s?[:–—-](?=\s))?(?=\s|\Z|{_EMOJI})(?!\s+of\b)"
    rf"\s*(?P<after>{_EMOJIS})?"
)
_TRAILING = re.compile(rf"(?P<before>{_EMOJIS})?{_NUMBER}\s*(?P<after>{_EMOJIS})?\s*\Z")
# A marker with its emoji is shorter than this; long texts are not searched from their beginning.
_TRAILING_REACH = 48

# Brackets, slash and closing sign -> style.
_STYLES = {
    ("", "", "."): NumberStyle.DOT,
    ("", "", ")"): NumberStyle.PARENTHESIS,
    ("(", "", ")"): NumberStyle.BRACKETS,
    ("", "/", ""): NumberStyle.RATIO,
    ("", "/", "."): NumberStyle.RATIO,
    ("", "/", ")"): NumberStyle.RATIO,
    ("(", "/", ")"): NumberStyle.RATIO,
    ("[", "/", "]"): NumberStyle.RATIO,
}

_ADDRESS = r"\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)"
_IMAGE_OR_LINK = re.compile(
    rf"(?P<image>!\[[^\[\]\n]*\]{_ADDRESS})|\[(?P<words>[^\[\]\n]+)\]{_ADDRESS}"
)
_ELLIPSIS = r"(?:…|\.{3,})"
_LEADING_JOIN = re.compile(rf"{_ELLIPSIS}\s*")
_TRAILING_JOIN = re.compile(rf"(?<![.…\s])\s*{_ELLIPSIS}\Z")


def leading_marker(text: str) -> Marker | None:
    """The numbering that a text begins with, in any style; None where it begins with none."""
    match = _LEADING.match(text)
    return None if match is None else _marker(match, 0)


def trailing_marker(text: str) -> Marker | None:
    """The numbering that a text ends with, in any style; None where it ends with none."""
    tail = len(text.rstrip())
    offset = max(tail - _TRAILING_REACH, 0)
    match = _TRAILING.search(text[offset:tail])
    if match is None:
        return None
    start = offset + match.start()
    # "24.1)" and "3/6/2021" end in no marker: what stands before it must end.
    if not match["open"] and not match["before"] and start and not text[start - 1].isspace():
        return None
    return _marker(match, offset)


def _marker(match: re.Match[str], offset: int) -> Marker | None:
    """Checks what a pattern cannot: matching brackets, and a position within the total."""
    style = _STYLES.get((match["open"], match["slash"] or "", match["close"]))
    if style is None:
        return None
    position = int(match["position"])
    total = int(match["total"]) if (match["total"] or "").isdigit() else None
    if style is NumberStyle.RATIO and total is None:
        style = NumberStyle.OPEN
    if total is not None and total < position:
        return None
    return Marker(
        position=position,
        total=total,
        style=style,
        start=offset + match.start(),
        end=offset + match.end(),
        is_set_off=bool(match["open"] or match["before"] or match["after"]),
    )


def clean(text: str, position: int | None) -> CleanedText:
    """Reduces a post to its words.

    Taken off are the numbering that declares exactly the given position, the ellipsis where a
    post breaks off or goes on, Markdown images, the syntax and address of Markdown links, and
    outer white space.

    Args:
        text: The post, verbatim.
        position: The place in its thread that the post declares. None leaves numbers alone.

    Returns:
        The words and where they stand; of a post that has none, its trimmed text.
    """
    words = _without_markdown(text)
    words = _without_numbering(words, position)
    words = _without_joins(words)
    return words if words.text else _trimmed(CleanedText(text=text, pieces=_piece(0, len(text))))


def _without_markdown(text: str) -> CleanedText:
    """Drops images, and keeps a link's words only."""
    pieces: list[tuple[int, int]] = []
    kept = 0
    for match in _IMAGE_OR_LINK.finditer(text):
        pieces += _piece(kept, match.start())
        if match["words"] is not None:
            pieces.append(match.span("words"))
        kept = match.end()
    pieces += _piece(kept, len(text))
    return CleanedText(text="".join(text[start:end] for start, end in pieces), pieces=tuple(pieces))


def _without_numbering(words: CleanedText, position: int | None) -> CleanedText:
    """Takes off one marker of the position; a strong one rather than what may be a list item."""
    if position is None:
        return words
    markers = [
        marker
        for marker in (leading_marker(words.text), trailing_marker(words.text))
        if marker is not None and marker.position == position
    ]
    if not markers:
        return words
    marker = max(markers, key=lambda found: found.style.is_strong)
    if marker.start == 0:
        return words.narrowed(marker.end, len(words.text))
    return words.narrowed(0, marker.start)


def _without_joins(words: CleanedText) -> CleanedText:
    """Takes off the ellipsis at either end, with the white space around it."""
    words = _trimmed(words)
    start = _LEADING_JOIN.match(words.text)
    if start is not None:
        words = words.narrowed(start.end(), len(words.text))
    end = _TRAILING_JOIN.search(words.text)
    return words if end is None else words.narrowed(0, end.start())


def _trimmed(words: CleanedText) -> CleanedText:
    """Takes off outer white space."""
    start = len(words.text) - len(words.text.lstrip())
    return words.narrowed(start, max(start, len(words.text.rstrip())))


def _piece(start: int, end: int) -> tuple[tuple[int, int], ...]:
    """A range as a tuple of pieces; none where it is empty."""
    return ((start, end),) if start < end else ()
