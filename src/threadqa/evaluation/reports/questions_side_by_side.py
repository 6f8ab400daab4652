"""Questions side by side: what should have been found and what was, or one answer and another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from threadqa.evaluation.questions import answerable
from threadqa.evaluation.reports.measure_words import number
from threadqa.evaluation.reports.page import facts, lines
from threadqa.evaluation.reports.worst import Fault, fault
from threadqa.evaluation.values import Flip, Found, Question, Result
from threadqa.markup.html import Content, Html, element, joined, marked

__all__ = ["flipped_questions", "question_beside"]

MOST_POSTS = 3
"""Posts of a column: enough to see what kind of post was found."""


def question_beside(result: Result) -> Html:
    """A question, what should have been found for it, and what was found instead."""
    question = result.question
    return element(
        "article",
        element("h4", question.question, dir="auto"),
        *_history(question),
        element("p", facts(_facts(result)), class_="facts"),
        _beside(
            "h5",
            ("Should have been found", joined(_expected(result))),
            ("Was found", joined(_given(result))),
        ),
        class_="question",
    )


def flipped_questions(flips: Sequence[Flip]) -> Html:
    """Questions whose outcome changed, each with both answers."""
    return joined(_flipped(list(same)) for _, same in groupby(flips, key=lambda flip: flip.id))


def _flipped(flips: Sequence[Flip]) -> Html:
    flip = flips[0]
    return element(
        "article",
        element("h3", flip.question, dir="auto"),
        element("p", facts([flip.id, *map(_change, flips)]), class_="facts"),
        _beside(
            "h4",
            ("Before", _answer_text(flip.answer_before)),
            ("After", _answer_text(flip.answer_after)),
        ),
        class_="question",
    )


def _change(flip: Flip) -> Html:
    better = flip.after > flip.before
    words = "wrong before, right after" if better else "right before, wrong after"
    verdict = ("better", "right") if better else ("worse", "wrong")
    return joined([f"{flip.measure}: {words}, ", element("span", verdict[0], class_=verdict[1])])


def _beside(level: str, *columns: tuple[str, Html]) -> Html:
    held = (element("div", element(level, heading), content) for heading, content in columns)
    return element("div", *held, class_="beside")


def _history(question: Question) -> Iterator[Html]:
    if question.history:
        turns = (
            element("span", element("b", f"{turn.role}: "), turn.content)
            for turn in question.history
        )
        yield element("p", "Asked after:", class_="facts")
        yield lines(turns, "history")


def _facts(result: Result) -> Iterator[str]:
    yield result.question.id
    yield from result.question.tags
    if result.answer is not None:
        yield f"confidence {_confidence(result.answer)}"
    for name in ("nDCG@10", "token F1"):
        if name in result.measures:
            yield f"{name} {number(name, result.measures[name])}"


def _expected(result: Result) -> Iterator[Html]:
    """What the question set says of the answer."""
    question = result.question
    if answerable(question) is False:
        yield element("p", "Nothing: the archive does not answer this question.")
    yield from _relevant_posts(result)
    for words, texts in (
        ("The answer contains all of these:", question.answer_contains),
        ("The answer is one of these:", question.acceptable_answers),
        (
            "The reference answer:",
            (question.reference_answer,) if question.reference_answer else None,
        ),
    ):
        if texts:
            yield element("p", words, class_="facts")
            yield lines((element("q", text, dir="auto") for text in texts), "texts")


def _relevant_posts(result: Result) -> Iterator[Html]:
    relevance = result.relevance or {}
    relevant = [post for post, grade in relevance.items() if grade > 0]
    texts = _known_texts(result)
    ranks = {found.post_id: rank for rank, found in enumerate(result.ranking, 1)}
    for post in relevant[:MOST_POSTS]:
        rank = f"found in place {ranks[post]}" if post in ranks else "not among the posts found"
        yield _post([post, rank], texts.get(post, ""), ())
    if len(relevant) > MOST_POSTS:
        yield element("p", f"and {len(relevant) - MOST_POSTS:,} more posts.", class_="facts")
    if not texts.keys() >= set(relevant) and result.question.relevant_quotes:
        yield element("p", "The posts hold these words:", class_="facts")
        quotes = result.question.relevant_quotes
        yield lines((element("q", quote, dir="auto") for quote in quotes), "texts")


def _known_texts(result: Result) -> dict[str, str]:
    """Texts by post id, of the posts that the ranking and the answer hold the text of."""
    answer: Mapping[str, Any] = result.answer or {}
    texts = {found.post_id: found.text for found in result.ranking if found.text}
    for post in (*answer.get("citations", ()), *answer.get("nearest", ())):
        texts[post["post_id"]] = post["text"]
    return texts


def _given(result: Result) -> Iterator[Html]:
    """What came of the question."""
    relevant = {post for post, grade in (result.relevance or {}).items() if grade > 0}
    marks = relevant if result.relevance is not None else None
    if result.answer is None:
        yield element("p", "The question failed:")
        yield element("p", element("code", result.error), class_="error")
        return
    answer: Mapping[str, Any] = result.answer
    if answer["citations"]:
        yield _answer_text(answer["answer"])
        yield from (_citation(citation, marks) for citation in answer["citations"])
    else:
        words = f"No answer, at a confidence of {_confidence(answer)}. The nearest posts:"
        yield element("p", words)
    if not answer["citations"] or fault(result) is Fault.RANKED_LOW:
        yield from _ranked(result.ranking[:MOST_POSTS], marks)


def _citation(citation: Mapping[str, Any], relevant: set[str] | None) -> Html:
    place = f"{citation['source']}:{citation['first_line']}"
    parts = [
        f"[{citation['number']}] {citation['post_id']}",
        _relevance(citation["post_id"], relevant),
        f"score {citation['score']:.2f}",
        place,
    ]
    return _post(parts, citation["text"], citation["spans"])


def _ranked(ranking: Iterable[Found], relevant: set[str] | None) -> Iterator[Html]:
    for rank, found in enumerate(ranking, 1):
        words = _relevance(found.post_id, relevant)
        parts = [f"{rank}. {found.post_id}", words, f"score {found.score:.2f}"]
        yield _post(parts, found.text, ())


def _relevance(post: str, relevant: set[str] | None) -> Html | None:
    """Whether a post is marked; None where the set marks none."""
    if relevant is None:
        return None
    if post in relevant:
        return element("strong", "relevant", class_="right")
    return element("span", "not relevant", class_="wrong")


def _post(parts: Iterable[Content], text: str, spans: Sequence[Sequence[int]]) -> Html:
    held = [part for part in parts if part is not None]
    quote = element("blockquote", marked(text, spans), dir="auto") if text else None
    return element("div", element("p", facts(held), class_="facts"), quote, class_="post")


def _answer_text(words: str) -> Html:
    if not words:
        return element("p", "No answer.")
    return element("p", words, class_="answer", dir="auto")


def _confidence(answer: Mapping[str, Any]) -> str:
    return f"{answer['confidence']:.0%}"
