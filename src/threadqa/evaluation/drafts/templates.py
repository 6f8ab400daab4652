"""Questions made from a sentence, by patterns of plain English; no model, no dictionary.

A pattern fires seldom and is meant to be right when it does: a person reads every draft, and a bad
one costs more than a missing one. Where English needs a verb's base form ("reached" becomes "did
... reach"), the verb must be in a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from threadqa.evaluation.drafts.clauses import clauses
from threadqa.evaluation.drafts.grammar import (
    AUX,
    COUNTED,
    DATE,
    HEDGE,
    MONEY,
    NOUNS,
    NUMBER,
    PERCENT,
    SCALE,
    VERB,
    inverted,
    is_subject,
    stands_alone,
    tidy,
)
from threadqa.questions.english import MONTH, PAST, PRESENT

__all__ = ["Proposal", "posed_question", "proposals"]

VAGUE = re.compile(
    r"(?:the|an?) (?:first|second|third|fourth|last|next|other|problem|question|point|answer|"
    r"reason|result|aim|idea|total|truth|issue|figure|estimate|story|thing|bottom line|rest|"
    r"point here|former|latter|key|good|bad|big|main)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A question made from a sentence.

    Attributes:
        template: Name of the pattern.
        question: What is asked.
        answer: Text of the sentence that an answer must have; empty where that is not known.
    """

    template: str
    question: str
    answer: str = ""


Asked = Iterator[tuple[str, str]]
"""Questions without their mark, and what answers them ("" where that is not known)."""


def proposals(sentence: str, small_words: Container[str]) -> Iterator[Proposal]:
    """Asks about a sentence, by each template that fits.

    Args:
        sentence: One sentence, white space folded.
        small_words: Words that are no names, in small letters: where a sentence begins with one,
            its capital is the sentence's.

    Yields:
        Questions that stand alone; of each clause, one a template at most.
    """
    if sentence.endswith(("…", "...")):
        return
    for versions in clauses(sentence, small_words):
        for name, template in TEMPLATES.items():
            found = (p for clause in versions for p in _from(name, template, clause))
            yield from [p for p in [next(found, None)] if p is not None]


def posed_question(sentence: str) -> tuple[str, str]:
    """A question that a post itself asks, if it stands alone, and what follows it in the sentence.

    Returns:
        Two empty texts where the sentence begins with no such question.
    """
    found = POSED.match(sentence)
    if found is None or not stands_alone(found["question"]):
        return "", ""
    return tidy(found["question"]), sentence[found.end() :].strip()


POSED = re.compile(
    r"(?:(?:and|but|so|finally|first|second|third|now)[,.]? )?"
    r"(?P<question>(?!how about|why not|why on)(?:what|who|when|where|why|how|which) "
    r"[^?.!]{12,}\?)",
    re.IGNORECASE,
)


def _from(name: str, template: Callable[[str], Asked], clause: str) -> Iterator[Proposal]:
    for words, answer in template(clause):
        question = tidy(f"{words}?")
        if stands_alone(question):
            yield Proposal(template=name, question=question, answer=answer)


SHARE = re.compile(rf"{HEDGE}(?P<n>{PERCENT}) (?P<rest>of .*\b(?:{VERB})\b.+)", re.IGNORECASE)


def _share(clause: str) -> Asked:
    """Of "65% of people were admitted": what share?"""
    found = SHARE.fullmatch(clause)
    if found and "%" not in found["rest"]:
        yield f"What share {found['rest']}", found["n"]


COUNT = re.compile(
    rf"(?:the )?{HEDGE}(?P<n>{NUMBER}{SCALE}) (?P<rest>(?:(?!of |or |to |and |out |in |on |"
    rf"at |who |more |{MONTH}\b|years?\b|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b)[a-z][\w-]*"
    rf"(?: [\w-]+){{0,4}}? )?(?:{VERB}) .+)"
)


def _count(clause: str) -> Asked:
    """Of "The 106 groups are abolished": how many?"""
    if found := COUNT.fullmatch(clause):
        yield f"How many {found['rest']}", found["n"]


SUM = re.compile(rf"{HEDGE}(?P<n>{MONEY}) (?P<rest>(?:{AUX}) .+)", re.IGNORECASE)


def _sum(clause: str) -> Asked:
    """Of "£13.5bn was spent": how much?"""
    if found := SUM.fullmatch(clause):
        yield f"How much {found['rest']}", found["n"]


WHEN = re.compile(rf"(?P<body>.+?) (?P<how>on|in|by) (?P<date>{DATE})(?P<rest>.*)")
OTHER_TIME = re.compile(rf"\b(?:in|on|by|from|to|since|until) {DATE}|,")


