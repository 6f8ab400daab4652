"""The page as a browser has it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.conftest import Axe


def test_a_question_is_answered_and_nothing_but_the_server_is_asked(page: Page) -> None:
    page.get_by_label("Question").fill("How many clinical commissioning groups are abolished?")
    page.get_by_label("Question").press("Enter")
    expect(page.get_by_label("Answer")).to_have_value(re.compile("106 clinical"))


def test_axe_finds_nothing_serious(page: Page, axe: Axe) -> None:
    page.get_by_label("Question").wait_for()
    axe(page)
