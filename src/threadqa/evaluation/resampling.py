"""Bootstrap intervals and paired tests over questions, all measures in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from threadqa.evaluation.statistics import Floats, Statistic
from threadqa.evaluation.values import Difference, Estimate
from threadqa.indexing.progress import Progress

__all__ = ["Measure", "Table", "differences", "estimates"]

Table = Mapping[str, Floats]
"""Values by column, each float64, shape (questions,), NaN where a question has none."""

RESAMPLES = 1_000
PERMUTATIONS = 10_000
INTERVAL = (0.025, 0.975)
BLOCK = 100_000
"""Weights held at a time: they stay in the processor's cache, which is three times as fast."""
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure over a set of questions.

    Attributes:
        name: As the field writes it.
        columns: Of the table, the values that it needs; a question that lacks one is not counted.
        statistic: Of these columns.
        lower_is_better: Whether a rise is for the worse.
    """

    name: str
    columns: tuple[str, ...]
    statistic: Statistic
    lower_is_better: bool = False

    def values(self, table: Table) -> Floats:
        """The columns side by side, float64, shape (questions, columns)."""
        return np.column_stack([table[column] for column in self.columns])


def estimates(measures: Sequence[Measure], table: Table, *, seed: int) -> dict[str, Estimate]:
    """Each measure over all questions, with its 95% interval.

    The interval is that of the percentile bootstrap over questions (Efron and Tibshirani 1993),
    1,000 resamples; resamples that leave a measure undefined are left out of it.

    Args:
        measures: In the order of the result.
        table: Has every column that they name.
        seed: Of the resamples.

    Returns:
        By name; a measure that no question allows is not there.
    """
    questions = len(next(iter(table.values())))
    values = {measure.name: measure.values(table) for measure in measures}
    points = {m.name: _evaluated(m, values[m.name], np.ones((questions, 1)))[0] for m in measures}
    defined = [measure for measure in measures if not np.isnan(points[measure.name])]
    drawn: dict[str, list[Floats]] = {measure.name: [] for measure in defined}
    for weights in _draws(questions, seed):
        for measure in defined:
            drawn[measure.name].append(_evaluated(measure, values[measure.name], weights))
    found = {}
    for measure in defined:
        low, high = _interval(drawn[measure.name])
        found[measure.name] = Estimate(
            value=float(points[measure.name]),
            low=low,
            high=high,
            n=int(_present(values[measure.name]).sum()),
        )
    return found


def differences(
    measures: Sequence[Measure],
    before: Table,
    after: Table,
    *,
    seed: int,
    progress: Progress,
) -> dict[str, Difference]:
    """Each measure in two runs over the same questions, and whether the difference is chance.

    The interval is a percentile bootstrap of the difference, both runs resampled together, 1,000
    resamples. The p-value is that of the paired randomisation test (Smucker et al. 2007): the two
    results of each question are swapped at random, 10,000 times, and p = (b + 1) / (10,000 + 1)
    where b differences are at least as large as the one seen. Both work on the measure of the whole
    set, so that they serve means, areas and percentiles alike.

    Args:
        measures: In the order of the result.
        before: Has every column that they name.
        after: Likewise, the same questions in the same order.
        seed: Of the resamples and the swaps.
        progress: Told of the swaps: for thousands of questions they take a while.

    Returns:
        By name; a measure that one of the runs lacks is not there.
    """
    pairs = {}
    for measure in measures:
        pair = _Pair(measure, measure.values(before), measure.values(after))
        if not np.isnan(pair.observed):
            pairs[measure.name] = pair
    changed = [pair for pair in pairs.values() if pair.changed]
    questions = len(next(iter(before.values())))
    for weights in _draws(questions, seed):
        for pair in changed:
            pair.resample(weights)
    progress.start("swaps", PERMUTATIONS)
    for kept, swapped in _swaps(questions, seed):
        for pair in changed:
            pair.swap(kept, swapped)
        progress.advance(kept.shape[1])
    return {name: pair.difference() for name, pair in pairs.items()}


class _Pair:
    """One measure of two runs, and what became of it in resamples and swaps."""

    def __init__(self, measure: Measure, before: Floats, after: Floats) -> None:
        self._measure = measure
        self._before = before
        self._after = after
        ones = np.ones((len(before), 1))
        self._values = [float(_evaluated(measure, v, ones)[0]) for v in (before, after)]
        self.observed = self._values[1] - self._values[0]
        self.changed = not np.array_equal(before, after, equal_nan=True)
        self._resampled: list[Floats] = []
        self._as_large = PERMUTATIONS if not self.changed else 0

    def resample(self, weights: Floats) -> None:
        """Takes in bootstrap resamples, float64, shape (questions, r)."""
        before = _evaluated(self._measure, self._before, weights)
        self._resampled.append(_evaluated(self._measure, self._after, weights) - before)

    def swap(self, kept: Floats, swapped: Floats) -> None:
        """Takes in swaps of the two runs' results.

        A swap that leaves the measure undefined counts as a large difference: it cannot speak for
        a real one.

        Args:
            kept: 1 for the results that make up the first run, of all results of both runs; 0 for
                those that make up the second. float64, shape (2 * questions, r).
            swapped: The other way round.
        """
        pooled = np.concatenate([self._before, self._after])
        first = _evaluated(self._measure, pooled, kept)
        second = _evaluated(self._measure, pooled, swapped)
        smaller = np.abs(second - first) < abs(self.observed) - ROUNDING
        self._as_large += int((~smaller).sum())

    def difference(self) -> Difference:
        """What was found."""
        low, high = _interval(self._resampled) if self._resampled else (0.0, 0.0)
        return Difference(
            before=self._values[0],
            after=self._values[1],
            low=low,
            high=high,
            p=(self._as_large + 1) / (PERMUTATIONS + 1),
            n_before=int(_present(self._before).sum()),
            n_after=int(_present(self._after).sum()),
        )


def _evaluated(measure: Measure, values: Floats, weights: Floats) -> Floats:
    """The statistic of the questions that have all values, float64, shape (r,)."""
    present = _present(values)
    if not present.any():
        return np.full(weights.shape[1], np.nan)
    if present.all():
        return measure.statistic(values, weights)
    return measure.statistic(values[present], weights[present])


def _present(values: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(values).all(axis=1))


def _draws(questions: int, seed: int) -> Iterator[Floats]:
    """How often each question is drawn, float64, shape (questions, r), in blocks."""
    rng = np.random.default_rng(seed)
    for count in _blocks(RESAMPLES, questions):
        draws = rng.multinomial(questions, np.full(questions, 1 / questions), count)
        yield np.ascontiguousarray(draws.T, np.float64)


def _swaps(questions: int, seed: int) -> Iterator[tuple[Floats, Floats]]:
    """The results that make up either run, 0 or 1, float64, shape (2 * questions, r), in blocks."""
    rng = np.random.default_rng(seed)
    for count in _blocks(PERMUTATIONS, 2 * questions):
        swapped = rng.integers(2, size=(questions, count)).astype(np.float64)
        yield np.concatenate([1 - swapped, swapped]), np.concatenate([swapped, 1 - swapped])


def _blocks(total: int, questions: int) -> Iterator[int]:
    size = max(1, BLOCK // questions)
    for start in range(0, total, size):
        yield min(size, total - start)


def _interval(blocks: Sequence[Floats]) -> tuple[float, float]:
    low, high = np.nanquantile(np.concatenate(blocks), INTERVAL)
    return float(low), float(high)