def _when(clause: str) -> Asked:
    """Of "The app was dropped on 18 June": when?"""
    found = WHEN.fullmatch(clause)
    if found is None or OTHER_TIME.search(found["rest"]):
        return
    for head, rest in inverted(f"{found['body']} ", "By when" if found["how"] == "by" else "When"):
        yield f"{head} {rest}{found['rest']}", found["date"]


WHY = re.compile(r"(?P<body>.+?),? (?:because of|because|due to|as a result of) .+")


def _why(clause: str) -> Asked:
    """Of "Staff leave because ...": why?"""
    if found := WHY.fullmatch(clause):
        for head, rest in inverted(found["body"], "Why"):
            yield f"{head} {rest}", ""


QUANTITY = re.compile(
    rf"(?P<verb>(?:(?:been |be |have )?[a-z]+(?: up| out)? )?){HEDGE}"
    rf"(?:(?P<money>{MONEY})(?P<more>(?: more)?(?: (?:a|per) \w+)?)|(?P<n>{NUMBER}{SCALE}) "
    r"(?P<what>(?!of |out |or |to |and |in |years|months|weeks|days|hours|times)"
    r"(?:[a-z][\w-]* ){0,3}?(?:[a-z][\w-]*s|people)))(?P<rest>(?: .+)?)"
)
BEING = re.compile(r" (?:is|are|was|were) ")


def _quantity(clause: str) -> Asked:
    """Of "Test and trace has picked up 10,000 new cases": how many?"""
    for head, rest in inverted(clause, ""):
        found = QUANTITY.fullmatch(rest)
        # "The total is 133,446 posts" asks for no posts; "did rise 10 places" has its verb.
        if found is None or (found["verb"] and " did " in head) or BEING.match(head):
            continue
        asking = f"How much{found['more']}" if found["money"] else f"How many {found['what']}"
        yield f"{asking}{head} {found['verb']}{found['rest']}", found["money"] or found["n"]


CHANGE = re.compile(
    rf"(?P<subject>{NOUNS}) (?P<past>went|rose|fell|grew|increased|dropped)(?P<way>(?: up| down)?) "
    rf"by {HEDGE}(?P<n>{MONEY}|{PERCENT}|{NUMBER}{SCALE})(?P<rest>.*)"
)


def _change(clause: str) -> Asked:
    """Of "Staff went up by 22%": by how much?"""
    found = CHANGE.fullmatch(clause)
    if found and is_subject(found["subject"]):
        verb = PAST[found["past"]] + found["way"]
        yield f"By how much did {found['subject']} {verb}{found['rest']}", found["n"]


VALUE = re.compile(
    rf"(?P<subject>{NOUNS}) (?:(?P<aux>is|was|were|are)|(?P<stood>stood at)) {HEDGE}"
    rf"(?P<n>{MONEY}|{PERCENT}|{NUMBER}{SCALE})(?P<rest>(?: .*)?)"
)


def _value(clause: str) -> Asked:
    """Of "Statutory sick pay is £95.85 a week": how much?"""
    found = VALUE.fullmatch(clause)
    if found is None or not is_subject(found["subject"]) or VAGUE.match(found["subject"]):
        return
    if found["stood"]:
        yield f"How high did {found['subject']} stand{found['rest']}", found["n"]
    elif found["n"][0] in "£$€":
        yield f"How much {found['aux']} {found['subject']}", found["n"]
    elif found["n"].endswith(("%", "cent")) and not found["rest"].startswith(" to "):
        yield f"What {found['aux']} {found['subject']}", found["n"]


OBJECT = re.compile(
    rf"(?P<subject>{NOUNS}) (?:(?P<perfect>has|have) (?P<done>depended on|led to|called for|"
    r"asked for|promised|proposed|recommended|announced)|(?P<past>asked for|called for|promised|"
    r"proposed|recommended|announced|abolished|created|identified|found|suggested)"
    rf"|(?P<present>{'|'.join(PRESENT)})) (?!(?:in|on|by|at|guilty|dead) )\S+ .+"
)


def _object(clause: str) -> Asked:
    """Of "The amendment asked for projections": what?"""
    found = OBJECT.fullmatch(clause)
    if found is None or not is_subject(found["subject"]):
        return
    subject = found["subject"]
    if found["perfect"]:
        yield f"What {found['perfect']} {subject} {found['done']}", ""
    elif found["past"]:
        verb, _, particle = found["past"].partition(" ")
        yield f"What did {subject} {PAST[verb]} {particle}", ""
    else:
        yield f"What does {subject} {PRESENT[found['present']]}", ""


