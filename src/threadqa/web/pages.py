"""The chat's page."""

from __future__ import annotations

from threadqa.answers import Answer
from threadqa.errors import ThreadqaError
from threadqa.web.page import Page
from threadqa.web.workspace import Workspace

__all__ = ["build"]


def build(workspace: Workspace) -> Page:
    """A question and its answer.

    Args:
        workspace: Where questions are asked.
    """
    import gradio as gr

    def ask(question: str) -> str:
        try:
            with workspace.assistant() as assistant:
                return _shown(assistant.ask(question))
        except ThreadqaError as error:
            return str(error)

    with gr.Blocks(title="threadqa") as blocks:
        question = gr.Textbox(label="Question")
        answer = gr.Textbox(label="Answer", lines=10)
        question.submit(ask, question, answer, api_name="ask")
    return Page(blocks=blocks)


def _shown(answer: Answer) -> str:
    return answer.text or "The archive does not answer this."
