"""Statistics of weighted questions, many resamples at a time.

A statistic takes the values of n questions, float64, shape (n, columns), and r weightings of them,
float64, shape (n, r), 0 or more; it gives r results, float64, shape (r,), NaN where a weighting
leaves it undefined. Weights of 1 give the plain statistic, counts of draws a bootstrap resample,
zeros and ones a choice between questions of two runs: each needs one pass over all resamples.
Questions lie along the first axis because sorting them then moves whole rows of memory.

The statistics of confidence take two columns: the confidence, in [0, 1], and whether the question
is answerable, 1 or 0. They are undefined unless there are questions of both kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Floats",
    "Statistic",
    "aurc",
    "auroc",
    "expected_calibration_error",
    "mean",
    "percentile",
    "reliability",
    "risk_coverage",
]

Floats: TypeAlias = NDArray[np.float64]
Statistic: TypeAlias = Callable[[Floats, Floats], Floats]

BINS = 10


def mean(values: Floats, weights: Floats) -> Floats:
    """Weighted mean of the one column."""
    return _ratio(values[:, 0] @ weights, weights.sum(axis=0))


def percentile(share: float) -> Statistic:
    """The statistic below which a share of the one column lies, for whole-number weights.

    Between two values it is interpolated linearly, as `numpy.percentile` does by default.
    """
    return partial(_percentile, share)


def _percentile(share: float, values: Floats, weights: Floats) -> Floats:
    order = np.argsort(values[:, 0], kind="stable")
    ascending = values[order, 0]
    counted = np.cumsum(weights[order], axis=0)
    place = share * np.maximum(counted[-1] - 1, 0)
    below = _at(ascending, counted, np.floor(place))
    above = _at(ascending, counted, np.ceil(place))
    found = below + (above - below) * (place - np.floor(place))
    return np.where(counted[-1] > 0, found, np.nan)


def _at(ascending: Floats, counted: Floats, place: Floats) -> Floats:
    """The value at a place, from 0, of each list in which values stand as often as they weigh."""
    index = (counted <= place).sum(axis=0)
    found: Floats = ascending[np.minimum(index, ascending.size - 1)]
    return found


def auroc(values: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve of the confidence: higher is better, .5 is chance.

    The share of pairs of an answerable and an unanswerable question in which the answerable one has
    the higher confidence; a tie counts half (Hanley and McNeil 1982).
    """
    answerable, unanswerable = _by_confidence(values, weights)
    total = unanswerable.sum(axis=0)
    lower = total - np.cumsum(unanswerable, axis=0)
    won = (answerable * (lower + unanswerable / 2)).sum(axis=0)
    return _ratio(won, answerable.sum(axis=0) * total)


def aurc(values: Floats, weights: Floats) -> Floats:
    """Area under the risk-coverage curve: lower is better.

    The mean over questions of the risk where their confidence is the least to answer with (Geifman
    et al. 2019, "Bias-reduced uncertainty estimation"); see `risk_coverage`.
    """
    answerable, unanswerable = _by_confidence(values, weights)
    here = answerable + unanswerable
    risk = _ratio(np.cumsum(unanswerable, axis=0), np.cumsum(here, axis=0), otherwise=0.0)
    area = _ratio((here * risk).sum(axis=0), here.sum(axis=0))
    return np.where(_both_kinds(values, weights), area, np.nan)


def risk_coverage(values: Floats) -> tuple[tuple[float, float], ...]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010).

    Args:
        values: float64, shape (n, 2), n at least 1.

    Returns:
        For each confidence from the highest down: the share of questions of at least that
        confidence, which would be answered, and the share of unanswerable ones among them, which is
        the risk; both in [0, 1].
    """
    answerable, unanswerable = _by_confidence(values, np.ones((len(values), 1)))
    answered = np.cumsum(answerable + unanswerable)  # one weighting: flat
    risk = np.cumsum(unanswerable) / answered
    return tuple(zip((answered / len(values)).tolist(), risk.tolist(), strict=True))


def expected_calibration_error(values: Floats, weights: Floats) -> Floats:
    """Expected calibration error over 10 bins of equal mass: lower is better, in [0, 1].

    The mean over questions of |mean confidence - share answerable| of their bin (Naeini et al.
    2015), the questions being put into bins by rank (Nguyen and O'Connor 2015), so that no bin is
    nearly empty.
    """
    order = np.argsort(values[:, 0], kind="stable")
    ordered, resamples = weights[order], weights.shape[1]
    places = _bins(ordered) * resamples + np.arange(resamples)
    gaps = ordered * (values[order, 0] - values[order, 1])[:, None]
    sums = np.bincount(places.ravel(), gaps.ravel(), BINS * resamples).reshape(BINS, resamples)
    error = _ratio(np.abs(sums).sum(axis=0), weights.sum(axis=0))
    return np.where(_both_kinds(values, weights), error, np.nan)


def reliability(values: Floats) -> tuple[tuple[float, float, float, float, int], ...]:
    """The bins of the expected calibration error, from the least confident up.

    Args:
        values: float64, shape (n, 2), n at least 1.

    Returns:
        Lowest, highest and mean confidence, share answerable and number of questions of each bin
        that is not empty.
    """
    ascending = values[np.argsort(values[:, 0], kind="stable")]
    bins = _bins(np.ones((len(values), 1)))[:, 0]
    return tuple(
        (
            float(held[0, 0]),
            float(held[-1, 0]),
            float(held[:, 0].mean()),
            float(held[:, 1].mean()),
            len(held),
        )
        for number in np.unique(bins)
        for held in [ascending[bins == number]]
    )


def _bins(weights: Floats) -> NDArray[np.int64]:
    """The bin of each question, int64, shape (n, r): by the share of weight before its middle."""
    reached = np.cumsum(weights, axis=0)
    middle = reached - weights / 2
    number = _ratio(BINS * middle, np.broadcast_to(reached[-1], middle.shape), otherwise=0.0)
    # A last question of weight 0 has its middle at the end of the last bin.
    return np.minimum(number.astype(np.int64), BINS - 1)


def _by_confidence(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weight of answerable and of unanswerable questions by distinct confidence, descending.

    Returns:
        Two arrays, float64, shape (distinct confidences, r).
    """
    order = np.argsort(-values[:, 0], kind="stable")
    confidence, answerable = values[order, 0], values[order, 1:]
    firsts = np.flatnonzero(np.diff(confidence, prepend=np.inf))
    ordered = weights[order]
    return (
        np.add.reduceat(ordered * answerable, firsts, axis=0),
        np.add.reduceat(ordered * (1 - answerable), firsts, axis=0),
    )


def _both_kinds(values: Floats, weights: Floats) -> NDArray[np.bool_]:
    answerable = values[:, 1] @ weights
    both: NDArray[np.bool_] = (answerable > 0) & (answerable < weights.sum(axis=0))
    return both


def _ratio(parts: Floats, wholes: Floats, *, otherwise: float = np.nan) -> Floats:
    """Quotients of two arrays of one shape; `otherwise` where the whole is 0."""
    found = np.full(parts.shape, otherwise)
    np.divide(parts, wholes, out=found, where=wholes > 0)
    return found
