"""What both search indexes do with rows and scores. Pure functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows", "Scores", "best", "contains", "is_settled", "nothing"]

Rows = NDArray[np.int64]
"""int64, shape (n,): rows of the archive."""

Scores = NDArray[np.float32]
"""float32, shape (n,): higher is better."""


def nothing() -> tuple[Rows, Scores]:
    """No hits."""
    return np.zeros(0, np.int64), np.zeros(0, np.float32)


def best(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """The k best hits: by score, highest first, then by row, lowest first."""
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]


def contains(ascending: Rows, values: Rows) -> NDArray[np.bool_]:
    """For each value, whether it stands in an ascending array.

    Args:
        ascending: int64, shape (m,), ascending.
        values: int64, shape (n,), in any order.

    Returns:
        bool, shape (n,).
    """
    if not ascending.size:
        return np.zeros(values.shape, np.bool_)
    places = np.minimum(np.searchsorted(ascending, values), ascending.size - 1)
    found: NDArray[np.bool_] = ascending[places] == values
    return found


def is_settled(kept: Scores, k: int, lowest_seen: float) -> bool:
    """Whether hits that an engine has not given yet cannot be among the k best.

    An engine breaks ties its own way; so ties with the k-th hit must all have been seen.

    Args:
        kept: Scores of the hits that may be shown, highest first.
        k: How many are wanted.
        lowest_seen: The lowest score the engine gave; those to come are not higher.
    """
    return len(kept) >= k and float(kept[k - 1]) > lowest_seen
