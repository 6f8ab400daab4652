"""Cold `threadqa ask` and indexing, against plain sentence-transformers, as ratios in one run.

    python tools/bench.py --out eval/results/bench.json

Both sides of a ratio run in turn, so that a machine whose speed drifts slows both; medians are
compared. The posts are sentences of examples/ in seeded recombinations, or those of a JSONL file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from question_sets import passages, serving
from threadqa.answering.sentences import split_post
from threadqa.encoders.cross_encoder import packaged_cross_encoder
from threadqa.encoders.packaged_model import packaged_model_folder
from threadqa.encoders.protocol import TextKind
from threadqa.encoders.registry import open_encoder
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.retrieval.retriever import READ
from threadqa.sources.registry import discover, inspect, read_threads

EXAMPLES = Path(__file__).parent.parent / "examples" / "threads"
QUESTION = "what did the auditors say about how many contacts were reached?"
SEED = 20
TWENTY = 20
BUDGETS = {
    "cold ask": 1 / 8,
    "help seconds": 0.3,
    "indexing rate": 3.0,
    "agreement": 0.99,
    f"milliseconds to read {TWENTY} posts": 25.0,
}
PLAIN_SCRIPT = """
import sys
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode([sys.argv[2]], normalize_embeddings=True)
"""


def seconds(action: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def command(*words: str) -> Callable[[], object]:
    """A process run to its end, its output thrown away."""
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    return lambda: subprocess.run(words, check=True, capture_output=True, env=environment)


def alternately(
    one: Callable[[], object], other: Callable[[], object], runs: int
) -> tuple[list[float], list[float]]:
    """Times two actions in turn, after one uncounted run of each."""
    seconds(one)
    seconds(other)
    pairs = [(seconds(one), seconds(other)) for _ in range(runs)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def posts(count: int) -> list[str]:
    """Distinct posts of one to four sentences of the examples."""
    discovery = discover([EXAMPLES])
    sentences = [
        sentence.text
        for file in discovery.files
        for thread in read_threads(file, inspect(file, max_bytes=10_000_000))
        for post in thread.posts
        for sentence in split_post(post)
    ]
    draw = random.Random(SEED)
    texts: dict[str, None] = {}
    while len(texts) < count:
        texts[" ".join(draw.sample(sentences, draw.choice([1, 2, 2, 3, 4])))] = None
    return list(texts)


def top_ten_agreement(ours: np.ndarray, theirs: np.ndarray, queries: np.ndarray) -> float:
    """Share of the ten nearest posts that both sets of vectors agree on, mean over queries."""
    nearest = [np.argsort(-(queries @ v.T), axis=1, kind="stable")[:, :10] for v in (ours, theirs)]
    shared = [len(set(a) & set(b)) / 10 for a, b in zip(*nearest, strict=True)]
    return float(np.mean(shared))


def bench_cold(runs: int) -> dict[str, float]:
    """Cold ask and --help, as processes."""
    with TemporaryDirectory() as folder:
        sync([EXAMPLES], Path(folder), open_encoder(), NoProgress(), max_file_bytes=10_000_000)
        threadqa = str(Path(sys.executable).with_name("threadqa"))
        ask, plain = alternately(
            command(threadqa, "ask", QUESTION, "--index", folder),
            command(sys.executable, "-c", PLAIN_SCRIPT, str(packaged_model_folder()), QUESTION),
            runs,
        )
        helped = [seconds(command(threadqa, "--help")) for _ in range(runs)]
    return {
        "cold ask seconds": statistics.median(ask),
        "plain script seconds": statistics.median(plain),
        "cold ask": statistics.median(a / b for a, b in zip(ask, plain, strict=True)),
        "help seconds": statistics.median(helped),
    }


def read_posts(file: Path, count: int) -> list[str]:
    """The first posts of a JSONL file."""
    lines = file.read_text("utf-8").splitlines()[:count]
    return [json.loads(line)["text"] for line in lines]


def bench_indexing(texts: list[str], runs: int) -> dict[str, float]:
    """Posts embedded a second, and the same for the whole of an indexing run."""
    from sentence_transformers import SentenceTransformer

    count = len(texts)
    encoder = open_encoder()
    model = SentenceTransformer(str(packaged_model_folder()), device="cpu")
    ours: list[np.ndarray] = []
    theirs: list[np.ndarray] = []
    fast, plain = alternately(
        lambda: ours.append(encoder.encode(texts, TextKind.DOCUMENT)),
        lambda: theirs.append(model.encode(texts, normalize_embeddings=True)),
        runs,
    )
    queries = model.encode(texts[::8], normalize_embeddings=True)
    return {
        "posts": count,
        "words a post": round(float(np.mean([len(text.split()) for text in texts])), 1),
        "sentence-transformers posts a second": count / statistics.median(plain),
        "threadqa posts a second": count / statistics.median(fast),
        "indexing rate": statistics.median(b / a for a, b in zip(fast, plain, strict=True)),
        "whole index run posts a second": count / statistics.median(_whole_runs(texts, runs)),
        "agreement": top_ten_agreement(ours[-1], theirs[-1], queries),
    }


def _whole_runs(texts: Sequence[str], runs: int) -> list[float]:
    """Seconds of `threadqa index` in process: reading, embedding, storing, both search indexes."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "posts.jsonl"
        lines = (json.dumps({"thread": str(i // 10), "text": t}) for i, t in enumerate(texts))
        file.write_text("\n".join(lines), encoding="utf-8")
        encoder = open_encoder()

        def run(index: int) -> object:
            target = Path(folder) / str(index)
            return sync([file], target, encoder, NoProgress(), max_file_bytes=10**9)

        return [seconds(partial(run, index)) for index in range(runs)]


def bench_reading(runs: int) -> dict[str, float]:
    """Milliseconds in which the cross-encoder reads the best posts for a question of examples/."""
    lines = (EXAMPLES.parent / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    cross_encoder = packaged_cross_encoder()
    times: dict[int, list[float]] = {READ: [], TWENTY: []}
    with serving(EXAMPLES, reranker="linear") as subject:
        found = [subject.assistant.search(question, TWENTY) for question in questions]
        read = [passages(subject.archive, hits) for hits in found]
    cross_encoder.scores(questions[0], read[0])  # loads
    for _ in range(runs):
        for question, of_it in zip(questions, read, strict=True):
            for count, measured in times.items():
                once = partial(cross_encoder.scores, question, of_it[:count])
                measured.append(1000.0 * seconds(once))
    return {
        f"milliseconds to read {count} posts": statistics.median(measured)
        for count, measured in times.items()
    }


def main() -> None:
    """Prints the figures beside their budgets, and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--file", type=Path, help="JSONL with posts to embed, instead of made ones")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    file = arguments.file
    texts = read_posts(file, arguments.posts) if file else posts(arguments.posts)
    figures = bench_cold(arguments.runs) | bench_indexing(texts, arguments.runs)
    figures |= bench_reading(arguments.runs)
    for name, value in figures.items():
        budget = f"   budget {BUDGETS[name]:.3g}" if name in BUDGETS else ""
        print(f"{name:38} {value:10.4g}{budget}")
    if arguments.out:
        figures |= {"runs": arguments.runs}
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        record = {"command": "make bench", "machine": machine, "figures": figures}
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
