"""Divides the lines of a page's posts into threads and posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from threadqa.sources.furniture import Kind
from threadqa.sources.layout import Range, has_paragraphs, texts_in, units
from threadqa.sources.numbering import Chain, Place, strong_chains, weak_chains
from threadqa.sources.page import PageLine

__all__ = ["Block", "Extent", "divide"]

# From so many posts of one unit each, a last post of several looks like one post and others.
_FORMS_A_HABIT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A post's lines.

    Attributes:
        lines: The first and the last are lines of text.
        position: The place in the thread that the post declares.
        tag: Index of the line above it that names it, where there is one.
    """

    lines: Range
    position: int | None = None
    tag: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A thread's posts.

    Attributes:
        posts: In order; at least one.
        total: The length that the numbering declares.
    """

    posts: tuple[Extent, ...]
    total: int | None = None


Divide = Callable[[Sequence[PageLine], Range], list[Block]]


def divide(lines: Sequence[PageLine]) -> list[Block]:
    """Divides lines into threads, and those into posts.

    Every line of text is in exactly one post; decoration and blank lines are in a post only where
    the post goes on below them.

    Args:
        lines: Of one page.

    Returns:
        The threads, in the order of the lines.
    """
    tags = [index for index, line in enumerate(lines) if line.kind is Kind.TAG]
    if not tags:
        return _strongly_numbered(lines)
    tagged = [
        Extent(lines=found, tag=tag)
        for tag, end in pairwise([*tags, len(lines)])
        for found in _text_of(lines, Range(tag + 1, end))
    ]
    return _strongly_numbered(lines[: tags[0]]) + _block(tagged)


def _strongly_numbered(lines: Sequence[PageLine]) -> list[Block]:
    return _chained(lines, Range(0, len(lines)), strong_chains(lines), _weakly_numbered)


def _weakly_numbered(lines: Sequence[PageLine], within: Range) -> list[Block]:
    return _chained(lines, within, weak_chains(lines, within), _unnumbered)


def _unnumbered(lines: Sequence[PageLine], within: Range) -> list[Block]:
    found = units(lines, within, by_paragraph=has_paragraphs(lines, within))
    return _block([Extent(lines=unit) for unit in found])


def _chained(
    lines: Sequence[PageLine], within: Range, chains: Sequence[Chain], divide_rest: Divide
) -> list[Block]:
    """Divides a range into the threads of its chains and, by another rule, what is between."""
    blocks: list[Block] = []
    start = within.start
    for chain, following in zip_longest(chains, chains[1:]):
        first = _beginning(lines, chain, start)
        limit = within.end if following is None else _beginning(lines, following, chain.last + 1)
        end = _ending(lines, chain, limit)
        blocks += divide_rest(lines, Range(start, first))
        blocks += _block(_numbered(lines, chain, Range(first, end)), chain.total)
        start = end
    return blocks + divide_rest(lines, Range(start, within.end))


def _numbered(lines: Sequence[PageLine], chain: Chain, within: Range) -> list[Extent]:
    """A chain's posts: from marker to marker, whichever end of the post it stands at."""
    if chain.place is Place.LEADING:
        bounds = [mark.index for mark in chain.marks] + [within.end]
    else:
        bounds = [within.start] + [mark.index + 1 for mark in chain.marks]
    return [
        Extent(lines=found, position=mark.marker.position)
        for mark, (start, end) in zip(chain.marks, pairwise(bounds), strict=True)
        for found in _text_of(lines, Range(start, end))
    ]


def _beginning(lines: Sequence[PageLine], chain: Chain, limit: int) -> int:
    """Where a chain's first post begins, at or below a limit.

    Nothing marks the beginning of a post whose number is at its end. If the thread's other posts
    are single lines or paragraphs, so is the first, and what stands above is not of this thread.
    """
    if chain.place is Place.LEADING:
        return chain.first
    by_paragraph = has_paragraphs(lines, Range(limit, chain.last + 1))
    others = [
        units(lines, Range(before.index + 1, after.index + 1), by_paragraph=by_paragraph)
        for before, after in pairwise(chain.marks)
    ]
    first = units(lines, Range(limit, chain.first + 1), by_paragraph=by_paragraph)
    is_lone_number = len(chain.marks) == 1 and chain.marks[0].is_alone
    if is_lone_number or any(len(other) > 1 for other in others):
        return first[0].start
    return first[-1].start


def _ending(lines: Sequence[PageLine], chain: Chain, limit: int) -> int:
    """Where a chain's last post ends, at or above a limit.

    A post goes on until the next number. Only a thread that can have no more posts, and whose
    posts before were all single lines or paragraphs, leaves two and more that follow to others.
    """
    if chain.place is Place.TRAILING:
        return chain.last + 1
    if not chain.is_finished or len(chain.marks) < _FORMS_A_HABIT:
        return limit
    by_paragraph = has_paragraphs(lines, Range(chain.first, limit))
    bounds = [*(mark.index for mark in chain.marks), limit]
    *others, last = [
        units(lines, Range(start, end), by_paragraph=by_paragraph)
        for start, end in pairwise(bounds)
    ]
    if len(last) > 2 and all(len(other) == 1 for other in others):
        return last[0].end
    return limit


def _text_of(lines: Sequence[PageLine], within: Range) -> list[Range]:
    """A range without what is no text at its edges; nothing where it has no text."""
    texts = texts_in(lines, within)
    return [Range(texts[0], texts[-1] + 1)] if texts else []


def _block(posts: Sequence[Extent], total: int | None = None) -> list[Block]:
    return [Block(posts=tuple(posts), total=total)] if posts else []
