"""Fusion of dense and lexical scores into one ranking. Pure functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scores", "fused_parts", "rank"]

Scores = NDArray[np.float64]
"""float64, shape (n,), higher is better."""

LOWEST_COSINE = -1.0


def fused_parts(dense: Scores, lexical: Scores, *, dense_weight: float) -> tuple[Scores, Scores]:
    """Two scores, each normalised against its theoretical minimum and weighted.

    A score is mapped from [its least possible value, the largest one found] to [0, 1]. Unlike
    min-max normalisation over the results, this keeps a lone hit from becoming 0 and a narrow
    field of good hits from being torn apart. The theoretical-minimum normalisation of Bruch, Gai
    and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023).

    Args:
        dense: Cosine similarities in [-1, 1], shape (n,).
        lexical: BM25 scores from 0 up, shape (n,), of the same posts.
        dense_weight: Share of the dense score, in [0, 1].

    Returns:
        What the dense and the lexical scores give to the fused ones, shape (n,) each.
    """
    return (
        dense_weight * _normalised(dense, LOWEST_COSINE),
        (1.0 - dense_weight) * _normalised(lexical, 0.0),
    )


def _normalised(scores: Scores, least: float) -> Scores:
    reach = float(scores.max(initial=least)) - least
    if reach <= 0.0:
        return np.zeros_like(scores)
    return (scores - least) / reach


def rank(scores: Scores, rows: NDArray[np.int64]) -> NDArray[np.intp]:
    """Order of the posts, best first, ties broken by row so that every run ranks alike.

    Args:
        scores: Shape (n,), higher is better.
        rows: Archive rows of the same posts, shape (n,).

    Returns:
        Indices into both, shape (n,).
    """
    return np.lexsort((rows, -scores))
