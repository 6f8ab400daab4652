"""What kind of thing a question asks for, and whether a sentence has one.

"How many nurses left?" is not answered by a sentence without a number. The kinds are those that a
word of the question gives away and a pattern can find; other questions expect nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["AnswerType", "expected_type", "satisfies"]


class AnswerType(StrEnum):
    """The kind of thing asked for."""

    NUMBER = "number"
    DATE = "date"
    REASON = "reason"
    PERSON = "person"
    ANY = "any"


MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May)|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
# In this order: "how many years" asks for a number, "when did the number of beds fall" for a date.
ASKS = (
    (
        AnswerType.NUMBER,
        re.compile(
            r"\bhow (?:many|much|long|late|big|large|old|often|far|high|low|fast)\b"
            r"|\bwhat (?:share|percentage|proportion|number|figure|size|amount)\b",
            re.IGNORECASE,
        ),
    ),
    (AnswerType.DATE, re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b", re.I)),
    (AnswerType.REASON, re.compile(r"\bwhy\b|\bhow come\b|\breasons?\b", re.IGNORECASE)),
    # Not "WHO", the organisation.
    (AnswerType.PERSON, re.compile(r"\b[Ww]ho(?:se|m)?\b")),
    (AnswerType.NUMBER, re.compile(r"\b(?:size|cost|amount|number|percentage|share) of\b", re.I)),
)
ANSWERS = {
    AnswerType.NUMBER: re.compile(
        r"\d+|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundreds?|thousands?|"
        r"millions?|billions?|half|a third|a quarter|none)\b",
        re.IGNORECASE,
    ),
    AnswerType.DATE: re.compile(
        rf"\b(?:{MONTHS}|(?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)|yesterday|today|tomorrow|"
        r"weeks?|months?|years?|ago|last|next|spring|summer|autumn|winter|"
        r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
        re.IGNORECASE,
    ),
    AnswerType.REASON: re.compile(
        r"\b(?:because|since|so|due to|reasons?|in order to|as a result|caused?|means?)\b",
        re.IGNORECASE,
    ),
    # A handle, or a capital inside a sentence.
    AnswerType.PERSON: re.compile(r"@\w+|(?<=\w )[A-Z]\w+"),
}
WORD = re.compile(r"\w+")


def expected_type(question: str) -> AnswerType:
    """The kind of thing a question asks for."""
    return next((kind for kind, asks in ASKS if asks.search(question)), AnswerType.ANY)


def satisfies(sentence: str, kind: AnswerType, question: str) -> bool:
    """Whether a sentence has a thing of a kind that the question does not name itself.

    "What was the list in March 2021?" is not answered by a sentence whose only number is 2021.
    """
    if kind is AnswerType.ANY:
        return True
    named = {word.lower() for word in WORD.findall(question)}
    named |= {found[0].lower() for found in ANSWERS[kind].finditer(question)}
    return any(
        found[0].lower().removeprefix("@") not in named
        for found in ANSWERS[kind].finditer(sentence)
    )
