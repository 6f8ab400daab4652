"""What the server mounts: a page and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["Page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Gradio's Blocks, and what Gradio 6 takes when they are mounted.

    Attributes:
        blocks: The page.
        theme: Its theme; one without web fonts.
        css: Style sheet.
        js: Run when the page has loaded.
        head: HTML for the page's head. Scripts in it need the server's nonce, and get it.
    """

    blocks: gr.Blocks
    theme: gr.themes.ThemeClass | None = None
    css: str | None = None
    js: str | None = None
    head: str | None = None
