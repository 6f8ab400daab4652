"""Asking in a browser: the answer, its evidence beside it, and the ways between them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenPage
from tests.web.doing import (
    ABOLISHED,
    FOOTBALL,
    PARTIAL,
    answers,
    ask,
    cards,
    fresh,
    question_field,
)


def test_an_answer_comes_with_the_posts_it_cites_beside_it(page: Page) -> None:
    answer = ask(page, ABOLISHED)
    expect(answer).to_contain_text("the 106 clinical commissioning groups are abolished")
    marker = answer.get_by_role("link", name=re.compile(r"^\[1\] Source 1: post 2 of 6")).first
    expect(marker).to_have_text("[1]")
    card = cards(page).first
    expect(card).to_contain_text("[1]")
    expect(card).to_contain_text("post 2 of 6 · all 6 posts")
    expect(card).to_contain_text("Today England's 42 integrated care systems become statutory.")
    expect(card.locator("mark").first).to_contain_text("106 clinical commissioning groups")
    expect(card.locator("code")).to_have_text("01-collaboration-and-backlogs.txt:2")
    # No post of this thread has an address, so none is linked.
    expect(card.get_by_role("link")).to_have_count(0)


def test_the_log_announces_politely_and_nothing_twice(page: Page) -> None:
    ask(page, ABOLISHED)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    page.get_by_role("log").evaluate(
        """log => {
            window.added = [];
            const seen = changes => changes.forEach(change => change.addedNodes.forEach(
                node => window.added.push(node.textContent)));
            new MutationObserver(seen).observe(log, {childList: true, subtree: true});
        }"""
    )
    ask(page, FOOTBALL)
    added = "\n".join(page.evaluate("window.added"))
    assert "Not in the archive" in added
    assert "106 clinical" not in added


def test_a_marker_leads_to_its_card_and_the_card_back(page: Page) -> None:
    answer = ask(
        page, "What are the tests that trust leaders set for the new integrated care systems?"
    )
    marker = answer.get_by_role("link", name=re.compile(r"^\[2\]")).first
    marker.click()
    second = cards(page).nth(1)
    expect(second).to_be_focused()
    expect(second).to_be_in_viewport()
    expect(second).to_have_class(re.compile("tq-marked"))
    second.get_by_role("button", name="Back to the answer").click()
    expect(marker).to_be_focused()


def test_a_marker_of_an_earlier_answer_brings_its_evidence_back(page: Page) -> None:
    first = ask(page, ABOLISHED)
    second = ask(page, FOOTBALL)
    expect(page.get_by_role("heading", name="Nearest posts")).to_be_visible()
    first.get_by_role("link", name=re.compile(r"^\[1\]")).first.click()
    expect(cards(page).first).to_contain_text("106 clinical")
    expect(cards(page).first).to_be_focused()
    second.get_by_role("button", name="Show the nearest posts").click()
    expect(page.get_by_role("heading", name="Nearest posts")).to_be_focused()


def test_the_keyboard_alone_asks_reads_the_evidence_and_comes_back(page: Page) -> None:
    fresh(page)
    expect(question_field(page)).to_be_focused()
    page.keyboard.type(ABOLISHED)
    page.keyboard.press("Enter")
    expect(answers(page)).to_have_count(1)
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.tq-cite')"):
            break
    marker = page.evaluate("document.activeElement.dataset.number")
    page.keyboard.press("Enter")
    expect(page.locator(f"#source-0-{marker}")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(f"#source-0-{marker} summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#source-0-{marker}")).to_contain_text("Of its search score")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The whole thread")).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.dataset.act === 'close_thread'"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(f"#source-0-{marker}")).to_be_focused()


def test_the_focus_can_be_seen(page: Page) -> None:
    ask(page, ABOLISHED)
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        outline = page.evaluate(
            "(style => [style.outlineStyle, parseFloat(style.outlineWidth)])"
            "(getComputedStyle(document.activeElement))"
        )
        assert outline[0] != "none"
        assert outline[1] >= 2


def test_a_thread_is_opened_around_a_post_with_its_gaps_as_gaps(page: Page) -> None:
    ask(page, PARTIAL)
    cards(page).first.get_by_role("button", name="Show the thread").click()
    thread = page.get_by_role("list", name="Posts")
    expect(thread.get_by_role("listitem")).to_have_count(5)
    expect(thread).to_contain_text("posts 5–10 are not in the archive")
    here = thread.locator("[aria-current]")
    expect(here).to_be_focused()
    expect(here).to_contain_text("cited as [1]")
    expect(here.locator("mark").first).to_be_visible()
    page.get_by_role("button", name="Back to the evidence").click()
    expect(cards(page).first).to_be_focused()


def test_a_partial_thread_carries_its_notice(page: Page) -> None:
    answer = ask(page, PARTIAL)
    expect(answer.locator(".tq-notices")).to_contain_text("is partial: 4 of 10 posts, missing 5–10")
    expect(cards(page).first).to_contain_text("4 of 10 posts, missing 5–10")


def test_a_low_confidence_is_said(page: Page) -> None:
    answer = ask(page, "Why did the queue get shorter in spring 2020?")
    expect(answer.locator(".tq-notices")).to_contain_text("Confidence is low")


def test_what_the_archive_does_not_answer_shows_the_nearest_posts_as_such(page: Page) -> None:
    answer = ask(page, FOOTBALL)
    expect(answer).to_contain_text("Not in the archive")
    expect(answer).to_have_class(re.compile("tq-not-found"))
    expect(answer.get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("heading", name="Nearest posts")).to_be_visible()
    expect(cards(page)).to_have_count(3)
    expect(cards(page).first).to_contain_text("Nearest 1")
    expect(page.locator("#tq-evidence mark")).to_have_count(0)


def test_why_a_post_was_found_is_told_in_the_words_of_the_post(page: Page) -> None:
    ask(page, ABOLISHED)
    card = cards(page).first
    card.get_by_text("Why this post").click()
    expect(card).to_contain_text(re.compile(r"\d+% came from meaning .* and \d+% from words"))
    expect(card).to_contain_text("clinical, commissioning, groups, abolished")


def test_filters_are_chips_that_restrict_each_question_until_they_are_removed(page: Page) -> None:
    fresh(page)
    page.get_by_text("Add a filter").click()
    page.get_by_label("Source", exact=True).fill("02-test")
    page.get_by_label("Source", exact=True).press("Enter")
    filters = page.get_by_role("group", name="Filters")
    expect(filters.locator("code")).to_have_text("source:02-test")
    answer = ask(page, ABOLISHED)
    expect(answer.locator(".tq-chip code")).to_have_text("source:02-test")
    expect(page.locator("#tq-evidence code").first).to_have_text(re.compile("^02-test"))
    filters.get_by_role("button", name="Remove the filter source:02-test").click()
    expect(filters.locator("code")).to_have_count(0)
    expect(ask(page, ABOLISHED)).to_contain_text("106 clinical")


def test_a_filter_that_is_none_is_told_of(page: Page) -> None:
    fresh(page)
    page.get_by_text("Add a filter").click()
    page.get_by_label("Author").fill(" ")
    page.get_by_label("Author").press("Enter")
    expect(page.get_by_role("group", name="Filters").get_by_role("alert")).to_be_visible()


def test_operators_are_those_of_the_terminal_and_can_be_left_out(page: Page) -> None:
    answer = ask(page, f"{ABOLISHED} source:02-test")
    expect(answer).to_contain_text("Only")
    answer.get_by_role("button", name="Ask again without source:02-test").click()
    expect(answers(page)).to_have_count(2)
    expect(answers(page).nth(1)).to_contain_text("106 clinical")
    expect(answers(page).nth(1).locator(".tq-chip")).to_have_count(0)


def test_a_follow_up_is_shown_as_it_stands_alone_and_can_be_edited(page: Page) -> None:
    ask(page, "What are the three tests that trust leaders named?")
    follow_up = ask(page, "which of those is about the money?")
    expect(follow_up.locator("q")).to_contain_text("three tests that trust leaders named")
    follow_up.get_by_role("button", name="Edit").click()
    field = follow_up.get_by_label("The question, as it is searched")
    expect(field).to_be_focused()
    field.fill(ABOLISHED)
    field.press("Enter")
    expect(answers(page)).to_have_count(3)
    edited = answers(page).nth(2)
    expect(edited).to_contain_text("106 clinical")
    # It stands alone: nothing of the conversation is added to it again.
    expect(edited.locator("q")).to_have_count(0)


def test_a_wrong_operator_is_explained_and_nothing_else_is_lost(page: Page) -> None:
    ask(page, ABOLISHED)
    failed = ask(page, "staff since:soon")
    expect(failed).to_contain_text("since:soon is not a date: write a day, a month or a year")
    expect(answers(page).first).to_contain_text("106 clinical")
    failed.get_by_role("button", name="Ask again").click()
    expect(answers(page)).to_have_count(2)


def test_an_empty_question_is_told_of(page: Page) -> None:
    fresh(page)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(
        "The question is empty: write what you want to know."
    )
    expect(answers(page)).to_have_count(0)


def test_a_suggested_question_is_answered_with_a_click(page: Page) -> None:
    fresh(page)
    suggested = page.locator(".tq-suggestion")
    expect(suggested).to_have_count(4)
    question = suggested.first.text_content()
    suggested.first.click()
    expect(answers(page)).to_have_count(1)
    expect(page.get_by_role("log")).to_contain_text(question or "")
    expect(answers(page).locator(".tq-cite").first).to_be_visible()
    expect(page.locator("#tq-begin")).to_be_hidden()


def test_an_answer_is_copied_with_its_citations(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-write"])
    answer = ask(page, ABOLISHED)
    answer.get_by_role("button", name="Copy with citations").click()
    expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    question_field(page).press("Control+V")
    copied = question_field(page).input_value()
    assert "the 106 clinical commissioning groups are abolished" in copied
    assert "01-collaboration-and-backlogs.txt:2" in copied


@pytest.mark.parametrize(
    ("form", "ending", "part"),
    [
        ("Markdown", ".md", "# How many clinical commissioning groups are abolished?"),
        ("HTML", ".html", "<!DOCTYPE html>"),
        ("CSL-JSON", ".json", '"container-title"'),
    ],
)
def test_an_answer_is_exported_to_a_file(page: Page, form: str, ending: str, part: str) -> None:
    answer = ask(page, ABOLISHED)
    answer.get_by_text("Export").click()
    with page.expect_download() as expected:
        answer.get_by_role("button", name=form).click()
    assert expected.value.suggested_filename.endswith(ending)
    content = expected.value.path().read_text(encoding="utf-8")
    assert part in content
    assert "106 clinical commissioning groups" in content
