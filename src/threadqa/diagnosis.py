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
from threadqa.errors import LanguageModelError, ThreadqaError
from threadqa.indexing.opening import chosen_model, remembered_model, status
from threadqa.language_models.openai_compatible import OpenAICompatible
from threadqa.language_models.servers import Server, configured_server
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
CONTACT_SECONDS = 10.0
LISTED_MODELS = 10


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


def diagnose(settings: Settings, *, contact: bool = False) -> list[Check]:
    """Looks at everything that threadqa needs; loads no model and changes nothing.

    Args:
        settings: Name the index, the encoder and the language model.
        contact: Ask the server of the language model whether it is there; else nothing is asked.

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
        _language_model(settings, contact=contact),
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


def _language_model(settings: Settings, *, contact: bool) -> Check:
    """What answers may be asked of, and what that means for the posts."""
    server = configured_server(settings)
    if server is None:
        return _no_language_model(settings)
    found = f"{server.model} at {server.base_url}, {_whereabouts(server)}"
    try:
        key = f", with the key in {server.api_key_env}" if server.api_key else ""
        listed = OpenAICompatible(server).models(seconds=CONTACT_SECONDS) if contact else None
    except LanguageModelError as error:
        remedy = f"answers are extractive until this is mended: {error}"
        return _model_check(Verdict.SLOW, found, remedy)
    if listed is None:
        return _model_check(Verdict.FINE, f"{found}{key}; not contacted")
    if server.model in listed:
        return _model_check(Verdict.FINE, f"{found}{key}; it answers")
    known = ", ".join(listed[:LISTED_MODELS]) or "none"
    remedy = f"it does not list this model; set llm.model to one that it has: {known}"
    return _model_check(Verdict.SLOW, f"{found}{key}; it answers", remedy)


def _no_language_model(settings: Settings) -> Check:
    named = {"llm.base_url": settings.llm_base_url, "llm.model": settings.llm_model}
    missing = [name for name, value in named.items() if value is None]
    if len(missing) == 1:
        remedy = f"set {missing[0]} too; answers are extractive until then"
        return _model_check(Verdict.SLOW, f"none: {missing[0]} is not set", remedy)
    why = "none is set" if missing else "offline: none is asked, though one is set"
    return _model_check(Verdict.FINE, f"{why}; answers are extractive and nothing is contacted")


def _whereabouts(server: Server) -> str:
    if server.is_local:
        return "on this machine, which nothing leaves"
    return f"not on this machine: questions and the posts found for them go to {server.host}"


def _model_check(verdict: Verdict, found: str, remedy: str = "") -> Check:
    return Check(name="language model", verdict=verdict, found=found, remedy=remedy)
