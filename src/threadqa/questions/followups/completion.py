"""The standalone form of a follow-up: a question that a person could have asked without the rest.

A pronoun gives way to what it means, a fragment takes its place in the question before it, and what
leans in other ways gets that question's topic set before it: "The care cap: who had asked for more
time?". What stands alone is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from threadqa.answers import Exchange
from threadqa.questions.followups.clauses import noun_phrase_end
from threadqa.questions.followups.leaning import (
    CORRECTION,
    LEAD,
    Leaning,
    has_verb,
    leaning,
    unresolved,
)
from threadqa.questions.followups.phrases import Phrase, Role, phrases, set_before, topic
from threadqa.questions.followups.splicing import spliced
from threadqa.questions.followups.words import (
    BASE_VERBS,
    Word,
    content,
    is_plain,
    words_of,
)
from threadqa.questions.names import speaks
from threadqa.questions.phrasings import Phrasing

__all__ = ["FollowUp", "Reach", "complete"]

# Characters; a longer text says itself what it is about.
LONGEST_QUESTION = 1_000
REMEMBERED = 6
WIDE = 3
LONGEST_ANTECEDENT = 16
# Shares of the question as asked, as it stands alone, and among the conversation's topics.
SHARES = (0.55, 0.2, 0.25)
REST = re.compile(r"\bthe (?:rest|others|remainder)\b(?! of)", re.IGNORECASE)
OTHERS = re.compile(
    r"\b(?:the rest|the others?|others|else|another|apart from|besides|other than)\b", re.IGNORECASE
)
AMONG = re.compile(
    r"\bwhich (?:ones?\b|of (?:those|these|them|the (?:two|three|four|five|six))\b)|"
    r"^\W*(?:(?:and|but|so|or)\W+)?which (?:is|are|was|were|has|have|will|would|can)\b",
    re.IGNORECASE,
)
THEY = frozenset("they them their theirs those these ones".split())
SHE = frozenset("he she him her his hers".split())
GROUPS = (THEY | {"one", "which"}, SHE, frozenset({"it", "its"}))
PRONOUNS_AT_MOST = 3
POSSESSIVE = frozenset("its their his her".split())


class Reach(StrEnum):
    """Where the answer to a follow-up is to be looked for."""

    WITHIN = "within"
    BEYOND = "beyond"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A question, as it was asked and as it stands alone.

    Attributes:
        question: As asked, without operators.
        standalone: In a form that stands alone; the question itself where it does.
        sign: How it leans on what was said; None where it stands alone, or nothing was said that
            it could lean on.
        wide: The topics of the conversation and the question, for a wider search; empty where the
            question stands alone.
    """

    question: str
    standalone: str
    sign: Leaning | None = None
    wide: str = ""

    @property
    def reach(self) -> Reach:
        """Where it asks: "which of those" within what was answered, "the rest" beyond it."""
        if self.sign is None:
            return Reach.ANYWHERE
        if OTHERS.search(self.question):
            return Reach.BEYOND
        return Reach.WITHIN if AMONG.search(self.question) else Reach.ANYWHERE

    @property
    def phrasings(self) -> tuple[Phrasing, ...]:
        """What is searched for: the question with what the conversation adds to it.

        A question without words of its own ("why is that?") is not searched as it is worded.
        """
        if self.sign is None:
            return (Phrasing(self.question, 1.0),)
        texts = (self.question, self.standalone, self.wide)
        first = 0 if content(self.question) else 1
        total = sum(SHARES[first:])
        return tuple(
            Phrasing(text, share / total)
            for text, share in zip(texts[first:], SHARES[first:], strict=True)
        )


def complete(question: str, history: Sequence[Exchange]) -> FollowUp:
    """Completes a question by what was said before it.

    Args:
        question: Without operators.
        history: Oldest first. The last exchange counts most; a change of subject is a question that
            stands alone, and what was said before it is forgotten by those that lean on it.

    Returns:
        The question unchanged where it stands alone.
    """
    sign = leaning(question) if history and len(question) <= LONGEST_QUESTION else None
    said = _said(history) if sign else []
    if sign is None or not said or (not sign.is_certain and _asks_again(question, said[-1])):
        return FollowUp(question=question, standalone=question)
    standalone = _standalone(question, sign, said)
    if standalone == question:
        return FollowUp(question=question, standalone=question)
    topics = [topic(before) for before in said[-WIDE:]]
    return FollowUp(
        question=question,
        standalone=standalone,
        sign=sign,
        wide=" ".join([*dict.fromkeys(topics), question]),
    )


def _asks_again(question: str, before: str) -> bool:
    """Whether a question has words, and none that the one before had not: the same with less."""
    own = set(content(question))
    return bool(own) and own <= set(content(before))


def _said(history: Sequence[Exchange]) -> list[str]:
    """The questions of a conversation in standalone form, those since the subject last changed."""
    said: list[str] = []
    for exchange in history[-REMEMBERED:]:
        question = exchange.question.strip()[-LONGEST_QUESTION:]
        sign = leaning(question)
        if not content(question):
            continue
        if said and sign is not None and sign.is_certain:
            said.append(_standalone(question, sign, said))
        else:
            said.append(question)
    return said


