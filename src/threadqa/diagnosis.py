"""What is installed and where, what would be slow, and what is missing: ``threadqa doctor``."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadqa.archive.archive import ARCHIVE_NAME
from threadqa.encoders.registry import Runtime, describe
from threadqa.errors import ThreadqaError
from threadqa.indexing.opening import chosen_model, remembered_model, status
from threadqa.settings import Settings

__all__ = ["Check", "Verdict", "diagnose"]

PACKAGES = {
    "faiss-cpu": "the dense index",
    "tantivy": "the lexical index",
    "sentence-transformers": "models other than an exported one",
    "torch": "models other than an exported one",
}
LEAST_SQLITE = (3, 35, 0)
LEAST_FREE_BYTES = 1_000_000_000


class Verdict(StrEnum):
    """What a check found."""

    FINE = "fine"
    SLOW = "slow"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What.
        verdict: Whether it is as it should be; only missing things stop threadqa from working.
        found: What is there.
        remedy: What to do about it; empty where nothing is to be done.
    """

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""


def diagnose(settings: Settings) -> list[Check]:
    """Looks at everything that threadqa needs; loads no model and changes nothing.

    Args:
        settings: Name the index and the encoder.

    Returns:
        The checks, those that concern the machine first.
    """
    return [
        Check(
            name="python",
            verdict=Verdict.FINE,
            found=f"{platform.python_version()}, {os.cpu_count()} cores",
        ),
        _sqlite(),
        *_packages(),
        _encoder(settings),
        _index(settings.index),
        _space(settings.index),
    ]


def _sqlite() -> Check:
    fine = sqlite3.sqlite_version_info >= LEAST_SQLITE
    return Check(
        name="sqlite",
        verdict=Verdict.FINE if fine else Verdict.MISSING,
        found=sqlite3.sqlite_version,
        remedy="" if fine else "install a Python with SQLite 3.35 or newer",
    )


def _packages() -> Iterator[Check]:
    for package, use in PACKAGES.items():
        try:
            found = version(package)
        except PackageNotFoundError:
            yield Check(
                name=package,
                verdict=Verdict.MISSING,
                found=f"not installed; needed for {use}",
                remedy=f"pip install {package}",
            )
        else:
            yield Check(name=package, verdict=Verdict.FINE, found=found)


def _encoder(settings: Settings) -> Check:
    try:
        remembered = remembered_model(settings.index)
    except ThreadqaError:  # a matter of the index, whose own check says it
        remembered = None
    try:
        found = describe(chosen_model(settings, remembered), runtime=Runtime(settings.runtime))
    except ThreadqaError as error:
        return Check(name="encoder", verdict=Verdict.MISSING, found=str(error))
    where = f"{found.model} in {found.path}, by {found.runtime}"
    if found.fast_runtime_refused:
        return Check(
            name="encoder",
            verdict=Verdict.SLOW,
            found=where,
            remedy=f"the fast CPU runtime is not in use: {found.fast_runtime_refused}",
        )
    if not found.export_cached:
        return Check(
            name="encoder",
            verdict=Verdict.SLOW,
            found=f"{where}, not exported yet",
            remedy="the first `threadqa index` or `threadqa ask` exports the model, once",
        )
    precision = found.document_precision or "unknown"
    return Check(name="encoder", verdict=Verdict.FINE, found=f"{where}, documents in {precision}")


def _index(folder: Path) -> Check:
    try:
        found = status(folder)
    except ThreadqaError as error:
        unusable = (folder / ARCHIVE_NAME).exists()
        verdict = Verdict.MISSING if unusable else Verdict.FINE
        return Check(name="index", verdict=verdict, found=str(error))
    if found["generation"] == 0:
        nothing = f"no posts in {folder} yet: run `threadqa index PATH…`"
        return Check(name="index", verdict=Verdict.FINE, found=nothing)
    held = f"{folder}: {found['posts']:,} posts of {found['sources']:,} sources"
    if found["search_indexes"] == "sound":
        return Check(name="index", verdict=Verdict.FINE, found=held)
    return Check(
        name="index",
        verdict=Verdict.SLOW,
        found=f"{held}; {found['search_indexes']}",
        remedy="the next `threadqa ask` builds the search indexes again",
    )


def _space(folder: Path) -> Check:
    existing = next(p for p in [folder.resolve(), *folder.resolve().parents] if p.exists())
    free = shutil.disk_usage(existing).free
    fine = free >= LEAST_FREE_BYTES
    return Check(
        name="disk",
        verdict=Verdict.FINE if fine else Verdict.SLOW,
        found=f"{free / 1e9:,.0f} GB free for {folder}",
        remedy="" if fine else "an index needs about 3 KB a post: free some space",
    )
