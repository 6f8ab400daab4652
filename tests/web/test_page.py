"""The page as a browser has it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.conftest import Axe


def test_a_question_is_answered_and_nothing_but_the_server_is_asked(page: Page) -> None:
    page.get_by_label("Your question").fill("How many clinical commissioning groups are abolished?")
    page.get_by_label("Your question").press("Enter")
    expect(page.get_by_role("log")).to_contain_text(re.compile("106 clinical"))


def test_axe_finds_nothing_serious(page: Page, axe: Axe) -> None:
    page.get_by_label("Your question").wait_for()
    axe(page)
