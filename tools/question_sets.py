"""Archives and questions in threadqa's own formats, for the tools that measure and fit."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from threadqa.answers import Hit
from threadqa.archive.archive import Archive
from threadqa.encoders.cross_encoder import Passage
from threadqa.encoders.registry import open_encoder
from threadqa.evaluation.questions import read_questions
from threadqa.evaluation.runner import Subject, open_subject
from threadqa.evaluation.values import QuestionSet
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.questions.evidence import Candidate
from threadqa.questions.post_words import post_words
from threadqa.retrieval.retriever import passage_of
from threadqa.settings import load_settings

__all__ = [
    "DevelopmentSet",
    "development_sets",
    "documents_set",
    "examples_set",
    "lessons_sets",
    "passages",
    "serving",
    "threads_sets",
    "tweetqa_training_set",
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


def lessons_sets(folder: Path) -> Iterator[DevelopmentSet]:
    """The project's lessons for the cross-encoder, one archive for each of their files.

    Args:
        folder: Gets the archives, in threadqa's own formats.
    """
    for file in sorted((ROOT / "eval" / "lessons").glob("*.jsonl")):
        threads = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        yield _written(folder / "lessons" / file.stem, _posts(threads), _questions(threads))


def _posts(threads: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, object]]:
    """The posts of some lessons, those of a conversation by turns."""
    for number, thread in enumerate(threads):
        texts, author = thread["posts"], thread["author"]
        authors = author if isinstance(author, list) else [author] * len(texts)
        for position, (by, text) in enumerate(zip(authors, texts, strict=True), 1):
            place = {"id": f"{number}-{position}", "thread": str(number), "position": position}
            yield {**place, "author": by.removeprefix("@"), "text": text}


def _questions(threads: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, object]]:
    for number, thread in enumerate(threads):
        for place, lesson in enumerate(thread["questions"]):
            posts = lesson["post"] if isinstance(lesson["post"], list) else [lesson["post"]]
            yield {
                "id": f"{number}-q{place}",
                "question": lesson["q"],
                "answerable": True,
                "relevant_posts": [f"{number}-{post}" for post in posts],
                "answer_contains": [lesson["answer"]],
            }
        for place, question in enumerate(thread["unanswerable"]):
            yield {"id": f"{number}-u{place}", "question": question, "answerable": False}


def tweetqa_training_set(shared: Path, folder: Path, count: int) -> DevelopmentSet:
    """TweetQA's training questions about posts that no development question asks about.

    Args:
        shared: Holds them.
        folder: Gets the archive, in threadqa's own formats.
        count: How many of the questions, drawn at random; all posts are there.
    """
    lines = (shared / "train" / "tweetqa.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    ids = {text: str(number) for number, text in enumerate(dict.fromkeys(r["post"] for r in rows))}
    posts = ({"id": one, "thread": one, "text": text} for text, one in ids.items())
    questions = (
        {
            "id": f"q{number}",
            "question": row["question"],
            "answerable": True,
            "relevant_posts": [ids[row["post"]]],
            "acceptable_answers": row["answers"],
        }
        for number, row in enumerate(random.Random(0).sample(rows, count))
    )
    return _written(folder / "train" / "tweetqa", posts, questions)


def _written(
    folder: Path, posts: Iterable[Mapping[str, object]], questions: Iterable[Mapping[str, object]]
) -> DevelopmentSet:
    """Writes an archive with its questions, and gives them as a set named after the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "posts.jsonl", folder / "questions.jsonl"
    for file, rows in zip(files, (posts, questions), strict=True):
        file.write_text(
            "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8"
        )
    name = f"{folder.parent.name}/{folder.name}"
    return DevelopmentSet(name=name, posts=files[0], questions=read_questions(files[1]))


def passages(archive: Archive, hits: Sequence[Hit]) -> list[Passage]:
    """Hits as the cross-encoder reads them."""
    rows = [archive.row_of(hit.post.id) for hit in hits]
    before = archive.posts_before(rows)
    found = []
    for row, hit in zip(rows, hits, strict=True):
        post, thread = hit.post, hit.thread
        words = post_words(post.text, post.position, post.author or thread.author, thread.title)
        found.append(passage_of(Candidate(hit=hit, words=words, before=before.get(row))))
    return found


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
