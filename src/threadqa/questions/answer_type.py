"""What kind of thing a question asks for, and whether a sentence has one.

"How many nurses left?" is not answered by a sentence without a number, nor "how much did it cost?"
by one whose numbers are not money. The kinds are those that a
word of the question gives away and a pattern can find; other questions expect nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

__all__ = ["AnswerType", "expected_type", "satisfies"]


class AnswerType(StrEnum):
    """The kind of thing asked for."""

    SHARE = "share"
    MONEY = "money"
    DURATION = "duration"
    NUMBER = "number"
    DATE = "date"
    REASON = "reason"
    PERSON = "person"
    PLACE = "place"
    ANY = "any"


MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May)|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
NUMERAL = (
    r"(?:\d[\d,]*(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"few|several|many|dozens?|hundreds?|thousands?|millions?|billions?)"
)
PRICES = "(?:costs?|prices?|fares?|fees?|salary|salaries|wages?|budgets?|debts?|fines?|charges?)"
PAYS = "(?:costs?|pay|pays|paid|spend|spent|money|owes?|owed|earns?|earned|worth|funding)"
# In this order: "how many years" asks for a number, "when did the number of beds fall" for a date.
ASKS = (
    (
        AnswerType.SHARE,
        re.compile(r"\b(?:what|which) (?:share|percentage|proportion|fraction)\b", re.IGNORECASE),
    ),
    (
        AnswerType.DURATION,
        re.compile(
            r"\bhow long (?:did|do|does|has|have|will|would|should|must|can|until|before|ago"
            r"|after)\b"
            r"|\bhow (?:soon|quickly)\b",
            re.IGNORECASE,
        ),
    ),
    (
        AnswerType.MONEY,
        re.compile(
            rf"\bhow much\b.*\b{PAYS}\b"
            rf"|\bwhat(?:'s|’s| is| was| are| were| will be)? (?:the |an? )?(?:[\w-]+ )?{PRICES}\b",
            re.IGNORECASE,
        ),
    ),
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
    (AnswerType.PLACE, re.compile(r"\bwhere\b", re.IGNORECASE)),
    (AnswerType.NUMBER, re.compile(r"\b(?:size|cost|amount|number|percentage|share) of\b", re.I)),
)
ANSWERS = {
    AnswerType.SHARE: re.compile(
        r"\d[\d.,]*\s?(?:%|per ?cent\b)"
        r"|\b(?:half|all|none|(?:a|one|two|three) (?:thirds?|quarters?|fifths?|tenths?)"
        r"|\w+ (?:in|out of) (?:\d+|two|three|four|five|six|seven|eight|nine|ten))\b",
        re.IGNORECASE,
    ),
    AnswerType.MONEY: re.compile(
        r"[£$€]\s?\d[\d.,]*\w*|\b\d[\d.,]*\s?(?:(?:k|m|bn|thousand|million|billion)\s)?"
        r"(?:pounds?|dollars?|euros?|pence|cents?|p)\b|\b(?:free|nothing)\b",
        re.IGNORECASE,
    ),
    AnswerType.DURATION: re.compile(
        rf"\b{NUMERAL}[ -](?:more |or so )?(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|"
        r"months?|years?|decades?|centur(?:y|ies))\b|\b(?:overnight|forever)\b",
        re.IGNORECASE,
    ),
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
    # What a preposition puts a capital after: "in Kent", "outside the Treasury".
    AnswerType.PLACE: re.compile(
        r"\b(?:in|at|to|from|near|on|outside|across|of) (?:the )?[A-Z]\w+"
    ),
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
    named = _named(question, kind)
    return any(
        found[0].lower().removeprefix("@") not in named
        for found in ANSWERS[kind].finditer(sentence)
    )


@lru_cache(maxsize=8)  # a question is put to many sentences in turn
def _named(question: str, kind: AnswerType) -> frozenset[str]:
    """The words of a question, and the things of a kind in it, in lower case."""
    found = (match[0].lower() for match in ANSWERS[kind].finditer(question))
    return frozenset({*(word.lower() for word in WORD.findall(question)), *found})
