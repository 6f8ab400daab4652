"""Runs and their parts made by hand, with what a test does not speak of filled in."""

from __future__ import annotations

from collections.abc import Mapping

from threadqa.evaluation.values import (
    Difference,
    Estimate,
    Found,
    Question,
    Result,
    Run,
    RunInfo,
    Summary,
)

__all__ = ["INFO", "SUMMARY", "citation", "difference", "estimate", "json_answer", "result", "run"]

INFO = RunInfo(
    question_set="boats",
    digest="d1",
    threadqa="1.2.3",
    started="2026-01-02T03:04:05+00:00",
    generation=7,
    encoder="stub",
    posts=1234,
    settings={"dense_weight": 0.5, "encoder": None},
)

SUMMARY = Summary(
    measures={},
    by_tag={},
    risk_coverage=(),
    reliability=(),
    questions=4,
    failed=0,
    missing_posts=0,
)


def estimate(value: float, low: float, high: float, n: int = 4) -> Estimate:
    """A measure and its interval."""
    return Estimate(value=value, low=low, high=high, n=n)


def difference(
    before: float, after: float, low: float, high: float, p: float, n: int
) -> Difference:
    """A measure of two runs in which as many questions count."""
    return Difference(before=before, after=after, low=low, high=high, p=p, n_before=n, n_after=n)


def citation(post: str, text: str = "A boat. A river.", **changes: object) -> dict[str, object]:
    """A citation as ``threadqa ask --json`` has it."""
    facts = {
        "number": 1,
        "post_id": post,
        "text": text,
        "spans": [[0, 7]],
        "score": 0.75,
        "source": "boats.txt",
        "first_line": 3,
    }
    return {**facts, **changes}


def json_answer(
    *citations: Mapping[str, object], text: str = "A boat. [1]", confidence: float = 0.9
) -> dict[str, object]:
    """An answer as ``threadqa ask --json`` has it; not found if it cites nothing."""
    return {
        "status": "answered" if citations else "not_found",
        "confidence": confidence,
        "answer": text if citations else "",
        "citations": list(citations),
        "nearest": [],
    }


def result(
    question: Question | str,
    *,
    measures: Mapping[str, float] | None = None,
    answer: Mapping[str, object] | None = None,
    ranking: tuple[Found, ...] = (),
    relevance: Mapping[str, int] | None = None,
    error: str = "",
    latency_ms: float | None = None,
) -> Result:
    """What came of a question, or of one of which its id only matters."""
    if isinstance(question, str):
        question = Question(id=question, question=f"What of {question}?")
    return Result(
        question=question,
        relevance=relevance,
        ranking=ranking,
        answer=answer,
        measures=measures or {},
        latency_ms=latency_ms,
        error=error,
    )


def run(*results: Result, summary: Summary = SUMMARY) -> Run:
    """A run."""
    return Run(info=INFO, results=results, summary=summary)
