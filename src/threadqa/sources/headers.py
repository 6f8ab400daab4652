"""What stands above a thread: front matter, a byline, a date, a length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

__all__ = ["Header", "date_in", "front_matter", "with_byline", "with_facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a page says of the thread below.

    Attributes:
        author: A handle without "@", or a name.
        created_at: The day the thread was posted, at midnight, without a zone.
        declared_length: How many posts the thread has.
        url: Where the thread was copied from.
        title: The title of the page; not the thread's.
    """

    author: str | None = None
    created_at: datetime | None = None
    declared_length: int | None = None
    url: str | None = None
    title: str | None = None


_MONTHS = {
    month: number
    for number, month in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b",
        rf"\b{_DAY}\s+{_MONTH},?\s+(?P<year>\d{{4}})\b",
        rf"\b{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})\b",
    )
)
_LENGTH = re.compile(r"\b([1-9]\d{0,4}) (?:tweets?|posts?)\b")
_HANDLE = re.compile(r"@(\w{1,30})", re.ASCII)
_PAGE_OF = re.compile(r"\bThread by @(\w{1,30})", re.ASCII)
_ENTRY = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?:\s+(?P<value>.*))?")
_ITEM = re.compile(r"\s*-\s+(?P<value>.*)")
# Clippers also write the day of clipping ("created", "date_clipped"): that is not the thread's.
_DATE_KEYS = ("published", "date_published", "date")


def date_in(text: str) -> datetime | None:
    """The first full date in a text; None where there is none, or the year is left out."""
    for pattern in _DATES:
        match = pattern.search(text)
        if match is None:
            continue
        month = match["month"]
        try:
            return datetime(
                int(match["year"]),
                int(month) if month.isdigit() else _MONTHS[month[:3].lower()],
                int(match["day"]),
            )
        except ValueError:
            return None
    return None


def with_facts(header: Header, words: str) -> Header:
    """Adds what a line such as "10 Feb 2022 • 6 tweets • 3 min read" says."""
    length = _LENGTH.search(words)
    return replace(
        header,
        created_at=date_in(words) or header.created_at,
        declared_length=int(length[1]) if length else header.declared_length,
    )


def with_byline(header: Header, words: str) -> Header:
    """Adds the first handle of a line."""
    handle = _HANDLE.search(words)
    return header if handle is None else replace(header, author=handle[1])


def front_matter(lines: Sequence[str]) -> Header | None:
    """Reads YAML front matter, as far as clippers write it.

    Args:
        lines: Between the two lines of dashes.

    Returns:
        What it says; None where the lines are no front matter.
    """
    entries = _entries(lines)
    if not entries:
        return None
    title = entries.get("title")
    author = entries.get("author") or ""
    page_of = _PAGE_OF.search(title or "")
    handle = _HANDLE.search(author) or page_of
    return Header(
        author=handle[1] if handle else author.strip("[]") or None,
        created_at=_first_date(entries.get(key) for key in _DATE_KEYS),
        url=entries.get("source") or entries.get("url"),
        title=title,
    )


def _first_date(values: Iterable[str | None]) -> datetime | None:
    return next((date for value in values if value and (date := date_in(value))), None)


def _entries(lines: Sequence[str]) -> dict[str, str]:
    """Keys and their value, or the first item of their list; nothing where a line is neither."""
    entries: dict[str, str] = {}
    key = ""
    for line in lines:
        entry = _ENTRY.fullmatch(line.rstrip())
        item = _ITEM.fullmatch(line)
        if entry is not None:
            key = entry["key"].lower()
            entries[key] = _unquoted(entry["value"] or "")
        elif item is not None and key:
            entries[key] = entries[key] or _unquoted(item["value"])
        elif line.strip() and not (key and line.startswith(" ")):
            return {}
    return entries


def _unquoted(value: str) -> str:
    return value.strip().strip("\"'")
