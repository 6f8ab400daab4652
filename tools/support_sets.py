"""Sentences with the posts they cite and whether these bear them out, for fitting and measuring."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from threadqa.answering.grounding import Said
from threadqa.answering.support.bindings import Weigh
from threadqa.answering.support.check import Judgement, Support
from threadqa.answering.support.evidence import gathered
from threadqa.answering.support.model import SupportModel
from threadqa.answers import Hit
from threadqa.encoders.registry import open_encoder
from threadqa.evaluation.statistics import Floats
from threadqa.posts import Post, ThreadSummary
from threadqa.questions.terms import weight
from threadqa.sources.registry import discover, inspect, read_threads

__all__ = [
    "HALVES",
    "Example",
    "benchmark",
    "checking",
    "feature_rows",
    "looked_at",
    "overlap",
    "wice",
]

HALVES = {"dev": 0, "test": 1, "late": 2}
LONG = 60
"""Characters from which on an evidence sentence is one article's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence whose support is known.

    Attributes:
        id: Unique in its set.
        said: The sentence and the posts it cites.
        label: As the set has it: "supported", "partially_supported", a kind of corruption.
        supported: Whether the posts bear all of it out.
        half: 0 for tuning and fitting; 1 for reporting; 2 likewise, written when all was fixed.
        group: Examples of one article or thread, which are not independent, have the same.
    """

    id: str
    said: Said
    label: str
    supported: bool
    half: int
    group: str


def benchmark(root: Path) -> list[Example]:
    """The project's own answer sentences over examples/, from eval/grounding.jsonl."""
    hits = [
        Hit(post=post, thread=thread.summary, score=1.0, dense=1.0, lexical=1.0)
        for file in discover([root / "examples" / "threads"]).files
        for thread in read_threads(file, inspect(file, max_bytes=10**9))
        for post in thread.posts
    ]
    return [_of_benchmark(row, hits) for row in _lines(root / "eval" / "grounding.jsonl")]


def _of_benchmark(row: dict[str, Any], hits: Sequence[Hit]) -> Example:
    cited = [[hit for hit in hits if opening in hit.post.text] for opening in row["cites"]]
    if any(len(found) != 1 for found in cited):
        raise SystemExit(f"{row['id']}: expected each of {row['cites']} in one post")
    return Example(
        id=row["id"],
        said=Said(text=row["sentence"], hits=tuple(found[0] for found in cited)),
        label=row["kind"],
        supported=row["supported"],
        half=HALVES[row["half"]],
        group=cited[0][0].thread.id,
    )


def wice(file: Path) -> list[Example]:
    """WiCE's claims (Kamoi et al. 2023), each with its evidence as one post.

    Claims that share their words or an evidence sentence are of one article, and of one half.
    """
    rows = list(_lines(file))
    articles = _articles(rows)
    return [
        Example(
            id=str(number),
            said=Said(text=row["claim"], hits=(_as_hit(number, "\n".join(row["evidence"])),)),
            label=row["label"],
            supported=row["label"] == "supported",
            half=sha256(rows[article]["claim"].encode()).digest()[0] % 2,
            group=str(article),
        )
        for number, (row, article) in enumerate(zip(rows, articles, strict=True))
    ]


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in file.read_text("utf-8").splitlines())


def _articles(rows: Sequence[dict[str, Any]]) -> list[int]:
    """The first row of each row's article."""
    first = list(range(len(rows)))

    def root(row: int) -> int:
        while first[row] != row:
            row = first[row]
        return row

    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        for text in [row["claim"], *(one for one in row["evidence"] if len(one) > LONG)]:
            one, other = sorted((root(number), root(seen.setdefault(text, number))))
            first[other] = one
    return [root(number) for number in range(len(rows))]


def _as_hit(number: int, text: str) -> Hit:
    thread = ThreadSummary(
        id=str(number),
        title="evidence",
        author=None,
        source="wice",
        declared_length=None,
        post_count=1,
        positions=(),
    )
    post = Post(id=str(number), text=text, source="wice", first_line=1, last_line=1)
    return Hit(post=post, thread=thread, score=1.0, dense=1.0, lexical=1.0)


def checking(examples: Sequence[Example], model: SupportModel | None = None) -> Support:
    """A check that weighs words by how rare they are in a set's posts.

    Args:
        examples: Of one set.
        model: None for the shipped one.
    """
    return Support(open_encoder(), _weigher(examples), model)


def looked_at(examples: Sequence[Example], model: SupportModel) -> list[Judgement]:
    """What the check sees in each example before the model judges it."""
    return checking(examples, model).look([example.said for example in examples])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """The words of a set's posts; a `Vocabulary`."""

    count: int
    holding: Counter[str]

    def document_frequency(self, term: str) -> int:
        return self.holding[term]


def _weigher(examples: Sequence[Example]) -> Weigh:
    posts = {hit.post.id: hit for example in examples for hit in example.said.hits}
    holding = Counter(
        stem
        for hit in posts.values()
        for stem in {w.stem for held in gathered([hit]).sentences for w in held.reading.words}
    )
    return partial(weight, vocabulary=_Counted(count=len(posts), holding=holding))


def feature_rows(judgements: Sequence[Judgement]) -> Floats:
    """Features, float64, shape (n, features), in the order of their fields."""
    return np.array([list(asdict(j.features).values()) for j in judgements], np.float64)


def overlap(example: Example) -> float:
    """Plain word overlap: share of the sentence's words in its posts, stop words left out."""
    from threadqa.search_indexes.lexical import analyse

    own = set(analyse(example.said.text))
    held = {term for hit in example.said.hits for term in analyse(hit.post.text)}
    return len(own & held) / max(len(own), 1)
