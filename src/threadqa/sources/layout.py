"""How lines hang together: paragraphs, single lines, Markdown hard breaks.

Where text has blank lines, its units are paragraphs; where it has none, its units are lines. A
Markdown hard break (two spaces at the end of a line) joins the next line to the unit, also across
a line that is nothing but such spaces, which is how clippers write an empty line within a post.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from threadqa.sources.furniture import Kind
from threadqa.sources.page import PageLine

__all__ = ["Range", "has_paragraphs", "texts_in", "units"]

_HARD_BREAK = "  "


@dataclass(frozen=True, slots=True)
class Range:
    """Lines from `start`, counted from 0, up to and without `end`."""

    start: int
    end: int


def texts_in(lines: Sequence[PageLine], within: Range) -> list[int]:
    """Indices of the lines of text in a range."""
    return [i for i in range(within.start, within.end) if lines[i].kind is Kind.TEXT]


def has_paragraphs(lines: Sequence[PageLine], within: Range) -> bool:
    """Whether blank lines part the text of a range."""
    texts = texts_in(lines, within)
    return any(
        any(line.kind is Kind.BLANK for line in lines[before + 1 : after])
        and not _is_hard_break(lines, before, after)
        for before, after in pairwise(texts)
        if after - before > 1
    )


def units(lines: Sequence[PageLine], within: Range, *, by_paragraph: bool) -> list[Range]:
    """Divides a range into paragraphs or into lines; each begins and ends with a line of text."""
    texts = texts_in(lines, within)
    if not texts:
        return []
    starts = [texts[0]]
    ends = []
    for before, after in pairwise(texts):
        is_joined = _is_hard_break(lines, before, after) or (by_paragraph and after == before + 1)
        if not is_joined:
            ends.append(before + 1)
            starts.append(after)
    ends.append(texts[-1] + 1)
    return [Range(start, end) for start, end in zip(starts, ends, strict=True)]


def _is_hard_break(lines: Sequence[PageLine], before: int, after: int) -> bool:
    """Whether nothing but Markdown hard breaks stands between two lines of text."""
    return lines[before].line.text.endswith(_HARD_BREAK) and all(
        line.kind is Kind.BLANK and line.line.text.startswith(_HARD_BREAK)
        for line in lines[before + 1 : after]
    )
