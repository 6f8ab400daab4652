"""The dates of a text, and whether another text has them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.support.dates import Date, dates, is_held, posted


def read(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(date.year, date.month, date.day) for date in dates(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 28 April", [(None, 4, 28)]),
        ("on April 28th, 2022", [(2022, 4, 28)]),
        ("the 1st of July 2022", [(2022, 7, 1)]),
        ("in March 2021", [(2021, 3, None)]),
        ("Sept. 2020", [(2020, 9, None)]),
        ("2022-04-28", [(2022, 4, 28)]),
        ("28/4/2022", [(2022, 4, 28)]),
        ("since 1948", [(1948, None, None)]),
        ("it may march on", []),
        ("£2019", []),
        ("2,019 people", []),
        ("2019 million", []),
        ("in May", [(None, 5, None)]),
        ("from 18,000 tracers to 12,000 by 24 August", [(None, 8, 24)]),
    ],
)
def test_a_date_is_read_however_it_is_written(
    text: str, expected: list[tuple[int | None, int | None, int | None]]
) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["2021/22", "2021-22", "2021–22", "2021/2022"])
def test_years_that_run_from_april_are_one_date(text: str) -> None:
    (date,) = dates(text)
    assert (date.year, date.until) == (2021, 2022)


@pytest.mark.parametrize(
    ("said", "held", "stands"),
    [
        ("1 July 2022", "1 July 2022", True),
        ("1 July", "1 July 2022", True),
        ("July 2022", "1 July 2022", True),
        ("July", "1 July 2022", True),
        ("2022", "1 July 2022", True),
        ("1 July 2022", "The 2022 Act of 1 July", True),
        ("1 July 2022", "1 July 2021, not 2022", False),
        ("1 July 2022", "1 July", False),
        ("2 July", "1 July", False),
        ("1 June", "1 July", False),
        ("2 July", "2 June and 1 July", False),
        ("2021", "2021/22", False),
        ("2021/22", "2021-22", True),
        ("2021/22", "2021 and 2022", False),
        ("Monday", "on Mondays", True),
        ("Monday", "on Tuesday", False),
    ],
)
def test_day_and_month_must_stand_together_and_years_must_not_differ(
    said: str, held: str, stands: bool
) -> None:
    (date,) = dates(said)
    assert is_held(date, dates(held)) is stands


def test_the_day_of_posting_is_a_date_of_the_post() -> None:
    assert posted(None) == ()
    (date,) = posted(datetime(2022, 7, 1, 12, 0))
    assert date == Date(year=2022, month=7, day=1, weekday=5)


@given(text=st.text(st.sampled_from("0123456789/-. MayJune,"), max_size=30))
def test_any_text_is_read_and_each_place_is_in_it(text: str) -> None:
    for date in dates(text):
        assert 0 <= date.start < date.end <= len(text)
        assert is_held(date, [date])
