"""What stands near what: whether a number is said of the same thing as in the cited posts.

"65% were seen within four hours, against a standard of 95%" holds both numbers of "95% were seen":
each is known by the words, dates and numbers around it, the nearer the more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from threadqa.answering.support.evidence import Evidence
from threadqa.answering.support.quantities import Quantity
from threadqa.answering.support.reading import Reading

__all__ = ["EXACT", "Weigh", "misplaced"]

Weigh = Callable[[str], float]
"""Weight of a stem: the rarer, the more; above 0."""

# How much better another number must fit the words around, in [0, 1].
MARGIN = 0.15
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
        own, other = _fits(said, quantity, held, weigh)
        if other > own + MARGIN or _turns_bound(quantity, held):
            yield said.text[quantity.start : quantity.end]
        elif _has_other_head(said, quantity, held):
            yield said.text[quantity.start : quantity.end + HEAD_REACH]


def _fits(said: Reading, quantity: Quantity, held: Evidence, weigh: Weigh) -> tuple[float, float]:
    """How well the words around a number fit those around it in the posts, and around another.

    Each other number of the unit is compared without the two themselves: either may stand beside
    the other.
    """
    places = [(s.reading, q) for s in held.sentences for q in s.reading.quantities]
    around = _around(said, quantity.start)
    own_fit, other_fit = 0.0, 0.0
    for others in {q.key for _, q in places if q.unit == quantity.unit and q.key != quantity.key}:
        left_out = {_item_key(*others), _item_key(*quantity.key)}
        context = {key: near for key, near in around.items() if key not in left_out}
        own, other = (
            max(
                (
                    _fit(context, _around(reading, q.start), weigh)
                    for reading, q in places
                    if q.key == key
                ),
                default=0.0,
            )
            for key in (quantity.key, others)
        )
        if other - own > other_fit - own_fit:
            own_fit, other_fit = own, other
    return own_fit, other_fit


def _turns_bound(quantity: Quantity, held: Evidence) -> bool:
    """Whether "more than" a number is "less than" it in the posts."""
    bounds = {q.bound for q in held.quantities if q.key == quantity.key}
    return bool(quantity.bound) and bounds == {-quantity.bound}


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


def _fit(said: Mapping[str, float], held: Mapping[str, float], weigh: Weigh) -> float:
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
    for date in reading.dates:
        parts = {"year": date.year, "until": date.until, "month": date.month, "day": date.day}
        items += [_Item(f"{k}:{v}", date.start) for k, v in parts.items() if v is not None]
    return tuple(sorted(items, key=lambda item: (item.start, item.key)))
