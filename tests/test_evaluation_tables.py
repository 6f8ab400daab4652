"""The figures of README.md and docs/evaluation.md are those that were recorded, and still hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import evaluate
import grounding
import support_sets
from question_sets import examples_set

RECORDED = {
    name: json.loads((evaluate.RESULTS / f"{name}.json").read_text("utf-8"))
    for name in evaluate.SHOWN
}
ONE_QUESTION = 1 / 59


def page(name: str) -> str:
    return (evaluate.ROOT / name).read_text("utf-8")


def measures(name: str) -> dict[str, Any]:
    found: dict[str, Any] = RECORDED[name]["measures"]
    return found


def test_the_readme_shows_the_recorded_figures() -> None:
    assert f"\n{evaluate.examples_table(measures('examples'))}\n" in page("README.md")


def test_the_evaluation_page_shows_the_recorded_figures() -> None:
    table = evaluate.documents_table({name: measures(name) for name in evaluate.SHOWN})
    assert f"\n{table}\n" in page("docs/evaluation.md")


def test_no_recorded_question_failed_and_every_citation_stood() -> None:
    for name, recorded in RECORDED.items():
        assert recorded["failed"] == 0, name
        assert measures(name)["citation validity"]["value"] == 1.0, name


def test_the_recorded_figures_of_the_examples_are_those_of_today(tmp_path: Path) -> None:
    found = evaluate.measured(evaluate.run(examples_set(), tmp_path))
    assert set(found) == set(measures("examples"))
    for name, recorded in measures("examples").items():
        # A processor without bf16 embeds the posts a little differently: a question may change.
        least = 10.0 if name == "answer length" else 1.01 * ONE_QUESTION
        assert found[name].value == pytest.approx(recorded["value"], abs=least), name
        assert found[name].n == pytest.approx(recorded["n"], abs=1), name


GROUNDING = json.loads(grounding.RECORD.read_text("utf-8"))


def test_the_evaluation_page_shows_the_recorded_figures_of_grounding() -> None:
    assert f"\n{grounding.table(GROUNDING)}\n" in page("docs/evaluation.md")


def test_the_recorded_figures_of_grounding_are_those_of_today_and_within_their_bounds() -> None:
    examples = support_sets.benchmark(evaluate.ROOT)
    verdicts = support_sets.checking(examples).judge([example.said for example in examples])
    today = grounding.benchmark_figures(examples, verdicts)
    for half, recorded in GROUNDING["examples"].items():
        # A processor without bf16 embeds a little differently: a sentence may change sides.
        one = 1.01 / recorded["faithful"]
        assert today[half]["recall"] == pytest.approx(recorded["recall"], abs=one), half
        assert today[half]["false alarms"] == pytest.approx(recorded["false alarms"], abs=one), half
    test = today["test"]
    assert test["recall"] >= 0.9
    assert test["false alarms"] <= 0.1
    for kind in ("number", "name", "date", "unit"):
        caught, all_of_them = test["by kind"][kind]
        assert caught == all_of_them, kind


def test_the_check_of_support_beats_similarity_and_word_overlap_on_held_out_claims() -> None:
    found = GROUNDING["wice"]["all, cross-validated"]["strict"]
    assert found["check over similarity"]["low"] > 0
    assert found["check over overlap"]["low"] > 0
