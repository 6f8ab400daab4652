"""Answers to export, made by hand: one from posts with everything, one refusal, one withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime

from threadqa.answers import Answer, Citation, Hit, Sentence, Span, Status
from threadqa.exports import Export
from threadqa.posts import Post, Thread

__all__ = ["ANSWER", "REFUSAL", "WITHDRAWN", "answer_over", "conversation", "export_of", "hit_of"]

FULL = Post(
    id="p2",
    text="2/4 Staff leave for good.\nMoney is short.",
    source="a.txt",
    first_line=3,
    last_line=4,
    author="ann",
    created_at=datetime(2021, 3, 31, 9, 30, tzinfo=UTC),
    url="https://example.org/2",
    position=2,
)
BARE = Post(id="p9", text="The boat sank.", source="b.txt", first_line=1, last_line=1)
STAFF = Thread(
    id="staff", title="A thread on staff", posts=(FULL,), author="zoe", declared_length=4
).summary
BOATS = Thread(id="boats", title="The boat sank.", posts=(BARE,)).summary


def hit_of(post: Post, thread: Thread | None = None) -> Hit:
    summary = {"p2": STAFF, "p9": BOATS}.get(post.id)
    if thread is not None:
        summary = thread.summary
    assert summary is not None
    return Hit(post=post, thread=summary, score=1.0, dense=0.5, lexical=2.0)


ANSWER = Answer(
    question="from:ann who leaves?",
    standalone_question="who leaves?",
    status=Status.ANSWERED,
    confidence=0.93,
    sentences=(
        Sentence(text="Staff leave for good.", citations=(1,)),
        Sentence(text="The boat sank.", citations=(2, 1)),
    ),
    citations=(
        Citation(number=1, hit=hit_of(FULL), spans=((4, 25),)),
        Citation(number=2, hit=hit_of(BARE), spans=((0, 14),)),
    ),
    notices=("“A thread on staff” is partial: 1 of 4 posts, missing 1, 3–4.",),
    answerer="extractive",
    encoder="stub",
)
REFUSAL = Answer(
    question="who swims?",
    standalone_question="who swims?",
    status=Status.NOT_FOUND,
    confidence=0.1,
    nearest=(hit_of(BARE),),
    answerer="extractive",
    encoder="stub",
)
WITHDRAWN = Answer(
    question="who paid?",
    standalone_question="who paid?",
    status=Status.WITHDRAWN,
    confidence=0.9,
    notices=("It rested on posts that are gone.",),
    answerer="extractive",
    encoder="stub",
)


def export_of(*answers: Answer, title: str = "Who leaves?") -> Export:
    moment = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    return Export(title=title, answers=answers, exported_at=moment, generation=7)


def conversation() -> Export:
    return export_of(ANSWER, REFUSAL, WITHDRAWN)


def answer_over(text: str, spans: tuple[Span, ...] | None = None, **fields: str) -> Answer:
    """An answer that quotes a post of any text, in a thread titled by it, to a question of it."""
    post = Post(
        id=fields.pop("id", "p"),
        text=text,
        source=fields.pop("source", "a.txt"),
        first_line=1,
        last_line=1,
        author=fields.pop("author", None),
        url=fields.pop("url", None),
    )
    thread = Thread(id="t", title=text, posts=(post,))
    return Answer(
        question=text,
        standalone_question="x",
        status=Status.ANSWERED,
        confidence=0.5,
        sentences=(Sentence(text=text, citations=(1,)),),
        citations=(Citation(number=1, hit=hit_of(post, thread), spans=spans or ((0, len(text)),)),),
        notices=(text,),
        answerer=fields.pop("answerer", "extractive"),
        encoder="stub",
    )
