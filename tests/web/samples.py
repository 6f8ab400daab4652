"""Answers made by hand, for what is shown of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from threadqa.answers import Answer, Citation, Hit, Sentence, Status
from threadqa.posts import Post, Thread

__all__ = ["ANSWER", "HIT", "HOSTILE", "NOT_FOUND", "PARTIAL", "THREAD", "hit_of", "post"]

HOSTILE = '<img src=x onerror="alert(1)">'


def post(position: int, text: str, **facts: object) -> Post:
    made = Post(
        id=f"p{position}",
        text=text,
        source="notes/a.txt",
        first_line=10 + position,
        last_line=10 + position,
        position=position,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


THREAD = Thread(
    id="t1",
    title="Money for the boats",
    author="ann_boats",
    declared_length=3,
    posts=(
        post(1, "1/3 Money for the boats."),
        post(
            2,
            "2/3 The staff pay for it. Nobody asked them.",
            last_line=13,
            created_at=datetime.fromisoformat("2021-03-05T10:00:00+00:00"),
            url="https://example.org/2",
        ),
        post(3, "3/3 That is all."),
    ),
)
PARTIAL = Thread(
    id="t2",
    title="Long thread",
    declared_length=9,
    posts=(
        post(2, "2/9 second", id="q2"),
        post(3, "3/9 third", id="q3"),
        post(6, "6/9 sixth", id="q6"),
    ),
)


def hit_of(thread: Thread, place: int, *, lexical_share: float | None = 0.25) -> Hit:
    return Hit(
        post=thread.posts[place],
        thread=thread.summary,
        score=1.0,
        dense=0.5,
        lexical=12.34,
        matched_terms=("staff", "pay"),
        lexical_share=lexical_share,
    )


HIT = hit_of(THREAD, 1)
ANSWER = Answer(
    question="Who pays?",
    standalone_question="Who pays?",
    status=Status.ANSWERED,
    confidence=0.934,
    sentences=(
        Sentence(text="The staff pay for it.", citations=(1,)),
        Sentence(text="Nobody asked them.", citations=(1, 2)),
    ),
    citations=(
        Citation(number=1, hit=HIT, spans=((4, 25), (26, 44))),
        Citation(number=2, hit=hit_of(PARTIAL, 0), spans=((4, 10),)),
    ),
    notices=("“Long thread” is partial: 3 of 9 posts, missing 1, 4–5, 7–9.",),
    answerer="extractive",
    encoder="stub",
)
NOT_FOUND = Answer(
    question="Who sings?",
    standalone_question="Who sings?",
    status=Status.NOT_FOUND,
    confidence=0.07,
    nearest=(HIT,),
    answerer="extractive",
    encoder="stub",
)
