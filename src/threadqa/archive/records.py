"""Values that the archive takes and gives besides posts and threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ArchiveCounts",
    "IndexableThread",
    "PostBefore",
    "ReplaceCounts",
    "SourceContents",
    "SourceRecord",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What the archive knows of an imported file; `dataclasses.asdict` gives its JSON.

    Attributes:
        path: The file itself, absolute.
        name: Unique in the archive: the path below the folder the user named, with
            forward slashes.
        format: Name of the reader that read it.
        size: Bytes.
        content_hash: SHA-256 of its bytes, in hexadecimal.
    """

    path: str
    name: str
    format: str
    size: int
    content_hash: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a source needs a name")
        if self.size < 0:
            raise ValueError(f"source {self.name}: size {self.size} is below 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContents:
    """A source with how many threads and posts the archive holds of it."""

    record: SourceRecord
    threads: int
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCounts:
    """How much an archive holds.

    Attributes:
        sources: Imported files.
        threads: Threads.
        posts: Posts.
        vectors: Stored vectors, of all encoders, those that no post uses yet included.
    """

    sources: int
    threads: int
    posts: int
    vectors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCounts:
    """What writing a source did.

    Attributes:
        threads: Threads written.
        posts: Posts written.
        removed: Posts of the source's former content that were deleted.
        renamed: Posts whose id was taken and that got "@" and the source's name after it.
    """

    threads: int
    posts: int
    removed: int
    renamed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexableThread:
    """What the search indexes are built from: one thread's posts, in thread order.

    Attributes:
        rows: int64, shape (n,), ascending; over successive threads as well.
        authors: The author of each post, else of its thread.
        texts: Verbatim.
        positions: As the posts declare them.
        vector_keys: The key of each post's vector.
        vectors: float32, shape (n, d), as stored; None where no encoder was asked for.
    """

    rows: NDArray[np.int64]
    authors: tuple[str | None, ...]
    texts: tuple[str, ...]
    positions: tuple[int | None, ...]
    vector_keys: tuple[bytes, ...]
    vectors: NDArray[np.float32] | None


class PostBefore(NamedTuple):
    """What stands before a post in its thread.

    Attributes:
        text: Verbatim.
        position: As the thread declares it, if it does.
        by_same_author: Whether both are of one author; where nothing says who speaks, they are.
    """

    text: str
    position: int | None
    by_same_author: bool
