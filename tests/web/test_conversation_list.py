"""Conversations in a browser: kept on the server, found again, renamed, deleted, given away."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import OpenPage
from tests.web.doing import ABOLISHED, FOOTBALL, PARTIAL, answers, ask, cards, fresh


def listed(page: Page, title: str) -> Locator:
    return page.locator(".tq-conversations > li", has_text=title)


def test_a_conversation_is_found_again_with_the_same_answers_and_evidence(
    open_page: OpenPage,
) -> None:
    before = open_page()
    ask(before, ABOLISHED)
    ask(before, FOOTBALL)
    after = open_page()
    listed(after, ABOLISHED).first.get_by_role("button", name=ABOLISHED).first.click()
    expect(answers(after)).to_have_count(2)

    def shown(page: Page) -> list[str]:
        return [
            *answers(page).evaluate_all("all => all.map(one => one.outerHTML)"),
            page.locator("#tq-evidence .tq-panel").inner_html(),
        ]

    assert shown(after) == shown(before)
    answers(after).first.get_by_role("link", name=re.compile(r"^\[1\]")).first.click()
    expect(cards(after).first.locator("mark").first).to_contain_text("106 clinical")


def test_a_conversation_is_renamed_found_by_its_words_and_deleted(page: Page) -> None:
    ask(page, PARTIAL)
    item = listed(page, PARTIAL).first
    item.get_by_role("button", name=re.compile("^Rename")).click()
    item.get_by_label("Name of the conversation").fill("The winter of 2022")
    item.get_by_label("Name of the conversation").press("Enter")
    item = listed(page, "The winter of 2022")
    expect(item).to_have_count(1)
    page.get_by_label("Search conversations").fill("winter adjective")
    expect(page.locator(".tq-conversations > li")).to_have_count(1)
    page.get_by_label("Search conversations").fill("zebra")
    expect(page.get_by_text("No conversation has these words.")).to_be_visible()
    page.get_by_label("Search conversations").fill("winter")
    delete = item.get_by_role("button", name=re.compile("^Delete"))
    delete.click()
    dialog = page.get_by_role("dialog", name="Delete this conversation?")
    expect(dialog).to_contain_text("“The winter of 2022” and its answers are deleted for good.")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(delete).to_be_focused()
    delete.click()
    dialog.get_by_role("button", name="Delete").click()
    expect(item).to_have_count(0)
    expect(answers(page)).to_have_count(0)


def test_a_new_conversation_begins_empty_and_the_old_one_stays(page: Page) -> None:
    ask(page, ABOLISHED)
    page.get_by_role("button", name="New conversation").click()
    expect(answers(page)).to_have_count(0)
    fresh(page)
    expect(page.get_by_text("The posts that an answer cites appear here")).to_be_visible()
    expect(listed(page, ABOLISHED).first).to_be_visible()


def test_a_conversation_is_exported_whole(page: Page) -> None:
    ask(page, ABOLISHED)
    ask(page, FOOTBALL)
    item = page.locator(".tq-conversations > li.tq-here")
    item.get_by_text("Export").click()
    with page.expect_download() as expected:
        item.get_by_role("button", name="Markdown").click()
    content = expected.value.path().read_text(encoding="utf-8")
    assert ABOLISHED in content
    assert FOOTBALL in content


def test_thumbs_and_wrong_sources_are_kept_and_given_as_questions(page: Page) -> None:
    answer = ask(page, PARTIAL)
    answer.get_by_role("button", name="Helpful", exact=True).click()
    thumb = answer.get_by_role("button", name="Helpful", exact=True)
    expect(thumb).to_have_attribute("aria-pressed", "true")
    cards(page).first.get_by_role("button", name="Wrong source").click()
    wrong = cards(page).first.get_by_role("button", name="Wrong source")
    expect(wrong).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as expected:
        page.get_by_role("button", name="Feedback as questions").click()
    assert expected.value.suggested_filename == "feedback.jsonl"
    rows = expected.value.path().read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in map(json.loads, rows) if row["question"] == PARTIAL]
    assert len(row["wrong_sources"]) == 1
    assert "wrong-source" in row["tags"]
    thumb.click()
    expect(thumb).to_have_attribute("aria-pressed", "false")


def test_two_pages_have_a_conversation_each(open_page: OpenPage) -> None:
    one, other = open_page(), open_page()
    ask(one, ABOLISHED)
    ask(other, FOOTBALL)
    expect(answers(one)).to_have_count(1)
    expect(answers(other)).to_have_count(1)
    expect(answers(other)).to_contain_text("Not in the archive")
