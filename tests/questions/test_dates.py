"""The years and months that a text names."""

from __future__ import annotations

from datetime import date

import pytest

from threadqa.questions.dates import dates, dates_of


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("In March 2021 it fell.", {"mar", "2021"}),
        ("on 9 Sept", {"sep"}),
        ("the year 2021/22", {"2021"}),
        ("June and July", {"jun", "jul"}),
        ("They may march.", set()),
        ("Mayor Marching Junes", set()),
        ("2,021 of 12021 and 1850", set()),
        ("", set()),
    ],
)
def test_years_and_months_are_named_by_figures_and_capitals(text: str, named: set[str]) -> None:
    assert dates(text) == named


def test_a_day_names_its_year_and_month_as_a_text_does() -> None:
    for month in range(1, 13):
        day = date(2021, month, 9)
        assert dates_of(day) == dates(f"{day:%d %B %Y}") == dates(f"{day:%b %Y}")
