"""An answer as it is kept, and what is left of it when posts are gone: pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from threadqa.answers import Answer, Citation, Hit, Sentence, Span, Status
from threadqa.conversations.pieces import (
    Piece,
    Title,
    joined,
    notice_pieces,
    sentence_pieces,
)
from threadqa.posts import Post, ThreadSummary

__all__ = [
    "Found",
    "KeptSentence",
    "Posts",
    "Record",
    "answer_from",
    "as_they_stand",
    "record_of",
    "standing",
]

ABOUT_A_CITATION = re.compile(r"\[(\d+)\](.*)", re.DOTALL)

Posts = Mapping[str, tuple[Post, ThreadSummary]]
"""Posts as the archive holds them now, with their threads, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A hit without its post: the scores are those of `Hit`, the spans those of `Citation`.

    Attributes:
        post_id: Of the post.
        digest: SHA-256 of the post's text when it was found, in hexadecimal.
        spans: What supports the answer; empty for one of the nearest posts.
        score: As in the hit, and so the rest.
        dense: As in the hit.
        lexical: As in the hit.
        matched_terms: As in the hit.
        lexical_share: As in the hit.
    """

    post_id: str
    digest: str
    spans: tuple[Span, ...] = ()
    score: float
    dense: float
    lexical: float
    matched_terms: tuple[str, ...]
    lexical_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSentence:
    """A sentence in pieces, with the numbers of its citations."""

    pieces: tuple[Piece, ...]
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An `Answer` with posts by reference; what is not explained here is as it is there.

    Attributes:
        citations: Number 1 comes first.
        taken_out: How many sentences were taken out since because their posts are gone or changed.
    """

    question: str
    standalone_question: str
    status: Status
    confidence: float
    sentences: tuple[KeptSentence, ...]
    citations: tuple[Found, ...]
    nearest: tuple[Found, ...]
    notices: tuple[tuple[Piece, ...], ...]
    answerer: str
    encoder: str
    timings_ms: Mapping[str, float]
    taken_out: int = 0

    @property
    def found(self) -> tuple[Found, ...]:
        """All that it refers to."""
        return (*self.citations, *self.nearest)


def record_of(answer: Answer) -> Record:
    """An answer as it is kept."""
    hits = [*(citation.hit for citation in answer.citations), *answer.nearest]
    threads = {hit.thread.id: hit.thread for hit in hits}.values()
    return Record(
        question=answer.question,
        standalone_question=answer.standalone_question,
        status=answer.status,
        confidence=answer.confidence,
        sentences=tuple(
            KeptSentence(
                pieces=sentence_pieces(sentence, answer.citations), citations=sentence.citations
            )
            for sentence in answer.sentences
        ),
        citations=tuple(_found(citation.hit, citation.spans) for citation in answer.citations),
        nearest=tuple(_found(hit) for hit in answer.nearest),
        notices=tuple(notice_pieces(notice, threads) for notice in answer.notices),
        answerer=answer.answerer,
        encoder=answer.encoder,
        timings_ms=dict(answer.timings_ms),
    )


def _found(hit: Hit, spans: tuple[Span, ...] = ()) -> Found:
    return Found(
        post_id=hit.post.id,
        digest=hit.post.sha256,
        spans=spans,
        score=hit.score,
        dense=hit.dense,
        lexical=hit.lexical,
        matched_terms=hit.matched_terms,
        lexical_share=hit.lexical_share,
    )


def standing(records: Iterable[Record], posts: Posts) -> list[Record]:
    """What is left of the answers of a conversation.

    A sentence goes if any post it cites is gone or reads otherwise now, and with it every citation
    that no other sentence has, every notice that names the thread of no post that is left, and
    such posts among the nearest. The standalone form of a later follow-up may have been made of
    the words of a post that went: it gives way to the question, unless its words are the
    question's own.

    Args:
        records: Of one conversation, oldest first.
        posts: All that the records refer to, as far as the archive holds them.

    Returns:
        As many records; one of which all posts stand is the same.
    """
    left: list[Record] = []
    lost = False
    for record in records:
        kept = _standing(record, posts)
        if lost and not _own_words(kept):
            kept = replace(kept, standalone_question=kept.question)
        lost = lost or kept is not record
        left.append(kept)
    return left


