"""Both searches and their fusion: from a parsed query to ranked hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from threadqa.answers import Hit
from threadqa.archive.archive import Archive
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.posts import Post, ThreadSummary, searchable_text
from threadqa.retrieval.fusion import fuse, rank
from threadqa.retrieval.operators import ParsedQuery
from threadqa.search_indexes.dense import DenseIndex
from threadqa.search_indexes.lexical import LexicalIndex, analyse

__all__ = ["Retrieved", "Retriever", "Rows"]

Rows = NDArray[np.int64]

CANDIDATES = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Retrieved:
    """What a search found.

    Attributes:
        hits: Best first.
        without_phrases: Whether no post had the question's phrases, and it was searched as if they
            were not marked.
        allowed: The rows that the operators leave, ascending; None where they rule out nothing.
    """

    hits: tuple[Hit, ...]
    allowed: Rows | None = None
    without_phrases: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriever:
    """Searches one archive through its two indexes.

    Attributes:
        archive: Where hits are read from.
        dense: Vectors of posts in their threads.
        lexical: Words of posts and their neighbours.
        encoder: Embeds the question; the one the archive was embedded with.
        dense_weight: Share of the dense score in the fused score, in [0, 1].
    """

    archive: Archive
    dense: DenseIndex
    lexical: LexicalIndex
    encoder: Encoder
    dense_weight: float

    def retrieve(self, query: ParsedQuery, k: int) -> Retrieved:
        """Finds the posts most likely to answer a question.

        Args:
            query: Parsed. Without text, the posts that its operators leave are listed.
            k: Most hits.

        Returns:
            At most k hits, best first, ties by archive row.
        """
        allowed = self._allowed(query)
        if not query.text:
            return self._listed(allowed, k)
        without_phrases = False
        if query.phrases and allowed is not None and not allowed.size:
            # People quote words in a question without meaning an operator.
            allowed, without_phrases = self._allowed(replace(query, phrases=())), True
        vector = self.encoder.encode([query.text], TextKind.QUERY)
        dense_rows, _ = self.dense.search(vector[0], max(k, CANDIDATES), allowed)
        lexical_rows, _ = self.lexical.search(query.text, max(k, CANDIDATES), allowed)
        rows = np.union1d(dense_rows, lexical_rows)
        # Each half gives its score for what only the other one found: a hit is never judged by
        # one half alone.
        dense = self.dense.scores(vector[0], rows).astype(np.float64)
        lexical = self.lexical.scores(query.text, rows).astype(np.float64)
        fused = fuse(dense, lexical, dense_weight=self.dense_weight)
        best = rank(fused, rows)[:k]
        found = self.archive.posts(rows[best].tolist())
        terms = analyse(query.text)
        hits = tuple(
            Hit(
                post=post,
                thread=thread,
                score=float(fused[i]),
                dense=float(dense[i]),
                lexical=float(lexical[i]),
                matched_terms=_matched(terms, post, thread),
            )
            for i in best
            for post, thread in [found[int(rows[i])]]
        )
        return Retrieved(hits=hits, allowed=allowed, without_phrases=without_phrases)

    def _listed(self, allowed: Rows | None, k: int) -> Retrieved:
        """The first posts that the operators leave, in archive order, without scores."""
        rows = self.dense.rows if allowed is None else allowed
        found = self.archive.posts(rows[:k].tolist())
        hits = tuple(
            Hit(post=post, thread=thread, score=0.0, dense=0.0, lexical=0.0)
            for post, thread in found.values()
        )
        return Retrieved(hits=hits)

    def _allowed(self, query: ParsedQuery) -> Rows | None:
        """Rows that the operators leave, ascending; None where they rule out nothing."""
        allowed: Rows | None = None
        if not query.post_filter.is_empty:
            allowed = self.archive.rows_matching(query.post_filter)
        if query.phrases or query.excluded:
            matching = self.lexical.matching(query.phrases, query.excluded)
            allowed = matching if allowed is None else np.intersect1d(allowed, matching)
        return allowed


def _matched(terms: Sequence[str], post: Post, thread: ThreadSummary) -> tuple[str, ...]:
    """Which of the question's words stand in the post itself, in the question's order."""
    own = frozenset(
        analyse(searchable_text(post.text, post.position, post.author or thread.author))
    )
    return tuple(term for term in terms if term in own)
