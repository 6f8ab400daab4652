"""Hits, citations, sentences and answers: what comes back for a question. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from threadqa.posts import Post, ThreadSummary

__all__ = ["EXTRACTIVE", "Answer", "Citation", "Exchange", "Hit", "Sentence", "Span", "Status"]

EXTRACTIVE = "extractive"
"""Name of the answerer whose sentences stand in posts; any other writes them itself."""

Span = tuple[int, int]
"""Half-open character range (start, end) of a text."""


class Status(StrEnum):
    """Whether the archive answers the question.

    An answer that was kept and whose posts the archive no longer holds is withdrawn: it is neither
    an answer any more nor a refusal. Asking a question never gives this.
    """

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A post that a search found, with why.

    Attributes:
        post: The post.
        thread: Its thread.
        score: In [0, 1], higher is better; comparable within one search only. Of a reranked hit,
            its odds against the best one, which has 1; else the fused score.
        dense: Cosine similarity of the question and the post in its thread, in [-1, 1], higher is
            better.
        lexical: BM25 of the question over the post and its neighbours, 0 or more, higher is better.
        matched_terms: Words of the question, stemmed, that stand in the post itself.
        lexical_share: How much of the fused score the lexical score gave, in [0, 1]; the dense
            score gave the rest. None where the post was not searched for, but followed or listed.
    """

    post: Post
    thread: ThreadSummary
    score: float
    dense: float
    lexical: float
    matched_terms: tuple[str, ...] = ()
    lexical_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A hit that an answer uses.

    Attributes:
        number: From 1, in order of first use.
        hit: The post and why it was found.
        spans: Half-open character ranges of the post's verbatim text that support the answer,
            ascending and apart.
    """

    number: int
    hit: Hit
    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"citation number {self.number} is below 1")
        if not self.spans:
            raise ValueError(f"citation {self.number} has no span")
        end_before = 0
        for start, end in self.spans:
            if not end_before <= start < end <= len(self.hit.post.text):
                raise ValueError(
                    f"citation {self.number}: span {start}-{end} is not in post {self.hit.post.id}"
                )
            end_before = end

    @property
    def quotes(self) -> tuple[str, ...]:
        """The supporting text, verbatim."""
        return tuple(self.hit.post.text[start:end] for start, end in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an answer, with the numbers of the citations it rests on; never without one."""

    text: str
    citations: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a sentence needs text")
        if not self.citations:
            raise ValueError(f"the sentence {self.text!r} has no citation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the archive says to a question, or that it says nothing.

    Attributes:
        question: As asked.
        standalone_question: As searched: operators taken out, a follow-up completed.
        status: Answered or not found.
        confidence: Estimated probability that the archive answers the question, in [0, 1].
        sentences: In reading order; empty when not found.
        citations: Numbered from 1; every number that a sentence names is here, and no other.
        nearest: When not found, the posts that came nearest, best first.
        notices: What the reader must know: partial threads, operators that were ignored.
        answerer: Name of the answerer.
        encoder: Fingerprint of the encoder.
        timings_ms: Milliseconds by step.
    """

    question: str
    standalone_question: str
    status: Status
    confidence: float
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    answerer: str
    encoder: str
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is not in [0, 1]")
        numbers = [citation.number for citation in self.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"citations are numbered {numbers}, not from 1 up")
        used = {number for sentence in self.sentences for number in sentence.citations}
        if used != set(numbers):
            raise ValueError(f"sentences cite {sorted(used)}, the answer holds {numbers}")
        if (self.status is Status.ANSWERED) != bool(self.sentences):
            raise ValueError(f"status {self.status} with {len(self.sentences)} sentences")

    @property
    def text(self) -> str:
        """The sentences with their citation numbers: "Three things are missing: ... [1]"."""
        return " ".join(
            f"{sentence.text} {''.join(f'[{number}]' for number in sentence.citations)}"
            for sentence in self.sentences
        )

    @property
    def exchange(self) -> Exchange:
        """What a follow-up needs to know of it."""
        return Exchange(
            question=self.standalone_question,
            answer=" ".join(sentence.text for sentence in self.sentences),
            cited=tuple(citation.hit.post.id for citation in self.citations),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question of the conversation before a follow-up, with what was answered.

    Attributes:
        question: As it stands alone, without operators; as asked where that is all that is known.
        answer: Its words without citation numbers; empty where the archive did not answer.
        cited: Ids of the posts it cites, in order of first use; empty where they are not known.
    """

    question: str
    answer: str
    cited: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.question.strip():
            raise ValueError("an exchange needs a question")
