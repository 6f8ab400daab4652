"""The years and months that a text names."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["dates", "dates_of"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Months in capitals only: "may" and "march" are verbs as well.
NAMED = re.compile(
    r"\b(?:((?:19|20)\d\d)|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|January|February|March|April|June|July|August|September|October|November|December))\b"
)
LETTERS = 3


def dates(text: str) -> frozenset[str]:
    """Years as they are written, and months by their first three letters, in lower case.

    "In March 2021" names {"mar", "2021"}; "2021/22" names 2021.
    """
    return frozenset(year or month[:LETTERS].lower() for year, month in NAMED.findall(text))


def dates_of(when: date) -> frozenset[str]:
    """The year and the month of a day, as `dates` gives them."""
    return frozenset({str(when.year), MONTHS[when.month - 1]})
