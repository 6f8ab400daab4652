"""Posts and questions that want to be more than text, in a real browser."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenPage
from tests.web.payloads import HANDLERS, PAYLOADS, SCRIPTS, URLS
from tests.web.servers import Served, serving
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.settings import Settings

QUESTIONS_IN_A_CONVERSATION = 12
# What stands in the page that only a payload can have put there, and what ran.
HARM = """() => {
  const harm = [];
  if (window.pwned !== undefined) harm.push("something ran: window.pwned");
  for (const element of document.querySelectorAll("*")) {
    const shown = element.outerHTML.slice(0, 200);
    for (const {name, value} of element.attributes) {
      if (name === "data-evil" || name.startsWith("on")) harm.push(`${name}: ${shown}`);
      const leads = ["href", "src", "action", "formaction", "data", "poster", "srcset"];
      if (leads.includes(name) && /javascript:|vbscript:|data:text|evil\\.example/i.test(value))
        harm.push(`${name}: ${shown}`);
    }
    if (/^(iframe|object|embed|portal|marquee|math|foreignobject)$/i.test(element.tagName))
      harm.push(`element: ${shown}`);
  }
  if (document.querySelectorAll("base").length > 1) harm.push("a second base");
  if (document.title.includes("pwned")) harm.push("the title");
  return harm;
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over an archive of nothing but payloads: in texts, names, titles, addresses."""
    folder = tmp_path_factory.mktemp("payloads")
    sources = folder / "sources"
    sources.mkdir()
    whole = [
        {"thread": "all", "text": payload, "position": place, "url": URLS[place % len(URLS)]}
        for place, payload in enumerate(PAYLOADS, 1)
    ]
    alone = [
        {"thread": payload, "author": payload, "text": f"{payload} is title and author"}
        for payload in PAYLOADS
    ]
    name = "<img data-evil src=x onerror=window.pwned=1>.jsonl"
    for file, posts in (("all.jsonl", whole), (name if os.name != "nt" else "x.jsonl", alone)):
        lines = "\n".join(json.dumps(post) for post in posts)
        (sources / file).write_text(lines, encoding="utf-8")
    report = sync_with_settings([sources], Settings(index=folder / "index"), NoProgress())
    assert (report.failed, report.posts) == ([], 2 * len(PAYLOADS))
    with serving(folder / "index", environment={"THREADQA_ANSWER_THRESHOLD": "0"}) as server:
        yield server


def harm(page: Page) -> list[str]:
    return list(page.evaluate(HARM))


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 130


def test_the_check_finds_harm(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b data-evil>x</b>')")
    page.evaluate("window.pwned = 1")
    found = harm(page)
    assert len(found) == 2, found


def test_what_the_archive_holds_is_text_in_every_view_of_it(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("tab", name="Archive").click()
    threads = page.locator("#tq-threads")
    expect(threads.locator("[data-act=read_thread]").first).to_be_visible()
    assert harm(page) == []
    search = page.get_by_placeholder("Search threads")
    search.press_sequentially(PAYLOADS[0])
    threads.locator("[data-act=read_thread]").first.click()
    reader = page.locator("#tq-reader")
    expect(reader).to_contain_text(PAYLOADS[0])
    search.fill("")
    search.press_sequentially("all.jsonl")
    expect(threads.locator("[data-act=read_thread]")).to_have_count(1)
    threads.locator("[data-act=read_thread]").click()
    expect(reader).to_contain_text(PAYLOADS[1])
    shown = reader.evaluate("element => element.textContent")
    for payload in (*SCRIPTS[:10], *HANDLERS):
        assert payload.replace("\x0c", "") in shown.replace("\x0c", ""), payload
    _touch_everything(page, "#tq-reader")
    assert harm(page) == []


def test_every_payload_as_a_question_is_text_in_its_answer_and_its_evidence(
    open_page: OpenPage,
) -> None:
    page = open_page()
    for number, payload in enumerate(PAYLOADS):
        if number % QUESTIONS_IN_A_CONVERSATION == 0:
            page.get_by_role("button", name="New conversation").click()
            expect(page.locator("#tq-log .tq-question")).to_have_count(0)
        asked = payload.strip() or "x"
        _ask(page, asked[:2000], number % QUESTIONS_IN_A_CONVERSATION + 1)
        assert harm(page) == [], payload
    _touch_everything(page, "#tq-log")
    _touch_everything(page, "#tq-evidence")
    assert harm(page) == []


def test_payloads_as_filters_and_titles_are_text(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#tq-question textarea").fill(f'zeal from:"{PAYLOADS[0]}" source:"<b data-evil>"')
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#tq-log .tq-question")).to_have_count(1)
    assert harm(page) == []
    page.reload()
    expect(page.locator("#tq-listed")).to_contain_text("zeal")
    assert harm(page) == []


def _ask(page: Page, question: str, expected: int) -> None:
    """Asks once; the page takes no question while it is still busy with the one before."""
    page.locator("#tq-question textarea").fill(question)
    asked = page.locator("#tq-log .tq-question")
    for _ in range(10):
        page.get_by_role("button", name="Ask", exact=True).click()
        with suppress(AssertionError):
            expect(asked).to_have_count(expected, timeout=1000)
            break
    expect(asked).to_have_count(expected)
    expect(page.locator("#tq-log [aria-busy=true]")).to_have_count(0)


def _touch_everything(page: Page, where: str) -> None:
    """Moves, focuses and points as a reader might, so that handlers would run."""
    page.evaluate(
        """where => {
          for (const element of document.querySelectorAll(where + " *"))
            for (const kind of ["mouseover", "mouseenter", "pointerenter", "focus", "toggle",
                                "animationstart", "animationend", "error", "load"])
              element.dispatchEvent(new Event(kind, {bubbles: false}));
        }""",
        where,
    )
