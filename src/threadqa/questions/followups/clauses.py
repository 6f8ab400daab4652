"""A question in its parts, by the plain order of English and its small words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from threadqa.questions.english import PAST
from threadqa.questions.followups.words import (
    AUXILIARIES,
    BASE_VERBS,
    BE,
    DETERMINERS,
    HAVE,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Word,
    is_plain,
    words_of,
)

__all__ = ["MEASURES", "Clause", "head_of", "last_question", "noun_phrase_end", "parse"]

MEASURES = frozenset(
    "long big fast late often far old quick busy high low soon much many large small early".split()
)
PARTICIPLE = re.compile(
    r"\w{3,}(?:ed|ing|lt)|told|done|given|taken|fallen|put|written|seen|shown|gone|paid"
)
# What is said of a subject without a participle.
STATES = frozenset("different vacant missing open available ready full free wrong true".split())
ALSO_NOUNS = frozenset(
    "act aim call cap change claim cost count cut drop end help lead list look measure move need "
    "offer plan play promise report rise run start stop support talk use vote work".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A question in its parts; each a run of words, empty where it has none.

    Attributes:
        source: The question's text.
        wh: The words that ask: "how many", "when", "by how much".
        asked: The noun phrase that they ask for: "contacts".
        auxiliary: "were", "did".
        subject: After the auxiliary.
        verb: After the subject, where the auxiliary needs one.
        rest: What is left.
    """

    source: str
    wh: Sequence[Word] = ()
    asked: Sequence[Word] = ()
    auxiliary: Word | None = None
    subject: Sequence[Word] = ()
    verb: Word | None = None
    rest: Sequence[Word] = ()

    def text(self, run: Sequence[Word]) -> str:
        """The words of a run as they are written."""
        return self.source[run[0].start : run[-1].end] if run else ""


def parse(question: str) -> Clause:
    """Takes a question apart."""
    source = last_question(question)
    run = [word for word in words_of(source) if word.text not in {"?", "!", "."}]
    place = next((i for i, word in enumerate(run) if word.low in AUXILIARIES), None)
    if place is None or _asks_for_its_subject(run, place):
        asking = sum(word.low in WH for word in run[:1])
        return Clause(source=source, wh=run[:asking], rest=run[asking:])
    before, after = run[:place], run[place + 1 :]
    if before and not any(word.low in WH for word in before):
        return Clause(source=source, auxiliary=run[place], subject=before, rest=after)
    wh, asked = _asking(before)
    subject, verb, rest = _after(run[place], after, wh, asked)
    return Clause(
        source=source,
        wh=wh,
        asked=asked,
        auxiliary=run[place],
        subject=subject,
        verb=verb,
        rest=rest,
    )


def _asks_for_its_subject(run: Sequence[Word], place: int) -> bool:
    """Whether it is as a statement, but for a wh-word: "who estimated …", "what is in …"."""
    if not run or run[0].low not in {"who", "what"}:
        return False
    following = run[1].low
    if place != 1:
        return following in PAST or (run[0].low == "who" and is_plain(run[1]))
    if len(run) < 3:
        return False
    begun = run[2].low
    if following in BE:
        return begun in PREPOSITIONS or begun in STATES or _is_participle(begun)
    return begun in BASE_VERBS | PAST.keys() | {"be", "been"} or _is_participle(begun)


def _asking(before: Sequence[Word]) -> tuple[Sequence[Word], Sequence[Word]]:
    """What stands before an auxiliary: the words that ask, and the phrase that they ask for."""
    if not before:
        return before, before
    first = next(i for i, word in enumerate(before) if word.low in WH) + 1
    while first < len(before) and before[first].low in MEASURES | {"of"}:
        first += 1
    if any(is_plain(word) for word in before[first:]):
        return before[:first], before[first:]
    return before, []


def last_question(question: str) -> str:
    """The last sentence that asks, else the last."""
    sentences = [s for s in re.split(r"(?<=[.?!])\s+", question.strip()) if words_of(s)]
    asking = [s for s in sentences if s.endswith("?")]
    return (asking or sentences or [question.strip()])[-1]


def _after(
    auxiliary: Word, after: Sequence[Word], wh: Sequence[Word], asked: Sequence[Word]
) -> tuple[Sequence[Word], Word | None, Sequence[Word]]:
    """Subject, verb and rest after an auxiliary."""
    if auxiliary.low not in BE | HAVE:
        return _before_verb(after)
    if asked and (auxiliary.low in HAVE or not (after and after[0].low in DETERMINERS)):
        return [], None, after
    if auxiliary.low in BE and wh and wh[-1].low in {"what", "who"}:
        return after, None, []
    end = noun_phrase_end(after, 0)
    while end > 1 and (_is_participle(after[end - 1].low) or after[end - 1].low in STATES):
        end -= 1
    return after[:end], None, after[end:]


def _before_verb(after: Sequence[Word]) -> tuple[Sequence[Word], Word | None, Sequence[Word]]:
    """Cuts "the NHS get for the year" before its verb, which is a known one or ends a phrase."""
    known = [
        place
        for place, word in enumerate(after)
        if word.text.islower()
        and word.low in BASE_VERBS | {"be"}
        and not (place and after[place - 1].low in DETERMINERS)
    ]
    if known == [0]:
        return [], None, after
    if after and after[0].low in PRONOUNS:
        known = [1]
    # "Did the delivery plan for care come out": of two, the first may be a noun.
    nouns = [place for place in known if place and after[place].low not in ALSO_NOUNS]
    place = (nouns or known or [max(noun_phrase_end(after, 0) - 1, 1)])[0]
    if place >= len(after):
        return after, None, []
    return after[:place], after[place], after[place + 1 :]


def _is_participle(low: str) -> bool:
    return (
        low in PAST
        or re.fullmatch(
            r"\w{3,}(?:ed|ing|lt)|told|done|given|taken|fallen|put|written|seen|shown|gone|paid",
            low,
        )
        is not None
    )


def noun_phrase_end(run: Sequence[Word], start: int) -> int:
    """Where a noun phrase that begins at a place ends; the place itself where none does.

    "Of" goes on with it, and so does "and" between its words.
    """
    place = start
    while place < len(run) and run[place].low in DETERMINERS:
        place += 1
    begun = place
    while place < len(run) and is_plain(run[place]):
        place += 1
    if place == begun:
        return start
    if place < len(run) and run[place].low in {"of", "and"}:
        beyond = noun_phrase_end(run, place + 1)
        return beyond if beyond > place + 1 else place
    return place


def head_of(run: Sequence[Word]) -> str:
    """The noun of a phrase: the last word before what a preposition adds to it."""
    head = ""
    for place, word in enumerate(run):
        if word.low in PREPOSITIONS and place:
            break
        if is_plain(word):
            head = word.low
    return head or (run[-1].low if run else "")
