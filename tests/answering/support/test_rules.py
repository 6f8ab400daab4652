"""No number, name, date or link that the cited posts do not have ever gets through."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from threadqa.answering.grounding import Reason
from threadqa.answering.support.lexicon import stem
from threadqa.search_indexes.stop_words import STOP_WORDS

from .samples import all_judged, hit, judged, said

BUDGET = "The budget was £22bn for the year, with 407 contracts. It started on 1 July 2022."
AUDIT = (
    "The National Audit Office told Jane Doe on 4 May that 66% were reached, "
    "see example.org/report. #SocialCare"
)


@pytest.mark.parametrize(
    ("sentence", "post"),
    [
        ("The budget was 22 billion pounds.", BUDGET),
        ("There were 407 contracts from July 2022.", BUDGET),
        ("From 1 July, the budget was £22,000,000,000.", BUDGET),
        ("The NAO told Doe that 66 per cent were reached.", AUDIT),
        ("The Audit Office told Jane Doe on May 4th.", AUDIT),
        ("See https://www.example.org/report on social care.", AUDIT),
        ("Half of the staff left.", "50% of the staff left."),
        ("Three quarters of them left.", "Of them, 75% left."),
        ("Twelve people left.", "12 people left."),
        ("It took a fortnight.", "It took two weeks."),
        ("One year later, it was done.", "12 months later, it was done."),
        ("Coronavirus spread.", "Covid-19 spread."),
    ],
)
def test_what_the_posts_have_passes_however_it_is_written(sentence: str, post: str) -> None:
    assert judged(sentence, post).reason is None


@pytest.mark.parametrize(
    ("sentence", "post", "reason", "detail"),
    [
        ("The budget was £21bn.", BUDGET, Reason.NUMBER, "£21bn"),
        ("The budget was £22m.", BUDGET, Reason.NUMBER, "£22m"),
        ("The budget was $22bn.", BUDGET, Reason.NUMBER, "$22bn"),
        ("The budget was 22%.", BUDGET, Reason.NUMBER, "22%"),
        ("There were four hundred contracts.", BUDGET, Reason.NUMBER, "four hundred"),
        ("It started on 2 July 2022.", BUDGET, Reason.DATE, "2 July 2022"),
        ("It started on 1 July 2021.", BUDGET, Reason.DATE, "1 July 2021"),
        ("It started in June.", BUDGET, Reason.DATE, "June"),
        ("The Treasury's budget was £22bn.", BUDGET, Reason.NAME, "treasury"),
        ("@doe said the budget was £22bn.", BUDGET, Reason.NAME, "@doe"),
        ("The budget was £22bn: evil.example/x", BUDGET, Reason.LINK, "evil.example/x"),
        ("See example.org/other.", AUDIT, Reason.LINK, "example.org/other"),
        ("The National Doe Office told Jane.", AUDIT, Reason.NAME, "national doe office"),
        ("Half of them were reached.", AUDIT, Reason.NUMBER, "Half"),
        ("Group P3 waits.", "Group P2 waits.", Reason.NUMBER, "p3"),
        ("It began at 10:30.", "It began at 11:30.", Reason.NUMBER, "10:30"),
        ("The second test failed.", "The first test failed.", Reason.NUMBER, "second"),
        ("It cost £5 a month.", "It cost £5 a week.", Reason.NUMBER, "a month"),
    ],
)
def test_what_they_do_not_have_is_named(
    sentence: str, post: str, reason: Reason, detail: str
) -> None:
    verdict = judged(sentence, post)
    assert (verdict.reason, verdict.detail) == (reason, detail)


def test_the_numbering_of_a_post_is_no_number_of_its_text() -> None:
    numbered = hit("3/12 Staff left.", position=3)
    assert judged("Staff of 12 left.", numbered).reason is Reason.NUMBER
    assert judged("Staff left.", numbered).reason is None


def test_the_author_and_the_day_of_a_post_may_be_told() -> None:
    post = hit("Staff left.", author="jane_doe", created_at=datetime(2022, 7, 1))
    assert judged("On 1 July 2022, @jane_doe said that staff left.", post).reason is None
    assert judged("On 1 July 2022, Jane Doe said that staff left.", post).reason is None
    assert judged("On 2 July 2022, staff left.", post).reason is Reason.DATE


NUMBERS = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(0, 10**9).map("{:,}".format),
    st.integers(1, 99).map("{}%".format),
    st.integers(1, 99).map("{} per cent".format),
    st.integers(1, 99).map("£{}bn".format),
    st.integers(1, 99).map("{} million".format),
    st.integers(2, 60).map("{} weeks".format),
    st.integers(2, 30).map("{}th".format),
    st.decimals(0, 100, places=2).map(str),
    st.sampled_from(
        [
            "two", "seven", "twelve", "twenty-five", "three hundred", "ninety thousand", "a dozen",
            "half", "a third", "two thirds", "three quarters", "one in six", "two in three",
            "nine out of ten", "twice", "thousands", "the second", "the ninth", "four years",
            "a fortnight", "five million dollars",
        ]
    ),
)  # fmt: skip
FIGURELESS = (
    "Staff left the service because money was short and councils had no time, says the report.",
    "Boats float on rivers; nobody was told why. The plan helps people to stay at home.",
)


@given(number=NUMBERS, place=st.integers(0, 8), post=st.sampled_from(FIGURELESS))
def test_an_invented_number_never_gets_through(number: str, place: int, post: str) -> None:
    words = post.split(". ")[0].split()
    sentence = " ".join([*words[:place], number, *words[place:]])
    assert judged(sentence, post).reason is not None


@given(
    held=st.lists(st.integers(2, 10**6), min_size=1, max_size=4, unique=True),
    other=st.integers(2, 10**6),
)
def test_a_number_that_is_changed_never_gets_through(held: list[int], other: int) -> None:
    assume(other not in held)
    post = ". ".join(f"Item {chr(97 + n)} had {number:,} parts" for n, number in enumerate(held))
    assert judged(f"Item a had {other:,} parts.", post).reason is not None


LETTERS = "abcdefghijklmnopqrstuvwxyz"
INVENTED = st.text(LETTERS, min_size=3, max_size=9).map(str.capitalize)


@given(
    name=st.one_of(
        INVENTED,
        st.tuples(INVENTED, INVENTED).map(" ".join),
        INVENTED.map("@{}".format),
        INVENTED.map("#{}".format),
        st.text(LETTERS, min_size=3, max_size=5).map(str.upper),
        st.sampled_from(
            ["Reuters", "Hughes", "King's Fund", "McKinsey", "Siân", "O'Neill", "Łódź"]
        ),
    ),
    place=st.integers(1, 8),
)
def test_an_invented_name_never_gets_through(name: str, place: int) -> None:
    post = FIGURELESS[0]
    words = post.rstrip(".").split()
    held = {re.sub(r"\W", "", word).lower() for word in words}
    own = re.findall(r"\w+", name.lower())
    # A word that the post has, or a stop word with a capital, names nobody.
    assume(not held.intersection(own) and not _is_common(own))
    sentence = " ".join([*words[:place], name, *words[place:]]) + "."
    assert judged(sentence, post).reason is not None


def _is_common(own: list[str]) -> bool:
    post_stems = {stem(word.lower()) for word in re.findall(r"\w+", FIGURELESS[0])}
    return any(word in STOP_WORDS or stem(word) in post_stems for word in own)


MONTHS = "January February March April May June July August September October".split()
DATES = st.one_of(
    st.tuples(st.integers(1, 31), st.sampled_from(MONTHS)).map("{0[0]} {0[1]}".format),
    st.tuples(st.sampled_from(MONTHS), st.integers(1990, 2030)).map("{0[0]} {0[1]}".format),
    st.integers(1700, 2090).map(str),
    st.integers(1990, 2030).map(lambda year: f"{year}/{(year + 1) % 100:02}"),
    st.dates().filter(lambda day: day.year >= 1900).map(str),
    st.sampled_from([*MONTHS, "Monday", "Sunday", "1st of May", "May 1st, 2020"]),
)


@given(date=DATES, place=st.integers(1, 8), post=st.sampled_from(FIGURELESS))
def test_an_invented_date_never_gets_through(date: str, place: int, post: str) -> None:
    words = post.split(". ")[0].split()
    sentence = " ".join([*words[:place], "in", date, *words[place:]])
    assert judged(sentence, post).reason is not None


@given(day=st.integers(1, 28), month=st.sampled_from(MONTHS), shift=st.integers(1, 27))
def test_a_date_that_is_changed_never_gets_through(day: int, month: str, shift: int) -> None:
    other = (day + shift - 1) % 28 + 1
    assume(other != day)
    assert judged(f"It began on {other} {month}.", f"It began on {day} {month}.").reason is not None


LABEL = st.text(LETTERS + "0123456789-", min_size=2, max_size=12).filter(
    lambda text: text.strip("-") == text
)


@given(
    scheme=st.sampled_from(["", "http://", "https://", "www.", "HTTPS://www."]),
    host=st.tuples(LABEL, st.sampled_from(["com", "org", "co.uk", "zz", "example", "news"])),
    path=st.sampled_from(["", "/", "/a/b", "/?q=secret", "#x", ":8080/x"]),
    place=st.integers(0, 8),
)
def test_an_invented_link_never_gets_through(
    scheme: str, host: tuple[str, str], path: str, place: int
) -> None:
    words = FIGURELESS[0].rstrip(".").split()
    sentence = " ".join([*words[:place], f"{scheme}{'.'.join(host)}{path}", *words[place:]])
    assert judged(sentence, FIGURELESS[0]).reason is not None


@given(sentence=st.text(max_size=60), post=st.text(min_size=1, max_size=60).filter(str.strip))
def test_any_sentence_is_judged_and_what_passes_has_spans_in_its_post(
    sentence: str, post: str
) -> None:
    (verdict,) = all_judged([said(sentence, post)])
    assert 0.0 <= verdict.probability <= 1.0
    if verdict.reason is None:
        (spans,) = verdict.spans
        assert spans
        before = 0
        for start, end in spans:
            assert before <= start < end <= len(post)
            before = end
