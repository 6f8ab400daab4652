"""A fragment in the place of its counterpart in the question before: "and in May?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from threadqa.questions.followups.clauses import MEASURES, head_of, last_question, noun_phrase_end
from threadqa.questions.followups.phrases import Phrase, Role, set_before, set_off
from threadqa.questions.followups.words import (
    BASE_VERBS,
    PREPOSITIONS,
    WH,
    Word,
    is_plain,
    uncapitalised,
    words_of,
)

__all__ = ["spliced"]

ABOUT = re.compile(r"(?:what|how) (?:about|of)\s+", re.IGNORECASE)
MORE_THAN = re.compile(r"(?:more|less|longer|fewer|higher|lower) than\s+", re.IGNORECASE)
# Prepositions of which a question has one only: a second one replaces it.
SINGLE = frozenset("at by until since under".split())
RELATIVE = re.compile(r"\b(?:earlier|later|before|after|ago)\W*$", re.IGNORECASE)
KINDS = (
    ("date", re.compile(
        r"(?:january|february|march|april|june|july|august|september|october|november|december|"
        r"(?<!\w)may(?= \d)|\b(?:19|20)\d\d)", re.IGNORECASE)),
    ("span", re.compile(r"\b(?:years?|months?|weeks?|days?|hours?|minutes?)\b", re.IGNORECASE)),
    ("money", re.compile(r"[£$€]\d")),
    ("share", re.compile(r"\d%|\bper ?cent")),
    ("name", re.compile(r"^(?:the )?[A-Z@]")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A noun phrase of a question, which another one may replace.

    Attributes:
        start: Place of its first character in the question.
        end: Place behind its last.
        head: Its noun.
        kind: "date", "span", "money", "share", "name" or "".
        preposition: Before it; empty for none.
        definite: Whether it begins with "the".
        plural: Whether it is of several things.
    """

    start: int
    end: int
    head: str
    kind: str
    preposition: str
    definite: bool
    plural: bool


def spliced(fragment: str, before: str) -> str:
    """A question made of a fragment and the question before it.

    Args:
        fragment: Without what leads to it: "in May?", "what about nurses?", "why?".
        before: In standalone form.

    Returns:
        "How long was the list in May?" where a phrase of the question before can give way to it,
        else that question with the fragment after or before it. Empty where the fragment asks in
        words of its own, and a topic set before it says more.
    """
    text = ABOUT.sub("", fragment.strip(), count=1).strip().rstrip("?.!").strip()
    run = words_of(text)
    before = last_question(before)
    if not run:
        return ""
    if any(word.low in WH for word in run):
        return f"{_open(before)}, and {uncapitalised(text)}?" if len(run) <= 2 else ""
    if MORE_THAN.match(text) and MORE_THAN.search(before):
        text = MORE_THAN.sub("", text, count=1)
        run = words_of(text)
    slot = None if RELATIVE.search(text) else _slot(run, text, before)
    if slot is not None:
        return _replaced(before, slot, run, text)
    if run[0].low in PREPOSITIONS:
        return f"{_open(before)} {text}?"
    _, asked = set_off(before)
    return set_before(text, asked)


def _open(question: str) -> str:
    """A question that may go on."""
    return question.strip().rstrip("?.! ")


def _slot(run: Sequence[Word], text: str, before: str) -> Slot | None:
    """The phrase of a question that is most like the fragment's; of equals, the last."""
    preposition = run[0].low if run[0].low in PREPOSITIONS else ""
    phrase = run[1:] if preposition else run
    if not phrase:
        return None
    own = _as_slot(text, phrase, preposition)
    fitting = [slot for slot in _slots(before) if _fit(slot, own)]
    return max(fitting, key=lambda slot: (_fit(slot, own), slot.start), default=None)


def _fit(slot: Slot, own: Slot) -> int:
    """How like a fragment's phrase a slot is: higher is better, 0 is not at all."""
    if own.preposition and slot.preposition != own.preposition:
        return 0
    if slot.head == own.head:
        return 4
    if slot.kind != own.kind:
        return int(own.preposition in SINGLE)
    if own.kind or own.preposition:
        return 3
    # "And the partnership?" after a question of the board.
    return 2 if own.definite and slot.definite and own.plural is slot.plural else 0


def _slots(question: str) -> Iterator[Slot]:
    """The noun phrases of a question, with what "of" adds to them."""
    run = words_of(question)
    place = 0
    while place < len(run):
        end = noun_phrase_end(run, place)
        end = next((i for i in range(place + 1, end) if run[i].low in BASE_VERBS), end)
        if end == place or not is_plain(run[end - 1]) or run[place].low in MEASURES:
            place += 1
            continue
        before = run[place - 1].low if place else ""
        yield _as_slot(question, run[place:end], before if before in PREPOSITIONS else "")
        place = end


def _as_slot(question: str, run: Sequence[Word], preposition: str) -> Slot:
    text, head = question[run[0].start : run[-1].end], head_of(run)
    return Slot(
        start=run[0].start,
        end=run[-1].end,
        head=head,
        kind=_kind(text),
        preposition=preposition,
        definite=run[0].low == "the",
        plural=Phrase(text=text, head=head, role=Role.OBLIQUE).is_plural,
    )


def _replaced(before: str, slot: Slot, run: Sequence[Word], text: str) -> str:
    """The question with the fragment in a slot; what "of" added stays, if the fragment has none."""
    phrase = text[run[1].start :] if slot.preposition and run[0].low == slot.preposition else text
    old = before[slot.start : slot.end]
    tail = re.search(r"\s+of\s.*", old)
    keeps = tail is not None and head_of(words_of(phrase)) == slot.head and " of " not in phrase
    rest = before[slot.end :]
    added = re.search(r"\s(to|from|in)\s", phrase)
    if added:
        # "The week to 4 November" replaces "the week to 28 October" whole.
        rest = re.sub(rf"^\s+{added[1]}\s+[\w ]*?\d*[\w ]*?(?=[?,;:]|$)", "", rest)
    return before[: slot.start] + phrase + (tail[0] if tail and keeps else "") + rest


def _kind(text: str) -> str:
    return next((name for name, pattern in KINDS if pattern.search(text)), "")
