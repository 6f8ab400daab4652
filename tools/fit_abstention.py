"""Fits the abstention model that is shipped, and writes it with the figures it reaches.

    python tools/fit_abstention.py ../shared

Each set counts alike, however many questions it has, and so do its answerable and unanswerable
ones. examples/, LoCoMo and the documents are only judged, but for the threshold: the largest that
refuses at most 5% of the answerable questions of examples/, and of eval/threads, which are alike.
LoCoMo has no unanswerable questions: each of its archives is also asked the questions of the next
one, which any model tells apart, and which teach none to tell what an archive nearly says.
Follow-ups are asked with what came before. "Held out" is the figure of a model that was fitted
on the other sets. A second model, "without_reading", is for searches without the cross-encoder; the
first one's figures come from searches with it.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass, replace
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
from threadqa.answering.abstention import CROSS_ENCODER, WITHOUT_READING, AbstentionModel
from threadqa.assistant import Assistant
from threadqa.encoders.cache_files import sha256_of
from threadqa.encoders.cross_encoder import FOLDER
from threadqa.evaluation.fitting import (
    REFUSED_AT_MOST,
    Examples,
    Numbers,
    auroc,
    fit_logistic,
    probabilities,
    threshold_refusing,
)
from threadqa.evaluation.questions import answerable, exchanges
from threadqa.evaluation.values import Question
from threadqa.settings import READING_RERANKER

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A model over the development sets, and the figures it reaches."""

    model: AbstentionModel
    fitted_on: list[str]
    figures: dict[str, dict[str, float]]


def rows(assistant: Assistant, asked: list[tuple[Question, bool]]) -> Examples:
    """Features and labels of questions put to one archive."""
    found = [
        list(asdict(assistant.features(one.question, exchanges(one.history))).values())
        for one, _ in asked
    ]
    return Examples(
        features=np.array(found, np.float64),
        answerable=np.array([label for _, label in asked], np.bool_),
    )


def locomo(sets: list[DevelopmentSet], cache: Path | None, reranker: str) -> LabelledSet:
    """Every archive's own questions, and as many of the next one's."""
    parts = []
    for index, own in enumerate(sets):
        other = sets[(index + 1) % len(sets)]
        asked = [(question, True) for question in own.questions.questions]
        asked += [(question, False) for question in other.questions.questions]
        folder = cache / own.name if cache else None
        with serving(own.posts, folder, reranker=reranker) as subject:
            parts.append(rows(subject.assistant, asked))
    return LabelledSet(
        name="locomo",
        examples=Examples(
            features=np.concatenate([part.features for part in parts]),
            answerable=np.concatenate([part.answerable for part in parts]),
        ),
    )


def labelled(given: DevelopmentSet, cache: Path | None, reranker: str) -> LabelledSet:
    """A set with unanswerable questions of its own."""
    asked = [(question, bool(answerable(question))) for question in given.questions.questions]
    folder = cache / given.name if cache else None
    with serving(given.posts, folder, reranker=reranker) as subject:
        return LabelledSet(name=given.name, examples=rows(subject.assistant, asked))


def fit(sets: list[LabelledSet]) -> AbstentionModel:
    """One model over several sets, each weighing the same; its threshold is not set yet."""
    return fit_logistic(
        np.concatenate([s.examples.features for s in sets]),
        np.concatenate([s.answerable for s in sets]),
        np.concatenate([s.weights for s in sets]),
    )


def fitted(shared: Path, cache: Path | None, reranker: str) -> Fitted:
    """Fits and judges."""
    fitting = [
        labelled(given, cache, reranker)
        for given in (*threads_sets(), *development_sets(shared / "eval", ["mtrag-un", "tweetqa"]))
    ]
    own = labelled(examples_set(), cache, reranker)
    judged = [
        own,
        locomo(list(development_sets(shared / "eval", ["locomo"])), cache, reranker),
        labelled(documents_set(shared), cache, reranker),
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
    found = {s.name: s.probabilities(model) for s in sets}
    threads = [s for s in sets if s.name.startswith("threads/")]
    threshold = min(
        threshold_refusing(
            REFUSED_AT_MOST, np.concatenate([found[s.name][s.answerable] for s in alike])
        )
        for alike in ([own], threads)
    )
    for s in sets:
        answered = found[s.name] >= threshold
        figures[s.name] |= {
            "AUROC": s.auroc(found[s.name]),
            "answerable refused": round(float(1 - answered[s.answerable].mean()), 4),
            "unanswerable answered": round(float(answered[~s.answerable].mean()), 4),
        }
    print(f"reranker {reranker}")
    for name, row in figures.items():
        print(f"{name:13}", *(f"{k} {v};" for k, v in row.items()), flush=True)
    return Fitted(
        model=replace(model, threshold=threshold),
        fitted_on=[s.name for s in fitting],
        figures=figures,
    )


def saved(found: Fitted) -> dict[str, object]:
    """A fit, ready for JSON."""
    return {"figures": found.figures, **asdict(found.model)}


def main() -> None:
    """Fits both models, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    read = fitted(arguments.shared, arguments.cache, READING_RERANKER)
    unread = fitted(arguments.shared, arguments.cache, "linear")
    result = {
        "command": "python tools/fit_abstention.py ../shared",
        "fitted_on": read.fitted_on,
        CROSS_ENCODER: sha256_of(FOLDER / "model.bin"),
        "threshold_rule": "at most 5% of the answerable refused in examples/ and in eval/threads",
        **saved(read),
        WITHOUT_READING: saved(unread),
    }
    arguments.out.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
