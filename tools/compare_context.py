"""Ways to let the dense search see a post's thread, compared on LoCoMo, dense half alone.

python tools/compare_context.py ../shared/eval --out eval/results/context.json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import Qrel, R, ScoredDoc, nDCG

from threadqa.encoders.protocol import TextKind, Vectors
from threadqa.encoders.registry import open_encoder
from threadqa.indexing.context import in_thread_vectors

MEASURES = [R @ 5, R @ 10, nDCG @ 10]
Thread = list[dict[str, str]]
encoder = open_encoder()


def embed(texts: list[str]) -> Vectors:
    """Documents' vectors."""
    return encoder.encode(texts, TextKind.DOCUMENT)


def spoken(thread: Thread) -> list[str]:
    """Each post with who says it."""
    return [f"{post['author']}: {post['text']}" for post in thread]


def text_alone(thread: Thread) -> Vectors:
    """The post's text and nothing else."""
    return embed([post["text"] for post in thread])


def with_author(thread: Thread) -> Vectors:
    """The post's text and its author."""
    return embed(spoken(thread))


def joined_texts(thread: Thread) -> Vectors:
    """The mean of the post and of the text of the post and the two before it, joined."""
    texts = spoken(thread)
    joined = ["\n".join(texts[max(0, i - 2) : i + 1]) for i in range(len(texts))]
    mean: Vectors = (embed(texts) + embed(joined)) / np.float32(2)
    return mean


def mixed_vectors(thread: Thread) -> Vectors:
    """As indexed: the post's vector with its neighbours', weighted, made unit."""
    return in_thread_vectors(embed(spoken(thread)))


WAYS: dict[str, tuple[Callable[[Thread], Vectors], str]] = {
    "post alone, without its author": (text_alone, "1"),
    "post alone": (with_author, "1"),
    "post, and joined with the two before it": (joined_texts, "2, the second one of three posts"),
    "post mixed with its neighbours' vectors": (mixed_vectors, "1"),
}


def measure(root: Path, way: Callable[[Thread], Vectors]) -> dict[str, float]:
    """Means over the questions of all conversations."""
    qrels: list[Qrel] = []
    found: list[ScoredDoc] = []
    for file in sorted(root.glob("locomo/*/posts.jsonl")):
        posts = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        threads = [list(group) for _, group in groupby(posts, key=lambda p: p["thread"])]
        vectors = np.concatenate([way(thread) for thread in threads])
        lines = file.with_name("questions.jsonl").read_text("utf-8").splitlines()
        questions = [q for q in map(json.loads, lines) if q.get("relevant_posts")]
        asked = encoder.encode([q["question"] for q in questions], TextKind.QUERY)
        for number, (question, scores) in enumerate(zip(questions, asked @ vectors.T, strict=True)):
            name = f"{file.parent.name}:{number}"
            qrels += [Qrel(name, post, 1) for post in question["relevant_posts"]]
            best = np.lexsort((np.arange(len(scores)), -scores))[:20]
            found += [ScoredDoc(name, posts[i]["id"], -float(n)) for n, i in enumerate(best)]
    figures = ir_measures.calc_aggregate(MEASURES, qrels, found)
    return {str(m): round(figures[m], 3) for m in MEASURES}


def main() -> None:
    """Prints and writes the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    results = {}
    for name, (way, cost) in WAYS.items():
        results[name] = {"encodings a post": cost, **measure(arguments.root, way)}
        print(f"{name:42}", *(f"{k} {v}" for k, v in results[name].items()), flush=True)
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
