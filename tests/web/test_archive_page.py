"""The archive in a browser: what it holds, files in, sources out, and how an empty one begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Axe, Watch
from tests.web.doing import ABOLISHED, answers, ask, fresh, show_archive
from tests.web.servers import Served, serving


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "index") as server:
        yield server


@pytest.fixture
def empty_page(browser: Browser, empty: Served) -> Iterator[Page]:
    watch = Watch(origin=empty.origin)
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    watch.follow(page)
    page.goto(empty.url)
    yield page
    context.close()
    assert watch.failures == []


def test_the_archive_says_what_it_holds(page: Page) -> None:
    show_archive(page)
    numbers = page.locator(".tq-numbers > div")
    expect(numbers).to_have_text(["sources7", "threads14", "posts79"])
    chart = page.get_by_role("img", name="Posts over time")
    expect(chart).to_be_visible()
    expect(page.get_by_text("13 of 79 posts say when they were posted.")).to_be_visible()
    sources = page.get_by_role("region", name="Sources").get_by_role("row")
    expect(sources).to_have_count(1 + 7)
    threads = page.get_by_role("region", name="Threads").get_by_role("row")
    expect(threads).to_have_count(1 + 14)
    expect(threads.filter(has_text="3 of 12 posts, missing 4–12")).to_have_count(1)


def test_threads_are_found_and_read_with_their_gaps(page: Page) -> None:
    show_archive(page)
    page.get_by_label("Search threads by title, author or source").fill("audit backlogs")
    threads = page.get_by_role("region", name="Threads").get_by_role("row")
    expect(threads).to_have_count(1 + 1)
    threads.get_by_role("button").click()
    expect(page.get_by_role("heading", name="The whole thread")).to_be_focused()
    expect(page.locator("#tq-reader")).to_contain_text("posts 4–12 are not in the archive")


def test_an_empty_archive_begins_with_the_examples_in_one_click(empty_page: Page, axe: Axe) -> None:
    page = empty_page
    expect(page.get_by_role("heading", name="The archive is empty")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Try it with the example threads").click()
    fresh(page)
    expect(ask(page, ABOLISHED)).to_contain_text("106 clinical")


def test_a_question_to_an_empty_archive_says_what_to_do(empty_page: Page) -> None:
    failed = ask(empty_page, ABOLISHED)
    expect(failed).to_contain_text("This question was not answered")
    expect(failed).to_contain_text("no archive in")


def test_files_are_added_with_a_report_and_a_source_is_removed(
    empty_page: Page, tmp_path: Path
) -> None:
    page = empty_page
    whole, part = tmp_path / "boats.txt", tmp_path / "staff.txt"
    whole.write_text("1/2 The ferry carries forty people.\n2/2 Bread is baked at night.\n")
    part.write_text("1/3 The crew of the ferry is paid by the council.\n")
    page.get_by_role("button", name="Add your files").click()
    chooser = page.locator("#tq-drop input[type=file]")
    chooser.set_input_files([whole, part])
    report = page.locator(".tq-report")
    expect(report).to_contain_text("Files: 2 added. The archive now holds 2 sources")
    expect(report).to_contain_text("1 of 3 posts, missing 2–3")
    expect(page.locator(".tq-numbers")).to_contain_text("3")
    page.get_by_role("tab", name="Ask").click()
    expect(ask(page, "How many people does the ferry carry?")).to_contain_text("forty people")
    page.get_by_role("tab", name="Archive").click()
    page.get_by_role("button", name=re.compile("^Remove .*staff.txt")).click()
    dialog = page.get_by_role("dialog", name="Remove this source?")
    expect(dialog).to_contain_text("answers can no longer cite them")
    dialog.get_by_role("button", name="Remove").click()
    expect(report).to_contain_text(re.compile("staff.txt” was removed, with 1 post."))
    expect(page.get_by_role("region", name="Sources").get_by_role("row")).to_have_count(1 + 1)


def test_a_file_that_cannot_be_read_is_left_out_with_the_reason(
    empty_page: Page, tmp_path: Path
) -> None:
    page = empty_page
    page.get_by_role("tab", name="Archive").click()
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "1"}\n')
    good = tmp_path / "good.txt"
    good.write_text("1/1 The ferry carries forty people.\n")
    page.locator("#tq-drop input[type=file]").set_input_files([broken, good])
    report = page.locator(".tq-report")
    expect(report).to_contain_text("1 added, 1 left out")
    expect(report).to_contain_text("Left out:")
    expect(report).to_contain_text(re.compile("broken.jsonl.*line 1"))
    expect(report).not_to_contain_text("uploads")


def test_a_removed_source_withdraws_what_was_answered_from_it(
    empty_page: Page, tmp_path: Path
) -> None:
    page = empty_page
    boats, other = tmp_path / "boats.txt", tmp_path / "other.txt"
    boats.write_text("1/1 The ferry carries forty people every morning.\n")
    other.write_text("1/1 Bread is baked at night.\n")
    page.get_by_role("button", name="Add your files").click()
    page.locator("#tq-drop input[type=file]").set_input_files([boats, other])
    expect(page.locator(".tq-report")).to_contain_text("2 added")
    page.get_by_role("tab", name="Ask").click()
    ask(page, "How many people does the ferry carry?")
    page.get_by_role("tab", name="Archive").click()
    page.get_by_role("button", name=re.compile("^Remove .*boats.txt")).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator(".tq-report")).to_contain_text("was removed")
    page.get_by_role("tab", name="Ask").click()
    page.locator(".tq-open").first.click()
    expect(answers(page)).to_contain_text("Withdrawn")
    expect(answers(page)).not_to_contain_text("forty people")
