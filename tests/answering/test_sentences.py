"""Sentences of a post: a table of hard cases, and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.sentences import split_post, split_sentences
from threadqa.posts import Post

PIECES = st.sampled_from(
    [
        ". ", ".", "! ", "?", "… ", "...", "\n", "\n\n", " ", "First", "a)", "1.", "e.g", "U.K",
        "Staff leave", "money", "“", "”", ")", "(", "- ", "• ", "🎉", "#nhs", "3.5", "bbc.co.uk/x",
        "2/3", "[words](http://a.b)", "![](http://a.b)", "\u2028", "\u00a0",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def post(text: str, position: int | None = None) -> Post:
    return Post(id="p", text=text, source="a.txt", first_line=1, last_line=1, position=position)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t ", [], id="white space"),
        pytest.param("Staff leave", ["Staff leave"], id="no stop"),
        pytest.param(
            "  Staff leave. Money goes!  Why? So.\n",
            ["Staff leave.", "Money goes!", "Why?", "So."],
            id="plain stops",
        ),
        pytest.param("Really?! Yes.", ["Really?!", "Yes."], id="stops in a run"),
        pytest.param(
            "Try e.g. this one. Then stop.", ["Try e.g. this one.", "Then stop."], id="e.g."
        ),
        pytest.param("See Dr. Smith (cf. Jones). Go.", ["See Dr. Smith (cf. Jones).", "Go."]),
        pytest.param("Under U.K. law it is so. We go.", ["Under U.K. law it is so.", "We go."]),
        pytest.param("Under U.K. Law it is so.", ["Under U.K. Law it is so."], id="U.K. Law"),
        pytest.param("J. R. Smith left. He went.", ["J. R. Smith left.", "He went."]),
        pytest.param("See No. 5 and p. 12. Go on.", ["See No. 5 and p. 12.", "Go on."]),
        pytest.param("The answer is no. They left.", ["The answer is no.", "They left."]),
        pytest.param(
            "Not on Jan. 5 but in Feb. We left.", ["Not on Jan. 5 but in Feb.", "We left."]
        ),
        pytest.param("It rose 3.5 per cent. It fell.", ["It rose 3.5 per cent.", "It fell."]),
        pytest.param("It was 2020. 2021 was worse.", ["It was 2020.", "2021 was worse."]),
        pytest.param(
            "Read hsj.co.uk/service-design… for more. Then go.",
            ["Read hsj.co.uk/service-design… for more.", "Then go."],
            id="a shortened address",
        ),
        pytest.param(
            "See https://a.org/x.html?q=1. Then go.", ["See https://a.org/x.html?q=1.", "Then go."]
        ),
        pytest.param("Wait... what? No.", ["Wait... what?", "No."], id="dots amid a sentence"),
        pytest.param("Wait… what? No.", ["Wait… what?", "No."], id="an ellipsis amid a sentence"),
        pytest.param("Wait… What?", ["Wait…", "What?"], id="an ellipsis at the end of one"),
        pytest.param("Really…? Yes!… No.", ["Really…?", "Yes!…", "No."], id="stops and ellipses"),
        pytest.param(
            "He said “no.” Then (at last.) She left. 'Yes!' So.",
            ["He said “no.”", "Then (at last.)", "She left.", "'Yes!'", "So."],
            id="quotes and brackets after stops",
        ),
        pytest.param("“Why?” she asked. So.", ["“Why?” she asked.", "So."], id="a quoted question"),
        pytest.param(
            "First. Number of admissions rose. Second. Stays fell.",
            ["First. Number of admissions rose.", "Second. Stays fell."],
            id="enumerators",
        ),
        pytest.param("1. Staff leave. 2. Money goes.", ["1. Staff leave.", "2. Money goes."]),
        pytest.param("a) staff leave. b) money.", ["a) staff leave.", "b) money."]),
        pytest.param("(a) staff\n(b) money", ["(a) staff", "(b) money"]),
        pytest.param("First.", ["First."], id="an enumerator alone"),
        pytest.param("Staff leave. 2.", ["Staff leave. 2."], id="an enumerator at the end"),
        pytest.param("Staff leave. 🎉🎉", ["Staff leave. 🎉🎉"], id="emoji after the last stop"),
        pytest.param("🎉\nStaff leave.", ["🎉\nStaff leave."], id="emoji before the first word"),
        pytest.param("🎉", ["🎉"], id="emoji alone"),
        pytest.param("!!!", ["!!!"], id="stops alone"),
        pytest.param("Staff leave\nMoney goes", ["Staff leave", "Money goes"], id="line breaks"),
        pytest.param("staff that\nleave", ["staff that\nleave"], id="a wrapped line"),
        pytest.param("get rid of\nit. Then go.", ["get rid of\nit.", "Then go."]),
        pytest.param("staff\n \nmoney", ["staff", "money"], id="an empty line"),
        pytest.param(
            "Needed:\n- staff\n• money\n* time\n✅ boats",
            ["Needed:", "- staff", "• money", "* time", "✅ boats"],
            id="bullets",
        ),
        pytest.param("ways\na) staff\nii) money", ["ways", "a) staff", "ii) money"]),
        pytest.param("All done. #nhs #care", ["All done.", "#nhs #care"], id="hashtags"),
        pytest.param("We back #nhs. @ann agrees.", ["We back #nhs.", "@ann agrees."]),
        pytest.param("." * 5000 + "x", ["." * 5000 + "x"], id="a run of stops before a word"),
        pytest.param(" " * 5000 + "x", ["x"], id="a run of blanks"),
    ],
)
def test_a_text_is_split_into_its_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(text=TEXTS | st.text())
def test_ranges_ascend_are_apart_and_hold_all_but_white_space(text: str) -> None:
    end_before = 0
    for start, end in split_sentences(text):
        assert not text[end_before:start].strip()
        assert end_before <= start < end
        assert text[start:end] == text[start:end].strip()
        end_before = end
    assert not text[end_before:].strip()


@given(text=TEXTS)
def test_a_sentence_has_a_word_unless_the_whole_text_has_none(text: str) -> None:
    if any(map(str.isalnum, text)):
        assert all(any(map(str.isalnum, sentence)) for sentence in sentences(text))


@given(
    text=(TEXTS | st.text()).filter(lambda text: bool(text.strip())),
    position=st.none() | st.just(1) | st.just(2),
)
def test_the_spans_of_a_posts_sentence_join_to_its_words(text: str, position: int | None) -> None:
    found = split_post(post(text, position))
    assert found
    end_before = 0
    for sentence in found:
        assert sentence.text == " ".join(sentence.text.split()) != ""
        assert sentence.spans
        for start, end in sentence.spans:
            assert end_before <= start < end <= len(text)
            end_before = end
        joined = "".join(text[start:end] for start, end in sentence.spans)
        assert joined.split() == sentence.text.split()


def test_a_post_is_split_without_its_numbering() -> None:
    found = split_post(post("2/3 Staff leave.\nMoney\tgoes.", 2))
    assert [(s.text, s.spans) for s in found] == [
        ("Staff leave.", ((4, 16),)),
        ("Money goes.", ((17, 28),)),
    ]


def test_a_sentence_over_the_words_of_a_link_has_a_span_on_either_side() -> None:
    text = "Read [the plan](https://a.org) now."
    (found,) = split_post(post(text))
    assert found.text == "Read the plan now."
    assert "".join(text[start:end] for start, end in found.spans) == found.text


def test_a_post_of_numbering_alone_is_one_sentence() -> None:
    (found,) = split_post(post("2/3", 2))
    assert (found.text, found.spans) == ("2/3", ((0, 3),))
