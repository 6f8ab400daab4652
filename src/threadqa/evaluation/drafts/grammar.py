"""The plain English that templates are made of: words, phrases, and turning a clause around."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threadqa.questions.english import MONTH, PAST, PRESENT

__all__ = [
    "AUX",
    "COUNTED",
    "DATE",
    "HEDGE",
    "MONEY",
    "NOUNS",
    "NUMBER",
    "PERCENT",
    "SCALE",
    "VERB",
    "inverted",
    "is_subject",
    "stands_alone",
    "tidy",
]

LONGEST_QUESTION = 26

AUX = "is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|cannot"
VERB = "|".join([AUX, *PAST, *PRESENT, "feels?", "looks?", "seems?", "remains?", "takes?", "gets?"])
HEDGE = r"(?:only |just |about |over |nearly |around |almost |roughly |some |more than |up to )?"
WORD = r"[\w£$€%@&/’'.,-]*[\w%’']"
NOUNS = rf"{WORD}(?: {WORD}){{0,7}}?"
NUMBER = r"\d[\d,]*(?:\.\d+)?"
SCALE = r"(?:k|K|m|bn| (?:thousand|million|billion|trillion))?"
MONEY = rf"[£$€]{NUMBER}{SCALE}"
PERCENT = rf"{NUMBER}(?:%| per ?cent)"
COUNTED = "two|three|four|five|six|seven|eight|nine|ten|[2-9]"
DATE = (
    rf"(?:(?:early |mid-|late |the end of )?(?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH}"
    rf"(?: \d{{1,2}}(?!\d))?(?:,? (?:19|20)\d\d)?|(?:19|20)\d\d)(?![\w/-])"
)

# A question stands alone: it must not lean on what stood before.
LEANING = re.compile(
    r"\b(?:it|they|them|these|those|he|she|his|her|him|we|us|our|ours|i|my|me|you|your|here|above|"
    r"below|this|today|yesterday|tomorrow|tonight|now|ago|latter|former|same|such|another|others|"
    r"so far|there)\b|\b(?:last|next) (?:\d+ )?(?:night|weeks?|months?|years?|hours|days)\b",
    re.IGNORECASE,
)
# Addresses, hashtags, emojis, quotations, and what a post broke off.
UNFIT = re.compile(r"https?:|www\.|\w\.\w+/|…|\.\.\.|#\w|[\[\]()<>{}*_|•“”\"\U0001f000-\U0001faff]")
NO_SUBJECT = re.compile(
    rf"\b(?:{AUX}|that|which|who|whom|whose|what|where|because|if|when|while|although|though|"
    r"unless|than|as|so|but|or|not|do|does|did|be|been|only|just|never|even|then|once|thus|often|there|it|said|says|being|"
    r"they|telling|nobody|nothing|everything|everyone|everybody|anyone|someone|neither|none)\b"
    r"|^(?:its|their|in|on|at|by|for|from|of|to|with|after|before|since|during|under|over|without|and|each|"
    r"all|both|many|some|most|more|few|one|half|too|very|important|early|again|also|let|see|"
    r"please|thanks|no|yes|well|ok|nb|eg|\w+ly|\w+ing)\b|^\d|\d$"
    r"|\b(?:the|an?|of|to|and|in|on|for|with|by|at|from|their|its|also|already|both|still)$",
    re.IGNORECASE,
)
# In what follows the verb of a clause, a sign that it was not the clause's own verb.
SECOND_VERB = re.compile(
    r"(?<!that )(?<!which )(?<!who )(?<!what )(?<!and )(?<!or )(?<!, )"
    r"\b(?:is|are|was|were|has|have|had)\b",
    re.IGNORECASE,
)


def tidy(question: str) -> str:
    """A question with single spaces, none before a comma or the mark, and a capital."""
    folded = re.sub(r"[\s,]+([,?])", r"\1", " ".join(question.split()))
    return folded[0].upper() + folded[1:]


def stands_alone(question: str) -> bool:
    """Whether a question can be understood by itself, is of words, and is not too long."""
    return (
        len(question.split()) <= LONGEST_QUESTION
        and LEANING.search(question) is None
        and UNFIT.search(question) is None
    )


def is_subject(words: str) -> bool:
    """Whether words can be the subject of a question: no pronoun, no verb, no loose end."""
    # A number may not end it, unless it is the year of a name or a month.
    return NO_SUBJECT.search(re.sub(r"(?<=[a-z]) (?:19|20)\d\d$", "", words)) is None


INVERTED = re.compile(
    rf"(?P<subject>{NOUNS}) (?:(?P<aux>{AUX})|(?P<past>{'|'.join(PAST)})) (?P<rest>.+)"
)
# "Had" helps a verb in "had waited", and is the verb in "had Royal Assent".
PARTICIPLE = re.compile(
    r"(?:\w+ly |also |already |never |now |still |just )?(?:been|become|begun|broken|come|cut|done|"
    r"fallen|gone|grown|held|left|lost|made|met|paid|put|risen|sent|seen|set|spent|taken|told|"
    r"written|\w+ed|\w+ght|picked) "
)


def inverted(clause: str, asking: str) -> Iterator[tuple[str, str]]:
    """Turns a clause into the beginning of a question.

    Args:
        clause: "the app was dropped early".
        asking: "When".

    Yields:
        Once at most: "When was the app", "dropped early".
    """
    found = INVERTED.fullmatch(clause)
    if found is None or not is_subject(found["subject"]) or SECOND_VERB.search(found["rest"]):
        return
    helping, verb = found["aux"], found["past"]
    if helping in {"has", "have", "had"} and not PARTICIPLE.match(f"{found['rest']} "):
        helping, verb = "", helping
    if helping:
        rest = re.sub(r"^(?:also|now|still|already) ", "", found["rest"])
        yield f"{asking} {helping} {found['subject']}", rest
    elif verb in PAST:
        yield f"{asking} did {found['subject']} {PAST[verb]}", found["rest"]
