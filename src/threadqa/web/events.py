"""What all events of the page have in common: who asks, what was sent, what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from threadqa.web.archive_view import problem_note
from threadqa.web.chat import problem_of
from threadqa.web.layout import Parts

__all__ = ["QUIET", "YES", "Outcome", "guarded", "number_in", "owner_of", "problem", "text_in"]

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
YES = "yes"
Outcome = dict[Any, Any]
"""New values by component; those that are not named stay as they are. Never an empty one."""


def guarded(parts: Parts, doing: str, work: Callable[[], Outcome]) -> Outcome:
    """What work changes, or what went wrong with it."""
    try:
        return {parts.problem: ""} | work()
    except Exception as error:  # whatever it is, the page must say so
        return {parts.problem: problem(problem_of(error, doing))}


def owner_of(request: gr.Request) -> str:
    """Whose things are shown: a user's name, or "" where nobody signs in."""
    return request.username or ""


def text_in(event: gr.EventData, name: str) -> str:
    """A text that the page sent; it may be anything."""
    value = event._data.get(name) if isinstance(event._data, dict) else None
    return value if isinstance(value, str) else ""


def number_in(event: gr.EventData, name: str) -> int:
    """A place that the page sent, else one that nothing has."""
    text = text_in(event, name)
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def problem(said: str) -> str:
    """What went wrong, as HTML."""
    return str(problem_note(said))
