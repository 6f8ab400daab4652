"""Many askers at once get answers, or are told that the server is busy; memory stays bounded."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.clients import ask, function_index
from tests.web.servers import Served

QUESTIONS = (
    "How many clinical commissioning groups are abolished?",
    "what did the auditors say about how many contacts were reached?",
    "Who is the head coach of Arsenal?",
    "How long is the waiting list?",
)
ROUNDS = 4
MOST_GROWTH_BYTES = 60_000_000
PATIENCE_SECONDS = 60.0

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc for a process's memory"
)


def resident_bytes(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def ask_at_once(served: Served, function: int, askers: int) -> list[Any]:
    """One question of each asker, all at the same time: answers, None where "busy" was said."""

    def one(number: int) -> Any:  # noqa: ANN401
        with httpx.Client(base_url=served.url, timeout=PATIENCE_SECONDS) as client:
            answer = ask(client, function, QUESTIONS[number % len(QUESTIONS)])
            return answer and {k: v for k, v in answer[0].items() if k != "timings_ms"}

    with ThreadPoolExecutor(askers) as pool:
        return list(pool.map(one, range(askers)))


@pytest.fixture(scope="module")
def function(served: Served) -> int:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        return function_index(client)


def test_50_askers_at_once_all_get_their_own_answer_and_memory_stays(
    served: Served, function: int
) -> None:
    alone = ask_at_once(served, function, 1) and [
        ask_at_once(served, function, 4)[number] for number in range(len(QUESTIONS))
    ]
    ask_at_once(served, function, 50)
    before = resident_bytes(served.process.pid)
    started = time.monotonic()
    for _ in range(ROUNDS):
        answers = ask_at_once(served, function, 50)
        for number, answer in enumerate(answers):
            assert answer == alone[number % len(QUESTIONS)]
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert resident_bytes(served.process.pid) - before < MOST_GROWTH_BYTES


def test_more_than_can_wait_are_told_at_once_that_it_is_busy(served: Served, function: int) -> None:
    answers = ask_at_once(served, function, 200)
    answered = sum(answer is not None for answer in answers)
    assert 50 <= answered < 200
    assert ask_at_once(served, function, 1) != [None]
