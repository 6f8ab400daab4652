"""One writer per index folder: a lock that dies with its process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from threadqa.errors import ArchiveBusyError, ArchiveError
from threadqa.resources import Resource

__all__ = ["LOCK_NAME", "WriterLock"]

LOCK_NAME = "lock"


class WriterLock(Resource):
    """An exclusive lock on an index folder, held until the context ends or the process dies.

    The operating system keeps the lock; the file holds the owner's process id for messages, and
    stays when the lock is released (removing it would let two processes lock two files).
    """

    def __init__(self, folder: Path) -> None:
        """Takes the lock, without waiting.

        Args:
            folder: An existing index folder.

        Raises:
            ArchiveBusyError: Another process, or another lock of this one, holds it.
            ArchiveError: The folder cannot be written to.
        """
        path = folder / LOCK_NAME
        try:
            self._file = path.open("a+", encoding="ascii")
        except OSError as error:
            raise ArchiveError(
                f"cannot write to {folder} ({error.strerror}): name a folder that may be written"
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            owner = _owner(self._file)
            self._file.close()
            raise ArchiveBusyError(
                f"another threadqa ({owner}) is writing to {folder}: wait for it to finish"
            ) from error
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def close(self) -> None:
        """Lets others write; releasing twice is harmless."""
        self._file.close()


def _owner(file: IO[str]) -> str:
    try:
        file.seek(0)
        pid = file.read(32).strip()
    except OSError:  # pragma: no cover  # Windows does not let others read a locked byte
        pid = ""
    return f"pid {pid}" if pid else "process id unknown"


if os.name == "nt":  # pragma: no cover

    def _lock(file: IO[str]) -> None:
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:

    def _lock(file: IO[str]) -> None:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
