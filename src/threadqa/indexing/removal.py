"""``threadqa remove``: sources out of the archive, and whatever is derived from them with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from threadqa.archive.archive import ARCHIVE_NAME, Archive
from threadqa.errors import ArchiveError, UsageError
from threadqa.indexing.derived import build_generation, tidy
from threadqa.indexing.progress import Progress

__all__ = ["UPLOADS_NAME", "RemovalReport", "remove_sources"]

UPLOADS_NAME = "uploads"
"""Folder in an index folder with copies of the files that were uploaded to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalReport:
    """What was taken out, and what is left.

    Attributes:
        removed: Names of the sources that are gone.
        removed_posts: How many posts they had.
        log_emptied: Whether nothing of them stays on disk. False while another process reads an
            older state; the next run that writes to the index empties the log.
        sources: Sources in the archive now.
        threads: Threads in the archive now.
        posts: Posts in the archive now.
    """

    removed: tuple[str, ...]
    removed_posts: int
    log_emptied: bool
    sources: int
    threads: int
    posts: int


def remove_sources(names: Sequence[str], folder: Path, progress: Progress) -> RemovalReport:
    """Takes sources out of an index: rows, vectors and both search indexes, in one step.

    The user's own files are left alone; naming their folder in another ``threadqa index`` brings
    them back. A copy that an upload left in the index folder goes with its source.

    Args:
        names: The sources' names, as `Archive.sources` has them.
        folder: The index folder.
        progress: Told how far the building of the search indexes is.

    Returns:
        What was done.

    Raises:
        ArchiveBusyError: Another process is writing to the folder.
        ArchiveError: There is no archive, or it cannot be written.
        UsageError: The archive holds no source of such a name; nothing was removed.
    """
    if not (folder / ARCHIVE_NAME).is_file():
        raise ArchiveError(f"no archive in {folder}: run `threadqa index PATH…` first")
    wanted = tuple(dict.fromkeys(names))
    with Archive.open_for_writing(folder) as archive:
        files = [_file_of(archive, name) for name in wanted]
        with archive.transaction():
            posts = sum(archive.delete_source(name) for name in wanted)
            archive.bump_generation()
            build_generation(archive, progress)
        for file in files:
            if file.parent == (folder / UPLOADS_NAME).resolve():
                file.unlink(missing_ok=True)
        emptied = tidy(archive)
        counts = archive.counts()
    return RemovalReport(
        removed=wanted,
        removed_posts=posts,
        log_emptied=emptied,
        sources=counts.sources,
        threads=counts.threads,
        posts=counts.posts,
    )


def _file_of(archive: Archive, name: str) -> Path:
    """The file that a source was read from."""
    record = archive.source(name)
    if record is None:
        raise UsageError(f"the archive holds no source {name!r}: `threadqa threads` lists them")
    return Path(record.path)
