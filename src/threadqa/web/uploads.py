"""Uploaded files: their names cleaned, their copies in the index folder."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from pathlib import Path

from threadqa.errors import ArchiveError, UsageError
from threadqa.sources.registry import known_extensions

__all__ = ["MOST_FILES", "cleaned_name", "discard_unused", "take_in"]

MOST_FILES = 200
LONGEST_STEM_BYTES = 120  # file systems allow names of 255 bytes; numbers are added to it
KEPT_SIGNS = " -_.,()+&'"
# Devices on Windows, whatever the extension.
RESERVED = re.compile(r"(con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)


def cleaned_name(name: str) -> str:
    """A file name that means the same and is safe on every file system.

    Only what stands after the last slash or backslash counts. Letters, marks and digits of any
    script stay, with a few signs; all else, control and direction characters among it, becomes an
    underscore. A leading full stop would hide the file, and goes.

    Args:
        name: As the browser sent it.

    Raises:
        UsageError: Its extension is not one of a known format.
    """
    last = re.split(r"[/\\]", name)[-1]
    normal = unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode("utf-8"))
    stem, dot, extension = normal.rpartition(".")
    known = known_extensions()
    if f"{dot}{extension}".lower() not in known:
        raise UsageError(
            f"{_shown(last)} is of no known format (expected {', '.join(known)}): nothing was added"
        )
    kept = "".join(sign if _is_kept(sign) else "_" for sign in stem).strip(" .")
    short = kept.encode("utf-8")[:LONGEST_STEM_BYTES].decode("utf-8", "ignore").rstrip(" .")
    safe = f"_{short}" if RESERVED.fullmatch(short.split(".")[0].strip()) else short
    return f"{safe or 'upload'}.{extension.lower()}"


def take_in(files: Sequence[Path], folder: Path, *, max_bytes: int) -> list[Path]:
    """Copies files into a folder, under their cleaned names.

    A name that another content has already gets a number; the same content under the same name is
    not copied again.

    Args:
        files: Uploaded files.
        folder: Where the copies go; made if it is missing.
        max_bytes: A larger file is refused.

    Returns:
        The copies, in order; one each.

    Raises:
        ArchiveError: The folder cannot be written.
        UsageError: There are too many files, or one is too large, of no known format, or no
            regular file; none was copied.
    """
    if len(files) > MOST_FILES:
        raise UsageError(
            f"{len(files)} files at once, and {MOST_FILES} are allowed: add some later"
        )
    names = [cleaned_name(file.name) for file in files]
    for file in files:
        _check(file, max_bytes)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copies = [_copy(file, folder, name) for file, name in zip(files, names, strict=True)]
    except OSError as error:
        raise ArchiveError(
            f"cannot write to {folder} ({error.strerror}): free disk space, or check who may write"
        ) from error
    return list(dict.fromkeys(copies))


def discard_unused(folder: Path, used: Collection[Path]) -> None:
    """Deletes the copies that no source of the archive was read from.

    Args:
        folder: The folder of uploads; may be missing.
        used: Resolved paths of the archive's sources.
    """
    if folder.is_dir():
        for copy in folder.iterdir():
            if copy.resolve() not in used:
                copy.unlink(missing_ok=True)


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" or sign in KEPT_SIGNS


def _check(file: Path, max_bytes: int) -> None:
    if file.is_symlink() or not file.is_file():
        raise UsageError(f"{_shown(file.name)} is no regular file: nothing was added")
    size = file.stat().st_size
    if size > max_bytes:
        raise UsageError(
            f"{_shown(file.name)} has {size:,} bytes, and {max_bytes:,} are allowed: split it, or "
            "add it with `threadqa index`; nothing was added"
        )


def _copy(file: Path, folder: Path, name: str) -> Path:
    for target in _targets(folder, name):
        if target.exists():
            if filecmp.cmp(file, target, shallow=False):
                return target
            continue
        # "x" fails where a file or link of this name appeared meanwhile.
        with file.open("rb") as source, target.open("xb") as copy:
            os.chmod(target, 0o600)  # noqa: PTH101 - the name is ours, the mode must not wait
            shutil.copyfileobj(source, copy)
        return target
    raise AssertionError  # pragma: no cover - the names do not end


def _targets(folder: Path, name: str) -> Iterator[Path]:
    """The name, then with (2), (3), …: "notes.txt", "notes (2).txt"."""
    path = folder / name
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def _shown(name: str) -> str:
    """A name fit for a message: no control or direction characters, not too long."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
    return f"“{plain[:80]}”"
