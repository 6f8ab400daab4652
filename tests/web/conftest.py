"""A server over the examples, and a real browser that watches what a page does.

Where Chromium is missing, tests that need it are skipped, and fail in CI. Playwright keeps an event
loop in the main thread while it runs, so it is stopped after each module.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from tests.web.servers import Served, serving
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.settings import Settings

ROOT = Path(__file__).parents[2]
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
TIMEOUT_MILLISECONDS = 15_000
# What Gradio says of a stream that ends because its page is left.
LEFT = ("AbortError: signal is aborted", "Connection errored out")
SERIOUS = frozenset({"serious", "critical"})

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]


def needed(what: str, remedy: str) -> None:
    """Ends a test that lacks something: skipped on a bare machine, failed in CI."""
    message = f"{what} is missing, so no browser test runs: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def examples_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the examples; for reading only."""
    folder = tmp_path_factory.mktemp("web-examples") / "index"
    sync_with_settings([ROOT / "examples" / "threads"], Settings(index=folder), NoProgress())
    return folder


@pytest.fixture(scope="module")
def served(examples_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a copy of the examples' index, one for all tests of a module."""
    index = tmp_path_factory.mktemp("served") / "index"
    shutil.copytree(examples_index, index)
    with serving(index) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of a module."""
    chromium = shutil.which("chromium")
    if chromium is None:
        needed("Chromium", "install it with `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What the pages of one test did that they must not do.

    Attributes:
        origin: Where they may load from.
        wrong: Requests to elsewhere, errors on the console, exceptions, dialogs.
        expected: Parts of messages that a test provokes and that are no failure.
    """

    origin: str
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=lambda: [*LEFT])

    def follow(self, page: Page) -> None:
        """Listens to a page until it is closed."""
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        page.on("dialog", self._on_dialog)

    def _on_request(self, request: Request) -> None:
        local = request.url.startswith((f"{self.origin}/", f"blob:{self.origin}/", "data:"))
        if not local:
            self.wrong.append(f"request to {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.wrong.append(f"console: {message.text}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    @property
    def failures(self) -> list[str]:
        return [line for line in self.wrong if not any(part in line for part in self.expected)]


@pytest.fixture
def watch(served: Served) -> Watch:
    """Watches every page of a test; add to `expected` what the test provokes."""
    return Watch(origin=served.origin)


@pytest.fixture
def open_page(browser: Browser, served: Served, watch: Watch) -> Iterator[OpenPage]:
    """Opens the chat in a profile of its own; arguments are those of Playwright's new_context.

    The test fails if a page asked for anything beyond the server, or wrote an error on the
    console; a violation of the content security policy is one.
    """
    contexts = []

    def open_page(path: str = "", **options: Any) -> Page:  # noqa: ANN401 - as new_context
        context = browser.new_context(**{"reduced_motion": "reduce", **options})
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        page = context.new_page()
        watch.follow(page)
        page.goto(served.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.failures == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The chat, as it opens."""
    return open_page()


@pytest.fixture
def axe() -> Axe:
    """Fails where axe-core finds a serious violation on the page as it is."""
    if not AXE.is_file():
        needed("axe-core", "install it with `make browser`")
    script = AXE.read_text(encoding="utf-8")

    def axe(page: Page) -> None:
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            f"{violation['id']} ({violation['impact']}): {node['target']} {node['html'][:200]}"
            for violation in found["violations"]
            if violation["impact"] in SERIOUS
            for node in violation["nodes"]
        ]
        assert serious == []

    return axe
