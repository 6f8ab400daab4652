"""One SQLite connection: how it is opened, its transactions, and its errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from threadqa.errors import ArchiveBusyError, ArchiveError
from threadqa.resources import Resource

__all__ = ["Database", "Row", "placeholders"]

Row = tuple[Any, ...]

BUSY_TIMEOUT_SECONDS = 5.0
IMPATIENT_MILLISECONDS = 100
REMEDY = (
    "restore it from a backup, or build a new index with `threadqa index PATH… --index NEW_FOLDER`"
)


class Database(Resource):
    """An SQLite file in WAL mode; closes its connection when the context ends.

    One thread at a time may use it; which one may change.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, *, writable: bool, remedy: str = REMEDY) -> None:
        """Opens the file.

        Args:
            path: The file; created if it is missing and `writable`.
            writable: Whether statements may change it.
            remedy: What to do when the file is damaged; ends the message of that error.

        Raises:
            ArchiveError: The file is damaged, is not SQLite, or cannot be opened.
        """
        self.path = path
        self._remedy = remedy
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if writable else 'ro'}"
        with _errors_in_our_words(path, remedy):
            self._connection = sqlite3.connect(
                uri,
                uri=True,
                timeout=BUSY_TIMEOUT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
        try:
            self._configure(writable=writable)
        except BaseException:
            self._connection.close()
            raise

    def _configure(self, *, writable: bool) -> None:
        self.execute("PRAGMA foreign_keys = ON")
        self.execute("SELECT count(*) FROM sqlite_schema")  # reads the header: is it SQLite?
        if writable:
            self.execute("PRAGMA journal_mode = WAL")
            # FULL syncs the WAL at each commit. NORMAL would survive a kill too, but power loss
            # could undo a commit whose predecessor's search indexes are deleted already. A run
            # commits once per encoded batch and once at its end: the cost does not show.
            self.execute("PRAGMA synchronous = FULL")
            self.execute("PRAGMA secure_delete = ON")

    def close(self) -> None:
        """Closes the connection; an open transaction is rolled back."""
        self._connection.close()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open on this connection."""
        return self._connection.in_transaction

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        """Runs one statement.

        Raises:
            ArchiveError: The file is damaged, read-only or full.
            ArchiveBusyError: Another connection held it for longer than the busy timeout.
        """
        with _errors_in_our_words(self.path, self._remedy):
            return self._connection.execute(sql, parameters)

    def execute_many(self, sql: str, parameters: Iterable[Sequence[object]]) -> int:
        """Runs one statement per row of parameters; returns how many rows changed."""
        with _errors_in_our_words(self.path, self._remedy):
            return self._connection.executemany(sql, parameters).rowcount

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        """Streams the result of a query."""
        with _errors_in_our_words(self.path, self._remedy):
            yield from self._connection.execute(sql, parameters)

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row of a query's result; None where there is none."""
        return next(self.rows(sql, parameters), None)

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:  # noqa: ANN401
        """The first column of the first row of a query's result; None where there is no row."""
        row = self.row(sql, parameters)
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Holds the one write transaction; commits at the end, rolls back on any error.

        Raises:
            ArchiveBusyError: Another connection is writing.
        """
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # After a failed COMMIT, or on a full disk, SQLite may have rolled back already.
            with suppress(sqlite3.OperationalError):
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Waits hardly at all for other connections: a reader may hold its state for hours."""
        self.execute(f"PRAGMA busy_timeout = {IMPATIENT_MILLISECONDS}")
        try:
            yield
        finally:
            self.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_SECONDS * 1000)}")

    def checkpoint(self) -> bool:
        """Moves all commits into the main file and empties the write-ahead log.

        Until then, the log still holds what a commit deleted.

        Returns:
            False where a reader holds an older state: then the log keeps what that reader needs.
        """
        with self.impatient():
            busy = self.value("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(busy) == 0

    @contextmanager
    def joined_transaction(self) -> Iterator[None]:
        """Uses the transaction that is open, else its own."""
        if self.in_transaction:
            yield
            return
        with self.transaction():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Shows one state of the file to all reads within, whatever others commit meanwhile."""
        if self.in_transaction:
            yield
            return
        self.execute("BEGIN")
        try:
            self.execute("SELECT count(*) FROM sqlite_schema")  # the first read takes the snapshot
            yield
        finally:
            self.execute("ROLLBACK")


def placeholders(count: int) -> str:
    """Question marks for an IN list of so many values."""
    return ",".join("?" * count)


@contextmanager
def _errors_in_our_words(path: Path, remedy: str) -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        raise ArchiveError(
            f"{path}: a text holds a lone surrogate (U+{ord(error.object[error.start]):04X}), "
            "which is no character: correct the source file"
        ) from error
    except sqlite3.DatabaseError as error:
        # Misuse of the connection is a bug of ours, not a state of the file.
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError):
            raise
        raise _in_our_words(path, remedy, error) from error


def _in_our_words(path: Path, remedy: str, error: sqlite3.DatabaseError) -> ArchiveError:
    code = error.sqlite_errorcode & 0xFF  # without the extended part
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return ArchiveBusyError(
            f"another process is writing to {path}: wait for it to finish, then run this again"
        )
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return ArchiveError(f"{path} is damaged or is no SQLite file ({error}): {remedy}")
    if code == sqlite3.SQLITE_FULL:
        return ArchiveError(f"no room to write {path}: free disk space, then run this again")
    return ArchiveError(
        f"cannot read or write {path} ({error}): check that its folder exists and may be written"
    )
