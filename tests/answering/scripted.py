"""A language model that says what a test tells it to, and a check of support made of words."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Sequence

from threadqa.answering.grounding import Reason, Said, Verdict
from threadqa.language_models.protocol import Message, Schema

__all__ = ["ScriptedModel", "WordCheck", "declined", "said"]


class ScriptedModel:
    """Replies from a script, a text a request; an error in it is raised, after a text or at once.

    Attributes:
        prompts: What it was told, request by request.
        seconds: How long each request might take.
        closed: How many replies came to their end or were broken off.
    """

    name = "scripted"

    def __init__(self, *script: str | Exception | tuple[str, Exception]) -> None:
        self._script = list(script)
        self.prompts: list[str] = []
        self.seconds: list[float] = []
        self.closed = 0

    def stream(
        self, messages: Sequence[Message], schema: Schema, *, seconds: float
    ) -> Generator[str]:
        self.prompts.append("\n".join(message.content for message in messages))
        self.seconds.append(seconds)
        step = self._script[len(self.prompts) - 1]
        text, error = step if isinstance(step, tuple) else (step, None)
        try:
            if isinstance(text, Exception):
                raise text
            yield from re.findall(r"(?s).{1,9}", text)
            if error is not None:
                raise error
        finally:
            self.closed += 1


class WordCheck:
    """Holds that posts bear a sentence out if every word of it stands in one of them.

    Attributes:
        asked: The sentences it was asked about, in order.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []

    def judge(self, said: Sequence[Said]) -> list[Verdict]:
        self.asked += [one.text for one in said]
        return [self._judged(one) for one in said]

    def _judged(self, said: Said) -> Verdict:
        held = set(re.findall(r"\w+", " ".join(hit.post.text for hit in said.hits).lower()))
        missing = sorted(set(re.findall(r"\w+", said.text.lower())) - held)
        return Verdict(
            reason=Reason.UNSUPPORTED if missing else None,
            probability=0.0 if missing else 1.0,
            detail=" ".join(missing),
            spans=tuple(((0, len(hit.post.text)),) for hit in said.hits),
        )


def said(*sentences: tuple[str, dict[str, str]], answered: bool = True) -> str:
    """A reply: of each sentence its text and its quotes by the label of their post."""
    return json.dumps(
        {
            "answered": answered,
            "sentences": [
                {
                    "quotes": [{"post": post, "quote": quote} for post, quote in quotes.items()],
                    "text": text,
                }
                for text, quotes in sentences
            ],
        }
    )


def declined() -> str:
    """A reply that says that the posts do not answer."""
    return said(answered=False)
