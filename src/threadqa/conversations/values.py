"""Kept conversations as values: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from threadqa.answers import Answer, Exchange

__all__ = ["Conversation", "ConversationSummary", "Rating", "StoredAnswer"]


class Rating(StrEnum):
    """What a reader thinks of an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A conversation as a list shows it.

    Attributes:
        id: Not to be guessed, and never used again.
        title: Its first question, or what its owner named it.
        started_at: In UTC.
        changed_at: When the last answer came, in UTC; when it started, before the first.
        answers: How many answers it holds.
    """

    id: str
    title: str
    started_at: datetime
    changed_at: datetime
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """An answer as it stands now, with what its reader said of it.

    Attributes:
        id: Unique in the store, and never used again.
        answered_at: In UTC.
        answer: What is left of it: equal to the answer that was given, unless posts that it rests
            on are gone or changed; then a notice says so, and where nothing is left its status is
            `withdrawn`.
        rating: The reader's; None where there is none.
        rated_at: When that was, in UTC.
        wrong_sources: Ids of cited posts that the reader called a wrong source.
    """

    id: int
    answered_at: datetime
    answer: Answer
    rating: Rating | None = None
    rated_at: datetime | None = None
    wrong_sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation with its answers, oldest first.

    Attributes:
        id: As in its summary; likewise `title`, `started_at` and `changed_at`.
        title: Its first question, or what its owner named it.
        started_at: In UTC.
        changed_at: When the last answer came, in UTC; when it started, before the first.
        answers: Oldest first.
    """

    id: str
    title: str
    started_at: datetime
    changed_at: datetime
    answers: tuple[StoredAnswer, ...] = ()

    @property
    def history(self) -> tuple[Exchange, ...]:
        """What a follow-up needs to know of it, oldest first."""
        return tuple(stored.answer.exchange for stored in self.answers)
