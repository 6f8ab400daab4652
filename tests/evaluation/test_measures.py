"""Measures of one question, against values worked out by hand."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.answers import answered, post_text, refused
from threadqa.answers import Answer
from threadqa.evaluation.measures import measure, token_f1
from threadqa.evaluation.values import Question

RANKING = ("nDCG@10", "R@1", "R@5", "R@10", "R@25", "R@100", "RR")


def asked(**fields: object) -> Question:
    return Question(id="q", question="Is it so?", **fields)  # type: ignore[arg-type]


def measured(
    question: Question,
    answer: Answer | None = None,
    ranking: tuple[str, ...] = (),
    stored: dict[str, str] | None = None,
) -> dict[str, float]:
    cited = [] if answer is None else [citation.hit.post.id for citation in answer.citations]
    texts = {post: post_text(post) for post in cited} if stored is None else stored
    return measure(question, question.relevance, ranking, answer, texts)


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (1, [1, 1, 1, 1, 1, 1, 1]),
        (3, [1 / 2, 0, 1, 1, 1, 1, 1 / 3]),
        (7, [1 / 3, 0, 0, 1, 1, 1, 1 / 7]),
        (15, [0, 0, 0, 0, 1, 1, 1 / 15]),
        (63, [0, 0, 0, 0, 0, 1, 1 / 63]),
        (101, [0, 0, 0, 0, 0, 0, 1 / 101]),
    ],
)
def test_one_relevant_post_is_measured_by_its_rank(rank: int, expected: list[float]) -> None:
    ranking = tuple("right" if place == rank else f"p{place}" for place in range(1, 111))
    found = measured(asked(relevance={"right": 1}), refused(), ranking)
    assert [found[name] for name in RANKING] == pytest.approx(expected)


def test_grades_are_gains_and_recall_is_the_share_of_relevant_posts() -> None:
    question = asked(relevance={"best": 3, "good": 1, "bad": 0, "missing": 1})
    found = measured(question, refused(), ("bad", "best", "other", "good"))
    gain = 3 / log2(3) + 1 / log2(5)
    ideal = 3 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert found["nDCG@10"] == pytest.approx(gain / ideal)
    assert found["R@1"] == 0
    assert found["R@5"] == pytest.approx(2 / 3)
    assert found["RR"] == 1 / 2


def test_the_order_of_the_ranking_counts_whatever_the_ids_are() -> None:
    ranking = tuple("zyxwvutsrqponmlkjihgfedcba")
    first = measured(asked(relevance={"z": 1}), refused(), ranking)
    last = measured(asked(relevance={"a": 1}), refused(), ranking)
    assert (first["RR"], last["RR"]) == (1, 1 / 26)


def test_a_ranking_that_is_empty_finds_nothing() -> None:
    found = measured(asked(relevance={"a": 1}), refused())
    assert [found[name] for name in RANKING] == [0] * 7


def test_citations_are_measured_against_the_relevant_posts() -> None:
    question = asked(relevance={"a": 1, "b": 2, "c": 1, "d": 0})
    found = measured(question, answered("b", "x", "a", "d"))
    assert found["first citation relevant"] == 1
    assert found["citation precision"] == 2 / 4
    assert found["citation recall"] == 2 / 3
    found = measured(question, answered("x", "a"))
    assert found["first citation relevant"] == 0
    assert found["citation precision"] == 1 / 2
    assert found["citation recall"] == 1 / 3


def test_an_answer_that_was_not_found_cites_nothing() -> None:
    found = measured(asked(relevance={"a": 1}), refused())
    assert (found["first citation relevant"], found["citation recall"]) == (0, 0)
    assert not {"citation precision", "citation validity", "answer length"} & set(found)


def test_a_citation_is_valid_if_the_archive_has_its_text() -> None:
    texts = {"a": post_text("a"), "b": post_text("b") + "!"}
    found = measured(asked(), answered("a", "b", "gone", "a"), stored=texts)
    assert found == {"citation validity": 2 / 4, "answer length": len("It is so. [1][2][3][4]")}


@pytest.mark.parametrize(
    ("text", "contains", "acceptable"),
    [
        ("The  COUNCIL pays\nfor staff.", 1, 1),
        ("The council works.", 0, 0),
        ("Staff pay.", 0, 1),
        ("The council and staff.", 1, 0),
    ],
)
def test_texts_are_found_in_an_answer_whatever_their_case_and_spacing(
    text: str, contains: float, acceptable: float
) -> None:
    question = asked(
        answer_contains=("the council", "staff"), acceptable_answers=("council pays", "Staff  PAY")
    )
    found = measured(question, answered("a", text=text))
    assert (found["answer contains"], found["acceptable answer"]) == (contains, acceptable)


@pytest.mark.parametrize(
    ("text", "wanted", "held"),
    [
        ("It rose by 14%.", "4%", 0),
        ("It rose by 14%.", "14%", 1),
        ("It cost £4.5m.", "£4", 0),
        ("It cost £4, said Ann.", "£4", 1),
        ("In 2019.", "2019", 1),
        ("1,240 posts.", "240", 0),
        ("The councils pay.", "council", 1),
    ],
)
def test_a_number_does_not_stand_in_a_longer_one(text: str, wanted: str, held: float) -> None:
    question = asked(answer_contains=(wanted,), acceptable_answers=(wanted,))
    found = measured(question, answered("a", text=text))
    assert (found["answer contains"], found["acceptable answer"]) == (held, held)


def test_citation_numbers_are_no_words_of_an_answer() -> None:
    found = measured(asked(answer_contains=("1",), reference_answer="1"), answered("a"))
    assert (found["answer contains"], found["token F1"]) == (0, 0)


def test_what_an_unanswerable_question_says_of_answers_is_not_measured() -> None:
    question = asked(
        answerable=False, relevance={"a": 1}, answer_contains=("so",), reference_answer="so"
    )
    found = measured(question, refused(), ("a",))
    assert set(found) == {*RANKING, "abstention precision", "abstention recall",
                          "unanswerable answered"}  # fmt: skip


def test_an_answer_that_was_not_found_contains_nothing() -> None:
    question = asked(answer_contains=("so",), acceptable_answers=("so",), reference_answer="so")
    assert measured(question, refused()) == {
        "answer contains": 0,
        "acceptable answer": 0,
        "token F1": 0,
    }


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [
        ("The cat sat.", "a cat", 2 * (1 / 2) * 1 / (1 / 2 + 1)),  # cat of "cat sat" and of "cat"
        ("cat cat dog", "cat dog dog", 2 / 3),
        ("It's 106!", "its, 106", 1),
        ("dog", "cat", 0),
        ("the", "the", 0),
        ("", "cat", 0),
    ],
)
def test_token_f1_is_squads(answer: str, reference: str, expected: float) -> None:
    assert token_f1(answer, reference) == pytest.approx(expected)


def test_token_f1_is_the_best_over_all_references() -> None:
    question = asked(reference_answer="a very long answer in full", acceptable_answers=("cat",))
    assert measured(question, answered("a", text="A cat."))["token F1"] == 1


@pytest.mark.parametrize(
    ("answerable", "answer", "expected"),
    [
        (True, answered("a"), {"answerable refused": 0}),
        (True, refused(), {"answerable refused": 1, "abstention precision": 0}),
        (True, None, {"answerable refused": 1}),
        (False, answered("a"), {"unanswerable answered": 1, "abstention recall": 0}),
        (
            False,
            refused(),
            {"unanswerable answered": 0, "abstention recall": 1, "abstention precision": 1},
        ),
        (False, None, {"unanswerable answered": 1, "abstention recall": 0}),
    ],
)
def test_answering_and_refusing_are_measured_where_answerability_is_known(
    answerable: bool, answer: Answer | None, expected: dict[str, float]
) -> None:
    found = measured(asked(answerable=answerable), answer)
    rates = {"answerable refused", "unanswerable answered"}
    assert {k: v for k, v in found.items() if k in rates or k.startswith("abstention")} == expected


def test_a_failed_question_has_the_worst_value_of_all_that_it_allows() -> None:
    question = asked(relevance={"a": 1}, answer_contains=("so",), reference_answer="so")
    assert measured(question) == {
        **dict.fromkeys(RANKING, 0),
        "first citation relevant": 0,
        "citation recall": 0,
        "answer contains": 0,
        "token F1": 0,
        "answerable refused": 1,
    }


def test_a_question_that_says_nothing_allows_no_measure_of_right_and_wrong() -> None:
    assert measured(asked(), refused(), ("a",)) == {}
    assert measured(asked(relevance={}), refused(), ("a",)) == {}


words = st.text("ab .,X", max_size=20)


@given(words, words)
def test_token_f1_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert token_f1(one, other) == token_f1(other, one)
    assert 0 <= token_f1(one, other) <= 1
