"""The exported models in the cache folder: what an export holds, and whether it is whole.

An export is a folder, ``openvino/<fingerprint>-ov<version>``::

    export.json      what stands in Export, and size and SHA-256 of the other files
    model.xml, .bin  the network, fp32
    tokenizer.json   as sentence-transformers uses it, truncation included
    compiled/        OpenVINO's own cache of compiled networks

Where a model does not run there, export.json holds the reason and there are no other files.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from threadqa.encoders.cache_files import file_sha256, read_json, sha256_of, write_atomically
from threadqa.encoders.openvino_library import openvino_version

__all__ = [
    "EXPORTED_FILES",
    "Export",
    "export_folder",
    "publish",
    "read_export",
    "scratch_folder",
    "write_export",
]

EXPORTED_FILES = ("model.xml", "model.bin", "tokenizer.json")
_FORMAT = 1
_DESCRIPTION = "export.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What the fast runtime needs to know of a model besides its files.

    Attributes:
        dimension: Length of a vector.
        inputs: The network's inputs, each int64 of shape (texts, tokens).
        query_prompt: What goes before a question, as it stands.
        document_prompt: What goes before a document, as it stands.
        pad_id: The padding token.
        pad_type_id: Its token type.
        pad_left: Padding goes before the tokens, not after them.
        document_precision: "bf16" where the network keeps its vectors in it, else "f32".
        reason: Why the model does not run here; empty where it does.
    """

    dimension: int
    inputs: tuple[str, ...] = ()
    query_prompt: str = ""
    document_prompt: str = ""
    pad_id: int = 0
    pad_type_id: int = 0
    pad_left: bool = False
    document_precision: str = "f32"
    reason: str = ""


def export_folder(fingerprint: str, cache_dir: Path) -> Path:
    """Where a model's export is, or will be; depends on OpenVINO's version."""
    return cache_dir / "openvino" / f"{fingerprint}-ov{openvino_version()}"


def scratch_folder(cache_dir: Path) -> Path:
    """A new folder beside the exports, to be published or removed.

    Raises:
        OSError: The cache folder cannot be written to.
    """
    parent = cache_dir / "openvino"
    parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=parent, prefix=".tmp-"))


def write_export(folder: Path, export: Export) -> None:
    """Writes an export's description next to its files, with their sizes and sums.

    Raises:
        OSError: The folder cannot be written to.
    """
    files = {
        path.name: {"size": path.stat().st_size, "sha256": sha256_of(path)}
        for path in (folder / name for name in EXPORTED_FILES)
        if path.is_file()
    }
    content = {"format": _FORMAT, **asdict(export), "files": files}
    write_atomically(folder / _DESCRIPTION, json.dumps(content, indent=1))


def read_export(folder: Path, cache_dir: Path) -> Export | None:
    """Reads an export's description, and checks its files against it.

    Args:
        folder: The export.
        cache_dir: Where sums are remembered: a file is hashed again only when it has changed.

    Returns:
        The description; None where there is none, or where a file is missing or damaged.
    """
    content = read_json(folder / _DESCRIPTION)
    if not isinstance(content, dict) or content.pop("format", None) != _FORMAT:
        return None
    files = content.pop("files", {})
    try:
        export = Export(**{**content, "inputs": tuple(content["inputs"])})
        whole = bool(export.reason) or all(
            _is_whole(folder / name, files[name], cache_dir) for name in EXPORTED_FILES
        )
    except (KeyError, OSError, TypeError):
        return None
    return export if whole else None


def _is_whole(path: Path, expected: dict[str, Any], cache_dir: Path) -> bool:
    return bool(
        path.stat().st_size == expected["size"]
        and file_sha256(path, cache_dir) == expected["sha256"]
    )


def publish(scratch: Path, folder: Path, cache_dir: Path) -> None:
    """Moves a finished export to its place; one that is there and whole wins.

    Args:
        scratch: The finished export; gone afterwards.
        folder: Its place.
        cache_dir: threadqa's cache folder.

    Raises:
        OSError: The cache folder cannot be written to.
    """
    try:
        if read_export(folder, cache_dir) is None:
            if folder.exists():
                _move_away(folder, cache_dir)
            try:
                scratch.rename(folder)
            except OSError:
                if read_export(folder, cache_dir) is None:  # else another process was faster
                    raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _move_away(folder: Path, cache_dir: Path) -> None:
    """Removes a damaged export in one step, so that no process sees half of it."""
    grave = scratch_folder(cache_dir)
    with suppress(FileNotFoundError):  # another process has removed it
        folder.rename(grave / folder.name)
    shutil.rmtree(grave, ignore_errors=True)
