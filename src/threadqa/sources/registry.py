"""Which files are sources, what is in them, and who reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from threadqa.errors import SourceError
from threadqa.posts import Thread
from threadqa.sources.decoding import Encoding, inspect_bytes, unreadable
from threadqa.sources.jsonl import read_jsonl
from threadqa.sources.thread_text import read_thread_text

__all__ = [
    "Discovery",
    "Inspected",
    "SourceFile",
    "SourceFormat",
    "discover",
    "inspect",
    "known_extensions",
    "read_threads",
]


class SourceFormat(StrEnum):
    """How a source writes its threads."""

    THREAD_TEXT = "thread-text"
    JSONL = "jsonl"


_FORMATS = {
    ".txt": SourceFormat.THREAD_TEXT,
    ".text": SourceFormat.THREAD_TEXT,
    ".md": SourceFormat.THREAD_TEXT,
    ".markdown": SourceFormat.THREAD_TEXT,
    ".jsonl": SourceFormat.JSONL,
    ".ndjson": SourceFormat.JSONL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that may be imported.

    Attributes:
        root: The folder that the user named, or the parent of the file that the user named.
        path: The file.
        name: The path below the root, with forward slashes; posts carry it as their source.
    """

    root: Path
    path: Path
    name: str

    def named(self, name: str) -> SourceFile:
        """The same file under another name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found under the paths that a user named.

    Attributes:
        files: Each file once, in the order of the paths and by name within a folder.
        failures: Paths that cannot be taken in.
        ignored: Files in named folders that are of no known format.
    """

    files: tuple[SourceFile, ...]
    failures: tuple[SourceError, ...]
    ignored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What the bytes of a file say.

    Attributes:
        format: Which reader reads it.
        encoding: How its text is written.
        size: Bytes.
        content_hash: SHA-256 of the bytes, in hexadecimal.
    """

    format: SourceFormat
    encoding: Encoding
    size: int
    content_hash: str


def discover(paths: Sequence[Path]) -> Discovery:
    """Finds the source files under files and folders.

    Folders are searched to any depth; hidden files and folders in them are passed over, and links
    are followed once. Names are sorted, so the order is the same everywhere.

    Args:
        paths: As the user named them.

    Returns:
        The files, and what was left out.
    """
    search = _Search()
    for path in paths:
        search.add(path)
    return Discovery(
        files=tuple(search.files.values()), failures=tuple(search.failures), ignored=search.ignored
    )


def inspect(file: SourceFile, *, max_bytes: int) -> Inspected:
    """Reads a file's bytes once, and says what they are.

    Args:
        file: The file, of a known extension.
        max_bytes: A larger file is refused.

    Raises:
        SourceError: It is empty, binary, too large, of an unknown extension, or cannot be read.
    """
    source_format = _format(file.path)
    if source_format is None:
        raise _unknown_format(file.path)
    found = inspect_bytes(file.path, max_bytes)
    return Inspected(
        format=source_format,
        encoding=found.encoding,
        size=found.size,
        content_hash=found.content_hash,
    )


def read_threads(file: SourceFile, inspected: Inspected) -> Iterator[Thread]:
    """Reads a file's threads one by one, in bounded memory.

    Args:
        file: The file; its name becomes the source of its posts.
        inspected: What `inspect` said about it.

    Yields:
        Threads in the order of the file, each with at least one post.

    Raises:
        SourceFormatError: A line breaks the format.
        SourceError: The file cannot be read, or holds no post.
    """
    read = read_jsonl if inspected.format is SourceFormat.JSONL else read_thread_text
    has_threads = False
    for thread in read(file.path, inspected.encoding, file.name):
        has_threads = True
        yield thread
    if not has_threads:
        raise SourceError(str(file.path), "holds no posts, only what pages put around them")


def known_extensions() -> tuple[str, ...]:
    """The extensions of source files, lower-case, with their full stop."""
    return tuple(_FORMATS)


class _Search:
    """Collects files, each once however often it is named or linked to."""

    def __init__(self) -> None:
        self.files: dict[Path, SourceFile] = {}
        self.failures: list[SourceError] = []
        self.ignored = 0
        self._folders: set[Path] = set()

    def add(self, path: Path) -> None:
        """Adds what the user named."""
        if path.is_dir():
            self._walk(path)
        elif not path.exists():
            self._fail(path, "does not exist")
        elif not path.is_file():
            self._fail(path, "is neither a file nor a folder")
        elif _format(path) is None:
            self.failures.append(_unknown_format(path))
        else:
            self._take(path.parent, path)

    def _walk(self, root: Path) -> None:
        """Adds what stands in a folder, sorted by path."""
        waiting = [root]
        while waiting:
            path = waiting.pop()
            if path.is_dir():
                waiting += reversed(self._entries(path))
            elif _format(path) is None:
                self.ignored += 1
            elif not path.is_file():
                self._fail(path, "is a link that leads nowhere, or no regular file")
            else:
                self._take(root, path)

    def _entries(self, folder: Path) -> list[Path]:
        """A folder's entries that are not hidden; none where it was searched before."""
        identity = folder.resolve()
        if identity in self._folders:
            return []
        self._folders.add(identity)
        try:
            return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
        except OSError as error:
            self.failures.append(unreadable(folder, error))
            return []

    def _take(self, root: Path, path: Path) -> None:
        name = path.relative_to(root).as_posix()
        if not _is_text(name):
            self._fail(path, "has a name that is not valid text; rename it")
            return
        self.files.setdefault(path.resolve(), SourceFile(root=root, path=path, name=name))

    def _fail(self, path: Path, reason: str) -> None:
        self.failures.append(SourceError(str(path), reason))


def _format(path: Path) -> SourceFormat | None:
    return _FORMATS.get(path.suffix.lower())


def _unknown_format(path: Path) -> SourceError:
    return SourceError(str(path), f"is of no known format (expected {', '.join(_FORMATS)})")


def _is_text(name: str) -> bool:
    """Whether a name can be written as UTF-8; file systems allow others."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
