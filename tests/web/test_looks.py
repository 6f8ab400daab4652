"""How every view looks: pictures to look at, no serious finding of axe-core, nothing too wide.

The pictures go to the folder that PICTURES names, else to the test's own.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Axe, OpenPage
from tests.web.doing import ABOLISHED, FOOTBALL, PARTIAL, ask, cards, fresh, show_archive

SCREENS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 812}, "is_mobile": True, "has_touch": True},
    "tablet": {"viewport": {"width": 900, "height": 1100}},
    "wide": {"viewport": {"width": 1920, "height": 1080}},
}


def start(page: Page) -> None:
    fresh(page)


def answered(page: Page) -> None:
    ask(page, "What are the three tests that trust leaders named?")
    cards(page).first.get_by_text("Why this post").click()


def refused(page: Page) -> None:
    ask(page, FOOTBALL)


def conversation(page: Page) -> None:
    ask(page, ABOLISHED)
    ask(page, f"{PARTIAL} source:07")
    page.get_by_text("Add a filter").click()


def failed(page: Page) -> None:
    ask(page, "staff since:soon")


def thread(page: Page) -> None:
    ask(page, PARTIAL)
    cards(page).first.get_by_role("button", name="Show the thread").click()
    expect(page.get_by_role("heading", name="The whole thread")).to_be_visible()


def archive(page: Page) -> None:
    show_archive(page)
    expect(page.get_by_role("region", name="Threads")).to_be_visible()
    page.get_by_role("region", name="Threads").get_by_role("button").nth(1).click()
    expect(page.get_by_role("heading", name="The whole thread")).to_be_focused()


def confirmation(page: Page) -> None:
    show_archive(page)
    page.get_by_role("button", name=re.compile("^Remove")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


VIEWS = (start, answered, refused, conversation, failed, thread, archive, confirmation)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_fits_its_screen_and_satisfies_axe(
    open_page: OpenPage, axe: Axe, tmp_path: Path, screen: str
) -> None:
    pictures = Path(os.environ.get("PICTURES", tmp_path))
    for view in VIEWS:
        page = open_page(**SCREENS[screen])
        view(page)
        axe(page)
        page.screenshot(path=pictures / f"{view.__name__}-{screen}.png", full_page=True)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SCREENS[screen]["viewport"]["width"], view.__name__
        page.context.close()


def test_dark_is_dark_and_light_is_light(open_page: OpenPage) -> None:
    def background(page: Page) -> str:
        fresh(page)
        return str(
            page.locator(".gradio-container").evaluate("e => getComputedStyle(e).backgroundColor")
        )

    assert background(open_page(color_scheme="light")) == "rgb(253, 253, 252)"
    assert background(open_page(color_scheme="dark")) == "rgb(21, 24, 27)"
    # Gradio's own switch of themes wins over the system.
    assert background(open_page("?__theme=dark", color_scheme="light")) == "rgb(21, 24, 27)"


def test_on_a_phone_the_evidence_is_below_and_a_marker_leads_there(open_page: OpenPage) -> None:
    page = open_page(**SCREENS["phone"])
    answer = ask(page, ABOLISHED)
    above, below = answer.bounding_box(), cards(page).first.bounding_box()
    assert above is not None
    assert below is not None
    assert below["y"] > above["y"] + above["height"]
    answer.get_by_role("link", name=re.compile(r"^\[1\]")).first.tap()
    expect(cards(page).first).to_be_in_viewport()
    expect(cards(page).first).to_be_focused()


def test_on_a_phone_the_conversations_open_and_close(open_page: OpenPage) -> None:
    page = open_page(**SCREENS["phone"])
    ask(page, ABOLISHED)
    switch = page.get_by_role("button", name="Conversations", exact=True)
    expect(switch).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("button", name="New conversation")).to_be_hidden()
    switch.tap()
    expect(switch).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name="New conversation")).to_be_visible()


def test_nothing_moves_for_those_who_ask_for_that(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    ask(page, ABOLISHED)
    moving = page.evaluate(
        """() => [...document.querySelectorAll('.gradio-container *')].filter(element => {
            const style = getComputedStyle(element);
            const seconds = list => Math.max(...list.split(',').map(parseFloat));
            return seconds(style.animationDuration) > 0.01 && style.animationName !== 'none'
                || seconds(style.transitionDuration) > 0.01;
        }).length"""
    )
    assert moving == 0


def test_no_font_and_nothing_else_comes_from_elsewhere(open_page: OpenPage) -> None:
    page = open_page()
    fonts: list[str] = []
    page.on("request", lambda request: fonts.append(request.url)
            if request.resource_type == "font" else None)  # fmt: skip
    page.reload()
    ask(page, ABOLISHED)
    assert fonts == []
