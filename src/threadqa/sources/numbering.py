"""Finds the numbered threads among lines.

A number proves little by itself: "24/7", "1/3 of patients" and "(2020)" are written like places
in a thread. What tells them apart is company. Markers are first put into chains that count
upwards in one style at one end of the post, and only credible chains count:

- `1/6` and `1/` are hardly written for anything else, so a chain may begin anywhere and have gaps.
  A lone one counts unless it reads as a fraction. A lone one between two markers of another chain
  is part of a post.
- `1.`, `1)` and `(1)` also number lists and footnotes. They count only as a chain from 1, 2 on,
  outside chains of the other kind, at the edge of a paragraph, and not below a line that ends with
  a colon.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from threadqa.cleaning import Marker, leading_marker, trailing_marker
from threadqa.sources.furniture import Kind
from threadqa.sources.layout import Range, has_paragraphs, texts_in
from threadqa.sources.page import PageLine

__all__ = ["Chain", "Mark", "Place", "strong_chains", "weak_chains"]

# A chain looks past this many lone markers of other chains.
_MOST_INTRUDERS = 3
# In a weak chain, more posts are not missing at once: "2." and then "2020." is no thread.
_LARGEST_GAP = 9
# Halves, thirds and quarters are fractions more often than threads of so few posts.
_LARGEST_DENOMINATOR = 4
_MAY_BEGIN = frozenset("0123456789([🧵🪡👇⬇⤵🔽")
_MAY_END = frozenset(
    "0123456789)].nNxX?/🧵🪡👇⬇⤵🔽\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)
_SENTENCE_ENDS = frozenset(".!?…:\"'”’)")


class Place(StrEnum):
    """At which end of its post a marker stands."""

    LEADING = "leading"
    TRAILING = "trailing"


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker on a line.

    Attributes:
        index: The line, counted from 0 among those given.
        marker: What it says.
        place: At which end of the line it stands.
        is_alone: Whether it is all of the line.
    """

    index: int
    marker: Marker
    place: Place
    is_alone: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Markers that count upwards, of one thread.

    Attributes:
        marks: In the order of the lines.
        place: At which end of their posts they stand.
    """

    marks: tuple[Mark, ...]
    place: Place

    @property
    def first(self) -> int:
        """Index of the line of the first marker."""
        return self.marks[0].index

    @property
    def last(self) -> int:
        """Index of the line of the last marker."""
        return self.marks[-1].index

    @property
    def total(self) -> int | None:
        """The declared length, where a marker gives one."""
        totals = (mark.marker.total for mark in self.marks)
        return next((total for total in totals if total is not None), None)

    @property
    def is_alone(self) -> bool:
        """Whether all its markers stand on lines of their own."""
        return all(mark.is_alone for mark in self.marks)

    @property
    def is_finished(self) -> bool:
        """Whether the last marker is at the declared length, or of a style that declares none."""
        last = self.marks[-1].marker
        return not last.style.is_strong or last.position == self.total


def strong_chains(lines: Sequence[PageLine]) -> list[Chain]:
    """The threads that are numbered `1/6` or `1/`, in order and apart."""
    whole = Range(0, len(lines))
    marks = [mark for mark in _marks(lines, whole) if mark.marker.style.is_strong]
    linked = [found for place in Place for found in _linked(m for m in marks if m.place is place)]
    credible = [found for found in linked if len(found) > 1 or _is_credible_alone(found[0], lines)]
    return _without_lone_endings(_apart(_placed(credible, lines, whole)))


def weak_chains(lines: Sequence[PageLine], within: Range) -> list[Chain]:
    """The threads that are numbered `1.`, `1)` or `(1)` in a range, in order and apart."""
    edges = _Edges(lines, within)
    marks = [
        mark
        for mark in _marks(lines, within)
        if not mark.marker.style.is_strong and edges.allow(mark)
    ]
    keys = dict.fromkeys((mark.place, mark.marker.style) for mark in marks)
    counted = [
        found
        for key in keys
        for found in _counted(m for m in marks if (m.place, m.marker.style) == key)
        if not edges.is_list(found[0])
    ]
    return _apart(_placed(counted, lines, within))


def _marks(lines: Sequence[PageLine], within: Range) -> list[Mark]:
    """The markers at both ends of lines; one that is all of its line counts as leading."""
    marks = []
    for index in texts_in(lines, within):
        text = lines[index].line.text.strip()
        leading = leading_marker(text) if text[0] in _MAY_BEGIN else None
        is_alone = leading is not None and leading.end == len(text)
        if leading is not None:
            marks.append(Mark(index, leading, Place.LEADING, is_alone))
        trailing = trailing_marker(text) if text[-1] in _MAY_END and not is_alone else None
        if trailing is not None:
            marks.append(Mark(index, trailing, Place.TRAILING, is_alone=False))
    return marks


class _Growing:
    """A chain of strong markers that is not at its end yet."""

    def __init__(self, mark: Mark) -> None:
        self.marks = [mark]
        self._total = mark.marker.total

    def is_continued_by(self, mark: Mark) -> bool:
        """Whether a marker counts on, towards the same total."""
        position, total = mark.marker.position, mark.marker.total
        if position <= self.marks[-1].marker.position:
            return False
        return self._total is None or (position <= self._total and total in {None, self._total})

    def append(self, mark: Mark) -> None:
        """Takes the next marker."""
        self.marks.append(mark)
        self._total = self._total or mark.marker.total


def _linked(marks: Iterable[Mark]) -> list[list[Mark]]:
    """Puts strong markers into chains; a marker that continues none begins one."""
    chains: list[_Growing] = []
    for mark in marks:
        found = _chain_to_continue(chains, mark)
        if found is None:
            chains.append(_Growing(mark))
        else:
            # What stood between was a number in a post.
            del chains[found + 1 :]
            chains[found].append(mark)
    return [chain.marks for chain in chains]


def _chain_to_continue(chains: Sequence[_Growing], mark: Mark) -> int | None:
    """Index of the last chain that a marker continues, past lone markers."""
    last = len(chains) - 1
    for index in range(last, max(last - _MOST_INTRUDERS, 0) - 1, -1):
        if chains[index].is_continued_by(mark):
            return index
        if len(chains[index].marks) > 1:
            break
    return None


def _is_credible_alone(mark: Mark, lines: Sequence[PageLine]) -> bool:
    """Whether a strong marker without company is numbering rather than a fraction or a score."""
    marker = mark.marker
    text = lines[mark.index].line.text.strip()
    if mark.place is Place.TRAILING:
        is_after_sentence = text[: marker.start].rstrip()[-1:] in _SENTENCE_ENDS
        signs = (marker.position == 1, marker.is_set_off, is_after_sentence)
        return sum(signs) >= 2
    goes_on_lower_case = text[marker.end : marker.end + 1].islower()
    if not goes_on_lower_case or marker.is_set_off:
        return True
    return marker.position == 1 and (marker.total or 0) not in range(1, _LARGEST_DENOMINATOR + 1)


def _counted(marks: Iterable[Mark]) -> list[list[Mark]]:
    """Puts weak markers of one style into chains that begin with 1 and 2."""
    chains: list[list[Mark]] = []
    for mark in marks:
        position = mark.marker.position
        if position == 1:
            chains.append([mark])
        elif chains:
            last = chains[-1][-1].marker.position
            step = position - last
            if step == 1 or (last > 1 and 1 < step <= _LARGEST_GAP):
                chains[-1].append(mark)
    return [chain for chain in chains if len(chain) > 1]


def _apart(chains: Sequence[Chain]) -> list[Chain]:
    """Drops chains that stand within a longer one; ties go to the leading, then the first."""
    taken: list[Chain] = []
    for chain in sorted(chains, key=lambda c: (-len(c.marks), c.place, c.first)):
        after = bisect_left(taken, chain.first, key=lambda c: c.first)
        is_clear_below = after == len(taken) or chain.last < taken[after].first
        is_clear_above = after == 0 or taken[after - 1].last < chain.first
        if is_clear_below and is_clear_above:
            taken.insert(after, chain)
    return taken


def _without_lone_endings(chains: Sequence[Chain]) -> list[Chain]:
    """Drops lone trailing markers below a leading chain: its last post runs on over them."""
    kept: list[Chain] = []
    for chain in chains:
        is_lone = chain.place is Place.TRAILING and len(chain.marks) == 1
        if not (is_lone and kept and kept[-1].place is Place.LEADING):
            kept.append(chain)
    return kept


def _placed(
    found: Iterable[Sequence[Mark]], lines: Sequence[PageLine], within: Range
) -> list[Chain]:
    """Makes chains, and tells of markers on lines of their own whether they end posts."""
    chains = [Chain(tuple(marks), marks[0].place) for marks in found]
    alone = {mark.index for chain in chains if chain.is_alone for mark in chain.marks}
    if not alone:
        return chains
    texts = texts_in(lines, within)
    # Where all lines touch, the first or the last of them is a marker.
    otherwise = Place.TRAILING if texts[0] not in alone and texts[-1] in alone else Place.LEADING
    set_of_texts = frozenset(texts)
    return [
        replace(chain, place=_place_alone(chain, set_of_texts, otherwise))
        if chain.is_alone
        else chain
        for chain in chains
    ]


def _place_alone(chain: Chain, texts: AbstractSet[int], otherwise: Place) -> Place:
    """At which end of their posts markers on lines of their own stand: where text touches them."""
    above = sum(mark.index - 1 in texts for mark in chain.marks)
    below = sum(mark.index + 1 in texts for mark in chain.marks)
    if above == below:
        return otherwise
    return Place.TRAILING if above > below else Place.LEADING


class _Edges:
    """Where paragraphs begin and end in a range of lines."""

    def __init__(self, lines: Sequence[PageLine], within: Range) -> None:
        self._lines = lines
        self._within = within
        self._texts = texts_in(lines, within)
        self._has_paragraphs = has_paragraphs(lines, within)

    def allow(self, mark: Mark) -> bool:
        """Whether a marker stands where a post may begin or end."""
        if not self._has_paragraphs:
            return True
        beyond = mark.index - 1 if mark.place is Place.LEADING else mark.index + 1
        is_within = self._within.start <= beyond < self._within.end
        return not is_within or self._lines[beyond].kind is not Kind.TEXT

    def is_list(self, mark: Mark) -> bool:
        """Whether the words before a leading marker announce a list."""
        before = bisect_left(self._texts, mark.index)
        if mark.place is Place.TRAILING or not before:
            return False
        return self._lines[self._texts[before - 1]].line.text.rstrip().endswith(":")
