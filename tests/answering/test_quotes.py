"""Finding a quote in its post: verbatim but for white space and the shape of quotation marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.quotes import PLAIN_MARKS, locate
from threadqa.answers import Span
from threadqa.posts import Post


def post(text: str, position: int | None = None) -> Post:
    return Post(id="p", text=text, source="a", first_line=1, last_line=1, position=position)


@pytest.mark.parametrize(
    ("quote", "text", "spans"),
    [
        ("Staff leave", "1/2 Staff leave.", ((4, 15),)),
        ("Money is short.", "So: Money\n  is short.", ((4, 21),)),
        (" is  short ", "Money is short", ((6, 14),)),
        ('said "no"', "She said \u201cno\u201d.", ((4, 13),)),
        ("it\u2019s", "Yes, it's", ((5, 9),)),
        ("\u00abno\u00bb", 'a "no" b', ((2, 6),)),
        ("ten", "often ten", ((6, 9),)),
        ("7 million", "47 million, then 7 million", ((17, 26),)),
        ("£22bn", "a budget of £22bn", ((12, 17),)),
        ("22bn", "a budget of £22bn", ((13, 17),)),
        ("22", "22.", ((0, 2),)),
        ("22", "1, 22, 3", ((3, 5),)),
    ],
)
def test_a_quote_is_found_where_it_stands(quote: str, text: str, spans: tuple[Span, ...]) -> None:
    assert locate(quote, post(text)) == spans


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("staff leave", "Staff leave."),
        ("Staff left", "Staff leave."),
        ("Staff leave!", "Staff leave."),
        ("Staff - leave", "Staff \u2013 leave"),
        ("Staff leave", "Staff, leave"),
        ("7 million", "47 million"),
        ("2 million", "1.2 million"),
        ("1", "1.2 million"),
        ("127", "436,127"),
        ("436", "436,127"),
        ("taff", "Staff"),
        ("Staff", "Staffing"),
        ("", "Staff"),
        ("  ", "Staff leave"),
        ("\u2026", "Staff\u2026"),
        ('"', 'a "no"'),
    ],
)
def test_what_differs_by_a_letter_or_cuts_a_word_or_a_number_is_no_quote(
    quote: str, text: str
) -> None:
    assert locate(quote, post(text)) == ()


def test_a_quote_runs_over_the_address_of_a_link() -> None:
    text = "It answers to [NHS England](https://example.org/a) and to councils."
    spans = locate("answers to NHS England and", post(text))
    assert "".join(text[start:end] for start, end in spans) == "answers to NHS England and"


@given(
    text=st.text("ab .,'\"\u201c\u201d\u2019\n12\u00e9", min_size=1, max_size=40).filter(str.strip),
    data=st.data(),
)
def test_what_is_found_reads_as_the_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    changed = data.draw(st.sampled_from(["", "a", "1", " "]))
    quote = text[start:end] + changed
    for low, high in locate(quote, post(text)):
        assert 0 <= low < high <= len(text)
        found = text[low:high].translate(PLAIN_MARKS).split()
        assert found == quote.translate(PLAIN_MARKS).split()


@given(words=st.lists(st.sampled_from(["staff", "7", "1.2", "it\u2019s"]), min_size=1, max_size=6))
def test_whole_words_of_a_post_are_always_found(words: list[str]) -> None:
    text = "\n".join(["before", *words, "after"])
    ((start, end),) = locate(" ".join(words), post(text))
    assert text[start:end].split() == words
