"""What reports say of measures."""

from __future__ import annotations

import pytest

from threadqa.evaluation.reports.measure_words import (
    EXPLANATIONS,
    interval,
    lower_is_better,
    number,
)
from threadqa.evaluation.summary import MEASURES


def test_every_measure_has_words_and_says_where_lower_is_better() -> None:
    assert set(EXPLANATIONS) == {measure.name for measure in MEASURES}
    for measure in MEASURES:
        assert lower_is_better(measure.name) is measure.lower_is_better
        assert ("lower is better" in EXPLANATIONS[measure.name]) is measure.lower_is_better


@pytest.mark.parametrize(
    ("name", "value", "sign", "written"),
    [
        ("nDCG@10", 0.12345, "", "0.123"),
        ("nDCG@10", -0.12345, "+", "\N{MINUS SIGN}0.123"),
        ("nDCG@10", -0.0001, "+", "0.000"),
        ("latency p95 (ms)", 1234.56, "", "1,234.6"),
        ("answer length", 250.5, "+", "+250"),
    ],
)
def test_a_number_has_the_precision_of_its_unit(
    name: str, value: float, sign: str, written: str
) -> None:
    assert number(name, value, sign=sign) == written


def test_an_interval_is_written_by_its_ends() -> None:
    assert interval("RR", -0.5, 0.25, sign="+") == "\N{MINUS SIGN}0.500 to +0.250"
