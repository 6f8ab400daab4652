"""Files in the cache folder: where it is, atomic writes, and SHA-256 sums computed once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["default_cache_dir", "file_sha256", "read_json", "sha256_of", "write_atomically"]


def default_cache_dir() -> Path:
    """The user's cache folder for threadqa; it need not exist yet."""
    import platformdirs

    return platformdirs.user_cache_path("threadqa")


def write_atomically(path: Path, content: str) -> None:
    """Writes a text file so that no reader ever sees a part of it.

    Args:
        path: The file; its folder is made if need be.
        content: What stands in it afterwards, as UTF-8.

    Raises:
        OSError: The folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> object:
    """Reads a JSON file; None where it is missing or is not JSON."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def file_sha256(path: Path, cache_dir: Path) -> str:
    """The SHA-256 of a file, computed once for each (path, size, modification time).

    Args:
        path: The file.
        cache_dir: Where the sum is remembered, so that later processes do not read 90 MB again.
            A cache that cannot be written to only costs time.

    Returns:
        The sum, 64 hexadecimal digits.

    Raises:
        OSError: The file cannot be read.
    """
    path = path.resolve()
    status = path.stat()
    known = {"path": str(path), "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    marker = cache_dir / "sha256" / f"{hashlib.sha256(str(path).encode()).hexdigest()[:32]}.json"
    remembered = read_json(marker)
    if isinstance(remembered, dict) and known.items() <= remembered.items():
        return str(remembered["sha256"])
    digest = sha256_of(path)
    with suppress(OSError):
        write_atomically(marker, json.dumps({**known, "sha256": digest}))
    return digest


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, 64 hexadecimal digits, read now.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
