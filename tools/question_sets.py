"""Archives and questions in threadqa's own formats, for the tools that measure and fit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from threadqa.assistant import Assistant
from threadqa.encoders.registry import open_encoder
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.settings import load_settings

__all__ = ["Asked", "QuestionSet", "question_sets", "serving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a set.

    Attributes:
        id: Unique in its set.
        question: What is asked.
        relevant: Ids of the posts that hold the answer, or pieces of their text.
        answerable: Whether the archive holds an answer.
        accepted: Texts of which one should stand in the answer; all, for `contains`.
        tags: Free words.
        follow_up: Whether it needs its history to be understood.
    """

    id: str
    question: str
    relevant_posts: tuple[str, ...]
    relevant_quotes: tuple[str, ...]
    answerable: bool
    answer_contains: tuple[str, ...]
    acceptable_answers: tuple[str, ...]
    follow_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """Posts to index, and questions about them."""

    name: str
    posts: Path
    questions: tuple[Asked, ...]


def question_sets(root: Path, names: Sequence[str]) -> Iterator[QuestionSet]:
    """The sets below a folder: every folder with posts.jsonl and questions.jsonl whose path
    begins with one of the names.
    """  # noqa: D205
    for file in sorted(root.rglob("questions.jsonl")):
        name = file.parent.relative_to(root).as_posix()
        if any(name.startswith(wanted) for wanted in names):
            yield QuestionSet(
                name=name, posts=file.with_name("posts.jsonl"), questions=read_questions(file)
            )


def read_questions(file: Path) -> tuple[Asked, ...]:
    """The questions of a JSONL file; a question without the key `answerable` has an answer."""
    questions = []
    for line in file.read_text("utf-8").splitlines():
        fields = json.loads(line)
        questions.append(
            Asked(
                id=fields["id"],
                question=fields["question"],
                relevant_posts=tuple(fields.get("relevant_posts", ())),
                relevant_quotes=tuple(fields.get("relevant_quotes", ())),
                answerable=fields.get("answerable", True),
                answer_contains=tuple(fields.get("answer_contains", ())),
                acceptable_answers=tuple(fields.get("acceptable_answers", ())),
                follow_up=bool(fields.get("history")),
            )
        )
    return tuple(questions)


@contextmanager
def serving(posts: Path, cache: Path | None = None, **settings: object) -> Iterator[Assistant]:
    """An assistant over an index of some posts, in a folder that goes when the block ends.

    Args:
        posts: A file or folder to index.
        cache: Keep the index in this folder instead, for the next run.
        settings: Settings other than the index.
    """
    with TemporaryDirectory() as temporary:
        folder = cache or Path(temporary)
        sync([posts], folder, open_encoder(), NoProgress(), max_file_bytes=500_000_000)
        with Assistant.open(
            load_settings({"index": folder, **settings}, environment={})
        ) as assistant:
            yield assistant
