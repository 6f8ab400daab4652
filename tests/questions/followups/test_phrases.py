"""What a question speaks of: topics and noun phrases."""

from __future__ import annotations

import pytest

from threadqa.questions.followups.phrases import phrases, topic


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many posts were unfilled in 2021/22?", "posts unfilled in 2021/22"),
        ("How many contracts did Test and Trace sign?", "contracts Test and Trace signed"),
        (
            "How much did the NHS get for the second half of the year?",
            "how much the NHS got for the second half of the year",
        ),
        ("How long was the waiting list in May 2020?", "the waiting list in May 2020"),
        ("What is the standard for talking therapies?", "the standard for talking therapies"),
        ("What does the board do?", "what the board does"),
        ("When will the cap begin?", "when the cap will begin"),
        ("Does the list count people?", "whether the list counts people"),
        ("Is the system different from the last?", "whether the system is different from the last"),
        ("How many systems are there in England?", "systems in England"),
        ("How many children had a mental disorder?", "children with a mental disorder"),
        ("What is in the plan for urgent care?", "What is in the plan for urgent care"),
        ("Who pays for care?", "who pays for care"),
        ("Thanks. How many beds were promised?", "beds promised"),
        ("The care cap: who had asked for more time?", "The care cap"),
        ("", ""),
    ],
)
def test_a_topic_says_what_a_question_is_about(question: str, expected: str) -> None:
    assert topic(question).lower() == expected.lower()


def test_the_subject_comes_before_what_stands_after_a_preposition() -> None:
    found = phrases("What did the director of nursing say about the bucket?")
    assert [phrase.text for phrase in found] == ["the director of nursing", "the bucket"]
    assert [phrase.is_person for phrase in found] == [True, False]


@pytest.mark.parametrize(
    ("question", "plural"),
    [
        ("How many rapid tests were sent out?", True),
        ("What is the NHS?", False),
        ("Who are the people?", True),
        ("Where is the bus?", False),
    ],
)
def test_a_phrase_is_of_one_thing_or_of_several(question: str, plural: bool) -> None:
    assert phrases(question)[0].is_plural is plural


def test_a_date_is_no_thing() -> None:
    found = phrases("How long was the list at the end of March 2021?")
    assert {phrase.text: phrase.is_time for phrase in found} == {
        "the list": False,
        "the end of March 2021": True,
        "March 2021": True,
    }
