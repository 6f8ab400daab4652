"""What programs may ask the server: the same as `threadqa ask --json` and `search --json`."""

from __future__ import annotations

from typing import Any

from threadqa.errors import ThreadqaError
from threadqa.serialization import answer_json, hit_json
from threadqa.web.workspace import Workspace

__all__ = ["add_api"]

MOST_HITS = 100


def add_api(workspace: Workspace) -> None:
    """Adds the functions `/ask` and `/search` to the page that is being built.

    Args:
        workspace: Where questions are asked.
    """
    import gradio as gr

    def ask(question: str) -> dict[str, Any]:
        """Answers a question from the archive, with citations, or says that it does not."""
        try:
            with workspace.assistant() as assistant:
                return answer_json(assistant.ask(question))
        except ThreadqaError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def search(question: str, limit: int) -> list[dict[str, Any]]:
        """Lists the posts that a question finds, best first."""
        try:
            with workspace.assistant() as assistant:
                found = assistant.search(question, max(1, min(limit, MOST_HITS)))
                return [hit_json(hit) for hit in found]
        except ThreadqaError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.api(ask, api_name="ask")  # type: ignore[attr-defined]
    gr.api(search, api_name="search")  # type: ignore[attr-defined]
