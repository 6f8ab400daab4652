"""The chat with a language model: the answer grows as it is written, and can be stopped."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.answering.scripted import said
from tests.model_server import Handler, ModelServer, Request, Step, drip, error, reply
from tests.web.conftest import Axe, Watch
from tests.web.doing import ABOLISHED, answers, ask, question_field
from tests.web.servers import Served, serving

SOON_SECONDS = 10
ABOLITION = "the 106 clinical commissioning groups are abolished"
FIRST = ("The 106 clinical commissioning groups are abolished.", ABOLITION)
SECOND = ("Their staff move across.", "their staff move across")
UNSUPPORTED = ("The boats are green.", "boats are green")


def saying(*sentences: tuple[str, str]) -> Callable[[Request], str]:
    """A reply whose sentences quote the post about the abolition, by the name it is shown under."""

    def text(request: Request) -> str:
        before = request.prompt[: request.prompt.index(ABOLITION)]
        label = re.findall(r"\bp\d+\b", before)[-1]
        return said(*((sentence, {label: quote}) for sentence, quote in sentences))

    return text


def all_of(text: Callable[[Request], str]) -> Step:
    return lambda handler, request: reply(text(request))(handler, request)


def beginning_of(text: Callable[[Request], str]) -> Step:
    """Its first sentence; what would follow never comes."""

    def play(handler: Handler, request: Request) -> None:
        first = text(request).split(', {"quotes"')[0]
        drip(first, every=0.2)(handler, request)

    return play


@pytest.fixture
def index(examples_index: Path, tmp_path: Path) -> Path:
    shutil.copytree(examples_index, tmp_path / "index")
    return tmp_path / "index"


@contextmanager
def chat_with(
    browser: Browser, index: Path, step: Step, *, stopped: bool = False
) -> Iterator[tuple[Page, Served]]:
    """A page of a server whose language model does one thing; the server may be stopped within."""
    with ModelServer(step) as model:
        environment = {"THREADQA_LLM_BASE_URL": model.base_url, "THREADQA_LLM_MODEL": "m"}
        with serving(index, environment=environment) as server:
            watch = Watch(origin=server.origin)
            context = browser.new_context(reduced_motion="reduce")
            page = context.new_page()
            watch.follow(page)
            page.goto(server.url)
            yield page, server
            context.close()
            assert stopped or watch.failures == []


def test_an_answer_grows_while_it_is_written_and_can_be_stopped(
    browser: Browser, index: Path, axe: Axe
) -> None:
    with chat_with(browser, index, beginning_of(saying(FIRST, SECOND))) as (page, _):
        question_field(page).fill(ABOLISHED)
        question_field(page).press("Enter")
        growing = page.locator(".tq-answer[aria-busy=true]")
        expect(growing).to_contain_text(FIRST[0])
        expect(growing.get_by_role("link")).to_have_text("[1]")
        expect(page.get_by_role("complementary")).to_contain_text("01-collaboration")
        axe(page)
        page.get_by_role("button", name="Stop").click()
        expect(growing).to_have_count(0)
        expect(page.get_by_role("button", name="Stop")).to_be_hidden()
        # What was not finished was not kept.
        expect(page.get_by_text("Your questions are kept here.")).to_be_visible()


def test_sentences_that_were_removed_are_announced(browser: Browser, index: Path) -> None:
    with chat_with(browser, index, all_of(saying(FIRST, UNSUPPORTED))) as (page, _):
        answer = ask(page, ABOLISHED)
        expect(answer).to_contain_text(FIRST[0])
        expect(answer).not_to_contain_text("boats")
        expect(answer.locator(".tq-notices")).to_contain_text("was left out")
        expect(answer).not_to_contain_text("extractive ·")


def test_a_language_model_that_fails_is_told_of_and_posts_are_quoted(
    browser: Browser, index: Path
) -> None:
    with chat_with(browser, index, error(500, {})) as (page, _):
        answer = ask(page, ABOLISHED)
        expect(answer).to_contain_text("106 clinical commissioning groups")
        expect(answer.locator(".tq-notices")).to_be_visible()
        expect(answers(page)).to_contain_text("extractive · confidence")


def test_the_server_stops_at_once_while_a_model_is_silent(browser: Browser, index: Path) -> None:
    step = beginning_of(saying(FIRST, SECOND))
    with chat_with(browser, index, step, stopped=True) as (page, server):
        question_field(page).fill(ABOLISHED)
        question_field(page).press("Enter")
        expect(page.locator(".tq-answer[aria-busy=true]")).to_contain_text(FIRST[0])
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(SOON_SECONDS) == 0