MODAL = re.compile(
    rf"(?P<subject>{NOUNS}) (?P<aux>must|should|will|would) (?P<verb>avoid|include|recognise|"
    r"require|replace|cover|ensure) \S+ .+"
)


def _modal(clause: str) -> Asked:
    """Of "A framework must avoid imposing one approach": what must it avoid?"""
    found = MODAL.fullmatch(clause)
    if found and is_subject(found["subject"]):
        yield f"What {found['aux']} {found['subject']} {found['verb']}", ""


DEFINITION = re.compile(
    r"(?P<subject>(?:an?|the) (?:[\w’'-]+ ){0,4}?[\w’'-]+|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*) "
    r"(?P<aux>is|are) (?:an?|the) .+"
)


def _definition(clause: str) -> Asked:
    """Of "The Better Care Fund is a ...": what is it?"""
    found = DEFINITION.fullmatch(clause)
    if found and is_subject(found["subject"]) and not VAGUE.match(found["subject"]):
        yield f"What {found['aux']} {found['subject']}", ""


SUPERLATIVE = re.compile(
    rf"(?P<subject>{NOUNS}) (?P<aux>is|was) (?P<rest>the (?:(?:first|only|worst|best|largest|"
    r"biggest|highest|lowest|longest|smallest|main|cheapest|oldest) \w+|most \w+ \w+) .+)"
)


def _superlative(clause: str) -> Asked:
    """Of "December was the worst month on record for ...": what was?"""
    found = SUPERLATIVE.fullmatch(clause)
    if found and is_subject(found["subject"]):
        yield f"What {found['aux']} {found['rest']}", found["subject"]


LIST = re.compile(
    rf"(?P<what>(?:{COUNTED}) (?!(?:in|of|to|at|on|or|and|per|for|by|out|more)\b)[a-z]\w+ "
    r"(?:\w+ ){0,4}?(?:are|were|will|have) .+)",
    re.IGNORECASE,
)
THERE = re.compile(
    rf"(?:.*\b)?there (?P<aux>are|were) (?P<what>(?:{COUNTED}) (?!\w*illion )(?:[\w-]+ ){{0,4}}?"
    r"\w+s)\b(?P<rest>(?: (?:of|for|in|to|with|on|at) .+)?)",
    re.IGNORECASE,
)


def _list(clause: str) -> Asked:
    """Of "Three things are missing": what are they?"""
    if found := LIST.fullmatch(clause):
        yield f"What {found['what']}", ""
    elif found := THERE.fullmatch(clause):
        yield f"What {found['aux']} the {found['what']}{found['rest']}", ""


SAYS = re.compile(
    rf"(?P<who>{NOUNS}) (?:(?P<present>say|warn|estimate|argue|report|reckon|think|are clear|"
    r"tell us)|(?P<third>says|warns|estimates|argues|reports|reckons|thinks|is clear|tells us)|"
    r"(?:said|warned|estimated|argued|reported|reckoned|thought|told us)) (?:that )?"
    rf"(?P<topic>{NOUNS}) (?:{VERB}) .+"
)


def _says(clause: str) -> Asked:
    """Of "Auditors say that the plan is late": what about the plan?"""
    found = SAYS.fullmatch(clause)
    if found is None or not (is_subject(found["who"]) and is_subject(found["topic"])):
        return
    aux = "do" if found["present"] else "does" if found["third"] else "did"
    yield f"What {aux} {found['who']} say about {found['topic']}", ""


ABBREVIATION = re.compile(r"(?P<long>(?:[A-Za-z][a-z-]*,? ){2,8})\((?P<short>[A-Z]{2,6})s?\)")


def _abbreviation(clause: str) -> Asked:
    """Of "integrated care boards (ICBs)": what does it stand for?"""
    for found in ABBREVIATION.finditer(clause):
        long = found["long"].split()[-len(found["short"]) :]
        if "".join(word[0] for word in long).upper() == found["short"]:
            yield f"What does the abbreviation {found['short']} stand for", " ".join(long)


TEMPLATES: dict[str, Callable[[str], Asked]] = {
    "share": _share, "count": _count, "sum": _sum, "when": _when, "why": _why,
    "quantity": _quantity, "change": _change, "value": _value, "list": _list,
    "superlative": _superlative, "object": _object, "modal": _modal, "definition": _definition,
    "says": _says, "abbreviation": _abbreviation,
}  # fmt: skip
