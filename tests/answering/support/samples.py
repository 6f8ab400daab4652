"""Posts and sentences for the check of support, and what they are judged with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tests.stub_encoder import StubEncoder
from threadqa.answering.grounding import Said, Verdict
from threadqa.answering.support.check import Support
from threadqa.answering.support.model import SupportModel
from threadqa.answers import Hit
from threadqa.posts import Post, ThreadSummary

__all__ = ["EVERYTHING", "alike", "check", "hit", "judged", "said"]

# Lets everything pass that the rules let pass.
EVERYTHING = SupportModel(
    coefficients=dict.fromkeys(
        ["coverage", "pairs", "similarity", "clause_similarity", "clauses", "invented"], 0.0
    ),
    intercept=0.0,
    threshold=0.0,
)


def hit(
    text: str,
    post_id: str = "p1",
    *,
    author: str | None = None,
    created_at: datetime | None = None,
    position: int | None = None,
) -> Hit:
    thread = ThreadSummary(
        id="t",
        title="Title",
        author=None,
        source="a.txt",
        declared_length=None,
        post_count=1,
        positions=(),
    )
    post = Post(
        id=post_id,
        text=text,
        source="a.txt",
        first_line=1,
        last_line=1,
        author=author,
        created_at=created_at,
        position=position,
    )
    return Hit(post=post, thread=thread, score=1.0, dense=1.0, lexical=1.0)


def alike(stem: str) -> float:
    """Weighs all words alike."""
    return 1.0


def said(sentence: str, *posts: str | Hit) -> Said:
    hits = [
        hit(post, f"p{number}") if isinstance(post, str) else post
        for number, post in enumerate(posts, 1)
    ]
    return Said(text=sentence, hits=tuple(hits))


def check(model: SupportModel = EVERYTHING) -> Support:
    return Support(StubEncoder(), alike, model)


def judged(sentence: str, *posts: str | Hit) -> Verdict:
    """What the rules make of a sentence."""
    (verdict,) = check().judge([said(sentence, *posts)])
    return verdict


def all_judged(sentences: Sequence[Said]) -> list[Verdict]:
    return check().judge(sentences)
