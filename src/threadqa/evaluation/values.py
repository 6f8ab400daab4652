"""Questions, results of runs, and comparisons: values only, no I/O.

A measure has a name as the field writes it: "nDCG@10", "R@5", "RR", "first citation relevant".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "Comparison",
    "Difference",
    "Estimate",
    "Flip",
    "Found",
    "Question",
    "QuestionSet",
    "Result",
    "Run",
    "RunInfo",
    "Summary",
    "Turn",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What was said before a follow-up question.

    Attributes:
        role: "user" or "assistant".
        content: The words.
    """

    role: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a set; None where the set says nothing, and what needs it is not measured.

    Attributes:
        id: Unique in its set.
        question: What is asked.
        history: The turns before it, oldest first; empty where it stands alone.
        answerable: Whether the archive holds an answer.
        relevance: Grades by post id, above 0 for posts that hold (part of) the answer.
        relevant_quotes: Pieces of text that stand in the relevant posts.
        answer_contains: Texts that must all stand in the answer.
        acceptable_answers: Texts of which one should be the answer.
        reference_answer: An answer in full.
        tags: Free words; results are given for each as well.
    """

    id: str
    question: str
    history: tuple[Turn, ...] = ()
    answerable: bool | None = None
    relevance: Mapping[str, int] | None = None
    relevant_quotes: tuple[str, ...] | None = None
    answer_contains: tuple[str, ...] | None = None
    acceptable_answers: tuple[str, ...] | None = None
    reference_answer: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """Questions in their file's order.

    Attributes:
        name: The file's or folder's name.
        digest: SHA-256 of the questions, hex: a run is resumed with the same ones only.
        questions: Their ids are unique.
    """

    name: str
    digest: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A post of a ranking.

    Attributes:
        post_id: Which.
        score: Higher is better.
        text: Verbatim, of the first few; empty further down.
        relevant: Whether it is marked as relevant to the question.
    """

    post_id: str
    score: float
    text: str = ""
    relevant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one question.

    Attributes:
        question: As in the set.
        relevance: Grades by post id, quotes looked up; None where the set marks no posts.
        ranking: Posts found, best first, 100 at most.
        answer: The answer as ``threadqa ask --json`` prints it; None where the question failed.
        measures: Value by measure, of those that this question allows.
        latency_ms: Milliseconds that the answer took; None where the question failed.
        error: Why it failed, one line; empty where it did not.
    """

    question: Question
    relevance: Mapping[str, int] | None
    ranking: tuple[Found, ...]
    answer: Mapping[str, object] | None
    measures: Mapping[str, float]
    latency_ms: float | None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A measure over a set of questions.

    Attributes:
        value: Of the set.
        low: Lower end of the 95% bootstrap interval.
        high: Upper end.
        n: Questions that were counted.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Measures of a run.

    Attributes:
        measures: Over all questions, by name, in the order they are shown.
        by_tag: The same for the questions with each tag; "follow-up" marks those with a history.
        risk_coverage: Points (coverage, risk) of answering the most confident questions only, from
            the most confident one to all: the share answered, and the share of those that the
            archive does not answer, both in [0, 1].
        reliability: One (lowest, highest, mean confidence, share answerable, n) a bin.
        questions: How many there were.
        failed: How many failed.
        missing_posts: Relevant posts and quotes of the set that the archive does not hold.
    """

    measures: Mapping[str, Estimate]
    by_tag: Mapping[str, Mapping[str, Estimate]]
    risk_coverage: tuple[tuple[float, float], ...]
    reliability: tuple[tuple[float, float, float, float, int], ...]
    questions: int
    failed: int
    missing_posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What a run was made with.

    Attributes:
        question_set: Its name.
        digest: Of the question set.
        threadqa: Version.
        started: When, ISO 8601 with an offset, UTC.
        generation: Of the archive.
        encoder: Fingerprint.
        posts: In the archive.
        settings: All of them, by name, as they can be given in threadqa.toml.
        abstention: Which abstention model the index is asked with, and its own threshold.
    """

    question_set: str
    digest: str
    threadqa: str
    started: str
    generation: int
    encoder: str
    posts: int
    settings: Mapping[str, object] = field(default_factory=dict)
    abstention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run."""

    info: RunInfo
    results: tuple[Result, ...]
    summary: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A measure in two runs over the same questions.

    A question counts in a run that has a value for it there: measures of given answers have one
    where a run answered, which the other may not have.

    Attributes:
        before: Of the first run.
        after: Of the second.
        low: Lower end of the 95% paired bootstrap interval of after - before.
        high: Upper end.
        p: Two-sided p-value of a paired randomisation test.
        n_before: Questions that count in the first run.
        n_after: Likewise in the second.
    """

    before: float
    after: float
    low: float
    high: float
    p: float
    n_before: int
    n_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A question whose outcome changed between right and wrong.

    Attributes:
        id: The question's.
        question: What is asked.
        measure: By which it changed: "first citation relevant", "answer contains", "acceptable
            answer", "answered".
        before: Of the first run.
        after: Of the second.
        answer_before: Text of the answer, or "" for none.
        answer_after: Likewise.
    """

    id: str
    question: str
    measure: str
    before: float
    after: float
    answer_before: str
    answer_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        before: The first run.
        after: The second.
        differences: By measure.
        flips: Questions that changed, in the order of the set.
    """

    before: RunInfo
    after: RunInfo
    differences: Mapping[str, Difference]
    flips: tuple[Flip, ...]
