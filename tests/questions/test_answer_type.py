"""What kind of thing a question asks for, and which sentences have one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.questions.answer_type import AnswerType, expected_type, satisfies

NUMBER, DATE = AnswerType.NUMBER, AnswerType.DATE
REASON, PERSON, ANY = AnswerType.REASON, AnswerType.PERSON, AnswerType.ANY
SHARE, MONEY = AnswerType.SHARE, AnswerType.MONEY
DURATION, PLACE = AnswerType.DURATION, AnswerType.PLACE
ASKING = {
    NUMBER: "how many nurses left?",
    DATE: "when did they leave?",
    REASON: "why did they leave?",
    PERSON: "who left?",
    SHARE: "what share of them left?",
    MONEY: "how much did they pay?",
    DURATION: "how long did it take?",
    PLACE: "where did they go?",
    ANY: "what is missing?",
}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many nurses left?", NUMBER),
        ("HOW MUCH did it rise", NUMBER),
        ("how long is the list?", NUMBER),
        ("how often do boats sail?", NUMBER),
        ("what share is private?", SHARE),
        ("What percentage of staff left?", SHARE),
        ("How much was spent on masks?", MONEY),
        ("What is the daily charge?", MONEY),
        ("How long did they wait?", DURATION),
        ("How soon will it end?", DURATION),
        ("Where did it begin?", PLACE),
        ("the size of the list", NUMBER),
        ("How many years did it take?", NUMBER),
        ("When did the ICS begin?", DATE),
        ("what year was the plan?", DATE),
        ("Which month is worst?", DATE),
        ("Why do nurses leave?", REASON),
        ("How come it rose?", REASON),
        ("What are the reasons given?", REASON),
        ("Who wrote the plan?", PERSON),
        ("whose plan is it?", PERSON),
        ("By whom was it written?", PERSON),
        ("What is missing from the ICS reforms?", ANY),
        ("How is it paid?", ANY),
        ("Whatever whenever", ANY),
        ("the whole show", ANY),
        ("", ANY),
    ],
)
def test_a_word_of_the_question_gives_away_what_it_asks_for(
    question: str, kind: AnswerType
) -> None:
    assert expected_type(question) is kind


@pytest.mark.parametrize("kind", AnswerType)
def test_the_questions_asked_here_are_of_their_kind(kind: AnswerType) -> None:
    assert expected_type(ASKING[kind]) is kind


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (NUMBER, "40,000 posts are empty."),
        (NUMBER, "Up by £3bn."),
        (NUMBER, "Twelve left."),
        (NUMBER, "Millions wait."),
        (NUMBER, "Half of them left."),
        (NUMBER, "None did."),
        (SHARE, "Some 41% did."),
        (SHARE, "Two in three did."),
        (SHARE, "Half did."),
        (MONEY, "They paid £3bn."),
        (MONEY, "It was 60p a day."),
        (MONEY, "It was free."),
        (DURATION, "It took 18 weeks."),
        (DURATION, "A five-year wait."),
        (PLACE, "They went to Kent."),
        (DATE, "It began in 2013."),
        (DATE, "It began in Sept."),
        (DATE, "On the 3rd, it began."),
        (DATE, "It begins on MONDAY."),
        (DATE, "They left years ago."),
        (REASON, "They left because of pay."),
        (REASON, "It was due to pay."),
        (REASON, "Pay caused it."),
        (PERSON, "It was @ann_lee."),
        (PERSON, "@ann wrote it."),
        (PERSON, "It was Ann who wrote it."),
        (ANY, "Boats float."),
        (ANY, ""),
    ],
)
def test_a_sentence_with_a_thing_of_the_kind_satisfies(kind: AnswerType, sentence: str) -> None:
    assert satisfies(sentence, kind, ASKING[kind])


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (NUMBER, "Many left."),
        (NUMBER, "Often, weight and tension fell."),
        (SHARE, "41 did."),
        (MONEY, "They sent 40 nurses."),
        (MONEY, "Up by 41%."),
        (DURATION, "It took 40 nurses."),
        (PLACE, "They went to bed."),
        (DATE, "40 nurses left."),
        (DATE, "The 1850s were long."),
        (DATE, "Maybe on marches."),
        (REASON, "They left."),
        (REASON, "Some meant it."),
        (PERSON, "Nurses wrote it."),
        (PERSON, "the nurses wrote it."),
        (PERSON, "It began at iPhone size."),
        (NUMBER, ""),
        (DATE, ""),
        (REASON, ""),
        (PERSON, ""),
    ],
)
def test_a_sentence_without_one_does_not_satisfy(kind: AnswerType, sentence: str) -> None:
    assert not satisfies(sentence, kind, ASKING[kind])


@pytest.mark.parametrize(
    ("kind", "question", "named", "other"),
    [
        (
            NUMBER,
            "How long was the list in March 2021?",
            "In 2021 the list grew.",
            "In 2021 the list grew to 5 million.",
        ),
        (NUMBER, "How many did the Three send?", "The three were late.", "The three sent nine."),
        (MONEY, "What was the price after £5?", "It was £5 then.", "It was £5, then £6."),
        (
            DATE,
            "When in March did it begin?",
            "It was begun in march.",
            "It was begun in March, on the 3rd.",
        ),
        (REASON, "What is the reason?", "A reason is given.", "A reason is given: it means cuts."),
        (PERSON, "Who is Ann?", "We know Ann.", "We know Ann Lee."),
        (PERSON, "Who did @ann thank?", "Then @Ann gave thanks.", "Then @ann thanked @bo."),
        (PERSON, "Who is ann?", "It is @ann.", "It is @ann_lee."),
    ],
)
def test_what_the_question_names_itself_does_not_satisfy(
    kind: AnswerType, question: str, named: str, other: str
) -> None:
    assert expected_type(question) is kind
    assert not satisfies(named, kind, question)
    assert satisfies(other, kind, question)


@given(sentence=st.text(), question=st.text())
def test_any_sentence_satisfies_a_question_that_expects_nothing(
    sentence: str, question: str
) -> None:
    assert satisfies(sentence, ANY, question)


@given(question=st.text() | st.sampled_from(sorted(ASKING.values())), sentence=st.text())
def test_any_text_is_of_a_kind_and_satisfies_or_not(question: str, sentence: str) -> None:
    assert expected_type(question) in AnswerType
    for kind in AnswerType:
        assert isinstance(satisfies(sentence, kind, question), bool)


@given(number=st.integers(0, 10**9))
def test_a_sentence_with_a_number_satisfies_unless_the_question_has_it(number: int) -> None:
    sentence = f"It was {number}."
    assert satisfies(sentence, NUMBER, "How many left?")
    assert not satisfies(sentence, NUMBER, f"How many of {number} left?")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Why has the cost of care risen?", AnswerType.REASON),
        ("Who pays the cost of care?", AnswerType.PERSON),
        ("When did the number of beds fall?", AnswerType.DATE),
        ("What did the WHO say about masks?", AnswerType.ANY),
        ("What is the cost of care?", AnswerType.MONEY),
    ],
)
def test_the_word_that_asks_decides_before_the_noun_does(question: str, kind: AnswerType) -> None:
    assert expected_type(question) is kind


def test_a_number_joined_to_letters_that_the_question_names_does_not_answer_it() -> None:
    question = "How much of the £5bn went to nurses?"
    assert not satisfies("The £5bn was late.", AnswerType.NUMBER, question)
    assert satisfies("The £5bn was late, and £2bn went to nurses.", AnswerType.NUMBER, question)


def test_the_month_of_may_is_a_date_and_what_may_happen_is_not() -> None:
    assert satisfies("They leave in May.", AnswerType.DATE, "When do they go?")
    assert not satisfies("They may leave.", AnswerType.DATE, "When do they go?")
