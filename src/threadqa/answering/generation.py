"""What a language model has said so far, and what of it has passed."""

from __future__ import annotations

from dataclasses import dataclass, field

from threadqa.answering.grounding import Grounded

__all__ = ["Generation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What a model has said so far.

    Attributes:
        model: Its name; empty where none was asked.
        grounded: The sentences that passed, and those that did not.
        shown: How many posts the model was shown.
        unreadable: Sentences that were not in the form that was asked for.
        declined: Whether the model says that the posts do not answer.
        failure: Why it said nothing, or nothing more; None where it came to its end.
        is_whole: Whether this is the end.
    """

    model: str = ""
    grounded: Grounded = field(default_factory=Grounded)
    shown: int = 0
    unreadable: int = 0
    declined: bool = False
    failure: str | None = None
    is_whole: bool = False
