"""eval/followups.jsonl is conversations over examples/ in which each quote stands in one post."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadqa.evaluation.questions import exchanges, read_questions
from threadqa.evaluation.values import Question
from threadqa.sources.registry import discover, inspect, read_threads

ROOT = Path(__file__).parent.parent.parent
QUESTIONS = read_questions(ROOT / "eval" / "followups.jsonl").questions
KINDS = ("leans", "stands-alone")
HALVES = ("development", "held-out")


@pytest.fixture(scope="module")
def posts() -> list[str]:
    files = discover([ROOT / "examples" / "threads"]).files
    return [
        post.text
        for file in files
        for thread in read_threads(file, inspect(file, max_bytes=1_000_000))
        for post in thread.posts
    ]


def tagged(tag: str) -> list[Question]:
    return [question for question in QUESTIONS if tag in question.tags]


def test_every_quote_stands_in_one_post(posts: list[str]) -> None:
    for question in QUESTIONS:
        for quote in question.relevant_quotes or ():
            assert sum(quote in post for post in posts) == 1, (question.id, quote)


def test_what_an_answer_must_contain_stands_in_a_post_that_answers(posts: list[str]) -> None:
    for question in QUESTIONS:
        quotes = question.relevant_quotes or ()
        answering = [post for post in posts if any(quote in post for quote in quotes)]
        for text in question.answer_contains or ():
            assert any(text in post for post in answering), (question.id, text)


def test_every_question_comes_after_an_exchange_and_answers_can_be_judged() -> None:
    for question in QUESTIONS:
        assert exchanges(question.history), question.id
        assert all(exchange.answer for exchange in exchanges(question.history)), question.id
        assert bool(question.relevant_quotes) is question.answerable, question.id


def test_a_question_leans_or_stands_alone_and_is_in_one_half_or_was_written_last() -> None:
    for question in QUESTIONS:
        assert sum(tag in KINDS for tag in question.tags) == 1, question.id
        assert sum(tag in (*HALVES, "conversation", "late") for tag in question.tags) == 1, (
            question.id
        )
    assert len(tagged("conversation")) == 160
    assert len(tagged("late")) == 357
    assert len(tagged("leans")) >= 60
    assert len(tagged("stands-alone")) >= 20
    assert abs(len(tagged("development")) - len(tagged("held-out"))) <= 10
