"""A page that stands alone: one file that needs nothing else, neither network nor script."""

from __future__ import annotations

from importlib import resources

from threadqa.markup.html import Html, element

__all__ = ["POLICY", "whole_page"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Whatever slips into the page, a browser loads and runs nothing of it."""


def whole_page(title: str, style: str, *body: Html) -> str:
    """A whole page; page.css says how what all pages have looks.

    Args:
        title: Of the window.
        style: CSS besides page.css.
        body: What the page holds.
    """
    shared = resources.files("threadqa.markup").joinpath("page.css").read_text("utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Html(f"{shared}\n{style}")),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', *body), lang='en')}\n"
