"""Filters are the operators of the terminal, as chips."""

from __future__ import annotations

import pytest

from tests.markup.pages import parsed
from tests.web.samples import HOSTILE, THREAD
from threadqa.errors import UsageError
from threadqa.retrieval.operators import parse_query
from threadqa.web.filters import Choices, filter_bar, operator, with_filters


@pytest.mark.parametrize(
    ("key", "value", "written"),
    [
        ("from", "ann", "from:ann"),
        ("from", "  Ann   Boat ", 'from:"Ann Boat"'),
        ("source", 'a"b.txt', 'source:"a b.txt"'),
        ("thread", "why?", 'thread:"why?"'),
        ("since", "2021-03-05", "since:2021-03-05"),
    ],
)
def test_a_filter_is_written_as_its_operator(key: str, value: str, written: str) -> None:
    assert operator(key, value) == written
    assert parse_query(f"who pays? {written}").restricts


@pytest.mark.parametrize(
    ("key", "value"), [("since", "soon"), ("until", "2021-02-31"), ("from", " "), ("near", "ann")]
)
def test_what_is_no_filter_is_refused(key: str, value: str) -> None:
    with pytest.raises(UsageError):
        operator(key, value)


def test_filters_are_asked_with_the_question_each_once() -> None:
    filters = ("from:ann", "since:2021")
    assert with_filters(" who pays? ", filters) == "who pays? from:ann since:2021"
    assert with_filters("who pays? FROM:Ann", filters) == "who pays? FROM:Ann since:2021"


def test_each_filter_is_a_chip_that_can_be_removed() -> None:
    bar = parsed(filter_bar(("from:ann", "since:2021"), Choices()))
    assert [chip.one("code").text for chip in bar.all("span", class_="tq-chip")] == [
        "from:ann",
        "since:2021",
    ]
    _, second = [b for b in bar.all("button") if b.attributes.get("data-act") == "remove_filter"]
    assert second.attributes["data-place"] == "1"
    assert second.attributes["aria-label"] == "Remove the filter since:2021"


def test_a_filter_can_be_chosen_from_what_the_archive_holds() -> None:
    choices = Choices(authors=("ann",), sources=("a.txt",), threads=(THREAD.summary,))
    bar = parsed(filter_bar((), choices))
    forms = {form.attributes["data-key"]: form for form in bar.all("form")}
    assert list(forms) == ["from", "source", "thread", "since", "until"]
    assert forms["from"].one("option").attributes["value"] == "ann"
    thread = forms["thread"].one("option")
    assert (thread.attributes["value"], thread.text) == ("t1", "Money for the boats")
    assert forms["since"].one("input").attributes["type"] == "date"
    for form in forms.values():
        assert form.one("label").attributes["for"] == form.one("input").attributes["id"]


def test_why_a_filter_was_not_added_is_said_where_it_was_written() -> None:
    bar = parsed(filter_bar((), Choices(), "soon is not a date"))
    assert bar.one("p", class_="tq-problem").text == "soon is not a date"
    assert "open" in bar.one("details").attributes


def test_no_name_of_the_archive_becomes_markup() -> None:
    bar = filter_bar((f"from:{HOSTILE}",), Choices(authors=(HOSTILE,)), HOSTILE)
    assert parsed(bar).all("img") == []
