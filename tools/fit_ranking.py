"""Fits the ranking model that is shipped, and writes it with the figures it reaches.

    python tools/fit_ranking.py ../shared

Each set counts alike, however many questions it has. examples/ is judged and never fitted. "Held
out" are the figures of a model fitted on the other sets, of the two halves of eval/threads of one
fitted on the rest with the other half; "fused" those of the fused scores, without the model.

What the cross-encoder's score weighs beside the linear model's is chosen on a grid, by the mean
nDCG@10 of the fitted sets; "read" are the figures with it, "read, held out" those with the weight
that the other sets choose.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import Qrel, R, ScoredDoc, nDCG
from numpy.typing import NDArray
from scipy.optimize import minimize

from question_sets import (
    DevelopmentSet,
    development_sets,
    documents_set,
    examples_set,
    passages,
    serving,
    threads_sets,
)
from threadqa.encoders.cross_encoder import Passage, packaged_cross_encoder
from threadqa.evaluation.marking import mark_relevant
from threadqa.questions.evidence import Evidence
from threadqa.retrieval.retriever import RERANKED, best_first, read_first

OUT = Path("src/threadqa/retrieval/ranking.json")
NAMES = [field.name for field in fields(Evidence)]
MEASURES = [R @ 1, R @ 5, R @ 10, nDCG @ 10]
REGULARISATION = 1e-3
READING_WEIGHTS = tuple(round(0.1 * step, 1) for step in range(16))
JUDGED = "examples"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One question's hits, in the order of the fused scores.

    Attributes:
        question: What is asked.
        passages: The hits as the cross-encoder reads them, n.
        evidence: Shape (n, kinds).
        relevant: Shape (n,).
        relevant_count: Relevant posts, found or not.
    """

    question: str
    passages: Sequence[Passage]
    evidence: Floats
    relevant: NDArray[np.bool_]
    relevant_count: int


def searches(given: DevelopmentSet, cache: Path | None) -> list[Search]:
    """What is found for the questions that have an answer and stand alone."""
    found = []
    folder = cache / given.name if cache else None
    with serving(given.posts, folder, reranker="none") as subject:
        marked = mark_relevant(given.questions.questions, subject.archive)
        for question in given.questions.questions:
            relevant = {p for p, grade in (marked.relevance[question.id] or {}).items() if grade}
            if not relevant or question.history:
                continue
            shown = subject.assistant.evidence(question.question, RERANKED)
            rows = [list(asdict(evidence).values()) for _, evidence in shown]
            found.append(
                Search(
                    question=question.question,
                    passages=passages(subject.archive, [hit for hit, _ in shown]),
                    evidence=np.array(rows, np.float64).reshape(-1, len(NAMES)),
                    relevant=np.array([hit.post.id in relevant for hit, _ in shown], bool),
                    relevant_count=len(relevant),
                )
            )
    return found


def fit(sets: Sequence[Sequence[Search]]) -> Floats:
    """Coefficients, shape (kinds,): least listwise cross-entropy over several sets.

    The loss of a search is minus the mean log-probability of its relevant hits under a softmax over
    all its hits; searches that found none say nothing.
    """
    useful = [[s for s in searched if s.relevant.any()] for searched in sets]
    everything = np.concatenate([s.evidence for searched in useful for s in searched])
    scale = everything.std(axis=0) + 1e-9
    flat = [(s, 1.0 / len(searched)) for searched in useful for s in searched]
    starts = np.cumsum([0, *(len(s.evidence) for s, _ in flat)])[:-1]
    lengths = np.array([len(s.evidence) for s, _ in flat])
    rows = everything / scale
    relevant = np.concatenate([s.relevant / s.relevant.sum() for s, _ in flat])
    weight = np.repeat([w for _, w in flat], lengths)

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        values = rows @ coefficients
        values -= np.repeat(np.maximum.reduceat(values, starts), lengths)
        exponentials = np.exp(values)
        shares = exponentials / np.repeat(np.add.reduceat(exponentials, starts), lengths)
        cross_entropy = -float((weight * relevant * np.log(shares + 1e-300)).sum())
        gradient = rows.T @ (weight * (shares - relevant))
        penalty = REGULARISATION * float(coefficients @ coefficients)
        return cross_entropy + penalty, gradient + 2 * REGULARISATION * coefficients

    fitted = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    found: Floats = fitted.x / scale
    return found


def figures(found: Sequence[Search], coefficients: Floats | None) -> dict[str, float]:
    """Measures of a set's searches, in the order of a model or as they were found."""
    if coefficients is None:
        return measured(found, [np.zeros(len(search.relevant)) for search in found])
    return measured(found, [search.evidence @ coefficients for search in found])


