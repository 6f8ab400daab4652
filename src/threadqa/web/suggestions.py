"""Example questions that the archive itself answers, so that nobody begins before a blank page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from threadqa.answers import Status
from threadqa.assistant import Assistant
from threadqa.errors import ThreadqaError
from threadqa.evaluation.drafts.drafting import draft
from threadqa.evaluation.values import Question

__all__ = ["suggested_questions"]

DRAFTED = 40
"""So many questions are tried at most: each costs a search, a few milliseconds."""
LEAST_CONFIDENCE = 0.6
LONGEST = 90  # characters; a longer question is nobody's first
MOST_THREADS = 400
SEED = 7


class _Found(NamedTuple):
    """A question that is answered: its thread, the template it was made by, and how surely."""

    thread: str
    kind: str
    question: str
    confidence: float


def suggested_questions(assistant: Assistant, count: int) -> tuple[str, ...]:
    """Questions that are answered with confidence, from the post that they were made from.

    Args:
        assistant: Answers them.
        count: Most questions.

    Returns:
        The surest first, each from another thread and of another kind; fewer than asked for where
        the archive gives no more.
    """
    threads, _ = assistant.archive.threads_with("", MOST_THREADS)
    drafts = draft(
        (thread.id for thread in threads), assistant.archive.thread, count=DRAFTED, seed=SEED
    )
    best_first = sorted(_answered(assistant, drafts), key=lambda found: (-found.confidence, found))
    chosen: list[_Found] = []
    for found in best_first:
        if not any(found.thread == other.thread or found.kind == other.kind for other in chosen):
            chosen.append(found)
    return tuple(found.question for found in chosen[:count])


def _answered(assistant: Assistant, drafts: list[Question]) -> Iterator[_Found]:
    """Those whose first citation is the post they were made from."""
    for drafted in drafts:
        if not drafted.answerable or len(drafted.question) > LONGEST:
            continue
        try:
            answer = assistant.quote(drafted.question)  # a language model would take minutes
        except ThreadqaError:  # its words are an operator by chance
            continue
        if answer.status is not Status.ANSWERED or answer.confidence < LEAST_CONFIDENCE:
            continue
        first = answer.citations[0].hit
        if first.post.id in (drafted.relevance or {}):
            kind = drafted.tags[-1]
            yield _Found(first.thread.id, kind, drafted.question, answer.confidence)
