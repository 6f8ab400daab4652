"""Lists over several sentences: how one is announced, what heads an item, how far it goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.enumeration import (
    BULLET,
    LAST_RANK,
    announces_list,
    continuation,
    item_rank,
)

HEADS = st.sampled_from(
    ["First, ", "Second, ", "Third, ", "Finally, ", "a) ", "b) ", "1. ", "2. ", "- ", "• ",
     "There are two ways", "Needed:", "Then "]
)  # fmt: skip
SENTENCES = st.lists(st.tuples(HEADS | st.just(""), st.text(max_size=8)).map("".join), min_size=1)


@pytest.mark.parametrize(
    ("sentence", "rank"),
    [
        ("First, staff.", 1),
        ("Firstly – staff.", 1),
        ("FIRST: staff", 1),
        ("First. Staff leave.", 1),
        ("First—staff leave.", 1),
        ("First of all, staff leave.", 1),
        ("First there is staff.", 1),
        ("One is staff.", 1),
        ("The second is money.", 2),
        ("And second, money.", 2),
        ("“Third, time.”", 3),
        ("• Fourth, time.", 4),
        ("a) staff", 1),
        ("(b) money", 2),
        ("C) time", 3),
        ("1. Staff", 1),
        ("2) money", 2),
        ("(12) money", 12),
        ("99. Time", 99),
        ("Finally, time.", LAST_RANK),
        ("And lastly, time.", LAST_RANK),
        ("The last is time.", LAST_RANK),
    ],
)
def test_the_head_of_a_sentence_says_its_place_in_a_list(sentence: str, rank: int) -> None:
    assert item_rank(sentence) == rank


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Staff leave.",
        "Staff, first, leave.",
        "Second World War boats float.",
        "Four-hour waits rose.",
        "Third-party suppliers left.",
        "One-off payments end.",
        "One.com is a site.",
        "One person left.",
        "10:30 in the morning it began.",
        "3.5 per cent left.",
        "2021. A year.",
        "0) nothing",
        "A. Smith left.",
        "z) staff",
        "Then, staff.",
    ],
)
def test_a_sentence_that_heads_no_item_has_no_place(sentence: str) -> None:
    assert item_rank(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "What is missing:",
        "What is missing: ",
        "There are three reasons.",
        "We see several things here",
        "Two very important lessons stand out.",
        "He named 4 main risks, all old.",
        "Some issues remain.",
        "A few things are missing.",
    ],
)
def test_a_sentence_that_promises_items_announces_a_list(sentence: str) -> None:
    assert announces_list(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Staff leave.",
        "Three things are missing: a, b, c",
        "Three things are missing: staff.",
        "Three reasons are staff, money, time.",
        "One reason is money.",
        "Twenty reasons.",
        "12 reasons are given",
        "Three people left for many good old reasons.",
        "Note: staff leave.",
    ],
)
def test_a_sentence_that_promises_nothing_announces_no_list(sentence: str) -> None:
    assert not announces_list(sentence)


def test_a_list_announced_by_a_colon_goes_on_to_its_last_item() -> None:
    sentences = ["Boats.", "What is missing:", "1. Staff.", "2. Money.", "That is all."]
    assert continuation(sentences, 1) == range(2, 4)


def test_a_list_announced_by_a_count_goes_on_to_its_last_item() -> None:
    sentences = ["There are three reasons.", "First, staff.", "Second, money.", "Third, time."]
    assert continuation(sentences, 0) == range(1, 4)


def test_sentences_between_two_items_belong_to_the_item_before() -> None:
    sentences = ["First, staff.", "They leave.", "All do.", "Second, money.", "It is short."]
    assert continuation(sentences, 0) == range(1, 4)


def test_a_list_of_letters_goes_on_from_any_of_its_items() -> None:
    sentences = ["a) staff", "b) money", "c) time", "Boats."]
    assert continuation(sentences, 0) == range(1, 3)
    assert continuation(sentences, 1) == range(2, 3)
    assert continuation(sentences, 2) == range(3, 3)
    assert not continuation(sentences, 3)


def test_a_list_ends_with_its_last_item_even_where_another_follows() -> None:
    sentences = ["First, staff.", "Second, money.", "Finally, time.", "Third, boats."]
    assert continuation(sentences, 0) == range(1, 3)


def test_a_list_ends_where_another_begins() -> None:
    sentences = ["First, staff.", "Second, money.", "First, boats.", "Second, rivers."]
    assert continuation(sentences, 0) == range(1, 2)


def test_a_list_that_skips_an_item_ends_there() -> None:
    assert continuation(["First, staff.", "Third, time."], 0) == range(1, 1)


@pytest.mark.parametrize(
    "sentences",
    [
        ["There are three reasons."],
        ["There are three reasons.", "Boats float.", "Rivers flow."],
        ["What is missing:", "Second, money."],
        ["There are several issues.", "Boats float.", "Finally, thanks to all."],
        ["Three things are missing: a, b, c", "First, staff."],
        ["Finally, time.", "Boats float.", "Lastly, thanks to all."],
    ],
)
def test_a_list_that_never_comes_brings_nothing(sentences: list[str]) -> None:
    assert not continuation(sentences, 0)


def test_bullets_after_an_announcement_are_its_items() -> None:
    sentences = ["Needed:", "- nurses", "• pay", "It is late."]
    assert continuation(sentences, 0) == range(1, 3)
    counted = ["There are three reasons.", "* staff", "✅ money", "👉 time", "Boats float."]
    assert continuation(counted, 0) == range(1, 4)


def test_a_bullet_before_an_ordinal_does_not_count_twice() -> None:
    sentences = ["Needed:", "• First, staff.", "• Second, money.", "• Finally, time.", "Boats."]
    assert continuation(sentences, 0) == range(1, 4)


@pytest.mark.parametrize("sentence", ["-5 degrees.", "-nurses", "*** pay"])
def test_a_mark_without_a_blank_after_it_is_no_bullet(sentence: str) -> None:
    assert not continuation(["Needed:", sentence], 0)


def test_bullets_that_nothing_announces_are_no_list() -> None:
    assert not continuation(["Boats float.", "- nurses", "- pay"], 0)


def test_a_list_is_not_followed_far() -> None:
    items = [f"{number}. Item" for number in range(1, 13)]
    assert continuation(["Needed:", *items], 0) == range(1, 11)
    assert continuation(["Needed:", *["- nurses"] * 12], 0) == range(1, 11)
    # An item is looked for among the twenty sentences after the first.
    assert continuation(["Needed:", *["Boats float."] * 19, "1. Staff"], 0) == range(1, 21)
    assert not continuation(["Needed:", *["Boats float."] * 20, "1. Staff"], 0)


@given(sentences=SENTENCES, data=st.data())
def test_a_continuation_follows_its_start_and_ends_with_an_item(
    sentences: list[str], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(sentences) - 1))
    found = continuation(sentences, start)
    if found:
        assert found.start == start + 1
        assert found.stop <= len(sentences)
        last = sentences[found[-1]]
        assert item_rank(last) is not None or BULLET.match(last)


@given(sentence=st.text())
def test_any_text_has_a_place_from_one_or_none(sentence: str) -> None:
    rank = item_rank(sentence)
    assert rank is None or rank >= 1
    assert isinstance(announces_list(sentence), bool)


def test_bullets_below_a_numbered_item_do_not_end_the_list() -> None:
    inner = ["1. Staff:", "- nurses", "- doctors", "2. Money"]
    assert continuation([*inner, "3. Time"], 0) == range(1, 5)
    assert continuation(["Needed:", *inner], 0) == range(1, 5)


@pytest.mark.parametrize("bullet", ["▪️ ", "– ", "✅", "➡️ "])
def test_bullets_are_known_in_the_shapes_people_post(bullet: str) -> None:
    assert continuation(["Needed:", f"{bullet}staff", f"{bullet}money"], 0) == range(1, 3)
