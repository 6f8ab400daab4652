"""The archive: schema, reading and writing of the one SQLite file that is the source of truth."""

from __future__ import annotations

from threadqa.archive.archive import ARCHIVE_NAME, Archive
from threadqa.archive.filters import PostFilter
from threadqa.archive.lock import WriterLock
from threadqa.archive.records import ArchiveCounts, IndexableThread, ReplaceCounts, SourceRecord

__all__ = [
    "ARCHIVE_NAME",
    "Archive",
    "ArchiveCounts",
    "IndexableThread",
    "PostFilter",
    "ReplaceCounts",
    "SourceRecord",
    "WriterLock",
]
