"""A small index with the stub encoder, questions about it, and the assistant that is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.stub_encoder import StubEncoder
from threadqa.assistant import Assistant
from threadqa.evaluation.runner import Subject
from threadqa.evaluation.values import Question, QuestionSet, Turn
from threadqa.indexing.opening import open_index
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.settings import Settings

__all__ = ["QUESTIONS", "open_stub_subject", "write_index"]

POSTS = {
    "staff.txt": "1/3 Staff are what a reform needs.\n2/3 Money for staff is late.\n"
    "3/3 A recipe for trouble.\n",
    "boats.txt": "1/2 The boat is on the river.\n2/2 Music from the boat is loud.\n",
    "people.jsonl": '{"id": "a", "author": "ann", "text": "Ann says\\nthat the boat is green."}\n'
    '{"id": "b", "author": "bob", "text": "Bob says that the boat is red."}\n',
}
QUESTIONS = QuestionSet(
    name="small",
    digest="d" * 64,
    questions=(
        Question(
            id="money",
            question="Is the money for staff late?",
            relevant_quotes=("Money for staff is late.",),
            answer_contains=("late",),
            tags=("staff",),
        ),
        Question(id="wrong", question="since:yesterday who?", relevance={"a": 1}, tags=("staff",)),
        Question(
            id="colour",
            question="What does Ann say of the boat?",
            history=(Turn(role="user", content="Who is Ann?"),),
            relevance={"a": 1, "gone": 1},
            tags=("boat",),
        ),
        Question(id="opera", question="Who sings at the opera?", answerable=False),
    ),
)


def write_index(folder: Path) -> Path:
    """Indexes the posts in a folder below this one; returns it."""
    threads = folder / "threads"
    threads.mkdir()
    for name, text in POSTS.items():
        (threads / name).write_text(text, encoding="utf-8")
    sync([threads], folder / "index", StubEncoder(), NoProgress(), max_file_bytes=1_000_000)
    return folder / "index"


@contextmanager
def open_stub_subject(index: Path, **settings: float) -> Iterator[Subject]:
    """An assistant that answers everything, unless the settings say otherwise."""
    chosen = Settings(index=index, **{"answer_threshold": 0.0, **settings})  # type: ignore[arg-type]
    with open_index(index) as opened:
        assistant = Assistant(opened, StubEncoder(), chosen, ExitStack())
        yield Subject(assistant=assistant, archive=opened.archive, settings=chosen)
