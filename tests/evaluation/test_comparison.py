"""Comparisons of runs made by hand: directions, flips, margins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.evaluation.answers import answered, refused
from threadqa.answers import Answer
from threadqa.errors import UsageError
from threadqa.evaluation.comparison import compare, comparison_json, worse, write_comparison
from threadqa.evaluation.measures import measure
from threadqa.evaluation.summary import summarise
from threadqa.evaluation.values import Comparison, Found, Question, Result, Run, RunInfo
from threadqa.indexing.progress import NoProgress
from threadqa.serialization import answer_json

POSTS = tuple(f"p{number}" for number in range(20))
"""A ranking, best first."""


def result(number: int, ranking: tuple[str, ...] = POSTS, answer: Answer | None = None) -> Result:
    """Of a question whose one relevant post is the first of the twenty."""
    question = Question(id=f"q{number}", question="Is it so?", relevance={"p0": 1})
    given = answer or answered(ranking[0])
    return Result(
        question=question,
        relevance=question.relevance,
        ranking=tuple(Found(post_id=post, score=1.0) for post in ranking),
        answer=answer_json(given),
        measures=measure(question, question.relevance, ranking, given, {}),
        latency_ms=10.0,
    )


def run(*results: Result, digest: str = "d") -> Run:
    info = RunInfo(
        question_set="small",
        digest=digest,
        threadqa="1",
        started="2026-01-01T00:00:00+00:00",
        generation=1,
        encoder="stub",
        posts=20,
    )
    return Run(info=info, results=results, summary=summarise(results, missing_posts=0))


def compared(before: Run, after: Run) -> Comparison:
    return compare(before, after, NoProgress())


GOOD = run(*map(result, range(10)))
REVERSED = run(*(result(number, POSTS[::-1]) for number in range(10)))


def test_a_reversed_ranking_is_worse_beyond_chance() -> None:
    comparison = compared(GOOD, REVERSED)
    found = comparison.differences["nDCG@10"]
    assert (found.before, found.after, found.low, found.high) == (1, 0, -1, -1)
    assert (found.n_before, found.n_after) == (10, 10)
    assert found.p == pytest.approx(2 / 2**10, abs=0.002)
    assert comparison.differences["RR"].after == pytest.approx(1 / 20)
    assert worse(comparison, {"nDCG@10": 0.01}) == ["nDCG@10"]
    assert worse(compared(REVERSED, GOOD), {"nDCG@10": 0.01}) == []


def test_a_margin_is_what_may_be_lost() -> None:
    mixed = run(result(0, POSTS[::-1]), *map(result, range(1, 10)))
    comparison = compared(GOOD, mixed)
    assert comparison.differences["R@1"].after == pytest.approx(9 / 10)
    assert worse(comparison, {"R@1": 0.2, "RR": 0.05}) == ["RR"]
    assert worse(comparison, {"R@1": 0.1}) == []
    two = run(*(result(number, POSTS[::-1]) for number in range(2)), *map(result, range(2, 10)))
    assert worse(compared(mixed, two), {"R@1": 0.1}) == []  # 0.9 - 0.8 > 0.1 in binary


def test_for_some_measures_lower_is_better() -> None:
    refusing = run(*(result(number, answer=refused()) for number in range(10)))
    comparison = compared(GOOD, refusing)
    assert comparison.differences["answerable refused"].after == 1
    assert worse(comparison, {"answerable refused": 0.5}) == ["answerable refused"]
    assert worse(compared(refusing, GOOD), {"answerable refused": 0.5}) == []
    assert worse(comparison, {"latency p95 (ms)": 0}) == []


def test_a_measure_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no measure 'AUROC' here: there are nDCG@10, R@1"):
        worse(compared(GOOD, GOOD), {"AUROC": 0.1})
    with pytest.raises(UsageError, match="no measure 'ndcg'"):
        worse(compared(GOOD, GOOD), {"ndcg": 0.1})


def test_questions_that_changed_between_right_and_wrong_are_listed_in_order() -> None:
    after = run(
        result(0),
        result(1, answer=refused()),
        result(2, POSTS[::-1]),
        *map(result, range(3, 10)),
    )
    flips = compared(GOOD, after).flips
    assert [(f.id, f.measure, f.before, f.after) for f in flips] == [
        ("q1", "first citation relevant", 1, 0),
        ("q1", "answered", 1, 0),
        ("q2", "first citation relevant", 1, 0),
    ]
    assert (flips[0].answer_before, flips[0].answer_after) == ("It is so. [1]", "")
    assert compared(GOOD, GOOD).flips == ()


def test_an_answer_that_is_no_acceptable_one_any_more_has_changed() -> None:
    def asked(text: str) -> Run:
        question = Question(id="q", question="Who pays?", acceptable_answers=("the council",))
        answer = answered("p0", text=text)
        return run(
            Result(
                question=question,
                relevance=None,
                ranking=(),
                answer=answer_json(answer),
                measures=measure(question, None, (), answer, {}),
                latency_ms=1.0,
            )
        )

    (flip,) = compared(asked("The council pays."), asked("Nobody pays.")).flips
    assert (flip.measure, flip.before, flip.after) == ("acceptable answer", 1, 0)


def test_measures_of_given_answers_say_over_how_many_of_each_run_they_are() -> None:
    after = run(result(0, answer=refused()), *map(result, range(1, 10)))
    found = compared(GOOD, after).differences["citation precision"]
    assert (found.before, found.after, found.n_before, found.n_after) == (1, 1, 10, 9)


def test_it_is_right_to_refuse_what_cannot_be_answered() -> None:
    def asked(answer: Answer | None) -> Run:
        question = Question(id="q", question="Is it so?", answerable=False)
        return run(
            Result(
                question=question,
                relevance=None,
                ranking=(),
                answer=None if answer is None else answer_json(answer),
                measures=measure(question, None, (), answer, {}),
                latency_ms=None,
            )
        )

    (flip,) = compared(asked(refused()), asked(answered("p0"))).flips
    assert (flip.measure, flip.before, flip.after) == ("answered", 1, 0)
    (flip,) = compared(asked(refused()), asked(None)).flips
    assert (flip.after, flip.answer_after) == (0, "")


def test_only_questions_that_both_runs_have_are_compared() -> None:
    comparison = compared(GOOD, run(*map(result, range(7, 12)), digest="e"))
    found = comparison.differences["R@1"]
    assert (found.n_before, found.n_after) == (3, 3)
    with pytest.raises(UsageError, match="no question in common"):
        compared(GOOD, run(result(99)))


def test_a_comparison_is_written_as_json_and_as_a_page(tmp_path: Path) -> None:
    comparison = compared(GOOD, REVERSED)
    page = write_comparison(tmp_path / "new" / "folder", comparison)
    assert page.name == "comparison.html"
    assert page.stat().st_size > 0
    written: Mapping[str, object] = json.loads(page.with_name("comparison.json").read_text("utf-8"))
    assert written == json.loads(json.dumps(comparison_json(comparison)))
    assert set(written) == {"before", "after", "differences", "flips"}
