"""How long a warm question takes, and how much memory, over a large archive.

    python tools/bench_scale.py --posts 100000 --out eval/results/scale-100000.json

The archive is made: posts recombine sentences of examples/, twenty to a thread, each with a number
of its own. So that it is built in minutes, a post gets the vector of one of 2,000 posts that are
embedded for real; the time of a search does not depend on which vectors it compares.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench import posts
from threadqa.answers import Exchange
from threadqa.assistant import Assistant
from threadqa.encoders.protocol import TextKind, Vectors
from threadqa.encoders.registry import open_encoder
from threadqa.evaluation.questions import exchanges, read_questions
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.settings import Settings

EMBEDDED = 2000
PER_THREAD = 20
ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "examples" / "questions.jsonl"
FOLLOW_UPS = ROOT / "eval" / "followups.jsonl"
ROUNDS = 4
SEED = 21


class DrawnEncoder:
    """The real encoder, but for documents, whose vectors are drawn from a pool."""

    def __init__(self, pool: Vectors) -> None:
        self._real = open_encoder()
        self._pool = pool
        self._random = np.random.default_rng(SEED)

    @property
    def fingerprint(self) -> str:
        """The real one's."""
        return self._real.fingerprint

    @property
    def dimension(self) -> int:
        """The real one's."""
        return self._real.dimension

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Vectors of the pool."""
        return self._pool[self._random.integers(len(self._pool), size=len(texts))]


def write_posts(file: Path, texts: Sequence[str], count: int) -> None:
    """Writes as many posts as asked for, in threads."""
    draw = random.Random(SEED)
    with file.open("w", encoding="utf-8") as lines:
        for number in range(count):
            thread = str(number // PER_THREAD)
            text = f"{draw.choice(texts)} Case {number}."
            lines.write(json.dumps({"thread": thread, "text": text}) + "\n")


def timed(assistant: Assistant, question: str, history: Sequence[Exchange]) -> float:
    """Seconds that an answer takes."""
    started = time.perf_counter()
    assistant.ask(question, history)
    return time.perf_counter() - started


def main() -> None:
    """Prints and writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    texts = posts(EMBEDDED)
    pool = open_encoder().encode(texts, TextKind.DOCUMENT)
    questions = [json.loads(q)["question"] for q in QUESTIONS.read_text("utf-8").splitlines()]
    with TemporaryDirectory() as temporary:
        file, folder = Path(temporary) / "posts.jsonl", Path(temporary) / "index"
        write_posts(file, texts, arguments.posts)
        started = time.perf_counter()
        sync([file], folder, DrawnEncoder(pool), NoProgress(), max_file_bytes=10**10)
        built = time.perf_counter() - started
        started = time.perf_counter()
        sync([file], folder, DrawnEncoder(pool), NoProgress(), max_file_bytes=10**10)
        unchanged = time.perf_counter() - started
        with Assistant.open(Settings(index=folder)) as assistant:
            assistant.ask(questions[0])
            seconds = [timed(assistant, question, ()) for question in questions * ROUNDS]
            follow_ups = [
                timed(assistant, question.question, exchanges(question.history))
                for question in read_questions(FOLLOW_UPS).questions * ROUNDS
                if "leans" in question.tags
            ]
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    figures = {
        "posts": arguments.posts,
        "questions": len(seconds),
        "p50 ms": round(float(np.percentile(seconds, 50)) * 1000, 1),
        "p99 ms": round(float(np.percentile(seconds, 99)) * 1000, 1),
        "follow-ups": len(follow_ups),
        "follow-ups, p50 ms": round(float(np.percentile(follow_ups, 50)) * 1000, 1),
        "follow-ups, p99 ms": round(float(np.percentile(follow_ups, 99)) * 1000, 1),
        "index run without embedding, seconds": round(built, 1),
        "run over unchanged files, seconds": round(unchanged, 1),
        "index bytes a post": round(size / arguments.posts),
        "peak resident MB, building included": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        // 1024,
    }
    for name, value in figures.items():
        print(f"{name:40} {value}")
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
