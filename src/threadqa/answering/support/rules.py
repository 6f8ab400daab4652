"""Rules without exception: no number, name, date or link that the cited posts do not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threadqa.answering.grounding import Reason
from threadqa.answering.support.dates import Date, is_held
from threadqa.answering.support.evidence import Evidence, run_of
from threadqa.answering.support.lexicon import stem
from threadqa.answering.support.names import Name
from threadqa.answering.support.quantities import Quantity
from threadqa.answering.support.reading import Reading

__all__ = ["invented", "recombined"]

# "First, ..." and "at first" count nothing.
NO_COUNT = re.compile(r"\A\s*(?:[,:;.]|of all\b)")


def invented(said: Reading, held: Evidence) -> Iterator[tuple[Reason, str]]:
    """What a sentence has and the cited posts do not, with the kind of thing it is.

    Args:
        said: The sentence.
        held: The posts.
    """
    yield from ((Reason.LINK, link) for link in said.links if link not in held.links)
    yield from ((Reason.NAME, h) for h in said.handles if h not in held.handles)
    yield from (
        (Reason.DATE, said.text[date.start : date.end].rstrip("."))
        for date in said.dates
        if not _has_date(date, held)
    )
    yield from ((Reason.NUMBER, number) for number in _invented_numbers(said, held))
    yield from ((Reason.NAME, name.text) for name in said.names if not _has_name(name, held))


def _invented_numbers(said: Reading, held: Evidence) -> Iterator[str]:
    keys = {quantity.key for quantity in held.quantities}
    for quantity in said.quantities:
        if quantity.key not in keys and not _counts_nothing(quantity, said):
            yield said.text[quantity.start : quantity.end]
    yield from (code for code, _ in said.codes if code not in held.codes)


def recombined(said: Reading, held: Evidence) -> Iterator[tuple[Reason, str]]:
    """Names whose words the cited posts have, and nowhere one after the other."""
    for name in said.names:
        if len(name.words) < 2 or name.text in held.acronyms:
            continue
        # "Group G2 waits": the first word may have its capital from the sentence.
        words = [name.words, name.words[1:]] if name.heads else [name.words]
        runs = [run_of(" ".join(part)) for part in words]
        if not any(part in run for part in runs for run in held.runs):
            yield Reason.NAME, name.text


def _has_date(date: Date, held: Evidence) -> bool:
    if is_held(date, held.dates):
        return True
    # A figure of four digits reads as a year in one place and as a count in another.
    alone = date.month is None and date.until is None and date.weekday is None
    return alone and any(q.unit == "" and q.value == date.year for q in held.quantities)


def _counts_nothing(quantity: Quantity, said: Reading) -> bool:
    if quantity.unit != "ordinal" or quantity.value != 1:
        return False
    before = said.text[: quantity.start].lower()
    return before.endswith("at ") or NO_COUNT.match(said.text, quantity.end) is not None


def _has_name(name: Name, held: Evidence) -> bool:
    if name.text in held.acronyms or name.text.removesuffix("s") in held.acronyms:
        return True
    return all(
        word in held.words
        or word in held.codes
        or f"#{word}" in held.handles
        or word in held.acronyms
        or ((not name.is_certain or (name.heads and not place)) and stem(word) in held.stems)
        for place, part in enumerate(name.words)
        for word in _parts(part)
    )


def _parts(word: str) -> list[str]:
    """A hyphenated word's words."""
    return [part for part in re.split(r"[-.&']", word) if part] or [word]
