"""Fits the model of support that is shipped, and writes it with the figures it reaches.

    python tools/fit_support.py ../shared/eval/wice/claims.jsonl

Fitted on one half of WiCE, split by article; the threshold is set on the dev half of
eval/grounding.jsonl. WiCE's partly supported claims count as not supported, since a sentence goes
out whole or not at all; they weigh as much as those without support, and both as much as the
supported. "Held out" is cross-validation over articles within that half; the other
halves are for ``make grounding``, and nothing here reads their labels.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from support_sets import benchmark, feature_rows, looked_at, wice
from threadqa.answering.support.features import Features
from threadqa.answering.support.model import SupportModel
from threadqa.evaluation.fitting import auroc, threshold_refusing
from threadqa.evaluation.statistics import Floats

__all__ = ["cross_validated"]

ROOT = Path(__file__).parent.parent
OUT = ROOT / "src" / "threadqa" / "answering" / "support" / "support.json"
NAMES = [field.name for field in fields(Features)]
REFUSED_AT_MOST = 0.02
FOLDS = 10
SUPPORTED = "supported"
SHARES = {SUPPORTED: 0.5, "partially_supported": 0.25, "not_supported": 0.25}
DECIMALS = 6


# Looking at sentences needs a model and does not ask it.
PLACEHOLDER = SupportModel(coefficients=dict.fromkeys(NAMES, 0.0), intercept=0.0, threshold=0.5)


def fit(features: Floats, labels: NDArray[np.str_]) -> SupportModel:
    """Logistic regression, L2 penalty with C = 1 over standardised features, labels balanced."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(features)
    shares = {label: SHARES[label] / np.sum(labels == label) for label in SHARES}
    weights = np.array([shares[label] for label in labels])
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(
        scaler.transform(features), labels == SUPPORTED, sample_weight=weights / weights.mean()
    )
    coefficients = fitted.coef_[0] / scaler.scale_
    intercept = fitted.intercept_[0] - (coefficients * scaler.mean_).sum()
    return SupportModel(
        coefficients=dict(zip(NAMES, coefficients.round(DECIMALS).tolist(), strict=True)),
        intercept=round(float(intercept), DECIMALS),
        threshold=0.5,
    )


def probabilities(model: SupportModel, rows: Floats) -> Floats:
    """A model's probability for each row of features, shape (n,)."""
    return np.array(
        [model.probability(Features(**dict(zip(NAMES, row, strict=True)))) for row in rows.tolist()]
    )


def cross_validated(rows: Floats, labels: NDArray[np.str_], groups: NDArray[np.str_]) -> Floats:
    """Each example's probability by a model that saw nothing of its article."""
    from sklearn.model_selection import GroupKFold

    found = np.zeros(len(labels))
    for train, test in GroupKFold(FOLDS).split(rows, labels, groups):
        found[test] = probabilities(fit(rows[train], labels[train]), rows[test])
    return found


def main() -> None:
    """Fits, judges, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wice", type=Path)
    examples = [e for e in wice(parser.parse_args().wice) if e.half == 0]
    rows = feature_rows(looked_at(examples, PLACEHOLDER))
    labels = np.array([example.label for example in examples])
    supported = labels == SUPPORTED
    held_out = cross_validated(rows, labels, np.array([e.group for e in examples]))
    model = fit(rows, labels)
    own = [example for example in benchmark(ROOT) if example.half == 0]
    faithful = [
        judgement
        for example, judgement in zip(own, looked_at(own, PLACEHOLDER), strict=True)
        if example.supported and not judgement.objections
    ]
    threshold = threshold_refusing(REFUSED_AT_MOST, probabilities(model, feature_rows(faithful)))
    result = {
        "command": "python tools/fit_support.py ../shared/eval/wice/claims.jsonl",
        "fitted_on": "wice, first half by article",
        "figures": {
            "claims": len(examples),
            "supported": int(supported.sum()),
            "AUROC, held out": round(auroc(supported, held_out), 4),
            "AUROC": round(auroc(supported, probabilities(model, rows)), 4),
        },
        "threshold_rule": "at most 2% are refused of the faithful sentences in the dev half of "
        "eval/grounding.jsonl that the rules let pass",
        "threshold_set_on": len(faithful),
        "coefficients": dict(model.coefficients),
        "intercept": model.intercept,
        "threshold": threshold,
    }
    OUT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
