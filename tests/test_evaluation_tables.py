"""The figures of README.md and docs/evaluation.md are those that were recorded, and still hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import evaluate
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
