"""The console script as a process: in a pipe, and on a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["SCRIPT", "in_pipe", "on_terminal"]

SCRIPT = Path(sys.executable).with_name("threadqa")


def in_pipe(
    *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs threadqa with both its streams in pipes."""
    return subprocess.run(
        [SCRIPT, *arguments],
        env=os.environ | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )


def on_terminal(
    *arguments: str | Path,
    stream: str = "stdout",
    environment: Mapping[str, str] | None = None,
) -> tuple[int, str, str]:
    """Runs threadqa with one stream on a terminal of 80 columns.

    Args:
        arguments: Of the command.
        stream: Which one: "stdout" or "stderr"; the other is in a pipe.
        environment: Added to this process's.

    Returns:
        The exit code, what the terminal got, what the pipe got.
    """
    master, slave = os.openpty()
    added = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **(environment or {})}
    try:
        process = subprocess.Popen(
            [SCRIPT, *arguments],
            env=os.environ | added,
            stdin=subprocess.DEVNULL,
            stdout=slave if stream == "stdout" else subprocess.PIPE,
            stderr=slave if stream == "stderr" else subprocess.PIPE,
        )
        os.close(slave)
        with process:
            shown = b""
            while part := _read(master):
                shown += part
            pipe = process.stderr if stream == "stdout" else process.stdout
            assert pipe is not None
            rest = pipe.read()
    finally:
        os.close(master)
    return process.returncode, shown.decode(), rest.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""
