"""Measures the check of support, records the figures, and writes them into docs/evaluation.md.

    python tools/grounding.py ../shared

Two sets: WiCE, by how well probabilities tell supported claims from the others, against plain
embedding similarity and plain word overlap, on the half that nothing was fitted on and, fitted
anew in each fold, on all of it; and the
project's own answer sentences over examples/, by what the check removes. Without ../shared, the
second alone, and the page is left as it is.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluate import RESULTS, ROOT, shown, signed, write_table
from fit_support import cross_validated
from support_sets import HALVES, Example, benchmark, checking, feature_rows, overlap, wice
from threadqa.answering.grounding import Verdict
from threadqa.answering.sentences import split_post
from threadqa.answering.support.check import Judgement
from threadqa.answering.voices import unattributed, voices
from threadqa.evaluation.statistics import Floats, auroc
from threadqa.sources.registry import discover, inspect, read_threads

__all__ = ["RECORD", "benchmark_figures", "table"]

RECORD = RESULTS / "grounding.json"
RESAMPLES = 1_000
SEED = 20
INTERVAL = (0.025, 0.975)
SCORES = {
    "check": "the check of support",
    "similarity": "plain embedding similarity",
    "overlap": "plain word overlap",
}
TASKS = {
    "strict": "supported, from partly and not supported",
    "clear": "supported, from not supported; partly left out",
    "lenient": "supported and partly, from not supported",
}


def validated(
    examples: Sequence[Example], judgements: Sequence[Judgement], probabilities: Floats
) -> dict[str, Any]:
    """AUROC of the check and of the two plain scores over claims that its model did not see.

    Intervals are percentile bootstraps over articles, the same resamples for all three scores.

    Args:
        examples: Those and others.
        judgements: Of each example.
        probabilities: Of each example; NaN for one to be left out.
    """
    held = np.flatnonzero(~np.isnan(probabilities)).tolist()
    scores = {
        "check": [probabilities[place] for place in held],
        "similarity": [judgements[place].features.similarity for place in held],
        "overlap": [overlap(examples[place]) for place in held],
    }
    labels = np.array([examples[place].label for place in held])
    weights = _resamples([examples[place].group for place in held])
    chosen = {
        "strict": (np.ones(len(held), bool), labels == "supported"),
        "clear": (labels != "partially_supported", labels == "supported"),
        "lenient": (np.ones(len(held), bool), labels != "not_supported"),
    }
    found: dict[str, Any] = {
        "claims": len(held),
        "articles": len({examples[p].group for p in held}),
    }
    for task, (used, positive) in chosen.items():
        areas = {
            name: _areas(np.array(values)[used], positive[used], weights[used])
            for name, values in scores.items()
        }
        found[task] = {
            "claims": int(used.sum()),
            "positive": int(positive[used].sum()),
            **{name: _estimate(area) for name, area in areas.items()},
            **{
                f"check over {name}": _estimate(areas["check"] - areas[name])
                for name in ("similarity", "overlap")
            },
        }
    return found


def _resamples(groups: Sequence[str]) -> Floats:
    """Weights of examples, shape (n, 1 + resamples): ones, then draws of whole articles."""
    names, place = np.unique(groups, return_inverse=True)
    rng = np.random.default_rng(SEED)
    draws = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES).T
    drawn: Floats = np.concatenate([np.ones((len(groups), 1)), draws[place]], axis=1)
    return drawn


def _areas(scores: Floats, positive: np.ndarray, weights: Floats) -> Floats:
    return auroc(np.column_stack([scores, positive.astype(np.float64)]), weights)


def _estimate(values: Floats) -> dict[str, float]:
    low, high = np.nanquantile(values[1:], INTERVAL)
    return {"value": round(float(values[0]), 4), "low": round(low, 4), "high": round(high, 4)}


def benchmark_figures(examples: Sequence[Example], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What the check removes of the project's own sentences, half by half."""
    found: dict[str, Any] = {}
    for half, number in HALVES.items():
        own = [(e, v) for e, v in zip(examples, verdicts, strict=True) if e.half == number]
        faithful = [v for e, v in own if e.supported]
        removed = [e for e, v in own if v.reason is not None]
        corrupted = [e for e, _ in own if not e.supported]
        caught = [e for e in removed if not e.supported]
        kinds = sorted({e.label for e in corrupted})
        found[half] = {
            "faithful": len(faithful),
            "corrupted": len(corrupted),
            "recall": len(caught) / len(corrupted),
            "precision": len(caught) / len(removed),
            "false alarms": sum(v.reason is not None for v in faithful) / len(faithful),
            "by kind": {
                kind: [
                    sum(e.label == kind for e in caught),
                    sum(e.label == kind for e in corrupted),
                ]
                for kind in kinds
            },
            "false alarm ids": [e.id for e in removed if e.supported],
            "missed ids": [e.id for e, v in own if not e.supported and v.reason is None],
        }
    return found


