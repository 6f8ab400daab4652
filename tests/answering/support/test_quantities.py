"""The numbers of a text: values worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.support.quantities import folded, quantities

MILLION = 10**6
BILLION = 10**9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("£22bn", [(22 * BILLION, "GBP")]),
        ("£22 billion", [(22 * BILLION, "GBP")]),
        ("22 billion pounds", [(22 * BILLION, "GBP")]),
        ("$1.5m", [(1_500_000, "USD")]),
        ("€300,000", [(300_000, "EUR")]),
        ("436,127, against 1,613", [(436_127, ""), (1_613, "")]),
        ("5k", [(5_000, "")]),
        ("66%", [(Fraction(66, 100), "share")]),
        ("9.7 per cent", [(Fraction(97, 1000), "share")]),
        ("fifty percent", [(Fraction(1, 2), "share")]),
        ("half of it", [(Fraction(1, 2), "share")]),
        ("two thirds", [(Fraction(2, 3), "share")]),
        ("three-quarters", [(Fraction(3, 4), "share")]),
        ("one in six", [(Fraction(1, 6), "share")]),
        ("9 out of 10", [(Fraction(9, 10), "share")]),
        ("1.25 percentage points", [(Fraction(5, 4), "points")]),
        ("twenty-five", [(25, "")]),
        ("one hundred and five people", [(105, "")]),
        ("two million three hundred thousand", [(2_300_000, "")]),
        ("one and a half million", [(1_500_000, "")]),
        ("5½ million", [(5_500_000, "")]),
        ("a dozen", [(12, "")]),
        ("7.6 and 9.1 million", [(7_600_000, ""), (9_100_000, "")]),
        ("15-20%", [(Fraction(15, 100), "share"), (Fraction(1, 5), "share")]),
        ("£15bn–£20bn", [(15 * BILLION, "GBP"), (20 * BILLION, "GBP")]),
        ("five to ten years", [(60, "month"), (120, "month")]),
        ("an 18-week wait", [(18, "week")]),
        ("a fortnight", [(2, "week")]),
        ("two years", [(24, "month")]),
        ("one year", [(12, "month")]),
        ("£95.85 a week", [(Fraction("95.85"), "GBP"), (1, "week")]),
        ("1 hour, 32 minutes and 54 seconds", [(1, "hour"), (32, "minute"), (54, "second")]),
        ("the third test", [(3, "ordinal")]),
        ("the 21st", [(21, "ordinal")]),
        ("the twenty-first", [(21, "ordinal")]),
        ("doubled", [(2, "factor")]),
        ("thousands of them", [(1000, "vague")]),
        ("one of them", []),
        ("no one", []),
        ("nothing here", []),
        ("\uff17 \uff10", [(7, ""), (0, "")]),
    ],
)
def test_a_number_is_read_however_it_is_written(
    text: str, expected: list[tuple[Fraction | int, str]]
) -> None:
    assert [(q.value, q.unit) for q in quantities(folded(text))] == expected


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("more than 12 people", 1),
        ("at least 80%", 1),
        ("fewer than 12", -1),
        ("nearly 6 million", -1),
        ("up to £2bn", -1),
        ("12 people", 0),
    ],
)
def test_a_bound_is_read_from_the_words_before(text: str, bound: int) -> None:
    assert [q.bound for q in quantities(folded(text))] == [bound]


@given(number=st.integers(0, 10**12))
def test_thousands_separators_change_no_value(number: int) -> None:
    (plain,) = quantities(f"it was {number} then")
    (separated,) = quantities(f"it was {number:,} then")
    assert plain.value == separated.value == number


@given(text=st.text())
def test_any_text_is_read_and_each_place_is_in_it(text: str) -> None:
    form = folded(text)
    for quantity in quantities(form):
        assert 0 <= quantity.start < quantity.end <= len(form)
