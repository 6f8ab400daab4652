"""Answers made by hand."""

from __future__ import annotations

from threadqa.answers import Answer, Citation, Hit, Sentence, Status
from threadqa.posts import Post, Thread

__all__ = ["answered", "post_text", "refused"]


def post_text(post: str) -> str:
    """The text that a post of this id has here."""
    return f"This is {post}."


def answered(*cited: str, text: str = "It is so.", confidence: float = 0.9) -> Answer:
    """An answer of one sentence that cites whole posts."""
    return Answer(
        question="Is it so?",
        standalone_question="Is it so?",
        status=Status.ANSWERED,
        confidence=confidence,
        sentences=(Sentence(text=text, citations=tuple(range(1, len(cited) + 1))),),
        citations=tuple(_citation(number, post) for number, post in enumerate(cited, 1)),
        answerer="stub",
        encoder="stub",
    )


def refused(confidence: float = 0.1) -> Answer:
    """That the archive does not answer."""
    return Answer(
        question="Is it so?",
        standalone_question="Is it so?",
        status=Status.NOT_FOUND,
        confidence=confidence,
        answerer="stub",
        encoder="stub",
    )


def _citation(number: int, post_id: str) -> Citation:
    post = Post(id=post_id, text=post_text(post_id), source="a.txt", first_line=1, last_line=1)
    thread = Thread(id="t", title="A thread", posts=(post,))
    hit = Hit(post=post, thread=thread.summary, score=0.5, dense=0.5, lexical=1.0)
    return Citation(number=number, hit=hit, spans=((0, len(post.text)),))
