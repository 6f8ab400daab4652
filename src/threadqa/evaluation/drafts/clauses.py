"""The clauses of a sentence, each in a form that a question can be made of."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

__all__ = ["clauses"]

SHORTEST, LONGEST = 3, 32

BOUNDARY = re.compile(
    r"[;:]\s+|[.?!]\s+|\s+[–—-]+\s+|,\s+(?=(?:which|who|where|because|although|though|whereas|while|"
    r"so|but|and|yet)\b)|\s+(?=and (?:their|its|they|it|this|the \w+ \w+(?:ed|s|was|went|had))\b)"
    r"|\s+(?=which )|,\s+(?=(?:against|up|down|compared|including|the (?:first|\w+st|most|same))\b)"
)
# What only joins a clause to the one before, and the heads of items.
LEAD = re.compile(
    r"(?:(?:and|but|so|also|yet|then|plus|meanwhile|however|indeed|now|still|nb|rt)\b[,:]?\s+|"
    r"[-–—•>\W]*(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly|[a-h]\)|[A-D]\.|\d\))"
    r"[.,:]?\s+)+",
    re.IGNORECASE,
)
# "In April 2020 the slate was wiped", "For talking therapies, 75% of people start".
FRONTED = re.compile(
    r"(?P<phrase>(?:in|on|by) (?:\d{1,2} )?(?:[A-Z][a-z]+ )?(?:19|20)\d\d(?=,? )|"
    r"(?:in|on|at|for|of|by|during|since) [^,]{3,60}(?=,)),? (?P<main>.+)",
    re.IGNORECASE,
)
FRONTED_LIST = re.compile(
    r"(?P<phrase>(?:in|on|for|of) [\w -]{3,40}) (?P<main>there (?:are|were) .+)", re.I
)
# "Of 691 million tests, 14% were registered": what the share is of goes after it.
SHARE = re.compile(r"(?P<share>.*?\d(?:%| per ?cent)) (?P<rest>.+)", re.IGNORECASE)
# What a report says may be asked about itself: "Auditors found that 14% were registered".
REPORTED = re.compile(
    r".{2,60}?\b(?:is|are clear|says?|said|estimates?|estimated|finds?|found|shows?|showed|"
    r"told us|tells? us|telling us) that (?P<main>.+)"
)
NO_NAMES = frozenset(
    "a an the this these those its their our one two three four five six seven eight nine ten some "
    "several many most more other new in on at for of by during since early late people".split()
)


def clauses(sentence: str, small_words: Container[str]) -> Iterator[list[str]]:
    """Takes a sentence apart.

    Args:
        sentence: White space folded.
        small_words: Words that are no names.

    Yields:
        For each clause its versions, the best first: whole, then without what follows its last
        comma, and so on. A phrase in front goes to the end, what reports a clause is also left
        out, and a first word that is no name has a small letter.
    """
    for part in BOUNDARY.split(sentence.rstrip(" .!?;:,")):
        lead = LEAD.match(part)
        clause = _as_within(part[lead.end() if lead else 0 :], small_words)
        yield list(_versions(clause, small_words))
        reported = REPORTED.fullmatch(clause)
        if reported:
            yield list(_versions(reported["main"], small_words))


def _versions(clause: str, small_words: Container[str]) -> Iterator[str]:
    fronted = FRONTED.fullmatch(clause) or FRONTED_LIST.fullmatch(clause)
    moved = ""
    if fronted:
        clause, phrase = _as_within(fronted["main"], small_words), fronted["phrase"]
        share = SHARE.fullmatch(clause)
        if share and phrase.lower().startswith("of "):
            clause = f"{share['share']} {phrase} {share['rest']}"
        else:
            moved = f" {phrase}"
    pieces = clause.split(", ")
    for end in range(len(pieces), 0, -1):
        version = ", ".join(pieces[:end]) + moved
        if SHORTEST <= len(version.split()) <= LONGEST:
            yield version


def _as_within(clause: str, small_words: Container[str]) -> str:
    """A clause with its first word written as within a sentence."""
    first, space, rest = clause.strip(" ,.").partition(" ")
    known = first.lower() in NO_NAMES or first.lower() in small_words
    # "MicroRNA" and "NHS" keep their capitals.
    small = first.lower() if known and first[1:] == first[1:].lower() else first
    return small + space + rest
