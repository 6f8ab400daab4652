"""Reads question sets: threadqa's own format (docs/formats.md), BEIR folders, TREC qrels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain, count
from pathlib import Path

from threadqa.answers import Exchange
from threadqa.errors import SourceError
from threadqa.evaluation.judgements import beir_qrels, judged_questions
from threadqa.evaluation.lines import Record, records
from threadqa.evaluation.values import Question, QuestionSet, Turn

__all__ = ["answerable", "exchanges", "read_questions"]

QUESTIONS = "questions.jsonl"
QUERIES = "queries.jsonl"
ROLES = ("user", "assistant")


def read_questions(path: Path, qrels: Path | None = None) -> QuestionSet:
    """Reads a question set.

    Args:
        path: A JSONL file of questions; a folder with questions.jsonl; a BEIR folder, of which the
            queries with judgements are taken; or, with qrels, a file of queries.
        qrels: Judgements of the queries in path, of TREC or BEIR; None for those of a BEIR folder
            for test, else for dev, else for train.

    Returns:
        The set. Its name is the file's, or the folder's where the file is questions.jsonl; a BEIR
        folder's name is followed by the judgements that were taken: "scifact-test". A question
        without an id has its line's number as one, "line-12"; an id that was there before gets a
        number, "a#2".

    Raises:
        SourceError: A file cannot be read, or holds no questions.
        SourceFormatError: A line breaks the format; names the line.
    """
    file, name = path, path.stem
    if path.is_dir() and (qrels is not None or not (path / QUESTIONS).is_file()):
        file = path / QUERIES
        if not file.is_file():
            raise SourceError(
                str(path), f"expected a folder with {QUESTIONS}, or with {QUERIES} and qrels"
            )
        judgements = qrels or beir_qrels(path)
        questions = judged_questions(file, judgements)
        name = f"{path.resolve().name}-{judgements.stem}"
    elif qrels is not None:
        questions = judged_questions(path, qrels)
    else:
        file = path / QUESTIONS if path.is_dir() else path
        questions = [_question(record) for record in records(file)]
        name = file.resolve().parent.name if file.name == QUESTIONS else path.stem
    if not questions:
        raise SourceError(str(file), "holds no questions: expected one a line")
    found = tuple(_with_unique_ids(questions))
    return QuestionSet(name=name, digest=_digest(found), questions=found)


def answerable(question: Question) -> bool | None:
    """Whether the archive holds an answer; None where the set does not say.

    A question that says nothing but marks relevant posts is one that they answer.
    """
    if question.answerable is not None:
        return question.answerable
    graded = any(grade > 0 for grade in (question.relevance or {}).values())
    return True if graded or question.relevant_quotes else None


def exchanges(history: Sequence[Turn]) -> tuple[Exchange, ...]:
    """The turns before a follow-up, as the assistant takes them.

    Turns say what was asked and answered, not which posts were cited. What the assistant said
    before anybody asked is left out; a question without an answer has none.

    Args:
        history: Oldest first.
    """
    found: list[Exchange] = []
    for turn in history:
        if turn.role == "user":
            found.append(Exchange(question=turn.content, answer=""))
        elif found:
            answer = f"{found[-1].answer} {turn.content}".strip()
            found[-1] = replace(found[-1], answer=answer)
    return tuple(found)


def _question(record: Record) -> Question:
    posts = record.texts("relevant_posts")
    return Question(
        id=record.text("id") or f"line-{record.line}",
        question=record.required_text("question"),
        history=tuple(_turn(turn) for turn in record.objects("history")),
        answerable=record.flag("answerable"),
        relevance=None if posts is None else dict.fromkeys(posts, 1),
        relevant_quotes=record.texts("relevant_quotes"),
        answer_contains=record.texts("answer_contains"),
        acceptable_answers=record.texts("acceptable_answers"),
        reference_answer=record.text("reference_answer"),
        tags=record.texts("tags") or (),
    )


def _turn(record: Record) -> Turn:
    role = record.required_text("role")
    if role not in ROLES:
        raise record.wrong(f'a "role" must be one of {", ".join(ROLES)}, found {role!r}')
    return Turn(role=role, content=record.required_text("content"))


def _with_unique_ids(questions: Iterable[Question]) -> Iterator[Question]:
    """Numbers the repetitions of an id: "a", "a#2", "a#3".

    Published sets have them (TweetQA gives one id to a question asked of two posts), and a row of
    a run must lead to one question.
    """
    seen: set[str] = set()
    for question in questions:
        names = (f"{question.id}#{number}" for number in count(2))
        unique = next(name for name in chain([question.id], names) if name not in seen)
        seen.add(unique)
        yield question if unique == question.id else replace(question, id=unique)


def _digest(questions: tuple[Question, ...]) -> str:
    """SHA-256 of what the questions say, whatever file and format they were read from."""
    text = json.dumps([asdict(question) for question in questions], sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
