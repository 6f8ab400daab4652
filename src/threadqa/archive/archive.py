"""The archive: all posts, threads, sources and vectors of an index folder, in one SQLite file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from threadqa.archive import overview, reading, vectors, writing
from threadqa.archive.database import Database
from threadqa.archive.filters import PostFilter
from threadqa.archive.lock import WriterLock
from threadqa.archive.records import (
    ArchiveCounts,
    IndexableThread,
    PostBefore,
    ReplaceCounts,
    SourceContents,
    SourceRecord,
)
from threadqa.archive.schema import MIGRATIONS, Migration, check, migrate
from threadqa.errors import ArchiveError
from threadqa.posts import Post, Thread, ThreadSummary
from threadqa.resources import Resource

__all__ = ["ARCHIVE_NAME", "Archive"]

ARCHIVE_NAME = "archive.sqlite"


class Archive(Resource):
    """The source of truth of an index folder; a context manager that closes it.

    One thread at a time may use it; which one may change. Without `snapshot` or `transaction`
    around them, two reads may see two states.

    Attributes:
        folder: The index folder.
    """

    def __init__(self, folder: Path, database: Database, resources: ExitStack) -> None:
        """Use `open_for_reading` or `open_for_writing`."""
        self.folder = folder
        self._database = database
        self._resources = resources

    @classmethod
    def open_for_reading(
        cls, folder: Path, *, migrations: Sequence[Migration] = MIGRATIONS
    ) -> Archive:
        """Opens an archive that nothing will be written to.

        Args:
            folder: The index folder.
            migrations: The schema's history; another one is for tests.

        Raises:
            ArchiveError: There is no archive, or it is damaged, or of another schema.
        """
        path = folder / ARCHIVE_NAME
        missing = ArchiveError(f"no archive in {folder}: run `threadqa index PATH…` first")
        if not path.is_file():
            raise missing
        with ExitStack() as resources:
            database = resources.enter_context(Database(path, writable=False))
            version = check(database, migrations)
            if version == 0:  # killed before it had a table
                raise missing
            if version < len(migrations):
                raise ArchiveError(
                    f"{path} was written by an older threadqa (schema {version}; this one reads "
                    f"{len(migrations)}): run `threadqa index PATH…` to upgrade it"
                )
            return cls(folder, database, resources.pop_all())

    @classmethod
    def open_for_writing(
        cls, folder: Path, *, migrations: Sequence[Migration] = MIGRATIONS
    ) -> Archive:
        """Opens an archive as its one writer; makes or upgrades it where needed.

        Args:
            folder: The index folder; made if it is missing.
            migrations: The schema's history; another one is for tests.

        Raises:
            ArchiveBusyError: Another process is writing to the folder.
            ArchiveError: The archive is damaged or of a newer schema, or cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"cannot make the folder {folder} ({error.strerror}): name another one"
            ) from error
        with ExitStack() as resources:
            resources.enter_context(WriterLock(folder))
            database = resources.enter_context(Database(folder / ARCHIVE_NAME, writable=True))
            migrate(database, migrations)
            return cls(folder, database, resources.pop_all())

    def close(self) -> None:
        """Rolls back what is not committed, closes the file, lets others write."""
        self._resources.close()

    # What the archive is.

    def snapshot(self) -> AbstractContextManager[None]:
        """Shows one state to all reads within, whatever a writer commits meanwhile."""
        return self._database.snapshot()

    @property
    def generation(self) -> int:
        """Number of the state; the search indexes of the same number belong to it. 0 at first."""
        return int(reading.meta(self._database, "generation") or 0)

    @property
    def encoder(self) -> str | None:
        """Fingerprint of the encoder whose vectors the posts have; None at first."""
        return reading.meta(self._database, "encoder")

    @property
    def dimension(self) -> int | None:
        """Length of those vectors; None at first."""
        value = reading.meta(self._database, "dimension")
        return None if value is None else int(value)

    @property
    def model(self) -> str | None:
        """Name or path of that encoder's model; None for the packaged one."""
        return reading.meta(self._database, "model") or None

    def counts(self) -> ArchiveCounts:
        """How much the archive holds."""
        return reading.counts(self._database)

    # Reading.

    def source(self, name: str) -> SourceRecord | None:
        """What is known of a source; None where the archive does not hold it."""
        return reading.source(self._database, name)

    def sources(self) -> list[SourceRecord]:
        """All sources, by name."""
        return reading.sources(self._database)

    def threads(self) -> Iterator[ThreadSummary]:
        """All threads, by the name of their source and their place in it."""
        return reading.threads(self._database)

    def find_threads(self, value: str) -> list[ThreadSummary]:
        """The threads that a text names: an id, its beginning, or words of the title."""
        return reading.find_threads(self._database, value)

    def contents(self) -> list[SourceContents]:
        """All sources by name, with how much each holds."""
        return overview.contents(self._database)

    def authors(self, limit: int) -> list[str]:
        """Who wrote most posts, most first; so many names at most."""
        return overview.authors(self._database, limit)

    def posts_by_month(self) -> dict[str, int]:
        """How many posts are of each month that has any, by "2021-03", ascending; in UTC."""
        return overview.posts_by_month(self._database)

    def threads_with(self, words: str, limit: int) -> tuple[list[ThreadSummary], int]:
        """Threads whose title, author or source has all of some words, and how many there are."""
        return overview.threads_with(self._database, words, limit)

    def thread(self, thread_id: str) -> Thread:
        """A whole thread; UsageError where there is none of this id."""
        return reading.thread(self._database, thread_id)

    def posts(self, rows: Sequence[int]) -> dict[int, tuple[Post, ThreadSummary]]:
        """Posts with their threads, by row, in the order asked for; unknown rows are left out."""
        return reading.posts(self._database, rows)

    def posts_named(self, ids: Sequence[str]) -> dict[str, tuple[Post, ThreadSummary]]:
        """Posts with their threads, by id; unknown ids are left out."""
        return reading.posts_named(self._database, ids)

    def posts_before(self, rows: Sequence[int]) -> dict[int, PostBefore]:
        """What stands before some posts in their threads; without those that open theirs."""
        return reading.posts_before(self._database, rows)

    def neighbours(self, row: int, before: int, after: int) -> list[tuple[int, Post]]:
        """(row, post) of a post and of those around it, in thread order; empty if unknown."""
        return reading.neighbours(self._database, row, before, after)

    def row_of(self, post_id: str) -> int:
        """The row of a post; UsageError where there is none of this id."""
        return reading.row_of(self._database, post_id)

    def rows_matching(self, post_filter: PostFilter) -> NDArray[np.int64]:
        """The posts that a filter lets through: int64, shape (n,), ascending rows."""
        return reading.rows_matching(self._database, post_filter)

    def iter_threads_for_indexing(self, encoder: str | None = None) -> Iterator[IndexableThread]:
        """Streams all threads by ascending rows, with vectors where an encoder is named."""
        return reading.indexable_threads(self._database, encoder)

    def vectors(self, encoder: str, keys: Sequence[bytes]) -> NDArray[np.float32]:
        """float32, shape (len(keys), d), in the order of the keys; ArchiveError if one lacks."""
        return vectors.vectors(self._database, encoder, keys)

    def missing_vectors(self, encoder: str, keys: Iterable[bytes]) -> list[bytes]:
        """The keys without a vector of this encoder, each once, in order of appearance."""
        return vectors.missing_vectors(self._database, encoder, keys)

    # Writing. What changes rows must stand in a transaction; vectors need none.

    def transaction(self) -> AbstractContextManager[None]:
        """Holds the write transaction: commits at the end, rolls back on any error."""
        return self._database.transaction()

    def replace_source(
        self, record: SourceRecord, threads: Iterable[Thread], vector_keys: writing.VectorKeys
    ) -> ReplaceCounts:
        """Writes a source with its threads, in place of what the archive held of it."""
        self._require_transaction()
        return writing.replace_source(self._database, record, threads, vector_keys)

    def delete_source(self, name: str) -> int:
        """Deletes a source with its threads and posts; returns how many posts it had."""
        self._require_transaction()
        return writing.delete_source(self._database, name)

    def delete_post(self, post_id: str) -> None:
        """Deletes a post, and its thread with the last one; UsageError if there is none."""
        self._require_transaction()
        writing.delete_post(self._database, post_id)

    def set_encoder(self, fingerprint: str, dimension: int, model: str | None = None) -> None:
        """Names the encoder whose vectors the posts have, their length, and its model."""
        self._require_transaction()
        writing.set_meta(self._database, "encoder", fingerprint)
        writing.set_meta(self._database, "dimension", str(dimension))
        writing.set_meta(self._database, "model", model or "")

    def bump_generation(self) -> int:
        """Numbers the state anew, one up, and returns the number."""
        self._require_transaction()
        generation = self.generation + 1
        writing.set_meta(self._database, "generation", str(generation))
        return generation

    def put_vectors(self, encoder: str, keys: Sequence[bytes], values: NDArray[np.float32]) -> None:
        """Stores vectors, float32, shape (len(keys), d); they are safe when this returns."""
        vectors.put_vectors(self._database, encoder, keys, values)

    def collect_garbage(self, encoder: str | None) -> int:
        """Deletes vectors of other encoders and those no post uses; returns how many."""
        return vectors.collect_garbage(self._database, encoder)

    def checkpoint(self) -> bool:
        """Empties the write-ahead log, which holds what was deleted; see `Database.checkpoint`."""
        return self._database.checkpoint()

    @staticmethod
    def empty_log(folder: Path) -> bool:
        """As `checkpoint`, where no archive is open; other processes may write meanwhile.

        Args:
            folder: An index folder; True where it holds no archive.

        Raises:
            ArchiveError: The archive is damaged or cannot be written.
        """
        path = folder / ARCHIVE_NAME
        if not path.is_file():
            return True
        with Database(path, writable=True) as database, database.impatient():
            return int(database.value("PRAGMA wal_checkpoint(TRUNCATE)")) == 0

    def _require_transaction(self) -> None:
        if not self._database.in_transaction:
            raise RuntimeError("changes to the archive belong into `with archive.transaction():`")