def readings(search: Search, values: Floats) -> Floats:
    """What the cross-encoder says of a search's hits, shape (n,), as the retriever has it.

    Args:
        search: With its hits.
        values: Theirs under the ranking model, shape (n,).
    """
    if not search.passages:
        return np.zeros(0)
    return read_first(
        packaged_cross_encoder(), search.question, search.passages.__getitem__, values
    )


def measured(found: Sequence[Search], scores: Sequence[Floats]) -> dict[str, float]:
    """Measures of a set's searches, in the order of some scores, higher is better."""
    qrels, ranked = [], []
    for number, (search, values) in enumerate(zip(found, scores, strict=True)):
        name = str(number)
        # Relevant posts that were not found still count.
        qrels += [Qrel(name, f"r{i}", 1) for i in range(search.relevant_count)]
        relevant = 0
        for place, i in enumerate(best_first(values)):
            post = f"r{relevant}" if search.relevant[i] else f"n{i}"
            relevant += bool(search.relevant[i])
            ranked.append(ScoredDoc(name, post, float(-place)))
    values_by_measure = ir_measures.calc_aggregate(MEASURES, qrels, ranked)
    return {str(m): round(float(values_by_measure[m]), 4) for m in MEASURES}


def load(shared: Path, cache: Path | None) -> dict[str, list[Search]]:
    """The searches of each set, its archives together but for the halves of eval/threads."""
    loaded: dict[str, list[Search]] = {}
    for given in development_sets(shared / "eval", ["locomo", "tweetqa", "scifact"]):
        loaded.setdefault(given.group, []).extend(searches(given, cache))
    for given in (*threads_sets(), documents_set(shared), examples_set()):
        loaded[given.name] = searches(given, cache)
    return loaded


def fitted_sets(names: Iterable[str], *left_out: str) -> list[list[str]]:
    """The sets to fit on, all but some and the judged one; halves make one set."""
    groups: dict[str, list[str]] = {}
    for name in names:
        if name not in (*left_out, JUDGED):
            groups.setdefault(name.partition("/")[0], []).append(name)
    return list(groups.values())


def fit_on(sets: Mapping[str, list[Search]], *left_out: str) -> Floats:
    """Coefficients fitted on all sets but some and the judged one."""
    groups = fitted_sets(sets, *left_out)
    return fit([[search for name in names for search in sets[name]] for names in groups])


def by_weight(found: Sequence[Search], coefficients: Floats) -> dict[float, dict[str, float]]:
    """Measures of a set's searches for each weight of what the cross-encoder says of them."""
    values = [search.evidence @ coefficients for search in found]
    read = [readings(search, own) for search, own in zip(found, values, strict=True)]
    return {
        weight: measured(found, [v + weight * r for v, r in zip(values, read, strict=True)])
        for weight in READING_WEIGHTS
    }


def best_weight(read: Mapping[str, Mapping[float, Mapping[str, float]]], *left_out: str) -> float:
    """The weight with the highest mean nDCG@10 over all sets but some and the judged one.

    Args:
        read: Measures by set and weight.
        left_out: Names of sets.
    """
    groups = fitted_sets(read, *left_out)

    def mean(weight: float) -> float:
        of_groups = [
            np.mean([read[name][weight][str(nDCG @ 10)] for name in names]) for names in groups
        ]
        return float(np.mean(of_groups))

    return max(READING_WEIGHTS, key=mean)


def main() -> None:
    """Fits, judges, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path, help="keep the indexes here")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    sets = load(arguments.shared, arguments.cache)
    fitted = fit_on(sets)
    read = {name: by_weight(found, fitted) for name, found in sets.items()}
    weight = best_weight(read)
    table = {}
    for name, found in sets.items():
        table[name] = {
            "questions": len(found),
            "fused": figures(found, None),
            "held out": figures(found, fit_on(sets, name)),
            "fitted": figures(found, fitted),
            "read, held out": read[name][best_weight(read, name)],
            "read": read[name][weight],
        }
        print(name, len(found), *(f"\n  {k:14} {v}" for k, v in table[name].items()), flush=True)
    result = {
        "command": "python tools/fit_ranking.py ../shared",
        "fitted_on": [name for name in sets if name != JUDGED],
        "figures": table,
        "coefficients": dict(zip(NAMES, fitted.round(4).tolist(), strict=True)),
        "reading": weight,
        "nDCG@10 by the weight of the reading": {
            name: {str(w): found[str(nDCG @ 10)] for w, found in of_set.items()}
            for name, of_set in read.items()
        },
    }
    print(result["coefficients"], weight)
    arguments.out.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
