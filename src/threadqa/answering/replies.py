"""Reading a model's reply as it comes: each sentence as soon as it is whole.

The reply should be one JSON object. A server that holds the model to the schema makes it so; others
wrap it in prose, code fences or thoughts, leave commas behind, or break off. So every object is
looked at by itself when its closing brace comes, and what cannot be read is counted. Strings
stand in double quotes, as JSON has it: single ones cannot be told from apostrophes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

__all__ = ["Draft", "DraftQuote", "ReplyReader"]

LONGEST_OBJECT = 20_000
THOUGHTS = ("<think>", "</think>")
ANSWERED = re.compile(r'"answered"\s*:\s*(true|false)\b')
AROUND_IDS = "[]()<>#@'\" "


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuote:
    """Words that a model says a post has.

    Attributes:
        post: Which post, by the name that it was shown under.
        quote: The words.
    """

    post: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A sentence as a model writes it, before any check.

    Attributes:
        text: The sentence.
        quotes: What it says it rests on.
    """

    text: str
    quotes: tuple[DraftQuote, ...]


class ReplyReader:
    """Takes a reply in pieces, and gives its sentences.

    Attributes:
        answered: Whether the model says that it answers; None while it has not said.
        unreadable: Sentences so far that could not be read.
        length: Characters so far.
    """

    def __init__(self) -> None:
        self.answered: bool | None = None
        self.unreadable = 0
        self.length = 0
        self._waiting = ""
        self._kept: list[str] = []  # of the object at hand, without commas left behind
        self._starts: list[int] = []  # where the objects that are open begin in it
        self._in_string = False
        self._escaped = False

    def feed(self, piece: str) -> list[Draft]:
        """Takes the next piece of the reply.

        Returns:
            The sentences that it completes, in order.
        """
        self.length += len(piece)
        text = self._waiting + piece
        self._waiting = ""
        drafts: list[Draft] = []
        at = 0
        while at < len(text):
            if not self._starts:
                at = self._next_object(text, at)
                if at < len(text):
                    self._open()
            else:
                drafts += self._take(text[at])
            at += 1
        return drafts

    def _next_object(self, text: str, at: int) -> int:
        """The place of the next opening brace outside of thoughts; the text's end if none is."""
        begin, end = THOUGHTS
        while at < len(text):
            if text[at] == "{":
                return at
            if text[at] == "<":
                rest = text[at:]
                if begin.startswith(rest[: len(begin)]) and end not in rest:
                    self._waiting = rest
                    return len(text)
                if rest.startswith(begin):
                    at = text.index(end, at) + len(end) - 1
            at += 1
        return at

    def _open(self) -> None:
        self._starts.append(len(self._kept))
        self._kept.append("{")

    def _take(self, character: str) -> list[Draft]:
        """One character within an object."""
        if self._in_string:
            self._kept.append(character)
            self._in_string = self._escaped or character != '"'
            self._escaped = character == "\\" and not self._escaped
            return []
        match character:
            case "{":
                self._open()
            case "}" | "]":
                self._drop_comma()
                self._kept.append(character)
            case _:
                self._kept.append(character)
                self._in_string = character == '"'
        if character in ",}" and len(self._starts) == 1:
            self._look_for_answered()
        return self._close() if character == "}" else []

    def _drop_comma(self) -> None:
        """Takes back a comma that nothing follows."""
        end = len(self._kept)
        while end and self._kept[end - 1].isspace():
            end -= 1
        if end and self._kept[end - 1] == ",":
            del self._kept[end - 1 :]

    def _look_for_answered(self) -> None:
        """Notes what the outermost object says of itself."""
        if self.answered is None and len(self._kept) <= LONGEST_OBJECT:
            said = ANSWERED.search("".join(self._kept))
            self.answered = None if said is None else said[1] == "true"

    def _close(self) -> list[Draft]:
        start = self._starts.pop()
        text = "".join(self._kept[start:]) if len(self._kept) - start <= LONGEST_OBJECT else ""
        if not self._starts:
            self._kept.clear()
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            self.unreadable += '"text"' in text
            return []
        if "text" not in value and "quotes" not in value:
            return []
        draft = _draft(value)
        self.unreadable += draft is None
        return [] if draft is None else [draft]


def _draft(value: dict[str, Any]) -> Draft | None:
    """A sentence out of its JSON; None where it has another form."""
    text, quotes = value.get("text"), value.get("quotes")
    if not isinstance(text, str) or not isinstance(quotes, list) or not text.strip():
        return None
    found = tuple(_quote(one) for one in quotes)
    if not found or None in found:
        return None
    return Draft(text=" ".join(text.split()), quotes=tuple(one for one in found if one))


def _quote(value: object) -> DraftQuote | None:
    if not isinstance(value, dict):
        return None
    post, quote = value.get("post"), value.get("quote")
    if not isinstance(post, str) or not isinstance(quote, str):
        return None
    return DraftQuote(post=post.strip(AROUND_IDS).lower(), quote=quote)
