"""What a question speaks of: its noun phrases, and its topic in the words of a heading.

There is no parser here. English questions have a plain order (asked-for phrase, auxiliary,
subject, verb, the rest), and that order and the small words give the phrases away often enough. A
phrase that is cut wrong costs a good wording, never an answer: what is searched has all words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from threadqa.questions.english import PAST
from threadqa.questions.followups.words import (
    AUXILIARIES,
    BASE_VERBS,
    BE,
    DETERMINERS,
    HAVE,
    PAST_OF,
    PREPOSITIONS,
    PRONOUNS,
    WH,
    Word,
    is_plain,
    uncapitalised,
    words_of,
)

__all__ = [
    "MEASURES",
    "Phrase",
    "Role",
    "head_of",
    "last_question",
    "named_before",
    "noun_phrase_end",
    "phrases",
    "set_before",
    "set_off",
    "topic",
]

MEASURES = frozenset(
    "long big fast late often far old quick busy high low soon much many large small early".split()
)
VAGUE = frozenset("money share number amount percentage proportion part figure".split())
PERSONS = re.compile(
    r"\b(?:\w+(?:ist|ian|tor)|director|leader|teacher|manager|minister|officer|secretary|president|"
    r"chancellor|chief|executive|nurse|doctor|author|chair|mayor|mother|father|man|woman|wife|"
    r"husband|king|queen|friend|member|head)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"\b(?:(?:19|20)\d\d\S*|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|years?|months?|weeks?|days?|hours?|weekend|peak|half|quarter|"
    r"(?-i:spring|summer|autumn|winter)|today|yesterday|now|earlier|later|pandemic)\b",
    re.IGNORECASE,
)
IRREGULAR_PLURALS = frozenset("people children staff police men women data media ones".split())
NOT_PLURAL = re.compile(r"(?:ss|us|is|news|series|species)$")
# After these words a colon would make an operator, and a dash sets off the topic.
OPERATOR = r"\b(?:from|mention|link|thread|source|since|until)"
SET_OFF = re.compile(
    rf"(?P<topic>[^:?]*?{OPERATOR}(?= –)|[^:?]*\w[^:?]*(?=:))(?::| –)\s+(?P<asked>\S.*)",
    re.DOTALL | re.IGNORECASE,
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
LONGEST_TOPIC = 18


class Role(IntEnum):
    """What a phrase is in its question; the lower, the more a pronoun means it."""

    SUBJECT = 0
    ASKED = 1
    COMPLEMENT = 2
    OBLIQUE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun phrase of a question.

    Attributes:
        text: As it can stand in another question.
        head: Its noun, in small letters.
        role: In its question.
    """

    text: str
    head: str
    role: Role

    @property
    def is_plural(self) -> bool:
        """Whether its noun is one of several things."""
        written = self._written_head
        if self.head in IRREGULAR_PLURALS:
            return True
        return self.head.endswith("s") and not written.isupper() and not NOT_PLURAL.search(written)

    @property
    def is_name(self) -> bool:
        """Whether it is a name: "@ann", "the National Audit Office", "Test and Trace"."""
        return self._written_head[0] in "@" or self._written_head[0].isupper()

    @property
    def is_person(self) -> bool:
        """Whether "she" can mean it."""
        return PERSONS.search(self.text) is not None or self._written_head[0] == "@"

    @property
    def is_time(self) -> bool:
        """Whether it is a date or a span of time, which no pronoun means."""
        edge = self.head in {"end", "beginning", "start", "middle"}
        return TIME.search(self.text if edge else self._core) is not None

    @property
    def is_vague(self) -> bool:
        """Whether its noun says of nothing what it is: "money", "share"."""
        return self.head in VAGUE

    @property
    def _core(self) -> str:
        return re.split(r"\b(?:of|in|for|at|to|on|with|by|from)\b", self.text)[0] or self.text

    @property
    def _written_head(self) -> str:
        found = [word.text for word in words_of(self.text) if word.low == self.head]
        return found[0] if found else self.text


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


def set_before(heading: str, question: str) -> str:
    """A topic and a question that it makes stand alone, as `set_off` takes them apart."""
    mark = " –" if re.search(rf"{OPERATOR}$", heading, re.IGNORECASE) else ":"
    return f"{heading}{mark} {uncapitalised(question)}"


def set_off(question: str) -> tuple[str, str]:
    """The topic that a colon sets off before a question, and the question: "Staff: who pays?"."""
    found = SET_OFF.fullmatch(question.strip())
    return (found["topic"].strip(), found["asked"]) if found else ("", question.strip())


def topic(question: str) -> str:
    """What a question is about, in words that can stand before a colon; empty where it has none.

    "How many posts were unfilled in 2021?" gives "posts unfilled in 2021", "How much did the NHS
    get?" gives "how much the NHS got".
    """
    before, question = set_off(question)
    if before:
        return before
    clause = parse(question)
    if len(clause.source.split()) > LONGEST_TOPIC:
        found = sorted(_phrases(clause), key=lambda phrase: phrase.role)
        return found[0].text if found else ""
    return _heading(clause)


def named_before(question: str, place: int) -> bool:
    """Whether a question names its subject, or what it asks for, before a character of it."""
    clause = parse(question)
    offset = question.find(clause.source)
    named = [word for word in (*clause.asked, *clause.subject) if is_plain(word)]
    return any(offset + word.end <= place and word.low not in MEASURES for word in named)


