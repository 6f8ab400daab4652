"""A post as questions are compared with it: all that no question changes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from threadqa.posts import searchable_text
from threadqa.questions.dates import dates
from threadqa.search_indexes.compounds import with_compounds_apart
from threadqa.search_indexes.lexical import analyse, words
from threadqa.search_indexes.stop_words import STOP_WORDS

__all__ = ["PostWords", "pairs_of", "post_words"]

ASKS = re.compile(r"\?[\"'”’)\]]*\s*\Z")
ASKING = re.compile(r"[^.!?\n]+\?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWords:
    """A post's words in the ways that questions are compared with them.

    Attributes:
        text: As it is searched: after who speaks, without its numbering.
        words: Of the text, lower-case and without accents.
        apart: The same, and those that its hashtags and handles are made of.
        stems: Of all these, without stop words.
        pairs: Words that follow one another in the text, stop words only left out.
        run_together: The letters and digits of the post itself: "#SocialCare" holds "care".
        author: The words of its author's name.
        dates: Years and months in the text or the thread's title.
        questions: The stems of each sentence of the text that asks.
        asks: Whether the text ends in a question.
        length: ln(1 + words of the text that are no stop words).
    """

    text: str
    words: frozenset[str]
    apart: frozenset[str]
    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    run_together: str
    author: frozenset[str]
    dates: frozenset[str]
    questions: tuple[frozenset[str], ...]
    asks: bool
    length: float


def post_words(verbatim: str, position: int | None, author: str | None, title: str) -> PostWords:
    """Reads a post's words.

    Args:
        verbatim: Its text.
        position: As the thread declares it; None where it does not.
        author: Who speaks, where that is known.
        title: Its thread's.
    """
    text = searchable_text(verbatim, position, author)
    apart = with_compounds_apart(text)
    in_order = words(text)
    # Most posts ask nothing; the pattern would try every place of theirs.
    questions = ASKING.findall(text) if "?" in text else ()
    return PostWords(
        text=text,
        words=frozenset(in_order),
        apart=frozenset(words(apart)),
        stems=frozenset(analyse(apart)),
        pairs=frozenset(pairs_of(in_order)),
        run_together="".join(words(verbatim)),
        author=frozenset(words(author or "")),
        dates=dates(text) | dates(title),
        questions=tuple(frozenset(analyse(sentence)) for sentence in questions),
        asks=ASKS.search(text) is not None,
        length=math.log1p(sum(word not in STOP_WORDS for word in in_order)),
    )


def pairs_of(in_order: Sequence[str]) -> list[tuple[str, str]]:
    """Words that follow one another, stop words only left out."""
    return [pair for pair in pairwise(in_order) if not STOP_WORDS.issuperset(pair)]
