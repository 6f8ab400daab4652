"""An index opened for reading: the archive's state and the search indexes that belong to it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadqa.archive.archive import ARCHIVE_NAME, Archive
from threadqa.encoders.protocol import Encoder
from threadqa.encoders.registry import Runtime, open_encoder
from threadqa.errors import (
    ArchiveBusyError,
    ArchiveError,
    EncoderError,
    SearchIndexError,
    UsageError,
)
from threadqa.indexing.derived import build_generation, open_generation
from threadqa.indexing.progress import NoProgress
from threadqa.posts import Thread
from threadqa.resources import Resource
from threadqa.search_indexes.dense import DenseIndex
from threadqa.search_indexes.lexical import LexicalIndex
from threadqa.search_indexes.manifest import NewerFormatError
from threadqa.settings import Settings

__all__ = [
    "OpenIndex",
    "chosen_model",
    "find_thread",
    "open_archive",
    "open_encoder_for",
    "open_index",
    "remembered_model",
    "status",
]

ATTEMPTS = 5
PACKAGED = "packaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIndex(Resource):
    """One state of an index, held until the context ends, whatever is indexed meanwhile.

    Attributes:
        archive: Open for reading, in a snapshot.
        dense: The dense index of the same generation.
        lexical: The lexical index of the same generation.
        rebuilt: Why the search indexes had to be built again; None where they were sound.
        resources: What must be closed.
    """

    archive: Archive
    dense: DenseIndex
    lexical: LexicalIndex
    rebuilt: str | None
    resources: ExitStack

    def close(self) -> None:
        """Closes what is open."""
        self.resources.close()


def open_archive(folder: Path) -> Archive:
    """Opens the archive of an index folder for reading.

    Raises:
        ArchiveError: There is none, or it cannot be read.
    """
    return Archive.open_for_reading(folder)


def open_index(folder: Path) -> OpenIndex:
    """Opens an index for searching; search indexes that are missing or damaged are built again.

    Args:
        folder: The index folder.

    Returns:
        The index, to be closed.

    Raises:
        ArchiveError: There is no archive, it is empty, or it cannot be read.
        NewerFormatError: A newer threadqa built the search indexes.
        SearchIndexError: They are damaged and cannot be built again.
    """
    rebuilt: str | None = None
    for _ in range(ATTEMPTS):
        with ExitStack() as resources:
            archive = resources.enter_context(open_archive(folder))
            resources.enter_context(archive.snapshot())
            generation = archive.generation
            if generation == 0:
                raise ArchiveError(f"no posts in {folder}: run `threadqa index PATH…` first")
            try:
                dense, lexical = open_generation(archive)
            except NewerFormatError:
                raise
            except SearchIndexError as error:
                reason = error
            else:
                return OpenIndex(
                    archive=archive,
                    dense=dense,
                    lexical=lexical,
                    rebuilt=rebuilt,
                    resources=resources.pop_all(),
                )
        rebuilt = _rebuild(folder, generation, reason) or rebuilt
    raise SearchIndexError(f"the index in {folder} keeps changing: run this again in a moment")


def _rebuild(folder: Path, generation: int, reason: SearchIndexError) -> str | None:
    """Builds damaged search indexes again from the archive.

    Returns:
        Why; None where nothing was wrong but that a writer moved on to another generation, whose
        folder is now the one to open.

    Raises:
        SearchIndexError: They are damaged, and another process is writing.
    """
    with open_archive(folder) as archive:
        if archive.generation != generation:
            return None
    try:
        with Archive.open_for_writing(folder) as archive, archive.snapshot():
            if archive.generation != generation:
                return None
            build_generation(archive, NoProgress())
    except ArchiveBusyError as busy:
        raise SearchIndexError(f"{reason}, but {busy}") from reason
    return str(reason)


def chosen_model(settings: Settings, remembered: str | None) -> str | None:
    """The model to use: the settings', else the one that the archive remembers.

    Returns:
        Its name or path; None for the packaged model, which settings name "packaged".
    """
    if settings.encoder is None:
        return remembered
    return None if settings.encoder == PACKAGED else settings.encoder


def remembered_model(folder: Path) -> str | None:
    """The model that the posts of an index were embedded with; None for the packaged one.

    Raises:
        ArchiveError: The archive cannot be read.
    """
    if not (folder / ARCHIVE_NAME).exists():
        return None
    with open_archive(folder) as archive:
        return archive.model


def open_encoder_for(
    archive: Archive, settings: Settings, loaded: Encoder | None = None
) -> Encoder:
    """The encoder that an archive was embedded with.

    Args:
        archive: Open; its posts have vectors.
        settings: Name the model, unless it is the one that the archive remembers.
        loaded: An encoder that is there already; given back if it is the one.

    Raises:
        EncoderError: The model cannot be used, or is not the one of the archive.
    """
    if loaded is not None and loaded.fingerprint == archive.encoder:
        return loaded
    model = chosen_model(settings, archive.model)
    encoder = open_encoder(model, runtime=Runtime(settings.runtime))
    if encoder.fingerprint != archive.encoder:
        raise EncoderError(
            f"the index was embedded with {archive.encoder}, and the encoder is "
            f"{encoder.fingerprint}: unset `encoder`, or run `threadqa index PATH…` with it"
        )
    return encoder


def find_thread(archive: Archive, name: str) -> Thread:
    """The one thread that a text names.

    Args:
        archive: Where to look.
        name: A thread's id, the beginning of it, or words of its title.

    Returns:
        The thread with its posts.

    Raises:
        UsageError: No thread, or more than one, is named so.
    """
    found = archive.find_threads(name)
    if not found:
        raise UsageError(f"no thread is named {name!r}: `threadqa threads` lists all")
    if len(found) > 1:
        names = ", ".join(thread.id for thread in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise UsageError(f"{name!r} names {len(found)} threads, say which: {names}{more}")
    return archive.thread(found[0].id)


def status(folder: Path) -> dict[str, Any]:
    """What an index holds, what made it, and whether its search indexes are sound.

    Args:
        folder: The index folder.

    Returns:
        Facts by name, ready for JSON.

    Raises:
        ArchiveError: There is no archive, or it cannot be read.
    """
    with open_archive(folder) as archive, archive.snapshot():
        counts = archive.counts()
        completeness: dict[str, int] = {"complete": 0, "partial": 0, "unknown": 0}
        for thread in archive.threads():
            completeness[thread.completeness.value] += 1
        try:
            if archive.generation:
                open_generation(archive)
            state = "sound" if archive.generation else "not built yet"
        except SearchIndexError as error:
            state = str(error)
        return {
            "index": str(folder),
            "sources": counts.sources,
            "threads": counts.threads,
            "posts": counts.posts,
            "completeness": completeness,
            "encoder": archive.encoder,
            "dimension": archive.dimension,
            "generation": archive.generation,
            "search_indexes": state,
            "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        }
