"""Runs the questions and kills itself after some; run by test_runner.py.

python -m tests.evaluation.killed_run INDEX FOLDER COUNT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.evaluation.subjects import QUESTIONS, open_stub_subject
from threadqa.evaluation.runner import run_questions


class Killer:
    """Progress that ends the process when enough is done."""

    def __init__(self, left: int) -> None:
        self._left = left

    def start(self, step: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, count: int) -> None:
        self._left -= count
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    index, folder, count = sys.argv[1:]
    with open_stub_subject(Path(index)) as subject:
        run_questions(QUESTIONS, subject, Path(folder), Killer(int(count)))


if __name__ == "__main__":
    main()
