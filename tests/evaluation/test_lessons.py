"""The lessons of the cross-encoder are what eval/lessons.md says they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from question_sets import lessons_sets

ROOT = Path(__file__).parents[2]
THREADS: list[tuple[str, dict[str, Any]]] = [
    (file.stem, json.loads(line))
    for file in sorted((ROOT / "eval" / "lessons").glob("*.jsonl"))
    for line in file.read_text("utf-8").splitlines()
]


def posts_of(question: dict[str, Any]) -> list[int]:
    return question["post"] if isinstance(question["post"], list) else [question["post"]]


def test_every_answer_stands_in_the_post_that_answers() -> None:
    for file, thread in THREADS:
        for question in thread["questions"]:
            places = posts_of(question)
            assert all(1 <= place <= len(thread["posts"]) for place in places), (file, question)
            assert question["answer"] in thread["posts"][places[0] - 1], (file, question)


def test_the_page_says_how_many_there_are() -> None:
    page = (ROOT / "eval" / "lessons.md").read_text("utf-8")
    counts = {
        "invented threads": len(THREADS),
        "posts": sum(len(thread["posts"]) for _, thread in THREADS),
        "questions": sum(len(thread["questions"]) for _, thread in THREADS),
        "near misses": sum(len(thread["unanswerable"]) for _, thread in THREADS),
    }
    for what, count in counts.items():
        assert f"{count:,} {what}" in page


def test_nobody_speaks_but_invented_handles() -> None:
    for file, thread in THREADS:
        author = thread["author"]
        authors = author if isinstance(author, list) else [author]
        assert all(name.startswith("@example_") for name in authors), file
        assert len(authors) in (1, len(thread["posts"])), file


def test_an_archive_of_lessons_has_their_posts_and_questions(tmp_path: Path) -> None:
    sets = {given.name: given for given in lessons_sets(tmp_path)}
    assert set(sets) == {f"lessons/{file}" for file, _ in THREADS}
    given = sets["lessons/works"]
    works = [thread for file, thread in THREADS if file == "works"]
    posts = [json.loads(line) for line in given.posts.read_text("utf-8").splitlines()]
    assert [post["text"] for post in posts] == [text for one in works for text in one["posts"]]
    first = works[0]["questions"][0]
    asked = next(q for q in given.questions.questions if q.question == first["q"])
    (relevant, *_) = asked.relevance or {}
    texts = {post["id"]: post["text"] for post in posts}
    assert first["answer"] in texts[relevant]
    unanswerable = [q for q in given.questions.questions if q.answerable is False]
    assert len(unanswerable) == sum(len(one["unanswerable"]) for one in works)


@pytest.mark.parametrize("kept", ["integrated care", "test and trace"])
def test_what_the_examples_are_about_is_left_out(kept: str) -> None:
    for file, thread in THREADS:
        assert kept not in thread["subject"].lower(), file