def marked(folder: Path) -> dict[str, int]:
    """How many sentences of some threads would be marked as somebody else's words."""
    posts = [
        post
        for file in discover([folder]).files
        for thread in read_threads(file, inspect(file, max_bytes=10**9))
        for post in thread.posts
    ]
    sentences = [(one.text, post) for post in posts for one in split_post(post)]
    return {
        "sentences": len(sentences),
        "voices": sum(len(voices(post)) for post in posts),
        "marked": sum(bool(unattributed(text, [post])) for text, post in sentences),
    }


def table(recorded: Mapping[str, Any]) -> str:
    """docs/evaluation.md's two tables."""
    columns = [*SCORES.values(), "over similarity", "over overlap"]
    lines = [f"| WiCE: AUROC | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    for part, held in recorded["wice"].items():
        lines.append(
            f"| *{part}: {held['claims']} claims of {held['articles']} articles* |"
            + " |" * len(columns)
        )
        for task, words in TASKS.items():
            found = held[task]
            cells = [_cell(found[name]) for name in SCORES]
            cells += [
                _cell(found[f"check over {name}"], signed) for name in ("similarity", "overlap")
            ]
            count = f"{found['positive']} of {found['claims']}"
            lines.append(f"| {words} ({count}) | {' | '.join(cells)} |")
    halves = [recorded["examples"][half] for half in HALVES]
    lines += [
        "",
        "| answer sentences over examples/ | "
        + " | ".join(
            f"{half}: {found['faithful']} faithful, {found['corrupted']} corrupted"
            for half, found in zip(HALVES, halves, strict=True)
        )
        + " |",
        f"| --- |{' --- |' * len(halves)}",
        *(
            f"| {words} | {' | '.join(shown(found[name]) for found in halves)} |"
            for name, words in {
                "recall": "corrupted ones removed (recall)",
                "precision": "removed ones that were corrupted (precision)",
                "false alarms": "faithful ones removed (false alarms)",
            }.items()
        ),
    ]
    for kind in sorted({kind for found in halves for kind in found["by kind"]}):
        counts = [found["by kind"].get(kind, [0, 0]) for found in halves]
        lines.append(f"| removed: {kind} | " + " | ".join(f"{a} of {b}" for a, b in counts) + " |")
    return "\n".join(lines)


def _cell(found: Mapping[str, float], write: Callable[[float], str] = shown) -> str:
    value, low, high = (write(found[key]) for key in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def main() -> None:
    """Measures, records, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?")
    arguments = parser.parse_args()
    own = benchmark(ROOT)
    check = checking(own)
    check.judge([example.said for example in own])  # readings and the encoder are warm now
    started = time.perf_counter()
    verdicts = [check.judge([example.said])[0] for example in own]
    milliseconds = (time.perf_counter() - started) * 1000.0 / len(own)
    recorded: dict[str, Any] = {
        "command": "make grounding",
        "examples": benchmark_figures(own, verdicts),
        "marked in examples/": marked(ROOT / "examples" / "threads"),
    }
    file = arguments.shared / "eval" / "wice" / "claims.jsonl" if arguments.shared else None
    if file is not None and file.is_file():
        claims = wice(file)
        judge = checking(claims)
        looked = judge.look([claim.said for claim in claims])
        shipped = np.array([judge.verdict(one).probability for one in looked])
        shipped[[claim.half == 0 for claim in claims]] = np.nan
        recorded["marked in real threads"] = marked(arguments.shared / "documents")
        recorded["wice"] = {
            "held-out half": validated(claims, looked, shipped),
            "all, cross-validated": validated(
                claims,
                looked,
                cross_validated(
                    feature_rows(looked),
                    np.array([claim.label for claim in claims]),
                    np.array([claim.group for claim in claims]),
                ),
            ),
        }
        RECORD.write_text(json.dumps(recorded, indent=2) + "\n")
        write_table(ROOT / "docs" / "evaluation.md", table(recorded), "make grounding")
        print(table(recorded))
    print(json.dumps(recorded["examples"], indent=2))
    print(f"{milliseconds:.1f} ms a sentence")


if __name__ == "__main__":
    main()
