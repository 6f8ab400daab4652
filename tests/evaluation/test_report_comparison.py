"""The report of a comparison: what differs, and whether that is better."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.evaluation.runs import INFO
from tests.evaluation.samples import COMPARED, lead, page, row


def test_a_comparison_is_summed_up_in_words() -> None:
    assert lead(COMPARED) == [
        "Of 6 measures, 2 are better, 2 are worse, and 2 may differ by chance or not at all.",
        "2 questions changed: 1 for the better and 1 for the worse by some measure.",
    ]


def test_a_comparison_of_different_questions_says_so() -> None:
    other = replace(COMPARED, after=replace(INFO, digest="d2"))
    assert "only questions with the same id are compared" in lead(other)[-1]


def test_a_comparison_shows_what_differs_and_only_that() -> None:
    table = page(COMPARED).with_id("made-with").one("table")
    assert len(table.one("tbody").all("tr")) == 4
    assert row(table, "generation of the archive") == ["7", "8"]
    assert row(table, "setting dense_weight") == ["0.5", "0.25"]
    assert row(table, "setting encoder") == ["not set", "not there"]
    assert row(table, "setting reranker") == ["not there", "linear"]


def test_equal_runs_differ_in_nothing() -> None:
    same = page(replace(COMPARED, after=INFO))
    assert "Nothing: both runs were made with the same." in same.with_id("made-with").text


@pytest.mark.parametrize(
    ("name", "verdict", "change"),
    [
        ("nDCG@10", "better", "+0.250"),
        ("R@10", "worse", "\N{MINUS SIGN}0.250"),
        ("RR", "may be chance", "+0.125"),
        ("token F1", "same", "0.000"),
        ("ECE", "better", "\N{MINUS SIGN}0.125"),
        ("latency p50", "worse", "+10.0"),
    ],
)
def test_a_change_is_called_by_a_word_and_signed(name: str, verdict: str, change: str) -> None:
    cells = row(page(COMPARED).with_id("measures").one("table"), name)
    assert (cells[0], cells[3]) == (verdict, change)


def test_a_change_has_its_interval_p_and_number_of_questions() -> None:
    cells = row(page(COMPARED).with_id("measures").one("table"), "nDCG@10")
    assert cells[1:3] == ["0.500", "0.750"]
    assert cells[4].endswith("+0.125 to +0.500")
    assert cells[5:] == ["0.0100", "4"]


def test_changes_are_drawn_against_the_largest_of_their_unit() -> None:
    section = page(COMPARED).with_id("measures")
    (line,) = [line for line in section.all("tr") if line.text.startswith("nDCG@10")]
    # From -.5 at 4 to .5 at 132: .25 is at 100, .125 at 84.
    assert line.one("circle").attributes["cx"] == "100.0"
    assert line.one("line", class_="interval").attributes["x1"] == "84.0"
    assert "The bars reach ±0.5, ±15 ms, around zero." in section.text


def test_measures_that_should_fall_say_so() -> None:
    section = page(COMPARED).with_id("measures")
    falling = [r.all("th")[0].text for r in section.all("tr") if "lower is better" in r.text]
    assert falling == ["ECElower is better", "latency p50 (ms)lower is better"]


def test_a_question_that_changed_is_shown_once_with_both_answers() -> None:
    found = page(COMPARED).with_id("questions").all("article")
    assert len(found) == 2
    assert found[0].one("p", class_="facts").text == (
        "q1 · answer contains: wrong before, right after, better · "
        "first citation relevant: wrong before, right after, better"
    )
    assert [c.text for c in found[0].all("p", class_="answer")] == ["A lake. [1]", "A river. [1]"]
    assert "answered: right before, wrong after, worse" in found[1].text
    assert "No answer." in found[1].text


def test_runs_without_a_flip_say_so() -> None:
    same = page(replace(COMPARED, flips=()))
    assert "None went from right to wrong" in same.with_id("questions").text
    assert len(lead(replace(COMPARED, flips=()))) == 1


def test_runs_without_a_measure_in_common_say_so() -> None:
    bare = replace(COMPARED, differences={})
    assert "says nothing that could be measured" in page(bare).with_id("measures").text
