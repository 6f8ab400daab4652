"""Which questions a report shows."""

from __future__ import annotations

import pytest

from tests.evaluation.runs import citation, json_answer, result
from threadqa.evaluation.reports.worst import Fault, fault, worst
from threadqa.evaluation.values import Result


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        ({"unanswerable answered": 1.0}, Fault.UNANSWERABLE_ANSWERED),
        ({"unanswerable answered": 0.0}, None),
        ({"citation precision": 0.0, "answer contains": 0.0}, Fault.IRRELEVANT),
        ({"citation precision": 0.5}, None),
        ({"answerable refused": 1.0, "nDCG@10": 0.0}, Fault.REFUSED),
        ({"answer contains": 0.0, "citation precision": 1.0}, Fault.INCOMPLETE),
        ({"acceptable answer": 0.0}, Fault.INCOMPLETE),
        ({"token F1": 0.0}, Fault.INCOMPLETE),
        ({"token F1": 0.1}, None),
        ({"nDCG@10": 0.49}, Fault.RANKED_LOW),
        ({"nDCG@10": 0.5}, None),
        ({}, None),
    ],
)
def test_a_question_has_the_worst_fault_that_its_measures_show(
    measures: dict[str, float], expected: Fault | None
) -> None:
    assert fault(result("q", measures=measures)) is expected


def test_a_question_that_failed_has_no_other_fault() -> None:
    assert fault(result("q", error="no", measures={"nDCG@10": 0.0})) is Fault.FAILED


def low(name: str, value: float) -> Result:
    return result(name, measures={"nDCG@10": value}, answer=json_answer(citation("p")))


def refused(name: str, confidence: float) -> Result:
    answer = json_answer(confidence=confidence)
    return result(name, measures={"answerable refused": 1.0}, answer=answer)


def wrong(name: str, confidence: float) -> Result:
    answer = json_answer(citation("p"), confidence=confidence)
    return result(name, measures={"unanswerable answered": 1.0}, answer=answer)


def ids(results: list[Result], most: int = 25) -> dict[Fault, list[str]]:
    return {found.fault: [r.question.id for r in found.results] for found in worst(results, most)}


def test_the_surest_wrong_answer_and_the_least_sure_refusal_stand_first() -> None:
    results = [refused("a", 0.2), refused("b", 0.1), wrong("c", 0.6), wrong("d", 0.7)]
    assert ids(results) == {
        Fault.UNANSWERABLE_ANSWERED: ["d", "c"],
        Fault.REFUSED: ["b", "a"],
    }


def test_the_lowest_ranked_stand_first_and_ties_go_by_id() -> None:
    results = [low("c", 0.2), low("b", 0.2), low("a", 0.4)]
    assert ids(results) == {Fault.RANKED_LOW: ["b", "c", "a"]}


def test_failed_questions_stand_in_the_order_of_their_ids() -> None:
    assert ids([result("b", error="no"), result("a", error="no")]) == {Fault.FAILED: ["a", "b"]}


def test_many_of_one_fault_do_not_crowd_out_another() -> None:
    results = [*(wrong(f"w{n}", 0.9) for n in range(9)), low("l", 0.1)]
    first, second = worst(results, 4)
    assert [r.question.id for r in first.results] == ["w0", "w1", "w2"]
    assert first.total == 9
    assert [r.question.id for r in second.results] == ["l"]
    assert second.total == 1


def test_a_run_in_which_nothing_went_wrong_has_none() -> None:
    assert worst([result("a", measures={"nDCG@10": 1.0})], 25) == ()
