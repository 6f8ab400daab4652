"""Archives and questions in threadqa's own formats, for the tools that measure and fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from threadqa.encoders.registry import open_encoder
from threadqa.evaluation.questions import read_questions
from threadqa.evaluation.runner import Subject, open_subject
from threadqa.evaluation.values import QuestionSet
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.settings import load_settings

__all__ = [
    "DevelopmentSet",
    "development_sets",
    "documents_set",
    "examples_set",
    "serving",
    "threads_sets",
]

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentSet:
    """Posts to index, and questions about them.

    Attributes:
        name: Of the set and of its archive: "locomo/conv-26", "tweetqa".
        posts: A file or folder to index.
        questions: About them.
    """

    name: str
    posts: Path
    questions: QuestionSet

    @property
    def group(self) -> str:
        """The set that this archive is one of: "locomo"."""
        return self.name.partition("/")[0]


def development_sets(root: Path, names: Sequence[str]) -> Iterator[DevelopmentSet]:
    """The sets below a folder: every folder with posts.jsonl and questions.jsonl.

    Args:
        root: Above the folders of the sets.
        names: Of the sets wanted.
    """
    for file in sorted(root.rglob("questions.jsonl")):
        name = file.parent.relative_to(root).as_posix()
        if name.partition("/")[0] in names:
            yield DevelopmentSet(
                name=name, posts=file.with_name("posts.jsonl"), questions=read_questions(file)
            )


def examples_set() -> DevelopmentSet:
    """The project's example threads, and the questions about them."""
    folder = ROOT / "examples"
    return DevelopmentSet(
        name="examples", posts=folder / "threads", questions=read_questions(folder)
    )


def threads_sets() -> tuple[DevelopmentSet, DevelopmentSet]:
    """The project's threads for development, with the questions about each half of them."""
    folder = ROOT / "eval"
    one, other = (
        DevelopmentSet(
            name=f"threads/{half}",
            posts=folder / "threads",
            questions=read_questions(folder / f"threads-{half}.jsonl"),
        )
        for half in ("one", "other")
    )
    return one, other


def documents_set(shared: Path) -> DevelopmentSet:
    """The real threads that lie beside the project, and the project's questions about them."""
    return DevelopmentSet(
        name="documents",
        posts=shared / "documents",
        questions=read_questions(ROOT / "eval" / "documents.jsonl"),
    )


@contextmanager
def serving(posts: Path, cache: Path | None = None, **settings: object) -> Iterator[Subject]:
    """An assistant over an index of some posts, in a folder that goes when the block ends.

    Args:
        posts: A file or folder to index.
        cache: Keep the index in this folder instead, for the next run.
        settings: Settings other than the index.
    """
    with TemporaryDirectory() as temporary:
        folder = cache or Path(temporary)
        sync([posts], folder, open_encoder(), NoProgress(), max_file_bytes=500_000_000)
        chosen = load_settings({"index": folder, **settings}, environment={})
        with open_subject(chosen) as subject:
            yield subject