def _standing(record: Record, posts: Posts) -> Record:
    sound = {found.post_id for found in record.found if _stands(found, posts)}
    if all(found.post_id in sound for found in record.found):
        return record
    numbers = {n for n, found in enumerate(record.citations, 1) if found.post_id in sound}
    sentences = [s for s in record.sentences if numbers.issuperset(s.citations)]
    used = sorted({number for sentence in sentences for number in sentence.citations})
    renumbered = {old: new for new, old in enumerate(used, 1)}
    citations = tuple(record.citations[number - 1] for number in used)
    nearest = tuple(found for found in record.nearest if found.post_id in sound)
    threads = {posts[found.post_id][1].id for found in (*citations, *nearest)}
    withdrawn = record.status is Status.ANSWERED and not sentences
    return replace(
        record,
        status=Status.WITHDRAWN if withdrawn else record.status,
        sentences=tuple(
            replace(sentence, citations=tuple(renumbered[n] for n in sentence.citations))
            for sentence in sentences
        ),
        citations=citations,
        nearest=nearest,
        notices=tuple(
            left
            for notice in record.notices
            if _names_only(notice, threads)
            for left in _renumbered(notice, renumbered)
        ),
        taken_out=record.taken_out + len(record.sentences) - len(sentences),
    )


def _stands(found: Found, posts: Posts) -> bool:
    held = posts.get(found.post_id)
    return held is not None and held[0].sha256 == found.digest


def _names_only(notice: Sequence[Piece], threads: set[str]) -> bool:
    return all(piece.thread_id in threads for piece in notice if isinstance(piece, Title))


def _renumbered(
    notice: tuple[Piece, ...], numbers: Mapping[int, int]
) -> Iterator[tuple[Piece, ...]]:
    """A notice as it stands beside what is left; none where it is about a citation that is gone.

    One about a citation begins with its number, and holds words of its post.
    """
    about = ABOUT_A_CITATION.match(notice[0]) if notice and isinstance(notice[0], str) else None
    if about is None:
        yield notice
    elif number := numbers.get(int(about[1])):
        yield (f"[{number}]{about[2]}", *notice[1:])


def _own_words(record: Record) -> bool:
    asked = record.question.casefold()
    return all(word in asked for word in record.standalone_question.casefold().split())


def as_they_stand(answers: Iterable[Answer], posts: Posts) -> list[Answer]:
    """What is left of answers of a conversation that are held in memory; see `standing`.

    Args:
        answers: Of one conversation, oldest first.
        posts: All that the answers cite or name as nearest, as far as the archive holds them.
    """
    held = list(answers)
    records = [record_of(answer) for answer in held]
    return [
        answer if left is record else answer_from(left, posts)
        for answer, record, left in zip(held, records, standing(records, posts), strict=True)
    ]


def answer_from(record: Record, posts: Posts) -> Answer:
    """The answer that a record keeps.

    Args:
        record: All of whose posts stand.
        posts: All that it refers to.
    """
    by_id = {found.post_id: posts[found.post_id][0] for found in record.found}
    threads = {thread.id: thread for _, thread in (posts[found.post_id] for found in record.found)}
    notices = tuple(joined(notice, by_id, threads) for notice in record.notices)
    return Answer(
        question=record.question,
        standalone_question=record.standalone_question,
        status=record.status,
        confidence=record.confidence,
        sentences=tuple(
            Sentence(text=joined(s.pieces, by_id, threads), citations=s.citations)
            for s in record.sentences
        ),
        citations=tuple(
            Citation(number=number, hit=_hit(found, posts), spans=found.spans)
            for number, found in enumerate(record.citations, 1)
        ),
        nearest=tuple(_hit(found, posts) for found in record.nearest),
        notices=(*notices, *_taken_out_notices(record)),
        answerer=record.answerer,
        encoder=record.encoder,
        timings_ms=record.timings_ms,
    )


def _hit(found: Found, posts: Posts) -> Hit:
    post, thread = posts[found.post_id]
    return Hit(
        post=post,
        thread=thread,
        score=found.score,
        dense=found.dense,
        lexical=found.lexical,
        matched_terms=found.matched_terms,
        lexical_share=found.lexical_share,
    )


def _taken_out_notices(record: Record) -> Iterable[str]:
    why = "posts that the archive no longer holds, or holds with another text"
    if record.status is Status.WITHDRAWN:
        yield f"This answer was withdrawn: it rested on {why}. Ask again to see what it says now."
    elif record.taken_out:
        count = "1 sentence was" if record.taken_out == 1 else f"{record.taken_out} sentences were"
        yield f"{count} taken out of this answer: they rested on {why}."
