"""Lists that run over several sentences or posts: where one begins, and how far it goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["announces_list", "continuation", "item_rank"]

WORD_RANKS = {
    "first": 1, "firstly": 1, "one": 1, "second": 2, "secondly": 2, "two": 2, "third": 3,
    "thirdly": 3, "three": 3, "fourth": 4, "fourthly": 4, "four": 4, "fifth": 5, "fifthly": 5,
    "five": 5, "sixth": 6, "six": 6, "seventh": 7, "seven": 7,
}  # fmt: skip
LAST = frozenset({"last", "lastly", "final", "finally"})
LAST_RANK = 100
HEAD = re.compile(
    r"[\W_]*(?:(?:and|but|then|the)\s+)?(?:"
    # "First-class" and "one.com" head nothing.
    r"(?P<word>[a-z]+)(?:\s*(?:[,:;—]|[.–-](?!\S))|\s+(?:is|are|was|we|there|comes?|of\s+all)\b)"
    r"|\(?(?P<letter>[a-h])\)\s|\(?(?P<number>[1-9]\d?)[).:]\s)",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|several|some|a few|[2-9])\s+(?:[\w-]+\s+){0,3}?"
    r"(?:things?|reasons?|points?|lessons?|questions?|factors?|causes?|steps?|features?|ways?|"
    r"changes?|problems?|issues?|risks?|tests?|aims?|goals?|priorities|positives|negatives|"
    r"challenges?|conditions?|measures?|areas?|elements?|parts?)\b",
    re.IGNORECASE,
)
BULLET = re.compile(r"[-*•‣–—▪]\ufe0f?\s|[✅👉🔹➡]\ufe0f?")
LONGEST = 10


def item_rank(sentence: str) -> int | None:
    """The place in a list that a sentence's head claims: "Second, ..." is 2, "b) ..." is 2.

    Returns:
        From 1; LAST_RANK for "Finally"; None for a sentence that heads no item.
    """
    match = HEAD.match(sentence)
    if match is None:
        return None
    if match["letter"]:
        return ord(match["letter"].lower()) - ord("a") + 1
    if match["number"]:
        return int(match["number"])
    word = match["word"].lower()
    return LAST_RANK if word in LAST else WORD_RANKS.get(word)


def announces_list(sentence: str) -> bool:
    """Whether a sentence promises items that are not in it: "There are three reasons."""
    if sentence.rstrip().endswith(":"):
        return True
    counted = COUNTED.search(sentence)
    if counted is None:
        return False
    # "Three things are missing: a, b and c" keeps its promise itself.
    return ":" not in sentence[counted.end() :] and sentence.count(",") < 2


def continuation(sentences: Sequence[str], start: int) -> range:
    """The sentences after one that belong to the list it announces or stands in.

    Args:
        sentences: Sentences in reading order, over as many posts as may belong.
        start: Index of the sentence that was chosen.

    Returns:
        Indices right after start, empty where no list goes on. A list goes on while its items
        rise ("First" ... "Second"); sentences between two items belong to the item before.
    """
    rank = item_rank(sentences[start])
    if rank == LAST_RANK or (rank is None and not announces_list(sentences[start])):
        return range(0)
    rank = rank or 0
    bulleted = False
    last = start
    for index in range(start + 1, min(len(sentences), start + 1 + 2 * LONGEST)):
        found = item_rank(sentences[index])
        if BULLET.match(sentences[index]):
            # Bullets are items of a list of bullets; in a numbered list, they belong to an item.
            bulleted = bulleted or rank == 0
            found = rank + 1 if bulleted else None
        if found is None:
            continue
        if found != rank + 1 and (found != LAST_RANK or rank == 0):
            break
        rank, last = found, index
        if found == LAST_RANK or last - start >= LONGEST:
            break
    return range(start + 1, last + 1)
