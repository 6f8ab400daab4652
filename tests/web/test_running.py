"""Starting and stopping: the command, app.py, Ctrl-C with a page open."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from tests.web.clients import ask, function_index
from tests.web.conftest import ROOT
from tests.web.servers import SCRIPT, serving
from threadqa.settings import Settings
from threadqa.web.running import hosted

QUESTION = "How many clinical commissioning groups are abolished?"


@pytest.fixture
def index(examples_index: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(examples_index, tmp_path / "index"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_with_an_open_page_stops_cleanly(
    browser: Browser, index: Path, number: signal.Signals
) -> None:
    with serving(index) as server:
        page = browser.new_page()
        page.goto(server.url)
        page.get_by_label("Question").wait_for()
        started = time.monotonic()
        server.process.send_signal(number)
        assert server.process.wait(30) == 0
        assert time.monotonic() - started < 15
        page.close()
    assert (index.parent / "server.log").read_text() == ""


def test_app_py_serves_the_same(index: Path) -> None:
    settings = {"THREADQA_INDEX": str(index), "THREADQA_WEB_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, ROOT / "app.py"], cwd=index.parent, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
        env=os.environ | settings | {"PYTHONUNBUFFERED": "1", "GRADIO_SHARE": "True"},
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert found
            with httpx.Client(base_url=found[0], timeout=30) as client:
                (answer,) = ask(client, function_index(client), QUESTION)
            assert answer["status"] == "answered"
            assert "gradio.live" not in client.base_url.host
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_a_program_gets_what_the_terminal_prints(index: Path) -> None:
    def without_times(answer: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in answer.items() if name != "timings_ms"}

    printed = subprocess.run(
        [SCRIPT, "ask", QUESTION, "--json", "--index", index], capture_output=True, check=True
    )
    with serving(index) as server, httpx.Client(base_url=server.url, timeout=30) as client:
        (answer,) = ask(client, function_index(client), QUESTION)
        assert without_times(answer) == without_times(json.loads(printed.stdout))
        # As docs/reference.md has it; a process of its own, which may import Gradio's client.
        script = (
            "import json, sys\n"
            "from gradio_client import Client\n"
            "client = Client(sys.argv[1], verbose=False)\n"
            "print(json.dumps(client.predict(sys.argv[2], api_name='/ask')))\n"
        )
        asked = subprocess.run(
            [sys.executable, "-c", script, server.url, QUESTION],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        assert without_times(json.loads(asked.stdout)) == without_times(answer)
        (hits,) = ask(client, function_index(client, "search"), "waiting list", 2)
        assert len(hits) == 2
        assert hits[0]["score"] == 1.0


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = subprocess.run(
            [SCRIPT, "serve", "--port", port, "--index", tmp_path / "index"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(
        rf"threadqa: cannot listen on 127\.0\.0\.1:{port} .*: name another --host or --port\n",
        run.stderr,
    )


def test_a_users_file_that_is_missing_is_one_line(tmp_path: Path) -> None:
    run = subprocess.run(
        [SCRIPT, "serve", "--port", "0", "--users", tmp_path / "users.json", "--index", tmp_path],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "threadqa users add NAME" in run.stderr


def test_a_space_is_reached_from_outside_and_needs_users(tmp_path: Path) -> None:
    settings = hosted(Settings(), {"SPACE_HOST": "ann-threads.hf.space"})
    assert (settings.web_host, settings.web_port) == ("0.0.0.0", 7860)
    assert settings.web_public_url == "https://ann-threads.hf.space"
    assert hosted(Settings(), {}) == Settings()
    run = subprocess.run(
        [sys.executable, ROOT / "app.py"], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=60, env=os.environ | {"SPACE_HOST": "ann-threads.hf.space"},
    )  # fmt: skip
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "anybody could read the archive" in run.stderr
