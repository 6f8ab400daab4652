"""The web chat on examples/: from its start to the first answer, and a question with four users.

    PYTHONPATH=. python tools/bench_web.py --out eval/results/bench-web.json

Pages are opened in Chromium. Questions of four users go through the page's own function over
Gradio's queue, as the browser sends them, and are timed until the whole answer has come. Other work
on the machine shows in all of that, so its load is recorded, and the server's own processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import shutil
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, expect, sync_playwright

from tests.web.clients import ask, asking_function
from tests.web.conftest import FLAGS
from tests.web.servers import Served, serving
from threadqa.encoders.registry import open_encoder
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
FIRST_QUESTION = "what did the auditors say about how many contacts were reached?"
FIRST_WORDS = "80% of contacts"
USERS = 4
QUESTIONS_IN_A_CONVERSATION = 5
BUDGETS = {
    "start to page ready seconds": 6.0,
    "first answer seconds": 0.5,
    "warm question p95 milliseconds": 150.0,
}


def start_to_first_answer(browser: Browser, folder: Path) -> tuple[float, float]:
    """Seconds from a server's start to a page that takes a question, and on to its answer."""
    context = browser.new_context()
    page = context.new_page()
    started = time.perf_counter()
    with serving(folder) as server:
        page.goto(server.url)
        question = page.get_by_label("Question")
        question.wait_for()
        ready = time.perf_counter()
        question.fill(FIRST_QUESTION)
        question.press("Enter")
        expect(page.get_by_role("log")).to_contain_text(FIRST_WORDS)
        expect(page.locator("#tq-log [aria-busy=true]")).to_have_count(0)
        answered = time.perf_counter()
        context.close()
    return ready - started, answered - ready


def milliseconds_of(server: Served, questions: Sequence[str]) -> list[float]:
    """How long each question of one user takes, one after the other."""
    times = []
    with httpx.Client(base_url=server.url, timeout=60) as client:
        function = asking_function(client)
        session = ""
        for number, question in enumerate(questions):
            if number % QUESTIONS_IN_A_CONVERSATION == 0:
                session = secrets.token_hex(8)
            started = time.perf_counter()
            if ask(client, function, question, None, None, session=session) is None:
                raise SystemExit("the server was busy with four users")
            times.append(1000.0 * (time.perf_counter() - started))
    return times


def processor_seconds(process: int) -> float:
    """What a process has used so far; Linux only."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def with_four_users(folder: Path, count: int) -> tuple[list[float], float]:
    """Questions of four users who ask at the same time.

    Returns:
        Milliseconds of each, and the server's processor time a question, in milliseconds.
    """
    lines = (EXAMPLES / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    shares = [[questions[(user + USERS * n) % len(questions)] for n in range(count)]
              for user in range(USERS)]  # fmt: skip
    with serving(folder) as server:
        milliseconds_of(server, questions[:USERS])
        before = processor_seconds(server.process.pid)
        with ThreadPoolExecutor(USERS) as pool:
            of_users = list(pool.map(lambda share: milliseconds_of(server, share), shares))
        used = processor_seconds(server.process.pid) - before
    times = [milliseconds for user in of_users for milliseconds in user]
    return times, 1000.0 * used / len(times)


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that so many are not above."""
    return sorted(values)[max(0, int(share * len(values) + 0.999999) - 1)]


def main() -> None:
    """Measures, prints, records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--questions", type=int, default=50, help="of each user")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "index"
        threads = EXAMPLES / "threads"
        sync([threads], folder, open_encoder(), NoProgress(), max_file_bytes=10_000_000)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            starts = [start_to_first_answer(browser, folder) for _ in range(arguments.runs)]
            browser.close()
        times, processor = with_four_users(folder, arguments.questions)
    figures = {
        "start to page ready seconds": statistics.median(ready for ready, _ in starts),
        "first answer seconds": statistics.median(answered for _, answered in starts),
        "warm question p50 milliseconds": statistics.median(times),
        "warm question p95 milliseconds": percentile(times, 0.95),
        "warm question p99 milliseconds": percentile(times, 0.99),
        "processor milliseconds a question": processor,
        "load average of the machine": os.getloadavg()[0],
    }
    for name, value in figures.items():
        budget = f"   budget {BUDGETS[name]:.3g}" if name in BUDGETS else ""
        print(f"{name:38} {value:10.4g}{budget}")
    if arguments.out:
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        counts = {"runs": arguments.runs, "users": USERS, "questions of each": arguments.questions}
        record = {"command": "make bench", "machine": machine, "figures": figures | counts}
        arguments.out.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
