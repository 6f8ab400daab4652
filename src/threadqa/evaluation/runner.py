"""Asks an assistant the questions of a set, and writes down what came of each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import threadqa
from threadqa.answers import Hit
from threadqa.archive.archive import Archive
from threadqa.assistant import Assistant
from threadqa.evaluation.marking import mark_relevant, stored_texts
from threadqa.evaluation.measures import DEPTH, measure
from threadqa.evaluation.questions import exchanges
from threadqa.evaluation.run_folder import appending, open_run, write_run
from threadqa.evaluation.summary import summarise
from threadqa.evaluation.values import Found, Question, QuestionSet, Result, Run, RunInfo
from threadqa.indexing.progress import Progress
from threadqa.serialization import answer_json
from threadqa.settings import Settings

__all__ = ["FinishedRun", "Subject", "open_subject", "run_questions"]

TEXTS = 5
"""Posts of a ranking whose text is written down; that of relevant ones is, wherever they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is evaluated.

    Attributes:
        assistant: Answers the questions.
        archive: The one it answers from, in the same state.
        settings: The assistant's.
    """

    assistant: Assistant
    archive: Archive
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A run and how it came about.

    Attributes:
        run: With results for all questions.
        asked: Questions that were asked this time; the others were there.
        report: The page that was written.
    """

    run: Run
    asked: int
    report: Path


@contextmanager
def open_subject(settings: Settings) -> Iterator[Subject]:
    """Opens the index that the settings name; closes it when the block ends.

    Raises:
        ArchiveError: There is no archive, or it cannot be read.
        EncoderError: The encoder is missing, or is not the one of the archive.
        SearchIndexError: The search indexes are damaged and cannot be built again.
    """
    with Assistant.open(settings) as assistant:
        yield Subject(assistant=assistant, archive=assistant.archive, settings=settings)


def run_questions(
    question_set: QuestionSet, subject: Subject, folder: Path, progress: Progress
) -> FinishedRun:
    """Asks every question, measures the answers, and writes the run's folder.

    A question that fails, for whatever reason, is written down with it, and the run goes on.

    Args:
        question_set: What to ask.
        subject: Whom.
        folder: Of the run. If it holds the beginning of this very run, only what is left is asked.
        progress: Told of each question.

    Returns:
        The run.

    Raises:
        UsageError: The folder holds a run of something else.
        SourceError: The folder cannot be written, or the run in it is damaged.
    """
    info, results = open_run(folder, _info(question_set, subject))
    done = {result.question.id for result in results}
    left = [question for question in question_set.questions if question.id not in done]
    marked = mark_relevant(question_set.questions, subject.archive)
    if left:
        with suppress(Exception):  # the first question loads what later ones find loaded
            subject.assistant.ask(left[0].question, exchanges(left[0].history))
    progress.start("questions", len(left))
    with appending(folder) as append:
        for question in left:
            result = _ask(question, marked.relevance[question.id], subject)
            append(result)
            results.append(result)
            progress.advance(1)
    run = Run(
        info=info,
        results=tuple(results),
        summary=summarise(results, missing_posts=marked.missing),
    )
    return FinishedRun(run=run, asked=len(left), report=write_run(folder, run))


def _info(question_set: QuestionSet, subject: Subject) -> RunInfo:
    archive = subject.archive
    settings = {
        name: value.as_posix() if isinstance(value, Path) else value
        for name, value in asdict(subject.settings).items()
    }
    abstention = subject.assistant.abstention
    return RunInfo(
        question_set=question_set.name,
        digest=question_set.digest,
        threadqa=threadqa.__version__,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        generation=archive.generation,
        encoder=archive.encoder or "",
        posts=archive.counts().posts,
        settings=settings,
        abstention=f"{abstention.origin}, threshold {abstention.model.threshold:.4f}",
    )


def _ask(question: Question, relevance: Mapping[str, int] | None, subject: Subject) -> Result:
    """Asks a question and measures the answer; a failure is a result as well."""
    try:
        started = time.perf_counter()
        history = exchanges(question.history)
        answer = subject.assistant.ask(question.question, history)
        latency_ms = (time.perf_counter() - started) * 1000.0
        hits = subject.assistant.search(question.question, DEPTH, history)
        cited = {citation.hit.post.id for citation in answer.citations}
        stored = stored_texts(cited, subject.archive)
        measures = measure(question, relevance, [hit.post.id for hit in hits], answer, stored)
    except Exception as error:
        return Result(
            question=question,
            relevance=relevance,
            ranking=(),
            answer=None,
            measures=measure(question, relevance, (), None, {}),
            latency_ms=None,
            error=" ".join(f"{type(error).__name__}: {error}".split()),
        )
    return Result(
        question=question,
        relevance=relevance,
        ranking=tuple(_found(hit, rank, relevance or {}) for rank, hit in enumerate(hits)),
        answer=answer_json(answer),
        measures=measures,
        latency_ms=latency_ms,
    )


def _found(hit: Hit, rank: int, relevance: Mapping[str, int]) -> Found:
    relevant = relevance.get(hit.post.id, 0) > 0
    return Found(
        post_id=hit.post.id,
        score=hit.score,
        text=hit.post.text if rank < TEXTS or relevant else "",
        relevant=relevant,
    )
