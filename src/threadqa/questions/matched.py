"""The words that a hit shares with its question, for a reader to see."""

from __future__ import annotations

import re

from threadqa.answers import Hit
from threadqa.search_indexes.lexical import analyse

__all__ = ["matched_as_written"]

WORD = re.compile(r"\w+")


def matched_as_written(hit: Hit) -> tuple[str, ...]:
    """The words of `Hit.matched_terms`, as the post first writes them; in the same order."""
    words = WORD.findall(f"{hit.post.author or hit.thread.author or ''} {hit.post.text}")
    first = {stem: word for word in reversed(words) for stem in analyse(word)}
    return tuple(first.get(term, term) for term in hit.matched_terms)
