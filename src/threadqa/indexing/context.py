"""A post in its thread: what is embedded, and what the two indexes hold of its neighbours.

The post that holds an answer often does not name its subject; its neighbours do. Both searches
therefore see each post with its neighbours, weighted by how near they are.

The dense half mixes vectors, not texts: the inner product is linear, so a query scores
``q . (v0 + sum(w_i * v_i))`` as the weighted sum of its similarity to the post and to each
neighbour, at the cost of one vector. Every post is embedded once and alone, so a changed
neighbour costs no encoding. On the LoCoMo development conversations this finds about as much as
embedding the joined texts too, at a quarter of the cost (docs/evaluation.md has the figures).

The weights were chosen on the same conversations. Changing them, or the stop words and stems of the
lexical index, needs a new `manifest.FORMAT`, so that indexes built with others are built again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from threadqa.archive.records import IndexableThread
from threadqa.encoders.protocol import Vectors
from threadqa.posts import Thread, searchable_text
from threadqa.search_indexes.compounds import with_compounds_apart

__all__ = ["in_thread_texts", "in_thread_vectors", "indexable_texts", "thread_texts", "vector_key"]

# Offset in the thread -> weight of that neighbour's vector; the post itself weighs 1.
NEIGHBOUR_WEIGHTS = {-4: 0.3, -3: 0.4, -2: 0.5, -1: 0.7, 1: 0.5, 2: 0.3}
# Offset in the thread -> how often its words stand in the lexical field. BM25 saturates over the
# sum, which is what makes one field better than two whose scores are added (BM25F; Robertson,
# Zaragoza and Taylor, "Simple BM25 Extension to Multiple Weighted Fields", 2004).
REPEATS = {-2: 1, -1: 2, 0: 4, 1: 1, 2: 1}
KEY_BYTES = 16


def thread_texts(thread: Thread) -> list[str]:
    """The text that is embedded for each post of a thread, in order."""
    return [
        searchable_text(post.text, post.position, post.author or thread.author)
        for post in thread.posts
    ]


def indexable_texts(thread: IndexableThread) -> list[str]:
    """The same, of a thread as the archive holds it."""
    return [
        searchable_text(text, position, author)
        for text, position, author in zip(
            thread.texts, thread.positions, thread.authors, strict=True
        )
    ]


def vector_key(text: str) -> bytes:
    """Names the vector of a text: BLAKE2b of its UTF-8 bytes, 16 bytes long."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=KEY_BYTES).digest()


def in_thread_vectors(vectors: Vectors) -> Vectors:
    """Mixes each post's vector with its neighbours'.

    Args:
        vectors: float32, shape (n, d), unit rows: the posts of one thread in order.

    Returns:
        float32, shape (n, d), unit rows; a thread of one post keeps its vector.
    """
    mixed = vectors.astype(np.float32, copy=True)
    count = len(vectors)
    for offset, weight in NEIGHBOUR_WEIGHTS.items():
        if abs(offset) >= count:
            continue
        if offset < 0:
            mixed[-offset:] += weight * vectors[:offset]
        else:
            mixed[:-offset] += weight * vectors[offset:]
    lengths = np.linalg.norm(mixed, axis=1, keepdims=True)
    # Opposite neighbours may cancel out; such a row stays as it is rather than becoming noise.
    unit: Vectors = (mixed / np.where(lengths > 1e-6, lengths, 1.0)).astype(np.float32)
    return unit


def in_thread_texts(texts: Sequence[str]) -> list[str]:
    """Puts each post's words with its neighbours', repeated by weight, for one lexical field.

    Args:
        texts: The posts of one thread, in order.

    Returns:
        One text a post; the words of hashtags and handles stand in it apart as well.
    """
    own = [with_compounds_apart(text) for text in texts]
    return [
        "\n".join(
            own[index + offset]
            for offset, times in REPEATS.items()
            if 0 <= index + offset < len(own)
            for _ in range(times)
        )
        for index in range(len(own))
    ]
