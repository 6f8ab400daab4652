"""``threadqa index``: brings an archive up to date with files, and its search indexes with it.

files -> which are new, changed, unchanged, gone -> the vectors that are missing, encoded and
stored batch by batch -> one transaction that replaces and deletes sources and builds the search
indexes of the next generation -> commit.

Vectors are named by what was embedded. They are stored before any row refers to them, so a run
that is killed keeps what it encoded and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from threadqa.archive.archive import Archive
from threadqa.archive.records import SourceRecord
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.encoders.registry import Runtime, open_encoder
from threadqa.errors import SearchIndexError, SourceError
from threadqa.indexing.context import indexable_texts, thread_texts, vector_key
from threadqa.indexing.derived import (
    build_generation,
    open_generation,
    tidy,
)
from threadqa.indexing.opening import chosen_model, remembered_model
from threadqa.indexing.progress import Progress
from threadqa.posts import Thread
from threadqa.search_indexes.manifest import NewerFormatError
from threadqa.settings import Settings
from threadqa.sources.registry import Inspected, SourceFile, discover, inspect, read_threads

__all__ = ["Failure", "SyncReport", "sync", "sync_with_settings"]

KEYS_AT_ONCE = 4096
# Large enough to sort texts by length, small enough that a bar moves and Ctrl-C is heard.
ENCODING_BATCH = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file that was not taken in, and why."""

    path: str
    reason: str


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """What a run did.

    Attributes:
        added: Sources that were new.
        changed: Sources whose content was replaced.
        removed: Sources whose file is gone.
        unchanged: Sources that were left alone.
        ignored: Files in named folders that are of no known format.
        failed: Files that could not be taken in.
        renamed: Posts whose id another source has, and that got the source's name added.
        encoded: Posts that were embedded in this run.
        sources: Sources in the archive now.
        threads: Threads in the archive now.
        posts: Posts in the archive now.
        rebuilt: Why the search indexes were built again though no post changed; None if not.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    ignored: int = 0
    failed: list[Failure] = field(default_factory=list)
    renamed: int = 0
    encoded: int = 0
    sources: int = 0
    threads: int = 0
    posts: int = 0
    rebuilt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file whose content the archive does not hold yet."""

    file: SourceFile
    inspected: Inspected
    name: str
    is_new: bool

    @property
    def record(self) -> SourceRecord:
        """What the archive will know of the file."""
        return SourceRecord(
            path=str(self.file.path.resolve()),
            name=self.name,
            format=self.inspected.format.value,
            size=self.inspected.size,
            content_hash=self.inspected.content_hash,
        )

    def threads(self) -> Iterator[Thread]:
        """Its threads, with the source's name in the archive."""
        return read_threads(self.file.named(self.name), self.inspected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What every step of a run works with.

    Attributes:
        archive: Open for writing.
        encoder: Embeds posts.
        model: Name or path of its model; None for the packaged one.
        report: Filled in as the run goes.
        progress: Told how far it is.
    """

    archive: Archive
    encoder: Encoder
    model: str | None
    report: SyncReport
    progress: Progress

    @property
    def changes_encoder(self) -> bool:
        """Whether the archive's posts were embedded by another encoder."""
        return self.archive.encoder not in {None, self.encoder.fingerprint}


def sync(
    paths: Sequence[Path],
    folder: Path,
    encoder: Encoder,
    progress: Progress,
    *,
    max_file_bytes: int,
    model: str | None = None,
) -> SyncReport:
    """Brings the index in a folder up to date with files.

    Args:
        paths: Files, or folders of them. A source that the archive holds from a named folder and
            whose file is gone is taken out.
        folder: The index folder; made if it is missing.
        encoder: Embeds posts. If it is not the one the archive was embedded with, all posts are
            embedded anew, and the old vectors serve readers until the end.
        progress: Told how far the run is.
        max_file_bytes: A file larger than this is left out and reported.
        model: Name or path of the encoder's model, which the archive is to remember; None for the
            packaged one.

    Returns:
        What was done, failures included.

    Raises:
        ArchiveBusyError: Another process is writing to the folder.
        ArchiveError: The archive cannot be read or written.
        EncoderError: The encoder cannot be used.
        NewerFormatError: A newer threadqa built the index.
        SourceError: A file changed while it was being read; the archive is as it was.
    """
    report = SyncReport()
    with Archive.open_for_writing(folder) as archive:
        run = Run(archive=archive, encoder=encoder, model=model, report=report, progress=progress)
        damage = _damage(archive)
        incoming = _encode(run, _incoming(run, paths, max_file_bytes))
        gone = _gone(archive, paths)
        if incoming or gone or run.changes_encoder:
            _write(run, incoming, gone)
        elif damage is not None:
            report.rebuilt = damage
            with archive.snapshot():
                build_generation(archive, progress)
        tidy(archive)
        counts = archive.counts()
        report.sources, report.threads, report.posts = counts.sources, counts.threads, counts.posts
    return report


def sync_with_settings(paths: Sequence[Path], settings: Settings, progress: Progress) -> SyncReport:
    """As `sync`, with the encoder of the settings, else the one that the archive remembers."""
    model = chosen_model(settings, remembered_model(settings.index))
    return sync(
        paths,
        settings.index,
        open_encoder(model, runtime=Runtime(settings.runtime)),
        progress,
        max_file_bytes=settings.max_file_bytes,
        model=model,
    )


def _damage(archive: Archive) -> str | None:
    """Why the search indexes must be built again; None where they are sound or not built yet."""
    if archive.generation == 0:
        return None
    try:
        with archive.snapshot():
            open_generation(archive)
    except NewerFormatError:
        raise
    except SearchIndexError as error:
        return str(error)
    return None


def _incoming(run: Run, paths: Sequence[Path], max_file_bytes: int) -> list[Incoming]:
    """The named files whose content the archive does not hold, in the order of discovery."""
    discovery = discover(paths)
    report = run.report
    report.ignored = discovery.ignored
    report.failed += [Failure(path=f.path, reason=f.reason) for f in discovery.failures]
    known = {record.path: record for record in run.archive.sources()}
    names = {record.name for record in known.values()}
    incoming = []
    run.progress.start("Reading files", len(discovery.files))
    for file in discovery.files:
        run.progress.advance(1)
        try:
            inspected = inspect(file, max_bytes=max_file_bytes)
        except SourceError as error:
            report.failed.append(Failure(path=error.path, reason=error.reason))
            continue
        record = known.get(str(file.path.resolve()))
        if record is not None and record.content_hash == inspected.content_hash:
            report.unchanged += 1
            continue
        name = record.name if record is not None else _free_name(file, names)
        names.add(name)
        incoming.append(Incoming(file=file, inspected=inspected, name=name, is_new=record is None))
    return incoming


def _free_name(file: SourceFile, taken: set[str]) -> str:
    """A file's name below its named folder; where another source has it, the folder's too."""
    name = file.name
    if name not in taken:
        return name
    name = f"{file.root.resolve().name}/{name}"
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _gone(archive: Archive, paths: Sequence[Path]) -> list[str]:
    """Sources from below a named folder whose file is not there any more."""
    folders = [path.resolve() for path in paths if path.is_dir()]
    return [
        record.name
        for record in archive.sources()
        for path in [Path(record.path)]
        if not path.exists() and any(path.is_relative_to(folder) for folder in folders)
    ]


def _encode(run: Run, incoming: Sequence[Incoming]) -> list[Incoming]:
    """Embeds what has no vector yet.

    Files are read twice, first to count and then to embed: reading is a small part of the work,
    and holding the texts of a large archive is not bounded.

    Returns:
        The files that could be read to their end; the others are reported as failed.
    """
    archive = run.archive
    missing: set[bytes] = set()
    readable = []
    run.progress.start("Reading threads", None)
    for item in incoming:
        try:
            found = _missing(run, _texts(item.threads()))
        except SourceError as error:
            run.report.failed.append(Failure(path=error.path, reason=error.reason))
        else:
            readable.append(item)
            missing |= found
    texts = chain.from_iterable(_texts(item.threads()) for item in readable)
    if run.changes_encoder:
        missing |= _missing(run, _stored_texts(archive))
        texts = chain(texts, _stored_texts(archive))
    run.report.encoded = len(missing)
    if missing:
        run.progress.start("Embedding posts", len(missing))
        _fill(run, texts, missing)
    return readable


def _texts(threads: Iterable[Thread]) -> Iterator[str]:
    return (text for thread in threads for text in thread_texts(thread))


def _stored_texts(archive: Archive) -> Iterator[str]:
    """The texts of all posts that the archive holds, for another encoder."""
    threads = archive.iter_threads_for_indexing()
    return (text for thread in threads for text in indexable_texts(thread))


def _missing(run: Run, texts: Iterator[str]) -> set[bytes]:
    """Keys of the texts that have no vector."""
    missing: set[bytes] = set()
    keys = map(vector_key, texts)
    while batch := list(islice(keys, KEYS_AT_ONCE)):
        missing.update(run.archive.missing_vectors(run.encoder.fingerprint, batch))
        run.progress.advance(len(batch))
    return missing


def _fill(run: Run, texts: Iterator[str], missing: set[bytes]) -> None:
    """Embeds the texts whose keys are missing, and stores each batch as soon as it is done."""
    batch: dict[bytes, str] = {}
    for text in texts:
        key = vector_key(text)
        if key in missing:
            missing.remove(key)
            batch[key] = text
        if len(batch) == ENCODING_BATCH:
            _store(run, batch)
            batch = {}
    _store(run, batch)


def _store(run: Run, batch: dict[bytes, str]) -> None:
    if batch:
        vectors = run.encoder.encode(list(batch.values()), TextKind.DOCUMENT)
        run.archive.put_vectors(run.encoder.fingerprint, list(batch), vectors)
        run.progress.advance(len(batch))


def _write(run: Run, incoming: Sequence[Incoming], gone: Sequence[str]) -> None:
    """The one step that changes what readers see."""
    archive, report = run.archive, run.report
    with archive.transaction():
        for name in gone:
            archive.delete_source(name)
        run.progress.start("Storing sources", len(incoming))
        for item in incoming:
            counts = archive.replace_source(item.record, item.threads(), _vector_keys)
            report.renamed += counts.renamed
            run.progress.advance(1)
        archive.set_encoder(run.encoder.fingerprint, run.encoder.dimension, run.model)
        archive.bump_generation()
        build_generation(archive, run.progress)
    report.removed = len(gone)
    report.added = sum(item.is_new for item in incoming)
    report.changed = len(incoming) - report.added


def _vector_keys(thread: Thread) -> list[bytes]:
    return [vector_key(text) for text in thread_texts(thread)]
