"""Words that stand run together, taken apart for the lexical index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.search_indexes.compounds import with_compounds_apart

PIECES = st.sampled_from(
    ["#", "@", "_", " ", "Social", "Care", "NHS", "mc", "19", "é", "ß", ".", "/", "https://"]
)


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("#SocialCare", "Social Care"),
        ("See #SocialCare!", "Social Care"),
        ("@ann_lee", "ann lee"),
        ("#NHSEngland", "NHS England"),
        ("#covid19", "covid 19"),
        ("#a1", "a 1"),
        ("YouTube", "You Tube"),
        ("10000km", "10000 km"),
        ("#SocialCare and @ann_lee", "Social Care ann lee"),
    ],
)
def test_the_parts_of_a_compound_stand_after_the_text(text: str, apart: str) -> None:
    assert with_compounds_apart(text) == f"{text} {apart}"


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("@MeghanMcCain", "Meghan Mc Cain MeghanMc McCain"),
        ("#FundTheNHSNow", "Fund The NHS Now FundThe TheNHS NHSNow"),
    ],
)
def test_of_three_parts_and_more_each_stands_with_the_next_one_too(text: str, apart: str) -> None:
    assert with_compounds_apart(text) == f"{text} {apart}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Staff and money are short.",
        "#nhs @ann NHS 2021",
        "iPhone NHSers McCain",  # six letters without "#" or "@"
        "social-care social care",
        "Ann.Lee",
        "München NAÏVETÉ #CaféNoir",
    ],
)
def test_a_text_without_compounds_stays_as_it_is(text: str) -> None:
    assert with_compounds_apart(text) == text


@pytest.mark.parametrize(
    "address",
    [
        "https://t.co/AbCdEf12Gh",
        "http://Example.org/StaffRota/9Bw2Qx",
        "https://example.org/?utm_source=SocialCare#MoneyNow",
        "https://SocialCare",
        "pic.twitter.com/XyZaBc12De",
        "www.example.org/#SocialCare",
    ],
)
def test_the_letters_and_digits_of_an_address_are_no_words(address: str) -> None:
    assert with_compounds_apart(address) == address
    assert with_compounds_apart(f"See {address} or else") == f"See {address} or else"
    around = f"#SocialCare {address}\n@ann_lee"
    assert with_compounds_apart(around) == f"{around} Social Care ann lee"


def test_what_only_resembles_an_address_is_taken_apart() -> None:
    # Without a dot before the slash, or without a slash, it is words.
    assert with_compounds_apart("#SocialCare/#SocialWork") == (
        "#SocialCare/#SocialWork Social Care Social Work"
    )
    assert with_compounds_apart("Late.#SocialCare") == "Late.#SocialCare Social Care"


def test_a_short_word_that_changes_case_is_taken_apart_only_where_it_is_marked() -> None:
    assert with_compounds_apart("McCain") == "McCain"
    assert with_compounds_apart("@McCain") == "@McCain Mc Cain"


@given(text=st.text() | st.lists(PIECES).map("".join))
def test_the_text_itself_comes_first_and_what_is_added_stands_in_it(text: str) -> None:
    found = with_compounds_apart(text)
    assert found == text or found.startswith(f"{text} ")
    run_together = text.replace("_", "")
    assert all(part in run_together for part in found.removeprefix(text).split())
