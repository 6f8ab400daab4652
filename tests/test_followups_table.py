"""docs/evaluation.md's table of follow-ups is the recorded one, and shows what is claimed."""

from __future__ import annotations

import json
from typing import Any

import pytest

import followups
from evaluate import ROOT
from threadqa.evaluation.questions import read_questions
from threadqa.evaluation.values import Question

RECORDED: dict[str, Any] = json.loads(followups.OUT.read_text("utf-8"))["sets"]


def change(name: str, way: str, measure: str) -> tuple[float, float]:
    """Ours less another way's, and the p-value."""
    found = RECORDED[name]["against"][way][measure]
    return found["after"] - found["before"], found["p"]


def test_the_evaluation_page_shows_the_recorded_table() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    marks = f"<!-- {followups.COMMAND} writes this -->\n", "\n<!-- to here -->"
    tables = f"{followups.followups_table(RECORDED)}\n\n{followups.forms_table(RECORDED)}"
    assert f"{marks[0]}{tables}{marks[1]}" in page


@pytest.mark.parametrize("way", ["bare", "glued"])
@pytest.mark.parametrize("measure", followups.MEASURES)
@pytest.mark.parametrize("name", ["mtrag-un", "all", "late"])
def test_a_follow_up_with_its_history_beats_the_bare_and_the_glued_one(
    name: str, measure: str, way: str
) -> None:
    difference, p = change(name, way, measure)
    assert difference > 0
    assert p < 0.05


@pytest.mark.parametrize("measure", followups.MEASURES)
def test_a_question_that_stands_alone_loses_nothing_by_a_history(measure: str) -> None:
    assert change("stands-alone", "bare", measure)[0] == 0.0


def test_a_question_is_asked_after_the_one_before_it_in_its_set() -> None:
    questions = read_questions(ROOT / "examples").questions
    alone = [question for question in questions if not question.history]
    first, second, *_ = followups.asked_after_another(questions)
    assert [turn.content for turn in second.history] == [alone[0].question]
    assert [turn.content for turn in first.history] == [alone[-1].question]
    assert second.question == alone[1].question


def test_the_table_shows_a_significant_difference_in_bold() -> None:
    estimate = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 4}
    recorded = {
        "leans": {
            "ways": {way: {"R@5": estimate} for way in ("bare", "glued", "ours")},
            "against": {
                "bare": {
                    "R@5": {"before": 0.25, "after": 0.5, "low": 0.125, "high": 0.5, "p": 0.0001}
                },
                "glued": {"R@5": {"before": 0.5, "after": 0.5, "low": 0.0, "high": 0.0, "p": 1.0}},
            },
        }
    }
    *_, row = followups.followups_table(recorded).splitlines()
    assert row == (
        "| … those that lean on what was said | R@5 | 4 | .500 (.250–.750) | .500 (.250–.750) | "
        ".500 (.250–.750) | **+.250 (+.125 to +.500, p < .001)** | .000 (.000 to .000, p = 1.000) |"
    )


def test_the_project_s_conversations_are_grouped_by_their_tags() -> None:
    def row(*tags: str) -> followups.Asked:
        return followups.Asked(question=Question(id="a", question="?", tags=tags), values={})

    rows = [row("leans", "development"), row("leans", "held-out"), row("stands-alone", "held-out")]
    found = followups.groups(rows)
    assert {name: len(members) for name, members in found.items()} == {
        "all": 3,
        "leans": 2,
        "development": 1,
        "held-out": 1,
        "stands-alone": 1,
        "conversation": 0,
        "late": 0,
    }
