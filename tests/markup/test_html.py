"""Markup: what goes in as text comes out as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markup.pages import parsed
from threadqa.markup.html import Html, element, joined, marked, table


def test_text_is_escaped_and_markup_is_not() -> None:
    inner = element("b", "a < b & c")
    assert element("p", inner, " > ", 1.5, None) == "<p><b>a &lt; b &amp; c</b> &gt; 1.5</p>"


def test_an_attribute_is_named_as_html_names_it_and_left_out_if_none() -> None:
    built = element("th", class_="a", aria_label='"x"', id=None)
    assert built == '<th class="a" aria-label="&quot;x&quot;"></th>'


def test_an_element_that_holds_nothing_closes_itself() -> None:
    assert element("line", x1=0, x2=2.5) == '<line x1="0" x2="2.5"/>'


def test_parts_are_joined_and_nothing_left_between_where_there_is_none() -> None:
    assert joined(["a", None, Html("<b>"), "<"], " · ") == "a · <b> · &lt;"


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\x7f", "\x9f", "\ud800"])
def test_what_html_may_not_hold_becomes_a_replacement_character(character: str) -> None:
    assert element("p", f"a{character}b") == "<p>a\N{REPLACEMENT CHARACTER}b</p>"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_comes_back_as_it_was_from_contents_and_attributes(text: str) -> None:
    found = parsed(element("p", text, title=text)).one("p")
    assert found.text == text
    assert found.attributes == {"title": text}


def test_a_table_says_what_each_cell_is_under() -> None:
    built = parsed(table("Boats", ("name", "length"), [("River", [("Ann", 3)]), ("", [("Bo", 4)])]))
    assert built.one("caption").text == "Boats"
    headers = [(cell.text, cell.attributes["scope"]) for cell in built.all("th")]
    assert headers == [
        ("name", "col"),
        ("length", "col"),
        ("River", "rowgroup"),
        ("Ann", "row"),
        ("Bo", "row"),
    ]
    assert [cell.text for cell in built.all("td")] == ["3", "4"]
    assert [cell.attributes["class"] for cell in built.all("td")] == ["number", "number"]


def test_a_table_can_be_scrolled_without_a_pointer() -> None:
    box = parsed(table("Boats", ("name",), [])).one("div", class_="scroll")
    assert (box.attributes["tabindex"], box.attributes["aria-label"]) == ("0", "Boats")


def test_spans_of_a_text_are_marked_and_all_of_it_is_escaped() -> None:
    assert marked("a < b & c", [(0, 1), (4, 7)]) == "<mark>a</mark> &lt; <mark>b &amp;</mark> c"
