"""The evidence pack: what stands in it, that it can be checked, and that it runs nothing."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Dialog

from tests.exports.payloads import PAYLOADS
from tests.markup.pages import Element, parsed
from tests.web.conftest import Axe
from threadqa.exports import Format, evidence_pack, written
from threadqa.markup.html import UNFIT

from .samples import answer_over, conversation, export_of

OURS = {
    "page", "html", "head", "meta", "title", "style", "body", "a", "main", "header", "h1", "h2",
    "h3", "h4", "p", "nav", "ol", "li", "section", "q", "bdi", "article", "blockquote", "mark",
    "dl", "dt", "dd", "code", "footer", "pre",
}  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Element:
    return parsed(evidence_pack(conversation()))


def facts(article: Element) -> dict[str, str]:
    (listed,) = article.all("dl")
    return {
        term.text: value.text
        for term, value in zip(listed.all("dt"), listed.all("dd"), strict=True)
    }


def test_an_answer_links_to_its_evidence_and_back(page: Element) -> None:
    answer = page.with_id("a1").one("p", class_="answer")
    assert answer.text == "Staff leave for good. [1] The boat sank. [2][1]"
    assert [link.attributes["href"] for link in answer.all("a")] == ["#a1-1", "#a1-2", "#a1-1"]
    first = page.with_id("a1-1")
    assert first.one("p", class_="back").one("a").attributes["href"] == "#a1"


def test_a_cited_post_is_whole_with_its_span_marked_and_its_place(page: Element) -> None:
    post = page.with_id("a1-1")
    assert post.one("blockquote").text == "2/4 Staff leave for good.\nMoney is short."
    assert [mark.text for mark in post.all("mark")] == ["Staff leave for good."]
    assert facts(post) == {
        "Author": "@ann",
        "Posted": "2021-03-31 09:30 UTC",
        "Place": "post 2 of 4",
        "Thread": "1 of 4 posts, missing 1, 3–4",
        "Stands in": "a.txt:3-4",
        "Original": "the post’s own page",
        # printf '2/4 Staff leave for good.\nMoney is short.' | sha256sum
        "SHA-256": "095d92b640caa2e413e00b0f79e2e32312d073f7917974f566f0b4c95757b056",
    }
    (link,) = post.one("dl").all("a")
    assert link.attributes["href"] == "https://example.org/2"
    assert list(facts(page.with_id("a1-2"))) == ["Thread", "Stands in", "SHA-256"]


def test_it_says_what_it_is_and_what_the_reader_must_know(page: Element) -> None:
    main = page.with_id("evidence")
    assert "Exported 2024-05-01 12:00 UTC from generation 7 of the archive" in main.text
    first = page.with_id("a1")
    assert "Searched as: who leaves?" in first.text
    assert "1 of 4 posts, missing 1, 3–4." in first.one("p", class_="notice").text
    assert "stands word for word in the post it cites" in first.text
    assert "answers: 93%" in first.text
    assert [link.text for link in page.one("nav").all("a")] == [
        "from:ann who leaves?",
        "who swims?",
        "who paid?",
    ]


def test_a_refusal_and_a_withdrawn_answer_look_like_what_they_are(page: Element) -> None:
    refusal = page.with_id("a2")
    assert refusal.one("p", class_="refusal").text == "The archive does not answer this."
    assert "do not answer it" in refusal.text
    assert refusal.all("mark") == []
    withdrawn = page.with_id("a3")
    assert withdrawn.one("p", class_="refusal").text == "This answer was withdrawn."
    assert withdrawn.all("article") == []


def test_one_answer_needs_no_contents() -> None:
    assert parsed(evidence_pack(export_of(answer_over("x")))).all("nav") == []


def test_the_command_in_the_page_finds_its_digest_and_another_one_after_a_change(
    tmp_path: Path, page: Element
) -> None:
    file = tmp_path / "pack.html"
    file.write_bytes(written(conversation(), Format.HTML))
    command = shlex.split(page.one("footer").one("pre").text)
    assert (command[0], command[-1]) == ("python3", "FILE")
    run = [sys.executable, *command[1:-1], str(file)]
    digest = page.one("code", class_="digest").text
    assert subprocess.check_output(run, text=True) == f"{digest}\n"
    file.write_bytes(file.read_bytes().replace(b"The boat sank.", b"The boat swam."))
    assert subprocess.check_output(run, text=True) != f"{digest}\n"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_markup(payload: str) -> None:
    check(payload)


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_no_text_becomes_markup(text: str) -> None:
    check(text)


def check(text: str) -> None:
    answer = answer_over(text, author=text, source=text, url=text, answerer=text)
    html = written(export_of(answer, answer, title=text), Format.HTML).decode("utf-8")
    assert html.count("<main") == html.count("</main>") == 1
    page = parsed(html)
    assert {found.tag for found in page.walk()} <= OURS
    shown = UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
    # Parsers make one line feed of any line break, and so does the page's reader.
    assert page.all("blockquote")[0].text == shown
    assert page.one("h1").text == shown
    targets = {link.attributes["href"] for link in page.all("a")}
    assert all(target.startswith("#") or target == text for target in targets)
    if shown != text:
        assert "shown as \N{REPLACEMENT CHARACTER}" in page.with_id("a1-1").text


def test_a_browser_is_told_to_load_and_run_nothing(page: Element) -> None:
    (policy,) = [
        meta.attributes["content"]
        for meta in page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'")
    assert page.all("script", "link", "img", "iframe") == []


def test_in_a_real_browser_no_payload_runs_and_nothing_is_fetched(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "pack.html"
    answers = [answer_over(payload, url=payload) for payload in PAYLOADS]
    file.write_bytes(written(export_of(*answers), Format.HTML))
    context = browser.new_context()
    tab = context.new_page()
    asked: list[str] = []
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("request", lambda request: asked.append(request.url))
    tab.on("dialog", dismiss)
    tab.goto(file.as_uri())
    shown = tab.locator("blockquote").all_text_contents()
    expected = [UNFIT.sub("\N{REPLACEMENT CHARACTER}", payload) for payload in PAYLOADS]
    assert [re.sub(r"\r\n?", "\n", text) for text in shown] == [
        re.sub(r"\r\n?", "\n", text) for text in expected
    ]
    tab.locator("#a1 .answer a").click()
    assert tab.evaluate("document.querySelector(':target').id") == "a1-1"
    assert (asked, dialogs) == ([file.as_uri()], [])
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_is_accessible_and_prints(
    browser: Browser, axe: Axe, tmp_path: Path, scheme: str
) -> None:
    file = tmp_path / "pack.html"
    long = answer_over("A" * 300 + " " + "https://example.org/" + "b" * 300)
    file.write_bytes(written(export_of(*conversation().answers, long), Format.HTML))
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    tab = context.new_page()
    tab.goto(file.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") == 360
    paper = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == {"light": "rgb(253, 253, 252)", "dark": "rgb(21, 24, 27)"}[scheme]
    axe(tab)
    assert tab.pdf(format="A4").startswith(b"%PDF")
    context.close()
