"""`threadqa serve` as a process of its own, as users run it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

__all__ = ["SCRIPT", "Served", "serving"]

SCRIPT = Path(sys.executable).with_name("threadqa")
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running server.

    Attributes:
        url: Its address, with a slash at the end.
        index: The index folder that it serves.
        process: Its process.
    """

    url: str
    index: Path
    process: subprocess.Popen[str]

    @property
    def origin(self) -> str:
        return self.url.rstrip("/")


@contextmanager
def serving(
    index: Path,
    *arguments: str | Path,
    environment: Mapping[str, str] | None = None,
    command: tuple[str | Path, ...] = (SCRIPT, "serve"),
) -> Iterator[Served]:
    """Runs a server on a free loopback port while a block runs.

    Args:
        index: The index folder; its neighbour `server.log` gets standard error.
        arguments: Added to the command.
        environment: Added to this process's.
        command: What serves.
    """
    log = index.parent / "server.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, "--index", index, "--port", "0", *arguments],
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=index.parent,
        )
        try:
            yield Served(url=_announced(process, log), index=index, process=process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            assert process.stdout is not None
            process.stdout.close()


def _announced(process: subprocess.Popen[str], log: Path) -> str:
    """The address that the server prints; it is killed where it prints none in time."""
    assert process.stdout is not None
    patience = Timer(START_SECONDS, process.kill)
    patience.start()
    try:
        for line in process.stdout:
            found = re.search(r"http://\S+", line)
            if found:
                return found[0]
    finally:
        patience.cancel()
    raise AssertionError(f"the server did not start: {log.read_text()}")
