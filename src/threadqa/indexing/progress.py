"""How a long run tells how far it is, without knowing who listens."""

from __future__ import annotations

from typing import Protocol

__all__ = ["NoProgress", "Progress"]


class Progress(Protocol):
    """Listens to a run that goes through steps."""

    def start(self, step: str, total: int | None) -> None:
        """A step begins; total is how many things it will count, None where that is not known."""
        ...

    def advance(self, count: int) -> None:
        """So many more things of the step are done."""
        ...


class NoProgress:
    """Nobody listens."""

    def start(self, step: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        """Nothing."""
