"""Texts kept as pieces: what is a post's own is kept as the place it stands in, not as a copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from threadqa.answers import Citation, Sentence
from threadqa.posts import Post, ThreadSummary

__all__ = ["Piece", "Quote", "Title", "joined", "notice_pieces", "sentence_pieces"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A half-open range of a post's verbatim text."""

    post_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The title of a thread, which is the opening words of its first post."""

    thread_id: str


Piece = str | Quote | Title


def sentence_pieces(sentence: Sentence, citations: Sequence[Citation]) -> tuple[Piece, ...]:
    """A sentence as pieces.

    Args:
        sentence: Of an answer.
        citations: Of the same answer.

    Returns:
        Quotes and white space, where the sentence stands in the spans of one of its citations but
        for white space, as those of the extractive answerer do; else its text, as one piece.
    """
    for citation in citations:
        if citation.number in sentence.citations:
            quoted = _quoted(sentence.text, citation)
            if quoted:
                return quoted
    return (sentence.text,)


def _quoted(text: str, citation: Citation) -> tuple[Piece, ...]:
    post = citation.hit.post
    places = [
        place
        for start, end in citation.spans
        for place in range(start, end)
        if not post.text[place].isspace()
    ]
    words = "".join(text.split())
    first = "".join(post.text[place] for place in places).find(words)
    if first < 0:
        return ()
    found = iter(places[first:])
    pieces: list[Piece] = []
    for part in re.findall(r"\s+|\S+", text):
        if part.isspace():
            pieces.append(part)
        else:
            pieces += _ranges(post.id, [next(found) for _ in part])
    return tuple(_with_own_spaces(pieces, post.text))


def _ranges(post_id: str, places: Sequence[int]) -> Iterable[Quote]:
    """Ascending places of one post, those that adjoin drawn together."""
    for _, run in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0]):
        adjoining = [place for _, place in run]
        yield Quote(post_id=post_id, start=adjoining[0], end=adjoining[-1] + 1)


def _with_own_spaces(pieces: Iterable[Piece], text: str) -> list[Piece]:
    """Draws quotes together over white space that stands between them in the post as well."""
    drawn: list[Piece] = []
    for piece in pieces:
        match (drawn, piece):
            case ([*_, Quote() as before, str() as space], Quote()) if (
                text[before.end : piece.start] == space
            ):
                drawn[-2:] = [Quote(post_id=piece.post_id, start=before.start, end=piece.end)]
            case _:
                drawn.append(piece)
    return drawn


def notice_pieces(notice: str, threads: Iterable[ThreadSummary]) -> tuple[Piece, ...]:
    """A notice as pieces, in which the titles of threads are kept as such.

    Args:
        notice: Of an answer.
        threads: Those that its posts belong to.
    """
    titles = {thread.title: thread.id for thread in sorted(threads, key=attrgetter("id"))}
    longest_first = sorted(filter(None, titles), key=lambda title: (-len(title), title))
    if not longest_first:
        return (notice,)
    parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", notice)
    return tuple(
        Title(thread_id=titles[part]) if place % 2 else part
        for place, part in enumerate(parts)
        if part
    )


def joined(
    pieces: Iterable[Piece], posts: Mapping[str, Post], threads: Mapping[str, ThreadSummary]
) -> str:
    """The text that pieces make.

    Args:
        pieces: Of a sentence or a notice.
        posts: By id; every one that is quoted.
        threads: By id; every one whose title is named.
    """
    texts = []
    for piece in pieces:
        match piece:
            case Quote():
                texts.append(posts[piece.post_id].text[piece.start : piece.end])
            case Title():
                texts.append(threads[piece.thread_id].title)
            case str():
                texts.append(piece)
    return "".join(texts)
