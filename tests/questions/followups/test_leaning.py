"""Whether a question stands alone, by hand-picked questions and by properties."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadqa.evaluation.questions import read_questions
from threadqa.questions.followups.leaning import Leaning, leaning

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("Was it delivered on time?", Leaning.PRONOUN),
        ("Who leads it now?", Leaning.PRONOUN),
        ("How many colleagues does she lose?", Leaning.PRONOUN),
        ("Which one has no budget of its own?", Leaning.PRONOUN),
        ("Which of those is about staff?", Leaning.DEMONSTRATIVE),
        ("Why is that?", Leaning.DEMONSTRATIVE),
        ("When did the auditors publish that report?", Leaning.DEMONSTRATIVE),
        ("Was it late: who says that?", Leaning.PRONOUN),
        ("And beds?", Leaning.FRAGMENT),
        ("And for the first half?", Leaning.FRAGMENT),
        ("And in May 2020?", Leaning.FRAGMENT),
        ("What about mental health?", Leaning.FRAGMENT),
        ("Why?", Leaning.FRAGMENT),
        ("No, I meant the week to 4 November.", Leaning.CORRECTION),
        ("So the longest waiters are not next?", Leaning.CONFIRMATION),
        ("And who reached the rest?", Leaning.COMPARISON),
        ("Who had asked for more time?", Leaning.COMPARISON),
        ("Is anybody left out of the count?", Leaning.DEFINITE),
        ("When were trusts told?", Leaning.SHORT),
        ("When did the audit come out?", Leaning.DEFINITE),
        ("What are the three tests?", Leaning.DEFINITE),
        ("How many more beds were opened?", Leaning.COMPARISON),
        ("Who was in charge of testing then?", Leaning.COMPARISON),
        ("And what should councils pay for?", Leaning.JOINED),
        ("Does the writer say it'll be enough?", Leaning.PRONOUN),
        ("Do trusts think they're heard?", Leaning.PRONOUN),
    ],
)
def test_a_question_that_leans_is_known_by_its_sign(question: str, sign: Leaning) -> None:
    assert leaning(question) is sign


@pytest.mark.parametrize(
    "question",
    [
        "How much hospital debt was written off in April 2020?",
        "What is an ICS?",
        "statutory sick pay a week?",
        # What the pronoun means stands before it.
        "When the Treasury announced the end of the levy, how long had it lived?",
        "To whom did hospitals owe the debt before it was written off?",
        "Does the Treasury have any budget of its own?",
        "How many contracts did the programme sign and what were they worth?",
        # These point at nothing.
        "Is there a standard for psychosis?",
        "How many screening centres are there?",
        "Why do nurses say it's important to rest?",
        "Who closed a ward that's been empty?",
        "What is the standing charge for gas?",
        "And who was Florence Nightingale?",
        "And who decides which beds are closed?",
        "How do nurses learn what they'll earn?",
        "What happens to a ward once it has closed?",
        "How long does it take to train a nurse?",
        "What do trusts say that ministers should do about pay?",
        "What became of those who were told to stay at home?",
        # A topic is set off, or the subject changed in so many words.
        "The care cap: who had asked for more time?",
        "The report's source – who had asked for more time?",
        "Another question: who turned it down, the government?",
        "Which planet has the largest moon?",
    ],
)
def test_a_question_that_stands_alone_has_no_sign(question: str) -> None:
    assert leaning(question) is None


@pytest.mark.parametrize("questions", ["examples/questions.jsonl", "eval/documents.jsonl"])
def test_hardly_any_question_that_was_asked_alone_seems_to_lean(questions: str) -> None:
    alone = [q for q in read_questions(ROOT / questions).questions if not q.history]
    signs = [leaning(question.question) for question in alone]
    assert sum(sign is not None for sign in signs) <= 0.15 * len(alone)
    assert sum(sign is not None and sign.is_certain for sign in signs) <= 0.08 * len(alone)


def test_the_development_half_of_the_conversations_is_told_apart() -> None:
    questions = read_questions(ROOT / "eval" / "followups.jsonl").questions
    development = [q for q in questions if "development" in q.tags]
    wrong = [
        question.question
        for question in development
        if (leaning(question.question) is not None) is not ("leans" in question.tags)
    ]
    assert wrong == []
