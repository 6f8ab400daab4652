"""What a reader does in the chat, for tests that drive a browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

__all__ = [
    "ABOLISHED",
    "FOOTBALL",
    "PARTIAL",
    "answers",
    "ask",
    "cards",
    "fresh",
    "question_field",
    "show_archive",
]

ABOLISHED = "How many clinical commissioning groups are abolished?"
FOOTBALL = "Who won the football last night?"
PARTIAL = "What was the worst month on record for urgent and emergency care in England?"


def question_field(page: Page) -> Locator:
    return page.get_by_label("Your question")


def answers(page: Page) -> Locator:
    """The answers of the conversation, those that are whole."""
    return page.get_by_role("log").locator(".tq-answer:not([aria-busy])")


def cards(page: Page) -> Locator:
    """The posts of the panel."""
    return page.get_by_role("complementary").get_by_role("article")


def ask(page: Page, question: str) -> Locator:
    """Asks a question and waits for its answer."""
    before = answers(page).count()
    question_field(page).fill(question)
    question_field(page).press("Enter")
    expect(answers(page)).to_have_count(before + 1)
    expect(question_field(page)).to_have_value("")
    return answers(page).nth(before)


def fresh(page: Page) -> None:
    """Waits until the page is ready and offers questions."""
    expect(page.get_by_text("Questions that this archive answers:")).to_be_visible()


def show_archive(page: Page) -> None:
    page.get_by_role("tab", name="Archive").click()
    expect(page.get_by_role("heading", name=re.compile("archive"))).to_be_visible()
