"""Fits the abstention model that is shipped, and writes it with the figures it reaches.

    python tools/fit_abstention.py ../shared/eval examples

Each set counts alike, however many questions it has, and so do its answerable and unanswerable
ones. LoCoMo has no unanswerable questions of its own: each of its archives is also asked the
questions of the next one. MTRAG-UN is only judged: without follow-ups, two of its questions have
no answer. "Held out" is the figure of a model that was fitted on the other sets.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from question_sets import Asked, QuestionSet, question_sets, read_questions, serving
from threadqa.answering.abstention import AbstentionModel, Features
from threadqa.assistant import Assistant

OUT = Path("src/threadqa/answering/abstention.json")
REFUSED_AT_MOST = 0.05
NAMES = [field.name for field in fields(Features)]
REGULARISATION = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Features and labels of one set: shapes (n, features) and (n,)."""

    name: str
    features: np.ndarray
    answerable: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """Shape (n,); both classes, and every set, weigh the same."""
        share = self.answerable.mean()
        by_class = np.where(self.answerable, 0.5 / share, 0.5 / (1 - share))
        weights: np.ndarray = by_class / len(self.answerable)
        return weights


def rows(assistant: Assistant, asked: list[tuple[Asked, bool]]) -> tuple[np.ndarray, np.ndarray]:
    """Features and labels of questions put to one archive."""
    found = [list(asdict(assistant.features(a.question)).values()) for a, _ in asked]
    return np.array(found, float), np.array([label for _, label in asked])


def locomo(sets: list[QuestionSet], cache: Path | None) -> Examples:
    """Every archive's own questions, and as many of the next one's."""
    parts = []
    for index, own in enumerate(sets):
        other = sets[(index + 1) % len(sets)]
        asked = [(a, True) for a in own.questions] + [(a, False) for a in other.questions]
        with serving(own.posts, cache / own.name if cache else None) as assistant:
            parts.append(rows(assistant, asked))
    return Examples(
        name="locomo",
        features=np.concatenate([f for f, _ in parts]),
        answerable=np.concatenate([a for _, a in parts]),
    )


def labelled(name: str, posts: Path, questions: tuple[Asked, ...], cache: Path | None) -> Examples:
    """A set with unanswerable questions of its own; follow-ups are left out, they need history."""
    asked = [(a, a.answerable) for a in questions if not a.follow_up]
    with serving(posts, cache / name if cache else None) as assistant:
        features, answerable = rows(assistant, asked)
    return Examples(name=name, features=features, answerable=answerable)


def fit(sets: list[Examples]) -> AbstentionModel:
    """One model over several sets, each weighing the same; its threshold is not set yet."""
    features = np.concatenate([s.features for s in sets])
    scale = features.std(axis=0)
    weights = np.concatenate([s.weights for s in sets])
    fitted = LogisticRegression(C=REGULARISATION).fit(
        features / scale,
        np.concatenate([s.answerable for s in sets]),
        sample_weight=weights / weights.sum(),
    )
    return AbstentionModel(
        coefficients=dict(zip(NAMES, (fitted.coef_[0] / scale).round(4).tolist(), strict=True)),
        intercept=round(float(fitted.intercept_[0]), 4),
        threshold=0.0,
    )


def probabilities(model: AbstentionModel, examples: Examples) -> np.ndarray:
    """Of each question of a set, shape (n,)."""
    return np.array(
        [
            model.probability(Features(**dict(zip(NAMES, row, strict=True))))
            for row in examples.features
        ]
    )


def auroc(examples: Examples, scores: np.ndarray) -> float:
    """Area under the ROC curve of telling a set's answerable questions by some scores."""
    return round(float(roc_auc_score(examples.answerable, scores)), 4)


def main() -> None:
    """Fits, judges, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("eval_root", type=Path)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    root, cache = arguments.eval_root, arguments.cache
    sets = [locomo(list(question_sets(root, ["locomo"])), cache)]
    sets += [
        labelled(s.name, s.posts, s.questions, cache)
        for s in question_sets(root, ["tweetqa", "mtrag-un"])
    ]
    questions = read_questions(arguments.examples / "questions.jsonl")
    sets.append(labelled("examples", arguments.examples / "threads", questions, cache))
    figures: dict[str, dict[str, float]] = {}
    fitting = [s for s in sets if s.name != "mtrag-un"]
    for held_out in sets:
        scores = probabilities(fit([s for s in fitting if s is not held_out]), held_out)
        figures[held_out.name] = {
            "questions": len(scores),
            "answerable": int(held_out.answerable.sum()),
            "AUROC, held out": auroc(held_out, scores),
            "AUROC, fitted on it alone": auroc(held_out, probabilities(fit([held_out]), held_out)),
        }
    model = fit(fitting)
    fitted = {s.name: probabilities(model, s) for s in sets}
    own = sets[-1]
    answerable = np.sort(fitted[own.name][own.answerable])
    threshold = float(answerable[int(REFUSED_AT_MOST * len(answerable))])
    for s in sets:
        answered = fitted[s.name] >= threshold
        figures[s.name] |= {
            "AUROC": auroc(s, fitted[s.name]),
            "answerable refused": round(float(1 - answered[s.answerable].mean()), 4),
            "unanswerable answered": round(float(answered[~s.answerable].mean()), 4),
        }
    for name, row in figures.items():
        print(f"{name:10}", *(f"{k} {v};" for k, v in row.items()))
    result = {
        "command": "python tools/fit_abstention.py ../shared/eval examples",
        "fitted_on": [s.name for s in fitting],
        "figures": figures,
        "threshold_rule": "at most 5% of the answerable questions of examples/ are refused",
        "coefficients": dict(model.coefficients),
        "intercept": model.intercept,
        "threshold": float(np.floor(threshold * 1e4) / 1e4),
    }
    arguments.out.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps({k: result[k] for k in ("coefficients", "intercept", "threshold")}))


if __name__ == "__main__":
    main()
