"""Fits the abstention model of an index on questions whose answerability is known.

The model is a logistic regression with an L2 penalty over standardised features, given back in the
features' own units. What is said of it is measured by stratified cross-validation: each question
is judged by a model that did not see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from threadqa.answering.abstention import (
    AbstentionModel,
    Features,
    default_model,
    remove_own_model,
    write_own_model,
)
from threadqa.assistant import Assistant
from threadqa.errors import ArchiveError, ThreadqaError, UsageError
from threadqa.evaluation.questions import answerable as is_answerable
from threadqa.evaluation.questions import exchanges
from threadqa.evaluation.values import Question, QuestionSet
from threadqa.indexing.progress import Progress

__all__ = [
    "LEAST_OF_A_CLASS",
    "REFUSED_AT_MOST",
    "Examples",
    "Figures",
    "Fit",
    "Numbers",
    "auroc",
    "check_enough",
    "collect",
    "fit",
    "fit_logistic",
    "probabilities",
    "record",
    "reset",
    "save",
    "threshold_refusing",
]

REFUSED_AT_MOST = 0.05
LEAST_OF_A_CLASS = 10
# In the file, decimals: far below what a set of questions can tell apart.
DECIMALS = 6

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Questions as the model sees them.

    Attributes:
        features: Shape (n, features), in the order of the fields of `Features`.
        answerable: Shape (n,): whether the archive answers.
        left_out: Questions of the set that were not asked, because their answerability is not
            known.
        reads: Whether the cross-encoder read what was found.
    """

    features: Numbers
    answerable: NDArray[np.bool_]
    left_out: int = 0
    reads: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a fit reached, in cross-validation; shares and areas are in [0, 1].

    Attributes:
        auroc: Area under the ROC curve of telling answerable from unanswerable questions.
        auroc_shipped: The same of the shipped model, on the same questions.
        answerable_refused: Share of the answerable questions below the threshold that the other
            folds choose.
        unanswerable_answered: Share of the unanswerable ones at or above it.
    """

    auroc: float
    auroc_shipped: float
    answerable_refused: float
    unanswerable_answered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted model, with how it was fitted.

    Attributes:
        model: Fitted on all questions; its threshold is chosen in cross-validation.
        figures: What it reached.
        folds: Of the cross-validation.
        seed: Of the assignment of questions to folds.
    """

    model: AbstentionModel
    figures: Figures
    folds: int
    seed: int


def collect(assistant: Assistant, questions: Sequence[Question], progress: Progress) -> Examples:
    """Asks questions for their features.

    Args:
        assistant: Of the index to fit for.
        questions: Any, follow-ups with their history; those that cannot be used are counted and
            left out.
        progress: Told of each question.

    Raises:
        UsageError: A question cannot be asked; names it.
    """
    asked = [(q, is_answerable(q)) for q in questions]
    usable = [(q, known) for q, known in asked if known is not None]
    progress.start("Asking", len(usable))
    rows = []
    for question, _ in usable:
        rows.append(_row(assistant, question))
        progress.advance(1)
    return Examples(
        features=np.array(rows, np.float64).reshape(len(rows), len(fields(Features))),
        answerable=np.array([known for _, known in usable], np.bool_),
        left_out=len(questions) - len(usable),
        reads=assistant.reads,
    )


def _row(assistant: Assistant, question: Question) -> list[float]:
    try:
        found = assistant.features(question.question, exchanges(question.history))
        return list(asdict(found).values())
    except ThreadqaError as error:
        raise UsageError(f"question {question.id}: {error}") from error


def check_enough(answerable: Sequence[bool | None]) -> None:
    """Says what a set lacks before all of it is asked.

    Args:
        answerable: Of each question; None where that is not known.

    Raises:
        UsageError: There are too few questions of a class.
    """
    for name, wanted in (("answerable", True), ("unanswerable", False)):
        count = sum(known is wanted for known in answerable)
        if count < LEAST_OF_A_CLASS:
            raise UsageError(
                f"a fit needs {LEAST_OF_A_CLASS} {name} questions or more, and the set has "
                f'{count}: add some, with "answerable": {"true" if wanted else "false"}'
            )


