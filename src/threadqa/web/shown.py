"""An answer as a conversation shows it."""

from __future__ import annotations

from dataclasses import dataclass

from threadqa.answers import Answer
from threadqa.conversations import Rating, StoredAnswer

__all__ = ["Shown", "shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer with its place, and with what its reader said of it.

    Attributes:
        answer: Whole, or as far as it has grown.
        turn: Its place in the conversation, from 0.
        whole: Whether nothing more comes; only then it can be rated, copied and exported.
        rating: The reader's; None where there is none.
        wrong_sources: Ids of cited posts that the reader called a wrong source.
    """

    answer: Answer
    turn: int
    whole: bool = True
    rating: Rating | None = None
    wrong_sources: frozenset[str] = frozenset()


def shown(stored: StoredAnswer, turn: int) -> Shown:
    """A kept answer.

    Args:
        stored: As it stands now.
        turn: Its place in the conversation, from 0.
    """
    return Shown(
        answer=stored.answer,
        turn=turn,
        rating=stored.rating,
        wrong_sources=stored.wrong_sources,
    )
