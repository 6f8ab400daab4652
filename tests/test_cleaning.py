from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.cleaning import CleanedText, NumberStyle, clean, leading_marker, trailing_marker

FRAGMENTS = st.sampled_from(
    ["1/6", "(2/6)", "[1/6]", "1.", "1)", "(1)", "1/", "🧵", "👇🏽", "…", "...", " ", "\n", "words",
     "of", "![Image](https://e.org/a.jpg)", "[a link](https://e.org/b_(c))", "[", "](", ")", "24/7"]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=12).map("".join))
POSITIONS = st.one_of(st.none(), st.integers(1, 30))


@pytest.mark.parametrize(
    ("text", "position", "total", "style"),
    [
        ("1/6 Words", 1, 6, NumberStyle.RATIO),
        ("1/6: Words", 1, 6, NumberStyle.RATIO),
        ("1/6) Words", 1, 6, NumberStyle.RATIO),
        ("(2/6) Words", 2, 6, NumberStyle.RATIO),
        ("[12/25] Words", 12, 25, NumberStyle.RATIO),
        ("🧵 1/6 Words", 1, 6, NumberStyle.RATIO),
        ("1/6🧵👇🏽 Words", 1, 6, NumberStyle.RATIO),
        ("1/\nWords", 1, None, NumberStyle.OPEN),
        ("1/n Words", 1, None, NumberStyle.OPEN),
        ("3. Words", 3, None, NumberStyle.DOT),
        ("3) Words", 3, None, NumberStyle.PARENTHESIS),
        ("(3) Words", 3, None, NumberStyle.BRACKETS),
    ],
)
def test_a_leading_marker_is_read_in_every_style(
    text: str, position: int, total: int | None, style: NumberStyle
) -> None:
    marker = leading_marker(text)
    assert marker is not None
    assert (marker.position, marker.total, marker.style) == (position, total, style)
    assert text[marker.end :] == "Words"


@pytest.mark.parametrize(
    ("text", "position", "total", "style"),
    [
        ("Words 1/6", 1, 6, NumberStyle.RATIO),
        ("Words (2/6)", 2, 6, NumberStyle.RATIO),
        ("Words(2/6)", 2, 6, NumberStyle.RATIO),
        ("Words 🧵 1/6", 1, 6, NumberStyle.RATIO),
        ("Words 1/6 ⬇️ ", 1, 6, NumberStyle.RATIO),
        ("Words 2/", 2, None, NumberStyle.OPEN),
        ("Words 2.", 2, None, NumberStyle.DOT),
        ("Words 2)", 2, None, NumberStyle.PARENTHESIS),
        ("Words (2)", 2, None, NumberStyle.BRACKETS),
    ],
)
def test_a_trailing_marker_is_read_in_every_style(
    text: str, position: int, total: int | None, style: NumberStyle
) -> None:
    marker = trailing_marker(text)
    assert marker is not None
    assert (marker.position, marker.total, marker.style) == (position, total, style)
    assert text[: marker.start].rstrip() == "Words"


@pytest.mark.parametrize(
    "text",
    ["24/7 care", "1/3 of patients", "3/6/2021 was", "1.5 million", "2021", "(1/6 x", "[1] x",
     "0/6 x", "1/6th", "1st", ""],
)  # fmt: skip
def test_other_numbers_are_no_leading_marker(text: str) -> None:
    assert leading_marker(text) is None


@pytest.mark.parametrize(
    "text", ["open 24/7", "on 3/6/2021", "by 2.1)", "in 2021", "see [1]", "a1/6", "1)b", ""]
)
def test_other_numbers_are_no_trailing_marker(text: str) -> None:
    assert trailing_marker(text) is None


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("1/6 Words", 1, "Words"),
        ("1/7 🧵 “Words” 📈", 1, "“Words” 📈"),
        ("Words 🧵 1/7", 1, "Words"),
        ("Words (7)", 7, "Words"),
        ("1/\nWords\n\nand more", 1, "Words\n\nand more"),
        ("Words\n1/7", 1, "Words"),
        ("3/6 Words…", 3, "Words"),
        ("4/6 …words", 4, "words"),
        ("Words... (3/6)", 3, "Words"),
        ("1/7 Words ![Image](https://e.org/i.jpg)", 1, "Words"),
        ("Words 1/7 ![Image](https://e.org/i.jpg)", 1, "Words"),
        ("See [the words](https://e.org/a_(b) \"title\") now", None, "See the words now"),
        ("a ![x](u) b", None, "a  b"),
        ("  Words  ", None, "Words"),
        # Numbers that are not the post's own stay.
        ("1/6 Words", None, "1/6 Words"),
        ("2. Words", 6, "2. Words"),
        ("Words (1)", 6, "Words (1)"),
        # Strong numbering is taken off, and what a list or footnote may have written stays.
        ("1. Words 1/6", 1, "1. Words"),
        ("1/6 Words (1)", 1, "Words (1)"),
        # Truncated addresses end in an ellipsis and a full stop; that is no join.
        ("e.org/d….", None, "e.org/d…."),
        # A post is never emptied.
        ("1/6", 1, "1/6"),
        (" … ", None, "…"),
        ("![Image](u)", None, "![Image](u)"),
        ("", None, ""),
        ("  ", 1, ""),
    ],
)  # fmt: skip
def test_cleaning_leaves_the_words(text: str, position: int | None, words: str) -> None:
    assert clean(text, position).text == words


def test_pieces_say_where_the_words_stand() -> None:
    cleaned = clean("2/6 See [the words](https://e.org) now…", 2)
    assert cleaned == CleanedText(text="See the words now", pieces=((4, 8), (9, 18), (34, 38)))
    assert cleaned.to_verbatim(0, 17) == ((4, 8), (9, 18), (34, 38))
    assert cleaned.to_verbatim(5, 9) == ((10, 14),)
    assert cleaned.to_verbatim(3, 5) == ((7, 8), (9, 10))
    assert cleaned.to_verbatim(4, 4) == ()


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 6)])
def test_a_range_beyond_the_cleaned_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"{start}-{end} is no range of a text of 5 characters"):
        clean("words", None).to_verbatim(start, end)


@given(text=TEXTS, position=POSITIONS, data=st.data())
def test_every_range_of_the_cleaned_text_leads_to_the_same_verbatim_text(
    text: str, position: int | None, data: st.DataObject
) -> None:
    cleaned = clean(text, position)
    start = data.draw(st.integers(0, len(cleaned.text)))
    end = data.draw(st.integers(start, len(cleaned.text)))
    spans = cleaned.to_verbatim(start, end)
    assert "".join(text[low:high] for low, high in spans) == cleaned.text[start:end]
    assert all(low < high for low, high in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@given(text=TEXTS, position=POSITIONS)
def test_cleaning_trims_and_never_empties_a_post(text: str, position: int | None) -> None:
    words = clean(text, position).text
    assert words == words.strip()
    assert bool(words) == bool(text.strip())
