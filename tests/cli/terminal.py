"""The console script as a process: in a pipe, and on a terminal."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["SCRIPT", "Typist", "in_pipe", "on_terminal", "run_on_terminal"]

MOVEMENTS = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])")
SCRIPT = Path(sys.executable).with_name("threadqa")


def in_pipe(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs threadqa with all its streams in pipes."""
    return subprocess.run(
        [SCRIPT, *arguments],
        env=os.environ | dict(environment or {}),
        input=typed,
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


def run_on_terminal(program: Sequence[str], *, folder: Path) -> str:
    """Runs a program in a folder with its output on a terminal of 80 columns; returns that."""
    master, slave = os.openpty()
    added = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    try:
        process = subprocess.Popen(
            program, env=os.environ | added, cwd=folder, stdin=subprocess.DEVNULL, stdout=slave
        )
        os.close(slave)
        with process:
            shown = b""
            while part := _read(master):
                shown += part
    finally:
        os.close(master)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


class Typist:
    """threadqa on a terminal of 80 columns, at which a person types.

    Attributes:
        shown: All that the terminal got so far, without colours and movements of the cursor.
    """

    def __init__(self, *arguments: str | Path, environment: Mapping[str, str]) -> None:
        """Starts the command.

        Args:
            arguments: Of the command.
            environment: Added to this process's.
        """
        self.shown = ""
        self._terminal, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        added = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", **environment}
        self._process = subprocess.Popen(
            [SCRIPT, *arguments],
            env=os.environ | added,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def types(self, keys: str) -> None:
        """Sends keys as they are."""
        os.write(self._terminal, keys.encode())

    def sees(self, text: str, seconds: float = 20.0) -> str:
        """Waits until a text is shown, and forgets what was shown up to its end.

        Returns:
            What was shown since the last time, up to the end of the text.
        """
        end = time.monotonic() + seconds
        while text not in self.shown:
            left = end - time.monotonic()
            ready, _, _ = select.select([self._terminal], [], [], max(left, 0))
            part = _read(self._terminal) if ready else b""
            assert part, f"expected {text!r}, the terminal shows {self.shown!r}"
            self.shown += MOVEMENTS.sub("", part.decode(errors="replace")).replace("\r", "")
        before, _, self.shown = self.shown.partition(text)
        return before + text

    def ends(self, seconds: float = 20.0) -> int:
        """Waits for the command to end; returns its exit code."""
        code = self._process.wait(seconds)
        os.close(self._terminal)
        return code

    def stops(self) -> None:
        """Ends the command if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self.ends()
