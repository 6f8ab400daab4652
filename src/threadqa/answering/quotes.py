"""Finding a quote in its post: verbatim, but for white space and the shape of quotation marks."""

from __future__ import annotations

from threadqa.answers import Span
from threadqa.cleaning import clean
from threadqa.posts import Post

__all__ = ["locate"]

# Curly, low, prime, accent and angle forms; by number, since they are hard to tell apart.
SINGLE = "\u2018\u2019\u201a\u201b\u2032\u0060\u00b4\u2039\u203a"
DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
PLAIN_MARKS = {ord(mark): "'" for mark in SINGLE} | {ord(mark): '"' for mark in DOUBLE}


def locate(quote: str, post: Post) -> tuple[Span, ...]:
    """Finds where a quote stands in a post.

    White space counts as one space, and quotation marks of one kind as the same; nothing else may
    differ. A quote begins and ends where words do: "7 million" does not stand in "47 million", nor
    does "2 million" in "1.2 million". It may run over what the post's cleaned form leaves out, such
    as the address of a Markdown link.

    Args:
        quote: Words said to be the post's.
        post: The post.

    Returns:
        Half-open ranges of the verbatim text, ascending and apart, of the first place; none where
        the quote does not stand in the post, or has no word.
    """
    wanted, _ = _normalised(quote)
    if not any(character.isalnum() for character in wanted):
        return ()
    found = _place(wanted, post.text)
    if found is not None:
        return (found,)
    cleaned = clean(post.text, post.position)
    found = _place(wanted, cleaned.text)
    return () if found is None else cleaned.to_verbatim(*found)


def _place(wanted: str, text: str) -> Span | None:
    """The first range of a text that reads as wanted and cuts no word or number."""
    folded, places = _normalised(text)
    start = folded.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not _cuts(folded, start) and not _cuts(folded, end):
            return places[start], places[end - 1] + 1
        start = folded.find(wanted, start + 1)
    return None


def _cuts(text: str, at: int) -> bool:
    """Whether a place in a text lies within a word or a number."""
    before, after = text[max(at - 2, 0) : at], text[at : at + 2]
    if not before or not after:
        return False
    if before[-1].isalnum() and after[0].isalnum():
        return True
    # "1.|2" and "1|.2": within a decimal or thousands.
    inside = before[-1] in ".," and before[0].isdigit() and len(before) == 2
    outside = after[0] in ".," and after[-1].isdigit() and len(after) == 2
    return (inside and after[0].isdigit()) or (outside and before[-1].isdigit())


def _normalised(text: str) -> tuple[str, list[int]]:
    """A text with white space folded and quotation marks made plain, and each character's place."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if characters and characters[-1] != " ":
                characters.append(" ")
                places.append(place)
            continue
        characters.append(PLAIN_MARKS.get(ord(character), character))
        places.append(place)
    if characters and characters[-1] == " ":
        characters.pop()
        places.pop()
    return "".join(characters), places