def fit(examples: Examples, *, folds: int, seed: int) -> Fit:
    """Fits a model, and measures it by cross-validation.

    Args:
        examples: At least ten questions of each class.
        folds: At most this many, 2 or more; as many as the smaller class has questions, if fewer.
        seed: Of the assignment of questions to folds.

    Raises:
        UsageError: There are too few questions of a class.
    """
    from sklearn.model_selection import StratifiedKFold

    answerable = examples.answerable
    check_enough(answerable.tolist())
    folds = min(folds, int(answerable.sum()), int((~answerable).sum()))
    held_out, fold_of = np.zeros(len(answerable)), np.zeros(len(answerable), np.int64)
    splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=seed)
    for fold, (train, test) in enumerate(splitter.split(examples.features, answerable)):
        model = fit_logistic(examples.features[train], answerable[train])
        held_out[test], fold_of[test] = probabilities(model, examples.features[test]), fold
    threshold = threshold_refusing(REFUSED_AT_MOST, held_out[answerable])
    # Judged by one that its own fold had no part in: the last refuses no more than it may here.
    others = [
        threshold_refusing(REFUSED_AT_MOST, held_out[answerable & (fold_of != fold)])
        for fold in range(folds)
    ]
    answered = held_out >= np.array(others)[fold_of]
    shipped = probabilities(default_model(reads=examples.reads), examples.features)
    return Fit(
        model=replace(fit_logistic(examples.features, answerable), threshold=threshold),
        figures=Figures(
            auroc=auroc(answerable, held_out),
            auroc_shipped=auroc(answerable, shipped),
            answerable_refused=float((~answered[answerable]).mean()),
            unanswerable_answered=float(answered[~answerable].mean()),
        ),
        folds=folds,
        seed=seed,
    )


def fit_logistic(
    features: Numbers, answerable: NDArray[np.bool_], weights: Numbers | None = None
) -> AbstentionModel:
    """Logistic regression, L2 penalty with C = 1 over standardised features.

    Args:
        features: Shape (n, features), in the order of the fields of `Features`.
        answerable: Shape (n,), of both classes.
        weights: Shape (n,), 0 or more, in any unit; None where all examples count alike.

    Returns:
        The model; its threshold is 1/2.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(features)
    # Of mean 1, so that the penalty weighs as much as without weights.
    weighing = None if weights is None else weights / weights.mean()
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(
        scaler.transform(features), answerable, sample_weight=weighing
    )
    coefficients = fitted.coef_[0] / scaler.scale_
    intercept = fitted.intercept_[0] - (coefficients * scaler.mean_).sum()
    names = [field.name for field in fields(Features)]
    return AbstentionModel(
        coefficients=dict(zip(names, coefficients.round(DECIMALS).tolist(), strict=True)),
        intercept=round(float(intercept), DECIMALS),
        threshold=0.5,
    )


def probabilities(model: AbstentionModel, features: Numbers) -> Numbers:
    """A model's probability of "answerable" for each row of features: shape (n,)."""
    names = [field.name for field in fields(Features)]
    return np.array(
        [
            model.probability(Features(**dict(zip(names, row, strict=True))))
            for row in features.tolist()
        ],
        np.float64,
    )


def auroc(answerable: NDArray[np.bool_], scores: Numbers) -> float:
    """Probability that an answerable question scores above an unanswerable one, ties one half."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(answerable, scores))


def threshold_refusing(share: float, answerable: Numbers) -> float:
    """The largest threshold below which at most a share of the answerable questions lies.

    Args:
        share: In [0, 1).
        answerable: Probabilities of the answerable questions, shape (n,), n at least 1.

    Returns:
        In [0, 1]; rounded down, so that it refuses no question more.
    """
    # The small number: .05 times 140 must be 7, whatever floating point makes of it.
    lowest = float(np.sort(answerable)[floor(share * len(answerable) + 1e-9)])
    scale = 10.0**DECIMALS
    return floor(lowest * scale) / scale


def record(found: Fit, examples: Examples, questions: QuestionSet, now: datetime) -> dict[str, Any]:
    """What a model's file says of its making, ready for JSON."""
    return {
        "fitted_on": {
            "name": questions.name,
            "digest": questions.digest,
            "answerable": int(examples.answerable.sum()),
            "unanswerable": int((~examples.answerable).sum()),
            "left_out": examples.left_out,
        },
        "date": now.astimezone(UTC).isoformat(timespec="seconds"),
        "folds": found.folds,
        "seed": found.seed,
        "figures": {name: round(value, 4) for name, value in asdict(found.figures).items()},
        "threshold_rule": f"at most {REFUSED_AT_MOST:.0%} of the answerable questions are refused",
    }


def save(
    folder: Path,
    model: AbstentionModel,
    encoder: str,
    about: Mapping[str, object],
    *,
    reads: bool,
) -> Path:
    """Saves a model with an index, which is asked with it from then on.

    Args:
        folder: The index folder.
        model: The model.
        encoder: Fingerprint of the index's encoder.
        about: From `record`.
        reads: Whether the cross-encoder reads.

    Returns:
        The file.

    Raises:
        ArchiveError: The folder cannot be written.
    """
    with _writing(folder):
        return write_own_model(folder, model, encoder, about, reads=reads)


def reset(folder: Path) -> bool:
    """Removes an index's own model, which is asked with the shipped one from then on.

    Returns:
        Whether it had one.

    Raises:
        ArchiveError: The folder cannot be written.
    """
    with _writing(folder):
        return remove_own_model(folder)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"the abstention model in {folder} cannot be written ({error.strerror}): check that "
            "the folder is an index and may be written"
        ) from error
