"""Words that a hashtag or a handle runs together: "#SocialCare", "@MeghanMcCain".

People ask with the words apart, so the lexical index holds both.
"""

from __future__ import annotations

import re
from itertools import pairwise

__all__ = ["with_compounds_apart"]

# Letters and digits of a shortened address are no words.
ADDRESS = re.compile(r"https?://\S+|\S+\.\S+/\S*")
TOKEN = re.compile(r"[#@]?[^\W_]+(?:_[^\W_]+)*")
# Only of A to Z; a word of other letters is left whole: "München" has no parts.
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Without a "#" or "@", a shorter word that changes case is a name of its own: "NHSers", "iPad".
LEAST_LENGTH = 7


def with_compounds_apart(text: str) -> str:
    """A text, and after it the words of its compounds, each alone and with the next one.

    "McCain" is two parts to the eye of a program: pairs of parts bring such names back.

    Args:
        text: Any text.

    Returns:
        The text as it is where there is nothing to take apart.
    """
    found: list[str] = []
    for token in TOKEN.findall(ADDRESS.sub(" ", text)):
        # A plain word has one part: most are, and none needs looking at twice.
        if token.isalpha() and (token[1:].islower() or len(token) == 1):
            continue
        parts = PART.findall(token) if token.isascii() else []
        if len(parts) < 2 or (token[0] not in "#@" and len(token) < LEAST_LENGTH):
            continue
        found += parts
        if len(parts) > 2:
            found += [first + second for first, second in pairwise(parts)]
    return f"{text} {' '.join(found)}" if found else text
