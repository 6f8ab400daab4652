"""The standalone form of a follow-up, worked out by hand, and what holds of any conversation."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answers import Exchange
from threadqa.questions.followups.completion import Reach, complete
from threadqa.questions.followups.leaning import Leaning, leaning
from threadqa.retrieval.operators import parse_query


def said(*questions: str) -> list[Exchange]:
    return [Exchange(question=question, answer="An answer.") for question in questions]


def standalone(question: str, *before: str) -> str:
    return complete(question, said(*before)).standalone


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        # A pronoun gives way to what it means.
        (
            "When did the covid app reach England?",
            "Where was it tried first?",
            "Where was the covid app tried first?",
        ),
        (
            "How many rapid tests were sent out?",
            "How many of those were registered?",
            "How many of the rapid tests sent out were registered?",
        ),
        (
            "What are the two parts of a system?",
            "Which one has no budget?",
            "Which of the two parts of a system has no budget?",
        ),
        (
            "What did the head teacher say about the list?",
            "Which school does she lead?",
            "Which school does the head teacher lead?",
        ),
        (
            "What do the 42 systems replace?",
            "And what arrives in their place?",
            "What arrives in the place of the 42 systems?",
        ),
        (
            "How much debt was written off in April 2020?",
            "Who was it owed to?",
            "Who was the debt written off in April 2020 owed to?",
        ),
        (
            "What did Ann Lee say about GPs?",
            "Does she support them?",
            "Does Ann Lee support GPs?",
        ),
        (
            "What do people say about masks?",
            "Do they work?",
            "Do masks work?",
        ),
        (
            "What did the minister promise in March?",
            "Did she say she was sorry?",
            "What the minister promised in March: did she say she was sorry?",
        ),
        # A fragment takes the place of its counterpart, or is added.
        (
            "How long was the list in February 2020?",
            "And in May 2020?",
            "How long was the list in May 2020?",
        ),
        (
            "How much did the NHS get for the second half of 2021/22?",
            "And for the first half?",
            "How much did the NHS get for the first half of 2021/22?",
        ),
        (
            "How many two-year waits were there in January?",
            "What about one-year waits?",
            "How many one-year waits were there in January?",
        ),
        (
            "By when should nobody wait more than two years?",
            "And more than 65 weeks?",
            "By when should nobody wait more than 65 weeks?",
        ),
        (
            "How many posts were unfilled in 2021/22?",
            "And in Scotland?",
            "How many posts were unfilled in 2021/22 in Scotland?",
        ),
        (
            "What share of contacts was reached in the week to 28 October?",
            "No, I meant the week to 4 November.",
            "What share of contacts was reached in the week to 4 November?",
        ),
        (
            "How many posts were vacant in September?",
            "What about nurses?",
            "Nurses: how many posts were vacant in September?",
        ),
        ("Why is the list long?", "And when?", "Why is the list long, and when?"),
        # What leans in other ways gets the topic before it.
        (
            "What is missing from the reforms?",
            "Which of those is about staff?",
            "What is missing from the reforms: which of those is about staff?",
        ),
        (
            "How many contacts have national tracers reached?",
            "And who reached the rest?",
            "Contacts national tracers reached: who reached the remaining contacts?",
        ),
        (
            "When will the care cap begin?",
            "Who had asked for more time?",
            "When the care cap will begin: who had asked for more time?",
        ),
    ],
)
def test_a_follow_up_becomes_a_question_that_stands_alone(
    before: str, question: str, expected: str
) -> None:
    assert standalone(question, before) == expected


def test_a_follow_up_of_a_follow_up_reaches_back_to_the_subject() -> None:
    asked = complete(
        "Why do they leave?",
        said("How many posts were vacant in September 2022?", "What about nurses?"),
    )
    assert asked.standalone == "Why do nurses leave?"


def test_the_last_subject_counts_after_a_change() -> None:
    before = ("What is the standard for therapies?", "How much hospital debt was written off?")
    assert standalone("When was that?", *before) == "Hospital debt written off: when was that?"


def test_a_question_asked_again_with_fewer_words_stands_alone() -> None:
    assert standalone("Who pays for the levy?", "How and when, and who pays for the levy?") == (
        "Who pays for the levy?"
    )


def test_thanks_are_no_subject() -> None:
    before = ("When did the covid app reach England?", "Thank you!")
    assert standalone("Where was it tried?", *before) == "Where was the covid app tried?"


@pytest.mark.parametrize(
    "question",
    ["How much hospital debt was written off in April 2020?", "", "?", "Who pays for care homes?"],
)
def test_a_question_that_stands_alone_is_returned_unchanged(question: str) -> None:
    found = complete(question, said("How long is the waiting list?"))
    if leaning(question) is None:
        assert (found.standalone, found.sign) == (question, None)
        assert [(p.text, p.share) for p in found.phrasings] == [(question, 1.0)]


def test_a_follow_up_of_nothing_is_left_as_it_is() -> None:
    assert standalone("Which of those is about staff?") == "Which of those is about staff?"
    assert standalone("And then?", "Hello!") == "And then?"


def test_the_phrasings_of_a_follow_up_share_one_weight() -> None:
    found = complete("Was it late?", said("What is the plan for care?"))
    assert found.sign is Leaning.PRONOUN
    assert [phrasing.text for phrasing in found.phrasings] == [
        "Was it late?",
        "Was the plan for care late?",
        "the plan for care Was it late?",
    ]
    assert sum(phrasing.share for phrasing in found.phrasings) == pytest.approx(1.0)


def test_a_question_without_words_of_its_own_is_not_searched_as_it_is() -> None:
    found = complete("Why is that?", said("What is the plan for care?"))
    assert "Why is that?" not in [phrasing.text for phrasing in found.phrasings]


ENGLISH = st.lists(
    st.sampled_from(
        "what which who how many much why is was did does the of those it its they that one and "
        "about for in May 2020 tests list plan nurses reached , : ? . No I meant so NHS @ann £5bn "
        "more than rest source from ’s 🎉 […]".split()
    ),
    max_size=12,
).map(" ".join)
QUESTIONS = st.one_of(ENGLISH, st.text(max_size=60))


def _has_no_operator(question: str) -> bool:
    """Whether a text is one that is left when operators were taken out."""
    if '"' in question or "-" in question or "“" in question or "”" in question:
        return False
    return ":" not in question


HISTORIES = st.lists(
    st.builds(Exchange, question=QUESTIONS.filter(str.strip), answer=st.text(max_size=30)),
    max_size=4,
)


def test_a_long_text_stands_alone_and_costs_little() -> None:
    long = "What does the care plan say of it and of them? " * 3_000
    before = [Exchange(question=long, answer=long)] * 6
    started = time.perf_counter()
    assert complete(long, before).standalone == long
    assert complete("Who pays for it?", before).sign is Leaning.PRONOUN
    assert time.perf_counter() - started < 2.0


@given(question=QUESTIONS, history=HISTORIES)
def test_no_conversation_breaks_it(question: str, history: list[Exchange]) -> None:
    found = complete(question, history)
    assert found == complete(question, history)
    assert (found.sign is None) is (found.standalone == question)
    assert found.reach is Reach.ANYWHERE or found.sign is not None
    assert sum(phrasing.share for phrasing in found.phrasings) == pytest.approx(1.0)
    if leaning(question) is None or not history:
        assert found.standalone == question


@given(question=QUESTIONS.filter(str.strip), history=HISTORIES)
def test_a_topic_that_was_set_off_is_not_set_off_again(
    question: str, history: list[Exchange]
) -> None:
    once = complete(f"Care homes: {question}", history).standalone
    assert once == f"Care homes: {question}"


@given(question=QUESTIONS.filter(_has_no_operator), history=HISTORIES)
def test_a_standalone_form_can_be_asked_by_itself(question: str, history: list[Exchange]) -> None:
    plain = [exchange for exchange in history if _has_no_operator(exchange.question)]
    form = complete(question, plain).standalone
    assert parse_query(form).text == " ".join(form.split())
    assert not parse_query(form).restricts
