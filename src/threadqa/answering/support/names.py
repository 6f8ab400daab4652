"""The names of a text: people, organisations, places, acronyms, handles, hashtags and links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from threadqa.search_indexes.stop_words import STOP_WORDS

__all__ = ["Name", "acronyms", "codes", "handles", "links", "names"]

# With a scheme or without: what has a full stop between its letters and ends in two or more.
LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'()\[\]]+"
    r"|(?<![\w.@-])(?:[a-z0-9-]+\.)+[a-z]{2,24}\b(?:[/:?#][^\s<>\"'()\[\]]*)?",
    re.IGNORECASE,
)
HANDLE = re.compile(r"(?<![\w.])@\w+(?:[.-]\w+)*(?:@[\w.-]+\w)?")
HASHTAG = re.compile(r"(?<!\w)#\w*[^\W\d]\w*")
# Letters and figures in one: "P1", "G7", "4G", "covid-19"; and times of day.
CODE = re.compile(
    r"(?<![\w£$€.,])(?:[^\W\d_]+-?\d+[\w-]*|\d+(?:,\d{3})*(?!(?:st|nd|rd|th|s|k|m|b|p|mn|mln|bn|bln|tn|trn|pp)\b)"
    r"[^\W\d_]\w*|\d{1,2}:\d\d(?:\s?[ap]m\b)?)(?!\w)",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_][\w&]*(?:['.-][^\W\d_][\w&]*)*(?:'s\b)?")
BETWEEN = re.compile(r"\s+(?:(?:de|del|der|di|du|la|le|van|von|al|bin|&)\s+)*|-")
COVID = re.compile(r"\b(?:covid(?:[\s-]?(?:20)?19)?|coronavirus|c-19|sars-cov-2)\b", re.IGNORECASE)
# Words that begin a sentence, or have a capital in a heading, without naming anything.
OPENERS = frozenset(
    """
    a about above according across additionally after afterwards again against ahead all almost
    alone along already also although altogether always among amid an and another any anybody
    anyone anything apart around as aside at away back because been before behind being below
    beside besides best between beyond both but by can cannot compared concerning consequently
    contrary conversely could currently despite did different do does doing done down due during
    each earlier early either elsewhere enough especially even eventually ever every everybody
    everyone everything except explaining fewer finally first following for former formerly from
    further furthermore generally given had half has have having he hence her here his how
    however i if in including increasingly indeed initially instead into is it its just largely
    last lastly late later latter least less let like likewise little long longer looking many
    may maybe meanwhile might more moreover most mostly much must my nearly neither never
    nevertheless new next no nobody none nonetheless nor not nothing notably now nowhere of off
    often on once one only or originally other others otherwise our out outside over overall own
    partly people per perhaps previously prior probably rather recent recently regarding rest
    roughly same second secondly several shall she should similarly since so some somebody
    someone something sometimes soon still subsequently such than that the their them then there
    thereby therefore these they things third thirdly this those though three through throughout
    thus to today together too towards two typically ultimately under unless unlike until up
    upon us using usually very via was we well were what when whenever where whereas wherever
    whether which while who whoever whole whom whose why will with within without worse worst
    would yes yet you your author authors auditors critics councils experts figures government
    hospitals leaders local members ministers national numbers officials patients posts
    researchers staff trusts workers
    """.split()
)
# Of those, what may begin a name: "National Audit Office".
BEGINNERS = frozenset("national local new government first second third people".split())
# Endings that hardly any name of one word has.
COMMON_ENDING = re.compile(r"(?:[a-z]{3}ies|[a-z]{3}tions?|[a-z]{3}ments?|[a-z]{3}ness(?:es)?)\Z")
SENTENCE_START = re.compile(r"(?:\A|[.!?…:]\s|\n|[\"“‘(]\s*|\A\W+|[.!?][\"”']?\s+[\"“(]?)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it is written.

    Attributes:
        words: Its words, lower-case, without possessive.
        start: Where it begins in the folded text.
        end: Where it ends; half-open.
        heads: It begins a sentence, where any word has a capital.
        is_certain: It is a name even so.
    """

    words: tuple[str, ...]
    start: int
    end: int
    heads: bool
    is_certain: bool

    @property
    def text(self) -> str:
        """Its words in one."""
        return " ".join(self.words)


def links(text: str) -> tuple[tuple[str, int, int], ...]:
    """Addresses in a folded text, without scheme, "www." and a closing stop; with their places."""
    return tuple((_address(m[0]), *m.span()) for m in LINK.finditer(text))


def handles(text: str) -> tuple[tuple[str, int, int], ...]:
    """Handles and hashtags in a folded text, lower-case, with their places."""
    found = [*HANDLE.finditer(text), *HASHTAG.finditer(text)]
    return tuple((m[0].lower(), *m.span()) for m in sorted(found, key=re.Match.start))


def codes(text: str) -> tuple[tuple[str, int, int], ...]:
    """What is made of letters and figures in a folded text, lower-case, with their places."""
    return tuple((m[0].lower(), *m.span()) for m in CODE.finditer(text))


def names(text: str) -> tuple[Name, ...]:
    """Names in a folded text: words with a capital, those that follow one another as one name."""
    found: list[Name] = []
    for match in WORD.finditer(text):
        word = match[0].removesuffix("'s")
        if not any(map(str.isupper, word)) or word == "I" or word.startswith("I'"):
            continue
        heads = SENTENCE_START.search(text[max(match.start() - 4, 0) : match.start()]) is not None
        mixed = any(map(str.isupper, word[1:]))
        if not mixed and _is_opener(word.lower(), text[match.end() :], heads=heads):
            continue
        found.append(
            Name(
                words=(word.lower(),),
                start=match.start(),
                end=match.start() + len(word),
                heads=heads,
                is_certain=mixed or not heads,
            )
        )
    return tuple(_joined(text, found))


def acronyms(text: str) -> frozenset[str]:
    """The initials of the names of two words or more in a folded text, lower-case."""
    return frozenset(
        initials
        for name in names(text)
        if len(name.words) > 1
        for part in range(len(name.words) - 1)
        if len(initials := "".join(word[0] for word in name.words[part:])) > 1
    )


def _is_opener(word: str, rest: str, *, heads: bool) -> bool:
    """Whether a word with a capital names nothing."""
    if not heads:
        return word in STOP_WORDS
    if COMMON_ENDING.search(word):
        return not re.match(r"\s[A-Z]", rest)
    return word in OPENERS and not (word in BEGINNERS and re.match(r"\s[A-Z]", rest))


def _joined(text: str, found: Sequence[Name]) -> list[Name]:
    joined: list[Name] = []
    for name in found:
        before = joined[-1] if joined else None
        if before and BETWEEN.fullmatch(text, before.end, name.start):
            joined[-1] = Name(
                words=before.words + name.words,
                start=before.start,
                end=name.end,
                heads=before.heads,
                is_certain=True,
            )
        else:
            joined.append(name)
    return joined


def _address(link: str) -> str:
    address = re.sub(r"\A(?:https?://)?(?:www\.)?", "", link.lower())
    return address.rstrip(".,;:!?…/")