def _standalone(question: str, sign: Leaning, said: Sequence[str]) -> str:
    """The standalone form of a question that leans on those before; itself where they say nothing.

    Args:
        question: As asked.
        sign: How it leans.
        said: At least one question, in standalone form; the last counts most.
    """
    asked = _without_lead(question, sign)
    found = ""
    if sign is Leaning.FRAGMENT or (sign is Leaning.CORRECTION and not has_verb(asked)):
        found = spliced(asked, said[-1])
    elif sign in {Leaning.PRONOUN, Leaning.DEMONSTRATIVE}:
        found = _with_antecedents(asked, said[-1])
    elif sign is Leaning.COMPARISON:
        asked = _with_remaining(asked, said[-1])
    again = leaning(found) if found else None
    if found and (again is None or not again.is_certain):
        return _capitalised(found)
    heading = next((h for h in map(topic, reversed(said)) if content(h)), "")
    return _capitalised(set_before(heading, asked)) if heading else question


def _with_remaining(question: str, before: str) -> str:
    """After a question of contacts, "who reached the rest?" asks for "the remaining contacts"."""
    several = next((phrase for phrase in phrases(before) if phrase.is_plural), None)
    if several is None:
        return question
    return REST.sub(f"the remaining {several.head}", question, count=1)


def _without_lead(question: str, sign: Leaning) -> str:
    lead = CORRECTION.match(question) if sign is Leaning.CORRECTION else LEAD.match(question)
    rest = question[lead.end() :].strip() if lead else question.strip()
    return rest if words_of(rest) else question.strip()


def _with_antecedents(question: str, before: str) -> str:
    """The question with its pronouns replaced by what they mean; empty where one is not clear."""
    replaced: list[frozenset[str]] = []
    for _ in range(PRONOUNS_AT_MOST):
        place = unresolved(question)
        if place is None:
            break
        run = words_of(question)
        group = next((group for group in GROUPS if run[place].low in group), frozenset())
        meant = _antecedent(run, place, before)
        if meant is None or group in replaced or len(meant.text.split()) > LONGEST_ANTECEDENT:
            return ""
        replaced.append(group)
        question = _with_antecedent(question, run, place, meant.text)
    return question if replaced else ""


def _with_antecedent(question: str, run: Sequence[Word], place: int, text: str) -> str:
    """The question with the pronoun at a place replaced by a noun phrase."""
    pronoun, end = run[place], run[place].end
    if pronoun.low in {"one", "ones"}:
        text = f"of {text}" if place and run[place - 1].low == "which" else text
    elif pronoun.low == "which":
        text = f"{pronoun.text} of {text}"
    elif pronoun.low in POSSESSIVE and _owns(run, place):
        end = run[_owned_end(run, place) - 1].end
        text = f"the {question[run[place + 1].start : end]} of {text}"
    return question[: pronoun.start] + text + question[end:]


def _owns(run: Sequence[Word], place: int) -> bool:
    return noun_phrase_end(run, place) > place + 1


def _owned_end(run: Sequence[Word], place: int) -> int:
    """Where what a possessive owns ends: before a verb, as in "must its members include"."""
    end = noun_phrase_end(run, place)
    verbs = (i for i in range(place + 2, end) if run[i].low in BASE_VERBS)
    return next(verbs, end)


def _antecedent(run: Sequence[Word], place: int, before: str) -> Phrase | None:
    """What a pronoun means: the likeliest phrase of the question before that agrees with it."""
    low = run[place].low
    if low in {"this", "that"} or _is_determiner(run, place):
        return None
    fitting = [phrase for phrase in phrases(before) if _agrees(phrase, low)]
    fitting.sort(key=lambda phrase: (_strangeness(phrase, low), phrase.role))
    return fitting[0] if fitting else None


def _is_determiner(run: Sequence[Word], place: int) -> bool:
    """Whether a demonstrative has a noun of its own: "those reports"."""
    following = run[place + 1] if place + 1 < len(run) else None
    return run[place].low in {"those", "these"} and following is not None and is_plain(following)


def _agrees(phrase: Phrase, pronoun: str) -> bool:
    if phrase.is_time or not content(phrase.text):
        return False
    if pronoun in SHE:
        return phrase.is_person or phrase.is_name
    if pronoun in {"those", "these", "ones", "one", "which"}:
        return phrase.is_plural and phrase.role is not Role.OBLIQUE
    if pronoun in THEY:
        return phrase.is_plural or phrase.is_name or " and " in phrase.text
    return not phrase.is_plural and not phrase.is_vague


def _strangeness(phrase: Phrase, pronoun: str) -> int:
    """0 where a phrase is what the pronoun means most often, 1 where it can be."""
    if pronoun in SHE:
        return int(not phrase.is_person)
    if pronoun in THEY:
        if phrase.head == "people":
            # "What do people say of masks? Do they work?" means the masks.
            return 1
        acts = phrase.role is Role.SUBJECT and (phrase.is_person or speaks(phrase.text))
        return int(not phrase.is_plural and not acts)
    # Who announces and decides is "they"; "it" is what they speak of.
    return int(phrase.is_person or speaks(phrase.text))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:] if text[:1].isascii() else text
