"""The search indexes of a generation: built from the archive alone, checked before use.

``generations/<n>/`` holds the indexes of the archive's generation n. A writer builds the folder of
the next generation from its own uncommitted view and then commits: the commit of the archive is
what makes the folder the current one, so no reader ever sees both disagree, and a killed run
leaves at most a folder that nothing refers to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from threadqa.archive.archive import Archive
from threadqa.conversations.store import purge
from threadqa.errors import ArchiveError
from threadqa.indexing.context import in_thread_texts, in_thread_vectors, indexable_texts
from threadqa.indexing.progress import Progress
from threadqa.search_indexes.dense import Batch, DenseIndex, build_dense, open_dense
from threadqa.search_indexes.lexical import (
    LexicalDocument,
    LexicalIndex,
    build_lexical,
    open_lexical,
)
from threadqa.search_indexes.manifest import IndexCounts, verify, write_manifest

__all__ = [
    "build_generation",
    "generation_folder",
    "open_generation",
    "remove_other_generations",
    "tidy",
]

GENERATIONS = "generations"
DENSE_NAME = "dense.faiss"
LEXICAL_NAME = "lexical"


def generation_folder(folder: Path, generation: int) -> Path:
    """Where the search indexes of a generation are, below an index folder."""
    return folder / GENERATIONS / str(generation)


def build_generation(archive: Archive, progress: Progress) -> None:
    """Builds both search indexes of the archive's current state, in place of what is there.

    Args:
        archive: Open for writing; what its transaction has not committed yet is built too.
        progress: Told of each post, once for each index.

    Raises:
        ArchiveError: The archive has no encoder, or a post no vector.
        SearchIndexError: The folder cannot be written.
    """
    encoder, dimension = archive.encoder, archive.dimension
    if encoder is None or dimension is None:
        raise ArchiveError(f"{archive.folder} has no encoder: run `threadqa index PATH…` first")
    folder = generation_folder(archive.folder, archive.generation)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    count = archive.counts().posts
    progress.start("Building the dense index", count)
    build_dense(folder / DENSE_NAME, dimension, count, _batches(archive, encoder, progress))
    progress.start("Building the lexical index", count)
    indexed = build_lexical(folder / LEXICAL_NAME, _documents(archive, progress))
    write_manifest(
        folder,
        generation=archive.generation,
        encoder=encoder,
        dimension=dimension,
        counts=IndexCounts(posts=count, dense=count, lexical=indexed),
    )


def _batches(archive: Archive, encoder: str, progress: Progress) -> Iterator[Batch]:
    for thread in archive.iter_threads_for_indexing(encoder):
        if thread.vectors is None:
            raise ArchiveError(f"{archive.folder} has posts without vectors")
        yield thread.rows, in_thread_vectors(thread.vectors)
        progress.advance(len(thread.rows))


def _documents(archive: Archive, progress: Progress) -> Iterator[LexicalDocument]:
    for thread in archive.iter_threads_for_indexing():
        texts = indexable_texts(thread)
        for row, text, context in zip(thread.rows, texts, in_thread_texts(texts), strict=True):
            yield LexicalDocument(row=int(row), text=text, context=context)
        progress.advance(len(thread.rows))


def open_generation(archive: Archive) -> tuple[DenseIndex, LexicalIndex]:
    """Checks and opens the search indexes of the archive's current state.

    Args:
        archive: Open, in a snapshot or transaction, so that its generation cannot change.

    Returns:
        Both indexes.

    Raises:
        NewerFormatError: A newer threadqa built them; they must be left alone.
        SearchIndexError: They are missing or damaged and must be built again.
    """
    folder = generation_folder(archive.folder, archive.generation)
    verify(folder, generation=archive.generation, encoder=archive.encoder)
    return open_dense(folder / DENSE_NAME), open_lexical(folder / LEXICAL_NAME)


def remove_other_generations(archive: Archive) -> None:
    """Deletes the folders of all generations but the archive's: old ones, and killed builds."""
    keep = str(archive.generation)
    folder = archive.folder / GENERATIONS
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name != keep:
                shutil.rmtree(other, ignore_errors=True)


def tidy(archive: Archive) -> bool:
    """Takes out what the archive's state does not need: deleted text must be nowhere.

    Args:
        archive: Open for writing, in no transaction.

    Returns:
        False where a reader holds an older state, and a write-ahead log with it.
    """
    remove_other_generations(archive)
    archive.collect_garbage(archive.encoder)
    kept = purge(archive)
    return archive.checkpoint() and kept.log_emptied
