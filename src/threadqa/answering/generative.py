"""The answerer with a language model: sentences of its own, each checked before it goes out.

The model reads the posts that were found and those around them. Its reply is read as it comes; a
sentence is out as soon as it is whole and has passed, and what fails is dropped and counted. Every
failure ends in what was checked until then, and in a reason.
"""

from __future__ import annotations

import secrets
import time
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from threadqa.answering.generation import Generation
from threadqa.answering.grounding import (
    Cited,
    Grounded,
    Paraphrase,
    Said,
    SupportCheck,
    Verdict,
    ground,
)
from threadqa.answering.plain_prose import PlainProse
from threadqa.answering.prompts import SCHEMA, Asked, messages
from threadqa.answering.replies import Draft, ReplyReader
from threadqa.answering.sentences import split_sentences
from threadqa.answering.shown import ReadThread, ShownPost, in_threads
from threadqa.answering.visible import verbatim_quote, without_invisible
from threadqa.answers import Hit
from threadqa.errors import ContextLengthError, LanguageModelError
from threadqa.language_models.protocol import ChatModel, Message

__all__ = ["Generative", "Limits"]

# A reply that goes on beyond these has run away.
MOST_SENTENCES = 40
LONGEST_REPLY = 200_000

Stored = Callable[[Sequence[Hit]], Mapping[str, str]]
"""Verbatim texts by post id, as the archive holds them now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an answer may cost.

    Attributes:
        seconds: Until its last sentence.
        characters: Of the whole prompt.
        sentences: That are asked for.
    """

    seconds: float
    characters: int
    sentences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Generative:
    """Answers with a language model.

    Attributes:
        model: Writes sentences.
        support: Judges whether the posts that a sentence cites bear it out.
        read: Gives threads.
        stored: Gives texts to check against.
        limits: What an answer may cost.
    """

    model: ChatModel
    support: SupportCheck
    read: ReadThread
    stored: Stored
    limits: Limits

    def answer(self, question: str, standalone: str, posts: Sequence[Hit]) -> Generator[Generation]:
        """Answers a question from posts.

        Args:
            question: As the user words it.
            standalone: As it stands alone.
            posts: The posts that the model may see and cite, the most important first.

        Yields:
            What has passed after each sentence that did, and once more at the end. No error of the
            model is raised: it is the last one's `failure`.
        """
        deadline = time.monotonic() + self.limits.seconds
        read = cache(self.read)
        asked = Asked(
            question=question,
            standalone=standalone,
            max_sentences=self.limits.sentences,
            nonce=_nonce(posts),
        )
        said = _Said(self.model.name, self.support, self.stored)
        failure = None
        try:
            prompt = _fitting(asked, posts, read, self.limits.characters)
            try:
                yield from self._reply(prompt, said, deadline)
            except ContextLengthError:
                if said.has_begun or len(prompt.hits) < 2:
                    raise
                prompt = _prompt(asked, prompt.hits[: len(prompt.hits) // 2], read)
                yield from self._reply(prompt, said, deadline)
        except LanguageModelError as error:
            failure = str(error)
        yield said.generation(failure, is_whole=True)

    def _reply(self, prompt: _Prompt, said: _Said, deadline: float) -> Iterator[Generation]:
        """Asks the model once; gives what has passed after each sentence that did.

        Raises:
            LanguageModelError: No reply came, or none that is one, or it did not come to its end.
        """
        said.begin(prompt)
        seconds = max(deadline - time.monotonic(), 0.0)
        with closing(self.model.stream(prompt.messages, SCHEMA, seconds=seconds)) as pieces:
            for piece in pieces:
                for claim in said.claims(said.reader.feed(piece)):
                    if said.take(claim):
                        yield said.generation()
                if said.has_declined:
                    return
                if said.has_run_away:
                    raise LanguageModelError(f"{self.model.name} went on without coming to an end")
        if not said.written and not said.reader.unreadable:
            if said.reader.answered is None:
                raise LanguageModelError(
                    f"the reply of {self.model.name} is not of the form that was asked for: take a "
                    "larger model, or one that its server can hold to a JSON schema"
                )
            raise LanguageModelError(f"{self.model.name} gave no sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prompt:
    """What a model is sent.

    Attributes:
        messages: The whole of it.
        hits: The posts in it, the most important first.
        shown: The same by the labels that the model knows them by.
    """

    messages: Sequence[Message]
    hits: Sequence[Hit]
    shown: Mapping[str, ShownPost]

    @property
    def length(self) -> int:
        """Its characters."""
        return sum(len(message.content) for message in self.messages)


def _nonce(posts: Sequence[Hit]) -> str:
    """A random word that stands in none of the posts."""
    while True:
        nonce = secrets.token_hex(8)
        if not any(nonce in post.post.text for post in posts):
            return nonce


def _prompt(asked: Asked, hits: Sequence[Hit], read: ReadThread) -> _Prompt:
    threads = in_threads(hits, read)
    shown = {post.label: post for thread in threads for post in thread.posts}
    return _Prompt(messages=messages(asked, threads), hits=hits, shown=shown)


def _fitting(asked: Asked, hits: Sequence[Hit], read: ReadThread, characters: int) -> _Prompt:
    """The prompt with as many posts as fit, the most important first, each whole.

    Raises:
        LanguageModelError: Not one fits.
    """
    fits = bisect_right(
        range(1, len(hits) + 1),
        characters,
        key=lambda count: _prompt(asked, hits[:count], read).length,
    )
    if not fits:
        raise LanguageModelError(
            f"not one post fits into {characters:,} characters: raise llm.max_context_characters"
        )
    return _prompt(asked, hits[:fits], read)


class _Said:
    """What a model has said, and what of it has passed.

    Attributes:
        reader: Of the reply at hand.
        written: Sentences that were read.
    """

    def __init__(self, model: str, support: SupportCheck, stored: Stored) -> None:
        self._model = model
        self.reader = ReplyReader()
        self.written = 0
        self._support = _Remembered(PlainProse(support=support))
        self._stored = stored
        self._shown: Mapping[str, ShownPost] = {}
        self._texts: Mapping[str, str] = {}
        self._claims: list[Paraphrase] = []
        self._grounded = Grounded()

    def begin(self, prompt: _Prompt) -> None:
        """Begins a new reply."""
        self.reader = ReplyReader()
        self._shown = prompt.shown
        self._texts = self._stored(prompt.hits)

    @property
    def has_begun(self) -> bool:
        """Whether anything was read."""
        return self.reader.length > 0

    @property
    def has_declined(self) -> bool:
        """Whether the model says that the posts do not answer, and did not answer before that."""
        return self.reader.answered is False and not self._grounded.sentences

    @property
    def has_run_away(self) -> bool:
        """Whether the reply is longer than any answer."""
        return self.written > MOST_SENTENCES or self.reader.length > LONGEST_REPLY

    def claims(self, drafts: Iterable[Draft]) -> Iterator[Paraphrase]:
        """What a model says, a sentence at a time: nothing hides behind one that is true."""
        for draft in drafts:
            cited = self._cited(draft)
            text = without_invisible(draft.text)
            for start, end in split_sentences(text):
                yield Paraphrase(text=text[start:end], cited=cited)

    def take(self, claim: Paraphrase) -> bool:
        """Checks a sentence; returns whether it passed. One that is out already is passed over."""
        self.written += 1
        is_out = any(claim.text == one.text for one in self._grounded.sentences)
        if is_out or claim in self._claims or self.reader.answered is False:
            return False
        self._claims.append(claim)
        before = len(self._grounded.sentences)
        self._grounded = ground(
            self._claims,
            self._texts,
            retrieved=[shown.hit for shown in self._shown.values()],
            support=self._support,
        )
        return len(self._grounded.sentences) > before

    def generation(self, failure: str | None = None, *, is_whole: bool = False) -> Generation:
        """How it stands."""
        return Generation(
            model=self._model,
            grounded=self._grounded,
            shown=len(self._shown),
            unreadable=self.reader.unreadable,
            declined=self.has_declined,
            failure=failure,
            is_whole=is_whole,
        )

    def _cited(self, draft: Draft) -> tuple[Cited, ...]:
        """The posts and words that a model says it rests on, as the archive has them."""
        quotes: dict[str, list[str]] = {}
        for one in draft.quotes:
            shown = self._shown.get(one.post)
            if shown is None:
                quotes.setdefault(one.post, []).append(one.quote)
            else:
                quote = verbatim_quote(one.quote, shown.hit.post, shown.text)
                quotes.setdefault(shown.hit.post.id, []).append(quote)
        return tuple(Cited(post_id=post, quotes=tuple(found)) for post, found in quotes.items())


class _Remembered:
    """A check of support that judges each sentence once, though it is asked again as more come."""

    def __init__(self, support: SupportCheck) -> None:
        self._support = support
        self._verdicts: dict[Said, Verdict] = {}

    def judge(self, said: Sequence[Said]) -> list[Verdict]:
        """Judges sentences; see `SupportCheck`."""
        new = [one for one in said if one not in self._verdicts]
        self._verdicts.update(zip(new, self._support.judge(new), strict=True))
        return [self._verdicts[one] for one in said]
