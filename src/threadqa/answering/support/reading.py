"""A text as the check of support reads it: its words, numbers, dates, names and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from threadqa.answering.support.dates import Date, dates
from threadqa.answering.support.lexicon import CUES, plain, stem
from threadqa.answering.support.names import (
    COVID,
    Name,
    codes,
    handles,
    links,
    names,
)
from threadqa.answering.support.quantities import Quantity, folded, quantities
from threadqa.search_indexes.stop_words import STOP_WORDS

__all__ = ["Reading", "Word", "read"]

TOKEN = re.compile(r"(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<stop>[.,;:!?()—–…\n]|\s-\s)")
TURNS = frozenset("but and because although though while whereas".split())
# Content words up to which a denial reaches.
REACH = 5
FIGURES = re.compile(r"\d+")
# Takes the place of what was read already; no word, no space, no punctuation.
READ = "\ufffc"
# Said of a number, these make it a bound and compare nothing else.
BOUND = re.compile(rf"\b(?:more|less|fewer) than (?={READ})", re.IGNORECASE)
# Words; a shorter clause says too little to be looked for alone.
LEAST_CLAUSE = 4
# "In the week to 28 October, ...": what is said of all that follows.
FRAME = re.compile(r"(?:in|by|since|during|on|at|from|until|between|as of)\b(?!.*,)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that is no stop word.

    Attributes:
        stem: Its stem.
        text: As it stands, lower-case.
        start: Where it begins in the folded text.
        is_denied: Whether a denial reaches it.
    """

    stem: str
    text: str
    start: int
    is_denied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What stands in a text.

    Attributes:
        text: In the folded form that places refer to.
        words: Words that are no stop words, in order, without numbers.
        all_words: Every word, lower-case.
        clauses: Its clauses' texts, the short ones joined.
        bounds: Where clauses begin, ascending.
        quantities: Its numbers.
        dates: Its dates.
        names: Its names.
        handles: Its handles and hashtags, lower-case.
        links: Its addresses, without scheme.
        codes: What is made of letters and figures, lower-case, and figures that are nothing else;
            with their places.
        denials: Stems that each denial reaches, nearest first.
    """

    text: str
    words: tuple[Word, ...]
    all_words: frozenset[str]
    clauses: tuple[str, ...]
    bounds: tuple[int, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    names: tuple[Name, ...]
    handles: tuple[str, ...]
    links: tuple[str, ...]
    codes: tuple[tuple[str, int], ...]
    denials: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Reads a text; the last few thousand readings are kept."""
    text = plain(COVID.sub("covid", folded(text)))
    found_links = links(text)
    rest = _without(text, [(start, end) for _, start, end in found_links])
    found_handles = handles(rest)
    rest = _without(rest, [(start, end) for _, start, end in found_handles])
    found_names = names(rest)
    found_dates = dates(rest)
    rest = _without(rest, [(date.start, date.end) for date in found_dates])
    found_codes = codes(rest)
    rest = _without(rest, [(start, end) for _, start, end in found_codes])
    coded = {start for _, start, _ in found_codes}
    counted = quantities(rest)
    rest = _without(rest, [(q.start, q.end) for q in counted])
    rest = BOUND.sub(lambda found: READ * len(found[0]), rest)
    words, all_words, bounds, denials = _words(rest)
    return Reading(
        text=text,
        words=words,
        all_words=all_words,
        clauses=_clauses(text, bounds),
        bounds=bounds,
        quantities=counted,
        dates=found_dates,
        names=tuple(n for n in found_names if rest[n.start] != READ or n.start in coded),
        handles=tuple(handle for handle, _, _ in found_handles),
        links=tuple(link for link, _, _ in found_links),
        codes=(
            *((code, start) for code, start, _ in found_codes),
            *((found[0], found.start()) for found in FIGURES.finditer(rest)),
        ),
        denials=denials,
    )


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """A text of the same length without what stands at ascending places."""
    pieces, after = [], 0
    for start, end in spans:
        pieces += [text[after:start], READ * (end - start)]
        after = end
    return "".join([*pieces, text[after:]])


def _words(
    rest: str,
) -> tuple[tuple[Word, ...], frozenset[str], tuple[int, ...], tuple[tuple[str, ...], ...]]:
    """Words, every word, where clauses begin, and what denials reach."""
    words: list[Word] = []
    everything: set[str] = set()
    bounds = [0]
    denials: list[list[str]] = []
    left = 0
    for token in TOKEN.finditer(rest):
        word = (token["word"] or "").lower().removesuffix("'s")
        if not word or word in TURNS:
            left = 0
            bounds.append(token.start())
        if not word:
            continue
        everything.add(word)
        if word in CUES or word.endswith("n't"):
            left = REACH
            denials.append([])
        elif word not in STOP_WORDS:
            found = stem(word)
            words.append(Word(stem=found, text=word, start=token.start(), is_denied=left > 0))
            if left:
                left -= 1
                denials[-1].append(found)
    return tuple(words), frozenset(everything), tuple(bounds), tuple(map(tuple, denials))


def _clauses(text: str, bounds: tuple[int, ...]) -> tuple[str, ...]:
    """Pieces between commas and conjunctions, the short ones joined to the one before."""
    clauses: list[str] = []
    for start, end in zip(bounds, [*bounds[1:], len(text)], strict=True):
        piece = text[start:end].strip(" ,;:.—–-")
        short = clauses and min(len(piece.split()), len(clauses[-1].split())) < LEAST_CLAUSE
        if piece and clauses and (short or (len(clauses) == 1 and FRAME.match(clauses[0]))):
            clauses[-1] = f"{clauses[-1]}, {piece}"
        elif piece:
            clauses.append(piece)
    return tuple(clauses)