def phrases(question: str) -> list[Phrase]:
    """The noun phrases of a question, the likeliest to be meant by a pronoun first."""
    before, question = set_off(question)
    found = list(_phrases(parse(question)))
    if before:
        named = words_of(before)
        heading = Phrase(text=uncapitalised(before), head=head_of(named), role=Role.SUBJECT)
        if heading.is_plural and before[1:].islower():
            # "Nurses: how many …": the capital is the question's.
            heading = replace(heading, text=before.lower())
        found.insert(0, heading)
    return sorted(found, key=lambda phrase: phrase.role)


def _phrases(clause: Clause) -> Iterator[Phrase]:
    if clause.asked and head_of(clause.asked) not in VAGUE:
        # "Contacts identified in May" were the subject, "the contracts it signed" were not.
        role = Role.ASKED if clause.subject else Role.SUBJECT
        text = _defined(_heading(clause))
        yield Phrase(text=text, head=head_of(clause.asked), role=role)
    yield from _objects(clause, clause.asked)
    if clause.subject and any(is_plain(word) for word in clause.subject):
        text = clause.text(clause.subject)
        yield Phrase(text=text, head=head_of(clause.subject), role=Role.SUBJECT)
    role = Role.OBLIQUE if clause.subject or clause.asked else Role.COMPLEMENT
    yield from _objects(clause, clause.rest, role)


def _objects(clause: Clause, run: Sequence[Word], first: Role = Role.OBLIQUE) -> Iterator[Phrase]:
    """The phrases of a run after prepositions, and the objects of its verb."""
    place = 0
    while place < len(run):
        end = noun_phrase_end(run, place)
        before = run[place - 1].low if place else ""
        oblique = before in PREPOSITIONS | {"of"}
        # "Vacant" of "were vacant" is no phrase; "the strategy" of "write the strategy" is one.
        object_ = clause.verb is not None or run[place].low in DETERMINERS
        if end > place and (oblique or (object_ and run is not clause.asked)):
            found = run[place : _extended(run, place, end)]
            role = Role.OBLIQUE if oblique else first
            yield Phrase(text=clause.text(found), head=head_of(found), role=role)
        # What a preposition adds to a phrase is one as well: "contacts" in "share of contacts".
        place = next(
            (i for i in range(place + 1, end) if run[i - 1].low == "of"), max(end, place + 1)
        )


def _extended(run: Sequence[Word], start: int, end: int) -> int:
    """The end of a definite phrase with all that prepositions add to it, if nothing else follows.

    "The plan for urgent care" of "what is in the plan for urgent care?".
    """
    place = end
    while place < len(run) and run[place].low in PREPOSITIONS | {"of"}:
        place = max(noun_phrase_end(run, place + 1), place + 1)
    return place if run[start].low in DETERMINERS and place == len(run) else end


def _defined(text: str) -> str:
    first = words_of(text)[0].low
    return text if first in DETERMINERS or first[0] in "@£" else f"the {text}"


def head_of(run: Sequence[Word]) -> str:
    """The noun of a phrase: the last word before what a preposition adds to it."""
    head = ""
    for place, word in enumerate(run):
        if word.low in PREPOSITIONS and place:
            break
        if is_plain(word):
            head = word.low
    return head or (run[-1].low if run else "")


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


def _heading(clause: Clause) -> str:
    """The topic of a clause."""
    rest = clause.rest
    if rest and rest[0].low == "there":
        rest = rest[1:]
    if clause.asked:
        article = "the " if head_of(clause.asked) in VAGUE else ""
        said = _finite(clause) or _helping(clause)
        return article + _joined(clause, clause.asked, said, rest)
    if clause.auxiliary is None:
        return uncapitalised(clause.text([*clause.wh, *rest]))
    if clause.verb is not None:
        asking = uncapitalised(clause.text(clause.wh)) or "whether"
        return f"{asking} {_joined(clause, [], _finite(clause), rest)}"
    if clause.wh:
        return _joined(clause, clause.subject, "", rest)
    return f"whether {_joined(clause, clause.subject, clause.auxiliary.low, rest)}"


def _helping(clause: Clause) -> str:
    """What joins a phrase to what is said of it: "children with a disorder", "posts unfilled"."""
    auxiliary = clause.auxiliary
    if auxiliary is None or auxiliary.low in BE:
        return ""
    if auxiliary.low in HAVE:
        return "with" if clause.rest and clause.rest[0].low in DETERMINERS else ""
    return f"that {auxiliary.low}"


def _joined(clause: Clause, first: Sequence[Word], middle: str, rest: Sequence[Word]) -> str:
    return " ".join(part for part in (clause.text(first), middle, clause.text(rest)) if part)


def _finite(clause: Clause) -> str:
    """Subject and verb in the order of a statement: "the NHS got" of "did the NHS get"."""
    subject = clause.text(clause.subject)
    if clause.verb is None or clause.auxiliary is None:
        return subject
    base, helping = clause.verb.low, clause.auxiliary.low
    if helping == "did":
        verb = PAST_OF.get(base) or _with_ending(base, "ed")
    elif helping == "does":
        verb = _with_ending(base, "s")
    elif helping == "do":
        verb = base
    else:
        verb = f"{helping} {base}"
    return f"{subject} {verb}".strip()


def _with_ending(base: str, ending: str) -> str:
    if ending == "ed":
        return f"{base}d" if base.endswith("e") else f"{base}ed"
    if base in {"have", "do", "go"}:
        return {"have": "has", "do": "does", "go": "goes"}[base]
    return f"{base}es" if re.search(r"(?:s|sh|ch|x|z)$", base) else f"{base}s"
