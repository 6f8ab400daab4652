"""A post's text as a language model is shown it: what a reader sees, and nothing that acts.

Characters that a reader cannot see can carry instructions, and servers read words such as
``<|im_start|>`` or ``[INST]`` as the beginning of a turn wherever they stand. Every character that
is shown has its place in the verbatim text, so that a quote of what was shown is a quote of the
post.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from threadqa.answering.quotes import locate
from threadqa.posts import Post

__all__ = ["VisibleText", "verbatim_quote", "visible", "without_invisible"]

# Format, control, surrogate and private-use characters; what is unassigned may be a new emoji.
INVISIBLE_KINDS = frozenset({"Cc", "Cf", "Cs", "Co"})
# Letters and marks that are drawn as nothing (Unicode: Default_Ignorable_Code_Point), the blank of
# Braille, and what is no character.
INVISIBLE_RANGES = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFF),
    (0xE0000, 0xE0FFF),
)
LINE_BREAKS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
# One for one, so that places stay what they are: no tag can be forged, whatever its name.
HARMLESS = {"<": "\u2039", ">": "\u203a"}  # single angle quotation marks
CONTROL_WORD = re.compile(r"\[(?=/?[A-Z][A-Z_]*\])")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleText:
    """A text as it is shown, and where each of its characters stands.

    Attributes:
        text: As shown.
        places: Of each character, its place in the verbatim text; ascending.
    """

    text: str
    places: tuple[int, ...]


def visible(text: str) -> VisibleText:
    """Takes out what cannot be seen, and shows brackets that act as such that do not."""
    kept = [(place, _shown(one)) for place, one in enumerate(text) if not _is_invisible(one)]
    shown = "".join(character for _, character in kept)
    return VisibleText(text=CONTROL_WORD.sub("(", shown), places=tuple(place for place, _ in kept))


def without_invisible(text: str) -> str:
    """A text without what cannot be seen, white space folded."""
    return " ".join("".join(one for one in text if not _is_invisible(one)).split())


def verbatim_quote(quote: str, post: Post, shown: VisibleText) -> str:
    """The words of a post that a quote of what was shown stands for.

    Args:
        quote: As a model gives it.
        post: The post that it names.
        shown: The post as the model saw it.

    Returns:
        Verbatim text of the post; the quote as it is where it does not stand in what was shown.
    """
    if not shown.text.strip():
        return quote
    spans = locate(visible(quote).text, replace(post, text=shown.text))
    if not spans:
        return quote
    return post.text[shown.places[spans[0][0]] : shown.places[spans[-1][1] - 1] + 1]


def _shown(character: str) -> str:
    if character in LINE_BREAKS:
        return "\n"
    if character.isspace():
        return " "
    return HARMLESS.get(character, character)


def _is_invisible(character: str) -> bool:
    if character.isspace():
        return False
    if unicodedata.category(character) in INVISIBLE_KINDS:
        return True
    code = ord(character)
    return any(first <= code <= last for first, last in INVISIBLE_RANGES)
