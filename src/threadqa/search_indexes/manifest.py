"""The manifest of a generation folder: what it was built from, and every file's checksum.

It is written last: a folder without a manifest is one whose building was killed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from threadqa.errors import SearchIndexError

__all__ = [
    "FORMAT",
    "MANIFEST_NAME",
    "FileRecord",
    "IndexCounts",
    "Manifest",
    "NewerFormatError",
    "verify",
    "write_manifest",
]

FORMAT = 2
MANIFEST_NAME = "manifest.json"
REBUILD = "rebuild the search indexes"

# Tantivy locks these while it opens an index; they hold nothing.
LOCK_NAMES = frozenset({".tantivy-meta.lock", ".tantivy-writer.lock"})


class NewerFormatError(SearchIndexError):
    """A newer threadqa built the folder: it must be left alone, not rebuilt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file of a generation folder.

    Attributes:
        size: Bytes.
        sha256: Checksum of its bytes, in hexadecimal.
    """

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCounts:
    """How many posts the archive's generation has, and how many each index holds."""

    posts: int
    dense: int
    lexical: int

    def __post_init__(self) -> None:
        if not self.posts == self.dense == self.lexical:
            raise ValueError(
                f"{self.posts} posts, but {self.dense} in the dense and {self.lexical} in the "
                "lexical index"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation folder is.

    Attributes:
        format: Version of the folder's layout.
        generation: The archive's generation it was built from.
        encoder: Fingerprint of the encoder of its vectors.
        dimension: Length of its vectors.
        counts: How much it holds.
        files: By path below the folder, with forward slashes; all but the manifest.
    """

    format: int
    generation: int
    encoder: str
    dimension: int
    counts: IndexCounts
    files: Mapping[str, FileRecord]


def write_manifest(
    folder: Path, *, generation: int, encoder: str, dimension: int, counts: IndexCounts
) -> Manifest:
    """Completes a generation folder: all its files reach the disk, then the manifest.

    Args:
        folder: The folder, with both indexes in it, closed.
        generation: The archive's generation it was built from.
        encoder: Fingerprint of the encoder of its vectors.
        dimension: Length of its vectors.
        counts: How much it holds.

    Returns:
        What was written.

    Raises:
        SearchIndexError: A file cannot be read or written.
    """
    try:
        paths = _files(folder)
        for path in (*paths.values(), *_folders(folder)):
            _sync(path)
        manifest = Manifest(
            format=FORMAT,
            generation=generation,
            encoder=encoder,
            dimension=dimension,
            counts=counts,
            files={name: _record(path) for name, path in paths.items()},
        )
        temporary = folder / f"{MANIFEST_NAME}.new"
        temporary.write_bytes(_render(manifest))
        _sync(temporary)
        temporary.replace(folder / MANIFEST_NAME)
        _sync(folder)
        _sync(folder.parent)
    except OSError as error:
        raise SearchIndexError(
            f"cannot complete {folder} ({error}): free disk space, check that it may be written"
        ) from error
    return manifest


def verify(
    folder: Path, *, generation: int, encoder: str | None, checksums: bool = True
) -> Manifest:
    """Checks that a folder is whole and belongs to a generation of the archive.

    Args:
        folder: The generation folder.
        generation: The archive's generation.
        encoder: The archive's encoder fingerprint; None to take any.
        checksums: Whether to read every file. Without, names and sizes are compared, which finds
            missing and truncated files and not changed bytes.

    Returns:
        Its manifest.

    Raises:
        NewerFormatError: A newer threadqa built it: leave it alone.
        SearchIndexError: It is missing, incomplete, damaged, or of another generation or encoder:
            rebuild it.
    """
    manifest = _read(folder)
    if manifest.generation != generation:
        raise _broken(folder, f"is of generation {manifest.generation}, not {generation}")
    if encoder is not None and manifest.encoder != encoder:
        raise _broken(folder, f"has vectors of encoder {manifest.encoder}, not {encoder}")
    try:
        _compare(folder, manifest, checksums=checksums)
    except OSError as error:
        raise _broken(folder, f"cannot be read: {error}") from error
    return manifest


def _compare(folder: Path, manifest: Manifest, *, checksums: bool) -> None:
    paths = _files(folder)
    unlisted = sorted(paths.keys() - manifest.files.keys())
    if unlisted:
        raise _broken(folder, f"has a file its manifest does not list: {unlisted[0]}")
    for name, record in manifest.files.items():
        if name not in paths:
            raise _broken(folder, f"lacks {name}")
        size = paths[name].stat().st_size
        if size != record.size:
            raise _broken(folder, f"has {name} with {size} bytes, not {record.size}")
        if checksums and _sha256(paths[name]) != record.sha256:
            raise _broken(folder, f"has a damaged {name}: its checksum differs")


def _read(folder: Path) -> Manifest:
    path = folder / MANIFEST_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise _broken(folder, "has no manifest: its building was interrupted") from error
    except OSError as error:
        raise _broken(folder, f"cannot be read: {error}") from error
    try:
        fields = json.loads(content)
    except ValueError as error:
        raise _broken(folder, f"has a manifest that is not JSON: {error}") from error
    found = fields.get("format") if isinstance(fields, dict) else None
    if isinstance(found, int) and found > FORMAT:
        raise NewerFormatError(
            f"{folder} was built by a newer threadqa (format {found}; this one reads up to "
            f"{FORMAT}): upgrade threadqa or build into another folder with --index"
        )
    if isinstance(found, int) and found < FORMAT:
        raise _broken(folder, f"was built by an older threadqa (format {found}, not {FORMAT})")
    manifest = _parse(folder, fields)
    if _render(manifest) != content:
        raise _broken(folder, "has a damaged manifest: its checksum differs")
    return manifest


def _parse(folder: Path, fields: Any) -> Manifest:  # noqa: ANN401
    try:
        return Manifest(
            format=fields["format"],
            generation=fields["generation"],
            encoder=fields["encoder"],
            dimension=fields["dimension"],
            counts=IndexCounts(**fields["counts"]),
            files={name: FileRecord(**record) for name, record in fields["files"].items()},
        )
    except KeyError as error:
        raise _broken(folder, f"has a manifest without {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise _broken(folder, f"has a manifest of wrong shape: {error}") from error


def _render(manifest: Manifest) -> bytes:
    """The manifest's bytes; its own checksum is that of the other fields' JSON."""
    fields = asdict(manifest)
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    fields["sha256"] = hashlib.sha256(body.encode()).hexdigest()
    return (json.dumps(fields, sort_keys=True, indent=1) + "\n").encode()


def _broken(folder: Path, what: str) -> SearchIndexError:
    return SearchIndexError(f"{folder} {what}; {REBUILD}")


def _files(folder: Path) -> dict[str, Path]:
    """All files below a folder by relative path, but the manifest and Tantivy's locks."""
    found = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and path.name not in LOCK_NAMES
    }
    found.pop(MANIFEST_NAME, None)
    return dict(sorted(found.items()))


def _folders(folder: Path) -> list[Path]:
    return [folder, *(path for path in folder.rglob("*") if path.is_dir())]


def _record(path: Path) -> FileRecord:
    return FileRecord(size=path.stat().st_size, sha256=_sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _leave_to_the_system(path: Path) -> None:  # pragma: no cover
    """Windows cannot sync what was opened for reading."""


_sync: Callable[[Path], None] = _leave_to_the_system if os.name == "nt" else _sync_to_disk
