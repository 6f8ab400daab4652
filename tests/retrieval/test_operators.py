"""Query operators: what is taken out of a question, what stays in it, and what is refused."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.archive.filters import PostFilter
from threadqa.errors import UsageError
from threadqa.retrieval.operators import ParsedQuery, operators_in, parse_query, without_operator

PIECES = st.sampled_from(
    [
        "from:", "mention:", "link:", "thread:", "source:", "since:", "until:", '"', "“", "”", "-",
        " ", "\n", "2021", "-02", "-30", "9999", "ann", "staff", "?", "@", "é", "\u0000",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join)


def dates(question: str) -> tuple[datetime | None, datetime | None]:
    post_filter = parse_query(question).post_filter
    return post_filter.since, post_filter.until


@given(question=TEXTS | st.text())
def test_any_text_is_parsed_or_refused_as_wrong_usage(question: str) -> None:
    try:
        query = parse_query(question)
    except UsageError:
        return
    assert query.text == " ".join(query.text.split())
    assert all(words and words == words.strip() for words in query.phrases + query.excluded)


@given(
    question=st.text(
        st.characters(exclude_characters=':-"“”„‟', exclude_categories=["Cs"]), max_size=40
    )
)
def test_text_without_operators_comes_back_with_its_white_space_folded(question: str) -> None:
    assert parse_query(question) == ParsedQuery(
        text=" ".join(question.split()), post_filter=PostFilter()
    )


@pytest.mark.parametrize(
    "question",
    [
        "what is long-term care?",
        "was it -19 degrees",
        "covid -19",
        "the - dash",
        "-- and -",
        "did it start at 10:30?",
        "see https://example.org/from:ann now",
        "is http://example.org:80/since:2021 up",
        "(from:ann)",
        "wherefrom:ann",
        "hashtag:nhs",
        "from :ann",
        "-long-term",
        "-@ann",
        '5" and 6"',
        'a lone " mark',
        '""',
    ],
)
def test_what_only_looks_like_an_operator_is_text(question: str) -> None:
    assert parse_query(question) == ParsedQuery(text=question, post_filter=PostFilter())
    assert not parse_query(question).restricts


def test_operators_are_taken_out_and_the_question_stays() -> None:
    query = parse_query(
        "from:ann what is  mention:@bob missing link:bbc.co.uk/news from thread:budget "
        "source:2021.txt the reforms?"
    )
    assert query.text == "what is missing from the reforms?"
    assert query.post_filter == PostFilter(
        authors=("ann",),
        mentions=("@bob",),
        links=("bbc.co.uk/news",),
        threads=("budget",),
        sources=("2021.txt",),
    )
    assert query.restricts


def test_the_names_of_operators_may_be_in_capitals() -> None:
    assert parse_query("From:Ann FROM:bob x") == ParsedQuery(
        text="x", post_filter=PostFilter(authors=("Ann", "bob"))
    )


def test_a_question_of_operators_alone_has_no_text() -> None:
    query = parse_query(" from:ann  -staff ")
    assert query.text == ""
    assert query.restricts


@pytest.mark.parametrize(
    "question", ['who thread:"integrated care" pays', "who thread:“ integrated care ” pays"]
)
def test_a_value_with_spaces_stands_in_quotes_straight_or_typographic(question: str) -> None:
    assert parse_query(question) == ParsedQuery(
        text="who pays", post_filter=PostFilter(threads=("integrated care",))
    )


@pytest.mark.parametrize(
    "question",
    ['who "integrated care" pays', "who “integrated care” pays", "who „ integrated care ‟ pays"],
)
def test_the_words_of_a_phrase_stay_in_the_question(question: str) -> None:
    assert parse_query(question) == ParsedQuery(
        text="who integrated care pays", post_filter=PostFilter(), phrases=("integrated care",)
    )


def test_a_phrase_before_a_question_mark_leaves_it_at_the_last_word() -> None:
    query = parse_query('who said "integrated care", "good value"?')
    assert query.text == "who said integrated care, good value?"
    assert query.phrases == ("integrated care", "good value")


def test_words_and_phrases_are_excluded_with_a_dash() -> None:
    query = parse_query("staff -nurses -don’t -covid19 -“ waiting times ” pay")
    assert query.text == "staff pay"
    assert query.excluded == ("nurses", "don’t", "covid19", "waiting times")
    assert query.phrases == ()
    assert query.restricts


@pytest.mark.parametrize("question", ['x -" " y', 'x " " y'])
def test_a_phrase_of_blanks_restricts_nothing(question: str) -> None:
    assert parse_query(question) == ParsedQuery(text="x y", post_filter=PostFilter())


@pytest.mark.parametrize("end", ["?", ".", "!", "?!", ";", ","])
def test_what_ends_the_question_is_not_part_of_an_operator(end: str) -> None:
    assert parse_query(f"who pays -nurses{end}").excluded == ("nurses",)
    assert parse_query(f'who pays -"a b"{end}').excluded == ("a b",)
    assert parse_query(f"who pays from:ann{end}").post_filter.authors == ("ann",)
    assert dates(f"who pays since:2021{end}") == (datetime(2021, 1, 1), None)


@pytest.mark.parametrize(
    ("value", "first", "after"),
    [
        ("2021-03-31", datetime(2021, 3, 31), datetime(2021, 4, 1)),
        ("2021-3-1", datetime(2021, 3, 1), datetime(2021, 3, 2)),
        ("2021-03", datetime(2021, 3, 1), datetime(2021, 4, 1)),
        ("2021-12", datetime(2021, 12, 1), datetime(2022, 1, 1)),
        ("2021", datetime(2021, 1, 1), datetime(2022, 1, 1)),
        ("2020-02", datetime(2020, 2, 1), datetime(2020, 3, 1)),
        ("2020-02-29", datetime(2020, 2, 29), datetime(2020, 3, 1)),
        ("2000-02-29", datetime(2000, 2, 29), datetime(2000, 3, 1)),
        ("0001", datetime(1, 1, 1), datetime(2, 1, 1)),
        ("9999", datetime(9999, 1, 1), datetime.max),
        ("9999-12", datetime(9999, 12, 1), datetime.max),
        ("9999-12-31", datetime(9999, 12, 31), datetime.max),
    ],
)
def test_since_begins_with_a_period_and_until_ends_after_it(
    value: str, first: datetime, after: datetime
) -> None:
    assert dates(f"since:{value}") == (first, None)
    assert dates(f"until:{value}") == (None, after)


@given(day=st.dates())
def test_a_day_is_within_its_month_and_its_month_within_its_year(day: date) -> None:
    year, month = f"{day.year:04}", f"{day.year:04}-{day.month:02}"
    days = dates(f"since:{day.isoformat()} until:{day.isoformat()}")
    months = dates(f"since:{month} until:{month}")
    years = dates(f"since:{year} until:{year}")
    assert days[0] is not None
    assert months[0] is not None
    assert years[0] is not None
    assert days[1] is not None
    assert months[1] is not None
    assert years[1] is not None
    assert years[0] <= months[0] <= days[0] < days[1] <= months[1] <= years[1]


def test_every_date_must_hold() -> None:
    assert dates("since:2020 since:2021-05 until:2023 until:2022-01") == (
        datetime(2021, 5, 1),
        datetime(2022, 2, 1),
    )


@pytest.mark.parametrize("key", ["since", "until"])
@pytest.mark.parametrize(
    "value",
    [
        "2021-02-29", "1900-02-29", "2021-13", "2021-00", "2021-03-00", "2021-00-01", "0000",
        "21", "yesterday", "31.03.2021", "2021-03-31T10:00", "2021-04-31", "20210331",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_an_example(key: str, value: str) -> None:
    with pytest.raises(
        UsageError, match=re.escape(f"{key}:{value} is not a date: ") + f".* as in {key}:2021-03-31"
    ):
        parse_query(f"who {key}:{value} pays")


@pytest.mark.parametrize("value", ["", " ann", '""', '" "', "?"])
def test_an_operator_without_a_value_is_refused_with_an_example(value: str) -> None:
    with pytest.raises(UsageError, match=r"^From: needs a value .* such as From:word$"):
        parse_query(f"who From:{value}")
    with pytest.raises(UsageError, match=r"^since: needs a value .* such as since:2021-03-31$"):
        parse_query(f"who since:{value}")


def test_quotes_that_are_not_closed_after_an_operator_are_refused() -> None:
    with pytest.raises(UsageError, match='thread:"integrated opens a quotation: close it'):
        parse_query('thread:"integrated care')


def test_the_operators_of_a_question_are_given_as_they_are_written() -> None:
    question = 'who pays from:Ann, thread:"care costs" “in full” -boats since:2021?'
    assert operators_in(question) == (
        "from:Ann",
        'thread:"care costs"',
        '"in full"',
        "-boats",
        "since:2021",
    )


@pytest.mark.parametrize(
    ("place", "left"),
    [
        (0, 'who pays "in full" -boats?'),
        (1, "who pays from:ann in full -boats?"),
        (2, 'who pays from:ann "in full"'),
    ],
)
def test_a_question_can_be_asked_with_one_operator_less(place: int, left: str) -> None:
    assert without_operator('who pays from:ann "in full" -boats?', place) == left
