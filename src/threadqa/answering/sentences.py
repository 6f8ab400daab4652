"""Splitting a post into sentences, with their places in its verbatim text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from threadqa.answers import Span
from threadqa.cleaning import clean
from threadqa.posts import Post

__all__ = ["PostSentence", "split_post", "split_sentences"]

ABBREVIATIONS = frozenset(
    "e.g i.e eg ie etc vs cf approx dr mr mrs ms prof rt hon st dept govt gov inc ltd co jr sr "
    "tue thu".split()
)
# Words of their own, or the last of a sentence, unless a number follows: "No. 5", "Jan. 2021".
BEFORE_NUMBERS = frozenset(
    "no nos p pp fig vol jan feb mar apr jun jul aug sep sept oct nov dec mon wed fri".split()
)
# A full stop, or a run of them, with the quotation marks and brackets it closes. It is tried once
# a run, so that a post of nothing but stops takes no longer than another.
TERMINATOR = re.compile(r"""(?<![.!?…])[.!?…]++["'”’)\]]*+(?=\s|$)""")
LINE_BREAK = re.compile(r"\n\s*")
# "First.", "A.", "2)" or "b." head a sentence rather than being one.
ENUMERATOR = re.compile(
    r"\W*(?:first|second|third|fourth|fifth|next|finally|lastly|[a-z]|\d{1,2})[.):]\W*\Z",
    re.IGNORECASE,
)
BULLET = re.compile(r"[-*•‣–—✅👉🔹➡]|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]\s")
LETTERED_ITEM = re.compile(r"\(?[a-z]\)\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSentence:
    """A sentence of a post.

    Attributes:
        text: As in the post's cleaned form, white space folded.
        spans: Where it stands in the verbatim text: half-open, ascending, apart.
    """

    text: str
    spans: tuple[Span, ...]


def split_post(post: Post) -> tuple[PostSentence, ...]:
    """Splits a post into sentences, without its numbering; at least one."""
    cleaned = clean(post.text, post.position)
    return tuple(
        PostSentence(
            text=" ".join(cleaned.text[start:end].split()),
            spans=cleaned.to_verbatim(start, end),
        )
        for start, end in split_sentences(cleaned.text)
    )


def split_sentences(text: str) -> tuple[Span, ...]:
    """Ranges of a text's sentences, in order, without the white space around them.

    A sentence ends at closing punctuation before something that can begin another, or at a line
    break that is not a mere wrap. Abbreviations, initials, decimals and web addresses do not end
    one; an enumerator ("First.", "b)") stays with what it introduces.

    Args:
        text: Any text.

    Returns:
        Half-open ranges, ascending and apart, that together hold everything but white space.
    """
    sentences: list[Span] = []
    held_start: int | None = None
    for start, end in _pieces(text):
        piece_start = start if held_start is None else held_start
        if ENUMERATOR.match(text, start, end) or not _has_word(text[start:end]):
            held_start = piece_start
            continue
        sentences.append((piece_start, end))
        held_start = None
    if held_start is not None:
        last = len(text.rstrip())
        if sentences:
            sentences[-1] = (sentences[-1][0], last)
        else:
            sentences.append((held_start, last))
    return tuple(sentences)


def _pieces(text: str) -> Iterator[Span]:
    start = 0
    for end in [*_boundaries(text), len(text)]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            lead = start + len(piece) - len(piece.lstrip())
            yield lead, lead + len(stripped)
        start = end


def _boundaries(text: str) -> list[int]:
    ends = [m.end() for m in TERMINATOR.finditer(text) if _ends_sentence(text, m)]
    breaks = [m.start() for m in LINE_BREAK.finditer(text) if _breaks_sentence(text, m)]
    return sorted({*ends, *breaks})


def _ends_sentence(text: str, terminator: re.Match[str]) -> bool:
    rest = text[terminator.end() :].lstrip()
    if not rest:
        return True
    before = text[: terminator.start()].rsplit(None, 1)
    word = before[-1].lstrip("(\"'“‘[").lower() if before else ""
    if terminator[0] == "." and _is_abbreviation(word, rest):
        return False
    return not rest[0].islower() or LETTERED_ITEM.match(rest) is not None


def _is_abbreviation(word: str, rest: str) -> bool:
    if word in BEFORE_NUMBERS:
        return rest[0].isdigit()
    return word in ABBREVIATIONS or _is_initial(word)


def _is_initial(word: str) -> bool:
    """Whether a word is letters with stops between, such as the "j" of "J. Smith" or "u.k"."""
    return bool(word) and all(len(part) == 1 and part.isalpha() for part in word.split("."))


def _breaks_sentence(text: str, line_break: re.Match[str]) -> bool:
    rest = text[line_break.end() :]
    if line_break[0].count("\n") > 1 or BULLET.match(rest):
        return True
    return not rest[:1].islower()


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)
