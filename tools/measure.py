"""Measures retrieval and answers on question sets, through the same code that users run.

    python tools/measure.py ../shared/eval --out eval/results/retrieval.json

Recall of a question is the share of its relevant posts that are found; figures are means over the
questions that have relevant posts, all archives of a set together.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import ir_measures
from ir_measures import Qrel, R, ScoredDoc, nDCG

from question_sets import QuestionSet, question_sets, serving

MEASURES = [R @ 1, R @ 5, R @ 10, nDCG @ 10]
DEPTH = 20
HALVES = {"fused": {}, "dense alone": {"dense_weight": 1.0}, "lexical alone": {"dense_weight": 0.0}}


def run(
    question_set: QuestionSet, settings: dict[str, float], cache: Path | None
) -> tuple[list[Qrel], list[ScoredDoc]]:
    """Judgements and ranked posts of the questions of a set that have relevant posts."""
    qrels: list[Qrel] = []
    found: list[ScoredDoc] = []
    folder = cache / question_set.name if cache else None
    with serving(question_set.posts, folder, **settings) as assistant:
        for number, asked in enumerate(question_set.questions):
            if not asked.relevant_posts:
                continue
            name = f"{question_set.name}:{number}"  # ids repeat in tweetqa
            qrels += [Qrel(name, post, 1) for post in asked.relevant_posts]
            hits = assistant.search(asked.question, DEPTH)
            # Ranks, not scores: ir_measures would break ties its own way.
            found += [ScoredDoc(name, h.post.id, float(-rank)) for rank, h in enumerate(hits)]
    return qrels, found


def main() -> None:
    """Prints a table and writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--sets", nargs="+", default=["locomo", "tweetqa", "scifact"])
    parser.add_argument("--halves", nargs="+", choices=list(HALVES), default=list(HALVES))
    parser.add_argument("--cache", type=Path, help="keep the indexes here")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    results: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for name in arguments.sets:
        for half in arguments.halves:
            qrels: list[Qrel] = []
            found: list[ScoredDoc] = []
            for question_set in question_sets(arguments.root, [name]):
                more_qrels, more_found = run(question_set, HALVES[half], arguments.cache)
                qrels += more_qrels
                found += more_found
            figures = ir_measures.calc_aggregate(MEASURES, qrels, found)
            row = {str(m): round(figures[m], 4) for m in MEASURES}
            row["questions"] = len({qrel.query_id for qrel in qrels})
            results[name][half] = row
            print(f"{name:8} {half:14}", *(f"{k} {v}" for k, v in row.items()), flush=True)
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
