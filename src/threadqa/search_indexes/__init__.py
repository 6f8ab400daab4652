"""The derived search indexes: FAISS, Tantivy, and the manifest that ties both to the archive."""

from __future__ import annotations

from threadqa.search_indexes.dense import DenseIndex, build_dense, open_dense
from threadqa.search_indexes.lexical import (
    LexicalDocument,
    LexicalIndex,
    analyse,
    build_lexical,
    open_lexical,
    words,
)
from threadqa.search_indexes.manifest import (
    MANIFEST_NAME,
    FileRecord,
    IndexCounts,
    Manifest,
    NewerFormatError,
    verify,
    write_manifest,
)

__all__ = [
    "MANIFEST_NAME",
    "DenseIndex",
    "FileRecord",
    "IndexCounts",
    "LexicalDocument",
    "LexicalIndex",
    "Manifest",
    "NewerFormatError",
    "analyse",
    "build_dense",
    "build_lexical",
    "open_dense",
    "open_lexical",
    "verify",
    "words",
    "write_manifest",
]
