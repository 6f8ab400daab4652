"""What an answerer needs of a language model."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

__all__ = ["ChatModel", "Message", "Role", "Schema"]

Schema = Mapping[str, Any]
"""A JSON Schema."""


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A turn of what a model is asked.

    Attributes:
        role: Who speaks.
        content: What is said.
    """

    role: Role
    content: str


class ChatModel(Protocol):
    """A language model that answers in pieces of text."""

    @property
    def name(self) -> str:
        """The model, as its server names it."""
        ...

    def stream(
        self, messages: Sequence[Message], schema: Schema, *, seconds: float
    ) -> Generator[str]:
        """Asks the model.

        Args:
            messages: What is asked, in order.
            schema: Of the JSON that is wanted; a server that cannot hold a model to it is asked
                without, so what comes is text that may be anything.
            seconds: The whole may take so long, retries included.

        Yields:
            Pieces of the reply, as they come. Closing the generator ends the request.

        Raises:
            ContextLengthError: The messages are longer than the model can read.
            LanguageModelError: The reply did not come, or broke off; what came before was yielded.
        """
        ...
