"""The pages of the web chat, made of their parts."""

from __future__ import annotations

from threadqa.web.page import Page
from threadqa.web.workspace import Workspace

__all__ = ["build"]


def build(workspace: Workspace) -> Page:
    """The chat with its evidence, and what the archive holds.

    Args:
        workspace: Where questions are asked and kept, and files are added.

    Raises:
        ArchiveError: The file of conversations is damaged, or cannot be written.
    """
    import gradio as gr

    from threadqa.web import words
    from threadqa.web.layout import lay_out, style, theme
    from threadqa.web.wiring import Wiring

    with gr.Blocks(title=words.TITLE, fill_width=True, analytics_enabled=False) as blocks:
        parts = lay_out()
        Wiring(parts, workspace).connect(blocks)
    return Page(blocks=blocks, theme=theme(), css=style())
