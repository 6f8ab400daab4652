"""Fits the abstention model that is shipped, and writes it with the figures it reaches.

    python tools/fit_abstention.py ../shared

Each set counts alike, however many questions it has, and so do its answerable and unanswerable
ones. examples/, LoCoMo and the documents are only judged; the threshold is set on examples/.
LoCoMo has no unanswerable questions: each of its archives is also asked the questions of the next
one, which any model tells apart, and which teach none to tell what an archive nearly says.
Follow-ups are asked without what came before. "Held out" is the figure of a model that was fitted
on the other sets.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from question_sets import (
    DevelopmentSet,
    development_sets,
    documents_set,
    examples_set,
    serving,
    threads_sets,
)
from threadqa.answering.abstention import AbstentionModel
from threadqa.assistant import Assistant
from threadqa.evaluation.fitting import (
    REFUSED_AT_MOST,
    Examples,
    Numbers,
    auroc,
    fit_logistic,
    probabilities,
    threshold_refusing,
)
from threadqa.evaluation.questions import answerable
from threadqa.evaluation.values import Question

OUT = Path("src/threadqa/answering/abstention.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """The features and labels of one set."""

    name: str
    examples: Examples

    @property
    def answerable(self) -> NDArray[np.bool_]:
        """Labels, shape (n,)."""
        return self.examples.answerable

    @property
    def weights(self) -> Numbers:
        """Shape (n,); both classes, and every set, weigh the same."""
        share = self.answerable.mean()
        by_class = np.where(self.answerable, 0.5 / share, 0.5 / (1 - share))
        weights: Numbers = by_class / len(self.answerable)
        return weights

    def probabilities(self, model: AbstentionModel) -> Numbers:
        """A model's probability for each question, shape (n,)."""
        return probabilities(model, self.examples.features)

    def auroc(self, scores: Numbers) -> float:
        """Area under the ROC curve of telling the answerable questions by some scores."""
        return round(auroc(self.answerable, scores), 4)


def rows(assistant: Assistant, asked: list[tuple[Question, bool]]) -> Examples:
    """Features and labels of questions put to one archive."""
    found = [list(asdict(assistant.features(a.question)).values()) for a, _ in asked]
    return Examples(
        features=np.array(found, np.float64),
        answerable=np.array([label for _, label in asked], np.bool_),
    )


def locomo(sets: list[DevelopmentSet], cache: Path | None) -> LabelledSet:
    """Every archive's own questions, and as many of the next one's."""
    parts = []
    for index, own in enumerate(sets):
        other = sets[(index + 1) % len(sets)]
        asked = [(question, True) for question in own.questions.questions]
        asked += [(question, False) for question in other.questions.questions]
        with serving(own.posts, cache / own.name if cache else None) as subject:
            parts.append(rows(subject.assistant, asked))
    return LabelledSet(
        name="locomo",
        examples=Examples(
            features=np.concatenate([part.features for part in parts]),
            answerable=np.concatenate([part.answerable for part in parts]),
        ),
    )


def labelled(given: DevelopmentSet, cache: Path | None) -> LabelledSet:
    """A set with unanswerable questions of its own."""
    asked = [(question, bool(answerable(question))) for question in given.questions.questions]
    with serving(given.posts, cache / given.name if cache else None) as subject:
        return LabelledSet(name=given.name, examples=rows(subject.assistant, asked))


def fit(sets: list[LabelledSet]) -> AbstentionModel:
    """One model over several sets, each weighing the same; its threshold is not set yet."""
    return fit_logistic(
        np.concatenate([s.examples.features for s in sets]),
        np.concatenate([s.answerable for s in sets]),
        np.concatenate([s.weights for s in sets]),
    )


def main() -> None:
    """Fits, judges, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    shared, cache = arguments.shared, arguments.cache
    fitting = [
        labelled(given, cache)
        for given in (*threads_sets(), *development_sets(shared / "eval", ["mtrag-un", "tweetqa"]))
    ]
    own = labelled(examples_set(), cache)
    judged = [
        own,
        locomo(list(development_sets(shared / "eval", ["locomo"])), cache),
        labelled(documents_set(shared), cache),
    ]
    sets = [*fitting, *judged]
    figures: dict[str, dict[str, float]] = {}
    for held_out in sets:
        scores = held_out.probabilities(fit([s for s in fitting if s is not held_out]))
        alone = held_out.probabilities(fit([held_out]))
        figures[held_out.name] = {
            "questions": len(scores),
            "answerable": int(held_out.answerable.sum()),
            "AUROC, held out": held_out.auroc(scores),
            "AUROC, fitted on it alone": held_out.auroc(alone),
        }
    model = fit(fitting)
    fitted = {s.name: s.probabilities(model) for s in sets}
    threshold = threshold_refusing(REFUSED_AT_MOST, fitted[own.name][own.answerable])
    for s in sets:
        answered = fitted[s.name] >= threshold
        figures[s.name] |= {
            "AUROC": s.auroc(fitted[s.name]),
            "answerable refused": round(float(1 - answered[s.answerable].mean()), 4),
            "unanswerable answered": round(float(answered[~s.answerable].mean()), 4),
        }
    for name, row in figures.items():
        print(f"{name:10}", *(f"{k} {v};" for k, v in row.items()))
    result = {
        "command": "python tools/fit_abstention.py ../shared",
        "fitted_on": [s.name for s in fitting],
        "figures": figures,
        "threshold_rule": "at most 5% of the answerable questions of examples/ are refused",
        "coefficients": dict(model.coefficients),
        "intercept": model.intercept,
        "threshold": threshold,
    }
    arguments.out.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps({k: result[k] for k in ("coefficients", "intercept", "threshold")}))


if __name__ == "__main__":
    main()
