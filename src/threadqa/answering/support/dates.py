"""The dates of a text: days, months, years and the years that run from April to March."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Date", "dates", "is_held", "posted"]

MONTHS = (
    "january february march april may june july august september october november december".split()
)
# "May" and "March" are months with a capital only.
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|(?-i:Mar(?:ch)?)|apr(?:il)?|(?-i:May)|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
YEAR = r"(?:1[5-9]|20)\d\d"
DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
WEEKDAYS = {
    "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7,
}  # fmt: skip
PATTERN = re.compile(
    rf"(?<![\w.,£$€])(?:"
    rf"(?P<iso>(?P<iso_year>{YEAR})-(?P<iso_month>0[1-9]|1[0-2])-(?P<iso_day>0[1-9]|[12]\d|3[01]))"
    rf"|(?P<slashed>(?P<day_1>{DAY})[/.](?P<month_1>1[0-2]|0?[1-9])[/.](?P<year_1>{YEAR}))"
    rf"|(?P<span>(?P<from>{YEAR})\s?[/–-]\s?(?P<to>(?:{YEAR}|\d\d)))"
    rf"|(?P<day_2>{DAY})\s+(?:of\s+)?(?P<month_2>{MONTH})(?:,?\s+(?P<year_2>{YEAR})(?![\w,]\d))?"
    rf"|(?P<month_3>{MONTH})\s+(?:the\s+)?(?P<day_3>{DAY})(?![\w%]|[.,:]\d|\s?%)"
    rf"(?:,?\s+(?P<year_3>{YEAR}))?"
    rf"|(?P<month_4>{MONTH})(?:,?\s+(?:of\s+)?(?P<year_4>{YEAR}))?"
    r"|(?P<weekday>(?-i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?))"
    rf"|(?P<year_5>{YEAR})s?(?!\s?(?:%|per\s?cent|million|billion|bn\b|thousand))"
    r")(?![\w]|[.,]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date as far as a text gives it.

    Attributes:
        year: 4 digits; of a span of years the first.
        until: The last year of a span, such as 2022 for "2021/22".
        month: From 1.
        day: From 1.
        weekday: From 1 for Monday.
        start: Where it begins in the folded text.
        end: Where it ends; half-open.
    """

    year: int | None = None
    until: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    start: int = 0
    end: int = 0


def dates(text: str) -> tuple[Date, ...]:
    """Reads the dates of a folded text, in order."""
    return tuple(_date(match) for match in PATTERN.finditer(text))


def posted(created_at: datetime | None) -> tuple[Date, ...]:
    """The date on which a post was written, as what its reader may be told."""
    if created_at is None:
        return ()
    return (
        Date(
            year=created_at.year,
            month=created_at.month,
            day=created_at.day,
            weekday=created_at.isoweekday(),
        ),
    )


def is_held(said: Date, held: Iterable[Date]) -> bool:
    """Whether a date stands among others.

    Day and month must stand together; a year may stand apart from them, as in "The 2022 Act takes
    effect on 1 July", unless their date has another one.
    """
    known = list(held)
    if said.until is not None or said.weekday is not None:
        return any((d.year, d.until) == (said.year, said.until) for d in known if d.until) or any(
            said.weekday is not None and d.weekday == said.weekday for d in known
        )
    years = {date.year for date in known if date.until is None}
    if said.month is None:
        return said.year in years
    for date in known:
        if date.month != said.month or (said.day is not None and date.day != said.day):
            continue
        if said.year is None or date.year == said.year:
            return True
        if date.year is None and said.year in years:
            return True
    return False


def _date(match: re.Match[str]) -> Date:
    start, end = match.span()
    if match["weekday"]:
        return Date(weekday=WEEKDAYS[match["weekday"][:3].lower()], start=start, end=end)
    if match["span"]:
        first = int(match["from"])
        last = int(match["to"])
        return Date(
            year=first, until=last if last > 99 else first // 100 * 100 + last, start=start, end=end
        )
    if match["iso"]:
        year, month, day = (int(match[f"iso_{part}"]) for part in ("year", "month", "day"))
        return Date(year=year, month=month, day=day, start=start, end=end)
    return Date(
        year=_whole(
            match["year_1"]
            or match["year_2"]
            or match["year_3"]
            or match["year_4"]
            or match["year_5"]
        ),
        month=_month(match["month_1"] or match["month_2"] or match["month_3"] or match["month_4"]),
        day=_whole(match["day_1"] or match["day_2"] or match["day_3"]),
        start=start,
        end=end,
    )


def _whole(text: str | None) -> int | None:
    return None if text is None else int("".join(filter(str.isdigit, text)))


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    if text[0].isdigit():
        return int(text)
    return next(n for n, name in enumerate(MONTHS, 1) if name.startswith(text[:3].lower()))
