"""Syncs a folder with the stub encoder and kills itself on the way; run by test_kills.py.

    python -m tests.indexing.killed_sync THREADS INDEX ENCODER WHEN

ENCODER is the vocabulary of the stub, with commas. WHEN is "count" (run to the end and print the
number of Python and C calls that it took, and at which of them the steps began), "wait" (say that
all is imported and run, for a kill from outside), or the number of the call at which to die.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from tests.stub_encoder import StubEncoder
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync

STEPS = (
    "_incoming",
    "_encode",
    "put_vectors",
    "_write",
    "build_dense",
    "build_lexical",
    "write_manifest",
    "tidy",
)


class Calls:
    """Counts calls, and kills this process at one of them."""

    def __init__(self, last: int | None) -> None:
        self.count = 0
        self.steps: dict[str, int] = {}
        self._last = last

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if event not in {"call", "c_call"}:
            return
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        if event == "call" and frame.f_code.co_name in STEPS:
            self.steps.setdefault(frame.f_code.co_name, self.count)


def main() -> None:
    threads, index, vocabulary, when = sys.argv[1:]
    calls = Calls(int(when) if when.isdecimal() else None)
    encoder = StubEncoder(tuple(vocabulary.split(",")))
    if when == "wait":
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    else:
        sys.setprofile(calls)
    sync([Path(threads)], Path(index), encoder, NoProgress(), max_file_bytes=1_000_000)
    sys.setprofile(None)
    if when == "count":
        json.dump({"total": calls.count, "steps": calls.steps}, sys.stdout)


if __name__ == "__main__":
    main()
