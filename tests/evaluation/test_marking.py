"""Relevant posts, named and quoted, looked up in an archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.subjects import write_index
from threadqa.evaluation.marking import find_quotes, mark_relevant, stored_texts
from threadqa.evaluation.values import Question
from threadqa.indexing.opening import open_archive


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_index(tmp_path_factory.mktemp("marking"))


@pytest.mark.parametrize(
    ("quote", "texts"),
    [
        ("Ann says that the boat", {"Ann says\nthat the boat is green."}),
        ("nn   says\tthat the boa", {"Ann says\nthat the boat is green."}),
        ("that the boat", {"Ann says\nthat the boat is green.", "Bob says that the boat is red."}),
        ("river", {"1/2 The boat is on the river."}),
        ("ecipe", {"3/3 A recipe for trouble."}),
        ("late.", {"2/3 Money for staff is late."}),
        ("ann says that the boat", set()),
        ("the boat. Music", set()),
    ],
)
def test_a_quote_is_found_in_the_posts_whose_words_hold_it(
    index: Path, quote: str, texts: set[str]
) -> None:
    with open_archive(index) as archive:
        (posts,) = find_quotes([quote], archive).values()
        assert set(stored_texts(posts, archive).values()) == texts
        assert len(posts) == len(texts)


def test_named_and_quoted_posts_are_relevant_and_the_higher_grade_counts(index: Path) -> None:
    question = Question(
        id="q",
        question="?",
        relevance={"a": 2, "c": 0},
        relevant_quotes=("that the boat", "is red"),
    )
    with open_archive(index) as archive:
        marked = mark_relevant([question], archive)
    assert marked.relevance == {"q": {"a": 2, "b": 1, "c": 0}}
    assert marked.missing == 0


def test_questions_without_marks_have_none(index: Path) -> None:
    with open_archive(index) as archive:
        marked = mark_relevant([Question(id="q", question="?")], archive)
    assert (marked.relevance, marked.missing) == ({"q": None}, 0)


def test_what_the_archive_lacks_is_counted_once_and_stays_relevant(index: Path) -> None:
    questions = [
        Question(id="1", question="?", relevance={"a": 1, "gone": 1}),
        Question(id="2", question="?", relevance={"gone": 1}, relevant_quotes=("no such words",)),
        Question(id="3", question="?"),
        Question(id="4", question="?", relevance={}),
    ]
    with open_archive(index) as archive:
        marked = mark_relevant(questions, archive)
    assert marked.missing == 2
    assert marked.relevance == {
        "1": {"a": 1, "gone": 1},
        "2": {"gone": 1, "(no post holds “no such words”)": 1},
        "3": None,
        "4": {},
    }
