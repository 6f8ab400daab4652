"""The dense index: post vectors in FAISS, searched by inner product."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from threadqa.errors import SearchIndexError
from threadqa.search_indexes.ranking import Rows, Scores, best, contains, is_settled, nothing

__all__ = ["DEFAULT_IVF_ABOVE", "DenseIndex", "build_dense", "open_dense"]

DEFAULT_IVF_ABOVE = 1_000_000
"""Posts up to which every vector is compared with the question."""

NPROBE = 64
MAX_LISTS = 16_384
TRAINING_VECTORS_PER_LIST = 40  # FAISS warns below 39 and takes at most 256
TRAINING_SEED = 20_240_229
ADDED_AT_ONCE = 16_384

FaissObject = Any
"""The types faiss ships are those of its C++ side; its Python constructors do not fit them."""

Batch = tuple[Rows, NDArray[np.float32]]


class DenseIndex:
    """An open dense index; any number of threads may search it.

    Attributes:
        dimension: Length of a vector.
    """

    def __init__(self, index: FaissObject) -> None:
        """Use `open_dense`."""
        faiss = _library()
        self._owner = index
        # The inner index numbers vectors by place. Rows ascend, so one search in their sorted
        # array leads back; FAISS's own IndexIDMap2 would keep a hash map of all rows.
        self._index = faiss.downcast_index(index.index)
        self._rows: Rows = faiss.vector_to_array(index.id_map)
        self.dimension = int(index.d)
        if np.any(np.diff(self._rows) <= 0):
            raise SearchIndexError("the dense index has rows out of order: rebuild it")

    @property
    def count(self) -> int:
        """How many vectors it holds."""
        return int(self._rows.size)

    @property
    def rows(self) -> Rows:
        """The rows it holds, ascending."""
        return self._rows

    def search(
        self, query: NDArray[np.float32], k: int, allowed: Rows | None = None
    ) -> tuple[Rows, Scores]:
        """Finds the vectors nearest to a query.

        Args:
            query: float32, shape (d,).
            k: How many to give at most.
            allowed: Rows that may be found, ascending; None for all.

        Returns:
            Rows and inner products, highest first, ties by row ascending. Above the flat limit
            the search is approximate. Stored numbers have 11 significant bits (8 above the flat
            limit), so a cosine similarity is exact within 1e-3 (1e-2).

        Raises:
            SearchIndexError: The query's length is not the index's.
        """
        self._check(query)
        positions = None if allowed is None else self._positions_of_known(allowed)
        available = self.count if positions is None else int(positions.size)
        if k < 1 or not available:
            return nothing()
        limit = min(k + 1, available)
        while True:
            places, scores = self._nearest(query, limit, positions)
            complete = limit >= available or len(scores) < limit
            if complete or is_settled(scores, k, float(scores[-1])):
                return best(self._rows[places], scores, k)
            limit = min(limit * 4, available)

    def scores(self, query: NDArray[np.float32], rows: Rows) -> Scores:
        """Inner products of a query with given rows, as `search` gives them within 1e-5.

        Args:
            query: float32, shape (d,).
            rows: Rows of the index, in any order.

        Returns:
            float32, shape (len(rows),).

        Raises:
            SearchIndexError: The index does not hold a row, or the query's length is not its.
        """
        self._check(query)
        if not rows.size:
            return np.zeros(0, np.float32)
        if not contains(self._rows, rows).all():
            raise SearchIndexError("the dense index lacks rows of the archive: rebuild it")
        with _faiss_errors("searching the dense index"):
            vectors: NDArray[np.float32] = self._index.reconstruct_batch(
                np.searchsorted(self._rows, rows)
            )
        product: Scores = vectors @ query
        return product

    def _check(self, query: NDArray[np.float32]) -> None:
        if query.shape != (self.dimension,):
            raise SearchIndexError(
                f"the dense index holds vectors of length {self.dimension}, and the question's "
                f"has shape {query.shape}: ask with the encoder the index was built with"
            )

    def _positions_of_known(self, allowed: Rows) -> Rows:
        known = allowed[contains(self._rows, allowed)]
        return np.searchsorted(self._rows, known).astype(np.int64)

    def _nearest(
        self, query: NDArray[np.float32], limit: int, positions: Rows | None
    ) -> tuple[Rows, Scores]:
        # The bits and the selector must outlive the search: FAISS keeps only pointers to them.
        bits = None if positions is None else _bitmap(self.count, positions)
        parameters = self._parameters(positions, bits)
        with _faiss_errors("searching the dense index"):
            scores, places = self._index.search(
                np.ascontiguousarray(query[None]), limit, params=parameters
            )
        found = places[0] >= 0
        return places[0][found], scores[0][found]

    def _parameters(self, positions: Rows | None, bits: NDArray[np.uint8] | None) -> FaissObject:
        faiss = _library()
        selector = None if bits is None else faiss.IDSelectorBitmap(bits)
        nlist = getattr(self._index, "nlist", None)
        if nlist is None:
            return None if selector is None else faiss.SearchParameters(sel=selector)
        nprobe = NPROBE
        if positions is not None:
            # The fewer may be found, the more lists are searched: the same number of candidates.
            nprobe = math.ceil(NPROBE * self.count / positions.size)
        nprobe = min(nprobe, nlist)
        if selector is None:
            return faiss.SearchParametersIVF(nprobe=nprobe)
        return faiss.SearchParametersIVF(sel=selector, nprobe=nprobe)


def open_dense(path: Path) -> DenseIndex:
    """Opens an index that `build_dense` wrote.

    The file is mapped into memory, not read: opening takes no time, and its pages are shared
    between processes and given back when memory is short.

    Args:
        path: The file.

    Raises:
        SearchIndexError: It is missing or damaged.
    """
    faiss = _library()
    if not path.is_file():
        raise SearchIndexError(f"no dense index at {path}: rebuild the search indexes")
    flags = 0 if os.name == "nt" else faiss.IO_FLAG_MMAP_IFC
    with _faiss_errors(f"opening {path}"):
        index = faiss.read_index(os.fspath(path), flags)
    if not isinstance(index, faiss.IndexIDMap):
        raise SearchIndexError(f"{path} is no dense index of threadqa: rebuild the search indexes")
    return DenseIndex(index)


def build_dense(
    path: Path,
    dimension: int,
    count: int,
    batches: Iterable[Batch],
    *,
    ivf_above: int = DEFAULT_IVF_ABOVE,
) -> None:
    """Writes a dense index.

    Up to `ivf_above` vectors: float16, each compared with every question. Beyond: inverted lists
    of 8-bit vectors, 4·√count of them, trained on a seeded sample.

    Args:
        path: The file to write.
        dimension: Length of a vector.
        count: How many vectors the batches hold together.
        batches: Rows, int64, shape (n,), ascending over all batches; and their vectors, float32,
            shape (n, dimension), finite. Read once, one batch in memory at a time.
        ivf_above: Vectors above which lists are used.

    Raises:
        ValueError: The batches break what is said above.
        SearchIndexError: The file cannot be written.
    """
    faiss = _library()
    checked = _checked(batches, dimension, count)
    with _faiss_errors(f"writing {path}"):
        if count <= ivf_above:
            inner = faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
            index = faiss.IndexIDMap(inner)
            for rows, vectors in checked:
                index.add_with_ids(np.ascontiguousarray(vectors, np.float32), rows)
        else:
            index = _with_lists(path, dimension, count, checked)
        faiss.write_index(index, os.fspath(path))


def _checked(batches: Iterable[Batch], dimension: int, count: int) -> Iterator[Batch]:
    last, seen = -1, 0
    for rows, vectors in batches:
        if vectors.shape != (len(rows), dimension):
            raise ValueError(f"{len(rows)} rows of length {dimension} are not {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError(f"vectors of the rows from {rows[0]} on are not finite")
        if np.any(np.diff(rows, prepend=last) <= 0):
            raise ValueError(f"rows must ascend from {last} on")
        if len(rows):
            last = int(rows[-1])
        seen += len(rows)
        yield rows, vectors
    if seen != count:
        raise ValueError(f"{count} vectors were announced, and {seen} came")


def _with_lists(path: Path, dimension: int, count: int, batches: Iterable[Batch]) -> FaissObject:
    """Trains on a sample of all vectors; they wait in a file meanwhile, not in memory."""
    faiss = _library()
    spool_path = path.with_name(f"{path.name}.spool")
    try:
        spool = np.lib.format.open_memmap(
            spool_path, mode="w+", dtype=np.float16, shape=(count, dimension)
        )
        rows = _spool(spool, batches)
        inner = _trained(spool)
        index = faiss.IndexIDMap(inner)
        for start in range(0, count, ADDED_AT_ONCE):
            part = slice(start, start + ADDED_AT_ONCE)
            index.add_with_ids(spool[part].astype(np.float32), rows[part])
        inner.make_direct_map()  # for `scores`: from a place to its list
        del spool
    finally:
        spool_path.unlink(missing_ok=True)
    return index


def _trained(vectors: NDArray[np.float16]) -> FaissObject:
    faiss = _library()
    count, dimension = vectors.shape
    nlist = max(1, min(int(4 * math.sqrt(count)), MAX_LISTS, count // TRAINING_VECTORS_PER_LIST))
    # Sorted, the sample is read in one pass over the file.
    size = min(count, nlist * TRAINING_VECTORS_PER_LIST)
    sample = np.sort(np.random.default_rng(TRAINING_SEED).choice(count, size, replace=False))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        nlist,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.seed = TRAINING_SEED
    index.train(vectors[sample].astype(np.float32))
    return index


def _spool(spool: NDArray[np.float16], batches: Iterable[Batch]) -> Rows:
    rows = [np.zeros(0, np.int64)]
    place = 0
    for batch_rows, vectors in batches:
        spool[place : place + len(batch_rows)] = vectors
        place += len(batch_rows)
        rows.append(batch_rows)
    return np.concatenate(rows)


def _bitmap(size: int, positions: Rows) -> NDArray[np.uint8]:
    """One bit a place, lowest first, as IDSelectorBitmap reads them."""
    members = np.zeros(size, np.bool_)
    members[positions] = True
    return np.packbits(members, bitorder="little")


def _library() -> FaissObject:
    import faiss

    return faiss


@contextmanager
def _faiss_errors(doing: str) -> Iterator[None]:
    """FAISS raises RuntimeError, and MemoryError for lengths that a damaged file gives."""
    try:
        yield
    except (RuntimeError, MemoryError, OSError) as error:
        reason = _reason(error)
        raise SearchIndexError(f"{doing} failed ({reason}): rebuild the search indexes") from error


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
