"""Whether a question can be understood by itself, and by what sign it cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from threadqa.questions.followups.clauses import MEASURES
from threadqa.questions.followups.phrases import named_before, set_off
from threadqa.questions.followups.words import (
    ADVERBS,
    AUXILIARIES,
    BASE_VERBS,
    BE,
    CLAUSE_WORDS,
    PREPOSITIONS,
    SHORT_FORMS,
    WH,
    Word,
    content,
    is_plain,
    words_of,
)

__all__ = ["CORRECTION", "LEAD", "Leaning", "has_verb", "leaning", "unresolved"]


class Leaning(StrEnum):
    """The sign by which a question leans on what was said before it."""

    PRONOUN = "pronoun"
    DEMONSTRATIVE = "demonstrative"
    FRAGMENT = "fragment"
    CORRECTION = "correction"
    CONFIRMATION = "confirmation"
    COMPARISON = "comparison"
    DEFINITE = "definite"
    SHORT = "short"
    JOINED = "joined"

    @property
    def is_certain(self) -> bool:
        """Whether the question cannot be meant by itself; it may be, where it only seems short."""
        unsure = {Leaning.COMPARISON, Leaning.DEFINITE, Leaning.SHORT, Leaning.JOINED}
        return self not in unsure


# What joins a follow-up to what was said, and says nothing itself.
LEAD = re.compile(
    r"(?:(?:and|but|so|or|then|also|well|okay|ok|oh|hmm|right|yes|yeah|thanks|thank you|sorry|"
    r"i see|in that case)\b[,.!;–—-]*\s+)+(?=\S)",
    re.IGNORECASE,
)
CORRECTION = re.compile(
    r"(?:no|nope|sorry|wait|actually|not that)?\b[,.!;–—-]*\s*(?:but\s+)?"
    r"(?:i (?:meant|mean)|(?<=, )rather|(?<=no, )(?=\w))\s*",
    re.IGNORECASE,
)
# "So they are not next?" concludes from an answer; "so why is that?" asks.
NOT_SAID = "|".join(sorted(AUXILIARIES | WH | {"far", "many", "much"}))
CONFIRMS = re.compile(rf"so,? (?!(?:{NOT_SAID})\b)", re.IGNORECASE)
JOINS = frozenset("and but so or then also".split())
JOINING = JOINS | {","}
ABOUT = re.compile(r"(?:what|how) about\b|what of\b", re.IGNORECASE)
PERSONAL = frozenset("it its they them their theirs he she him her his hers".split())
POSSESSIVE = frozenset("its their his her".split())
ONES = frozenset({"one", "ones"})
DEMONSTRATIVE = frozenset("this these those".split())
SELF_DEFINED = frozenset("who whom which that with in of from on at aged for by under over".split())
NOW = frozenset("year month week century time morning evening summer winter".split())
SAYING = frozenset(
    "say says said think thinks thought find finds found show shows showed mean means meant claim "
    "claims claimed know known knew believe argue agree agreed told reckon evidence fact sure so "
    "true possible likely idea view sign claim".split()
)
OF_FACTS = (
    r"(?:\w+ly )?(?:true|possible|likely|legal|normal|worth|better|best|necessary|important|safe|"
    r"difficult|hard|easy)"
)
EXPLETIVE = re.compile(
    r"\b(?:is|was|be|isn't|wasn't|would|will|how|makes?|made) it "
    rf"(?:{OF_FACTS}|like|take|took|that|to|be before)\b|"
    rf"\bit(?: is|['’]s) {OF_FACTS} (?:that|to|for|if)\b|\bit (?:takes?|took|will be before)\b",
    re.IGNORECASE,
)
COMPARISON = re.compile(
    r"\b(?:instead|else|otherwise|the same|the rest|the others?|another|others|such|former|latter|"
    r"as well|either|similar|how (?:much|many) (?:more|less|fewer)|then(?=\W*$)|"
    r"(?<!\bis )(?<!\bare )(?<!\bwere )there(?=\W*$)|"
    r"the (?:second|third|first|last|other) (?:one|two)|the (?:most|least)"
    r"(?=\W*$)|the (?:second|third|fourth|first|last|next)(?=\W*$)|"
    r"(?:more|fewer|less|further) (?!than)(?:\w+)(?=\W*$)|(?:more|earlier|later|before)(?=\W*$))\b",
    re.IGNORECASE,
)
# What everybody knows which one is meant.
UNIQUE = frozenset(
    "government world country nhs pandemic uk us eu internet moon sun earth weather police law "
    "economy public treasury king queen parliament past future state war church president news "
    "football night moment bible army press news".split()
)
# Before a noun, these ask of which series: "the first version".
ORDER = frozenset(
    "first second third fourth fifth last next new old other same two three four five six".split()
)
DEFINES = re.compile(r"(?:what|who)(?:'s| is| are| was| were) (?:an? )?[\w-]+(?: [\w-]+)?\W*", re.I)
FEW = 2
KEYWORDS = 3
LONGEST_UNSURE = 5


def leaning(question: str) -> Leaning | None:
    """By what sign a question leans on what was said before it; None where it stands alone.

    A question whose topic a colon sets off stands alone, and so does a pronoun that something
    earlier in the question can be meant by.

    Args:
        question: Without operators.
    """
    asked = question.strip()
    if not any(word.low[0].isalnum() for word in words_of(asked)):
        return None
    heading, _ = set_off(asked)
    if content(heading) and unresolved(heading) is None:
        return None
    if CORRECTION.match(asked):
        return Leaning.CORRECTION
    found = _by_pronoun(asked)
    if found is None and _is_fragment(asked):
        found = Leaning.SHORT if _is_keywords(asked) else Leaning.FRAGMENT
    if found is None and CONFIRMS.match(asked):
        found = Leaning.CONFIRMATION
    return found or _by_what_is_missing(asked)


def _by_pronoun(question: str) -> Leaning | None:
    place = unresolved(question)
    if place is None:
        return None
    low = words_of(question)[place].low
    return Leaning.PRONOUN if low in PERSONAL | ONES | {"which"} else Leaning.DEMONSTRATIVE


def unresolved(question: str) -> int | None:
    """Place of the first pronoun that nothing before it in the question can be meant by.

    Returns:
        Index into `words_of`; None where there is none.
    """
    run = words_of(question)
    expletive = [m.span() for m in EXPLETIVE.finditer(question)]
    for place, word in enumerate(run):
        inside = any(start <= word.start < end for start, end in expletive)
        if inside and word.low == "it":
            continue
        if _points_back(run, place) and not _is_resolved(question, run, place):
            return place
    return None


def _points_back(run: Sequence[Word], place: int) -> bool:
    low = run[place].low
    after = run[place + 1].low if place + 1 < len(run) else ""
    if low in PERSONAL:
        return True
    if low in ONES:
        before = run[place - 1].low if place else ""
        defined = after in SELF_DEFINED - {"of"}
        which = before in {"which", "this", "that", "the"} and not defined
        return which or (low == "one" and after == "of")
    if low == "which":
        # "Which is about staff?" leaves out of what.
        return after in AUXILIARIES and all(word.low in JOINING for word in run[:place])
    if low in DEMONSTRATIVE:
        return after not in (NOW if low == "this" else SELF_DEFINED)
    return low == "that" and _is_demonstrative(run, place)


def _is_demonstrative(run: Sequence[Word], place: int) -> bool:
    """Whether "that" stands for something: not for "which", nor between "say" and what is said."""
    before = run[place - 1].low if place else ""
    after = run[place + 1] if place + 1 < len(run) else None
    if after is None or not (after.low[0].isalnum() or after.low in SHORT_FORMS):
        return True
    if not before or before in PREPOSITIONS or before in AUXILIARIES | WH:
        return before != "so"
    return before in BASE_VERBS and before not in SAYING and is_plain(after)


def _is_resolved(question: str, run: Sequence[Word], place: int) -> bool:
    """Whether an earlier clause of the question, or its subject, names what is meant."""
    if run[place].low in POSSESSIVE and named_before(question, run[place].start):
        return True
    return any(
        _is_boundary(run, boundary) and any(_names(word) for word in run[:boundary])
        for boundary in range(1, place)
    )


def _is_boundary(run: Sequence[Word], place: int) -> bool:
    """Whether a clause ends here: "when were trusts told | what they'd get"."""
    if run[place].low in WH and is_plain(run[place - 1]):
        return True
    if run[place].low in CLAUSE_WORDS or run[place].text in set(",:;.!?–—"):
        return True
    return run[place].low in {"and", "but"} and run[place + 1].low in WH | AUXILIARIES


def _names(word: Word) -> bool:
    return is_plain(word) and bool(content(word.text)) and word.low not in BASE_VERBS


def _is_keywords(question: str) -> bool:
    """Whether a fragment may be a search of its own: "Library parking", but not "and beds?"."""
    joined = LEAD.match(question) or ABOUT.match(question)
    first = words_of(question)[0].low
    return not joined and first not in PREPOSITIONS and len(content(question)) >= FEW


def _is_fragment(question: str) -> bool:
    """Whether it is no whole question: "and beds?", "what about nurses?", "why?"."""
    lead = LEAD.match(question)
    rest = question[lead.end() :] if lead else question
    if ABOUT.match(rest):
        return len(content(rest)) <= KEYWORDS
    if has_verb(rest):
        return False
    joined = lead is not None and re.match(r"\s*(?:and|but|so|or)\b", question, re.I) is not None
    return len(content(rest)) < (LONGEST_UNSURE if joined else KEYWORDS)


def has_verb(text: str) -> bool:
    """Whether a text has the verb that makes it a whole question."""
    run = words_of(text)
    if any(word.low in AUXILIARIES for word in run):
        return True
    # "Who pays?" has one, "for which reason?" has none.
    asks = bool(run) and run[0].low in WH and len(run) > 2
    return asks and is_plain(run[1]) and run[1].low not in MEASURES


def _by_what_is_missing(question: str) -> Leaning | None:
    """Signs that a question may lean: it has few words of its own, or compares with something."""
    own = content(question)
    if len(own) >= LONGEST_UNSURE or _has_name(question):
        return None
    if COMPARISON.search(question):
        return Leaning.COMPARISON
    if _has_bare_definite(question) and len(own) < LONGEST_UNSURE - 1:
        return Leaning.DEFINITE
    if len(own) < FEW and not DEFINES.fullmatch(question.strip()):
        return Leaning.SHORT
    lead = LEAD.match(question)
    is_joined = lead is not None and any(word.low in JOINS for word in words_of(lead[0]))
    return Leaning.JOINED if is_joined and len(own) <= FEW else None


def _has_name(question: str) -> bool:
    """Whether it has a name, an acronym or a date of its own, after its first word."""
    return any(
        (word.text[0].isupper() and word.text not in {"I", "I'm"})
        or re.match(r"(?:19|20)\d\d", word.text)
        for word in words_of(question)[1:]
        if is_plain(word)
    )


def _is_noun(word: Word) -> bool:
    return is_plain(word) and word.low not in ADVERBS


def _has_bare_definite(question: str) -> bool:
    """Whether it says "the" of something that it does not say which it is: "the limit"."""
    run = words_of(question)
    for place, word in enumerate(run):
        if word.low != "the" or place + 1 >= len(run):
            continue
        noun = place + 1
        # "Did the report come out?" against "is the standing charge due?"
        asks = place > 0 and run[place - 1].low in AUXILIARIES - BE
        while (
            noun + 1 < len(run)
            and is_plain(run[noun])
            and _is_noun(run[noun + 1])
            and not (asks and run[noun + 1].low in BASE_VERBS)
        ):
            noun += 1
        more = run[noun + 1].low if noun + 1 < len(run) else ""
        described = noun > place + 1 and run[place + 1].low not in ORDER
        complete = described or more in PREPOSITIONS | {"that", "who", "which"}
        if not complete and is_plain(run[noun]) and run[noun].low not in UNIQUE:
            return True
    return False
