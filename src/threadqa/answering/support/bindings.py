"""What stands near what: whether a number is said of the same thing as in the cited posts.

"65% were seen within four hours, against a standard of 95%" holds both numbers of "95% were seen":
each is known by the words, dates, labels and numbers around it, the nearer the more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from threadqa.answering.support.dates import Date, is_held
from threadqa.answering.support.evidence import Evidence
from threadqa.answering.support.quantities import Quantity
from threadqa.answering.support.reading import Reading

__all__ = ["EXACT", "Weigh", "misplaced"]

Key: TypeAlias = tuple[str, Fraction]
Weigh = Callable[[str], float]
"""Weight of a stem: the rarer, the more; above 0."""

# How much better another number must fit, in [0, 1].
MARGIN = 0.15
# The same of two numbers together, when they change places.
MARGIN_OF_TWO = 0.25
# Words that a clause boundary between counts for.
BOUNDARY = 3
HEAD_REACH = 14
# Weight of a number or a part of a date, that of a rare word.
EXACT = 4.0


@dataclass(frozen=True, slots=True)
class _Item:
    key: str
    start: int


def misplaced(said: Reading, held: Evidence, weigh: Weigh) -> Iterator[str]:
    """The numbers of a sentence that the posts have of something else."""
    for quantity in said.quantities:
        if (
            _is_replaced(said, quantity, held, weigh)
            or _turns_bound(quantity, held)
            or _is_of_another_date(said, quantity, held)
        ):
            yield said.text[quantity.start : quantity.end]
        elif _has_other_head(said, quantity, held):
            yield said.text[quantity.start : quantity.end + HEAD_REACH]


def _is_replaced(said: Reading, quantity: Quantity, held: Evidence, weigh: Weigh) -> bool:
    """Whether another number of the posts, of the same unit, fits better where a number stands.

    Where the sentence has the other number as well, the two must fit better changed about.
    """
    own = {q.key: q for q in said.quantities}
    for other in dict.fromkeys(q.key for q in held.quantities if q.unit == quantity.unit):
        if other == quantity.key:
            continue
        stays = _fit(said, quantity, quantity.key, other, held, weigh)
        goes = _fit(said, quantity, other, quantity.key, held, weigh)
        margin = MARGIN
        if other in own:
            margin = MARGIN_OF_TWO
            stays += _fit(said, own[other], other, quantity.key, held, weigh)
            goes += _fit(said, own[other], quantity.key, other, held, weigh)
        if goes > stays + margin:
            return True
    return False


def _fit(
    said: Reading, at: Quantity, key: Key, against: Key, held: Evidence, weigh: Weigh
) -> float:
    """How well what stands around a number fits what stands around one in the posts, in [0, 1].

    The number and the one it is compared with are left out: either may stand beside the other. So
    is what stands by neither in the posts: it cannot tell them apart.
    """
    left_out = {_item_key(*key), _item_key(*against)}
    ones, others = _arounds(held, key), _arounds(held, against)
    known = frozenset[str]().union(*ones, *others) - left_out
    around = {k: near for k, near in _around(said, at.start).items() if k in known}
    return max((_shared(around, one, weigh) for one in ones), default=0.0)


def _arounds(held: Evidence, key: Key) -> list[Mapping[str, float]]:
    """What stands around each mention of a number in the posts."""
    return [
        _around(sentence.reading, candidate.start)
        for sentence in held.sentences
        for candidate in sentence.reading.quantities
        if candidate.key == key
    ]


def _turns_bound(quantity: Quantity, held: Evidence) -> bool:
    """Whether "more than" a number is "less than" it in the posts."""
    bounds = {q.bound for q in held.quantities if q.key == quantity.key}
    return bool(quantity.bound) and bounds == {-quantity.bound}


def _is_of_another_date(said: Reading, quantity: Quantity, held: Evidence) -> bool:
    """Whether the posts have a number and the sentence's date, and not of each other.

    A sentence with several dates, or with another number that is of its date, is not judged.
    """
    dated = [date for date in said.dates if date.weekday is None]
    if len(dated) != 1:
        return False
    (date,) = dated
    readings = [sentence.reading for sentence in held.sentences]
    there = [reading.quantities for reading in readings if is_held(date, reading.dates)]
    of_date = {q.key for counted in there for q in counted} - {quantity.key}
    if not there or any(q.key in of_date for q in said.quantities):
        return False
    has_its_own = all(
        any(q.unit == quantity.unit and q.key != quantity.key for q in counted) for counted in there
    )
    mentions = [
        place
        for place, reading in enumerate(readings)
        if any(q.key == quantity.key for q in reading.quantities)
    ]
    return bool(mentions) and all(
        _is_apart(date, place, held, has_its_own=has_its_own) for place in mentions
    )


def _is_apart(date: Date, place: int, held: Evidence, *, has_its_own: bool) -> bool:
    """Whether what a sentence of a post counts is not of a date that stands elsewhere in it.

    A date holds for its own sentence, and for those after it up to the next one.

    Args:
        date: Of the sentence that is checked.
        place: Of the post's sentence.
        held: All of them.
        has_its_own: Whether another number of the kind stands wherever the date does.
    """
    sentence = held.sentences[place]
    before = (s for s in reversed(held.sentences[:place]) if s.post == sentence.post)
    governing = next((s.reading.dates for s in before if s.reading.dates), ())
    if is_held(date, sentence.reading.dates) or is_held(date, governing):
        return False
    return has_its_own or bool(sentence.reading.dates)


def _has_other_head(said: Reading, quantity: Quantity, held: Evidence) -> bool:
    """Whether the word right after a number stands in the posts right after others only."""
    head = _head(said, quantity)
    followed = {
        candidate.key: _head(sentence.reading, candidate)
        for sentence in held.sentences
        for candidate in sentence.reading.quantities
        if candidate.unit == quantity.unit
    }
    return head is not None and head in followed.values() and followed.get(quantity.key) != head


def _head(reading: Reading, quantity: Quantity) -> str | None:
    """The word right after a number."""
    after = range(quantity.end, quantity.end + 3)
    return next((word.stem for word in reading.words if word.start in after), None)


def _shared(said: Mapping[str, float], held: Mapping[str, float], weigh: Weigh) -> float:
    """Share of what stands around a number that stands around another one, in [0, 1]."""
    weights = {key: near * (EXACT if ":" in key else weigh(key)) for key, near in said.items()}
    total = sum(weights.values())
    if not total:
        return 0.0
    shared = sum(w * min(1.0, held.get(k, 0.0) / said[k]) for k, w in weights.items())
    return shared / total


@lru_cache(maxsize=8192)
def _around(reading: Reading, start: int) -> Mapping[str, float]:
    """What stands around a place: nearness by key, in (0, 1]."""
    items = _items(reading)
    here = next(place for place, item in enumerate(items) if item.start == start)
    clause = bisect_right(reading.bounds, start)
    nearness: dict[str, float] = {}
    for place, item in enumerate(items):
        if item.start == start:
            continue
        apart = abs(place - here) + BOUNDARY * abs(
            bisect_right(reading.bounds, item.start) - clause
        )
        nearness[item.key] = max(nearness.get(item.key, 0.0), 1.0 / (1.0 + apart / 2))
    return nearness


def _item_key(unit: str, value: Fraction) -> str:
    return f"{unit}:{value}"


@lru_cache(maxsize=4096)
def _items(reading: Reading) -> tuple[_Item, ...]:
    items = [_Item(word.stem, word.start) for word in reading.words]
    items += [_Item(_item_key(q.unit, q.value), q.start) for q in reading.quantities]
    items += [_Item(f"code:{code}", start) for code, start in reading.codes]
    for date in reading.dates:
        parts = {"year": date.year, "until": date.until, "month": date.month, "day": date.day}
        items += [_Item(f"{k}:{v}", date.start) for k, v in parts.items() if v is not None]
    return tuple(sorted(items, key=lambda item: (item.start, item.key)))
