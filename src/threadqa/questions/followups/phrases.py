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

from threadqa.questions.followups.clauses import MEASURES, Clause, head_of, noun_phrase_end, parse
from threadqa.questions.followups.words import (
    BE,
    DETERMINERS,
    HAVE,
    PAST_OF,
    PREPOSITIONS,
    Word,
    is_plain,
    uncapitalised,
    words_of,
)

__all__ = [
    "Phrase",
    "Role",
    "named_before",
    "phrases",
    "set_before",
    "set_off",
    "topic",
]

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
LONGEST_TOPIC = 18
# "Is it true that trusts lost money?" is about trusts and their losses.
CLAIM = re.compile(r"(?:so,? )?is it (?:true|right|correct|the case) that\s+(?=\w)", re.IGNORECASE)


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
    claim = CLAIM.match(question)
    if claim:
        return f"whether {question[claim.end() :].rstrip(' ?.!')}"
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
