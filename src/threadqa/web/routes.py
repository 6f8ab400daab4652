"""The routes that are there: those the page needs, and no other of Gradio's."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import parse_qs

from starlette.types import Scope

__all__ = [
    "ASSET",
    "JOIN",
    "PAGE",
    "SAFE_METHODS",
    "UPLOAD",
    "file_asked_for",
    "is_allowed",
    "lies_in",
    "page_session_asked_for",
]

API = "/gradio_api"
PAGE = "/"
UPLOAD = f"{API}/upload"
JOIN = f"{API}/queue/join"
FILE = f"{API}/file="
SAFE_METHODS = frozenset({"GET", "HEAD"})
ASSET = re.compile(r"/(?:assets|static)/.+")
READ = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/manifest\.json|/(?:assets|static)/.+"
    rf"|{API}/(?:info/?|app_id/?|startup-events|theme\.css|upload_progress|queue/data"
    r"|heartbeat/[^/]+|file=.+|call/[^/]+/[^/]+)"
)
WRITE = re.compile(rf"{API}/(?:queue/join|upload|cancel|reset/?|component_server/?|call/[^/]+)")
HEARTBEAT = re.compile(rf"{API}/heartbeat/([^/]+)")


def is_allowed(scope: Scope, files: Path) -> bool:
    """Whether a request is for something of Gradio's that is meant to be there.

    Args:
        scope: The request's.
        files: The one folder that files may be asked for from.
    """
    path: str = scope["path"]
    allowed = READ if scope["method"] in SAFE_METHODS else WRITE
    if not allowed.fullmatch(path) or "\0" in path:
        return False
    if path == PAGE and b"deep_link" in scope["query_string"]:
        return False  # would set the page's values from a file
    file = file_asked_for(path)
    return file is None or lies_in(file, files)


def file_asked_for(path: str) -> str | None:
    """The file that a request is for, as it names it; None where it is for none."""
    return path.removeprefix(FILE) if path.startswith(FILE) else None


def page_session_asked_for(scope: Scope) -> str | None:
    """The page session that a request without body is for; Gradio calls it session_hash."""
    found = HEARTBEAT.fullmatch(scope["path"])
    if found:
        return str(found[1])
    query: dict[str, list[str]] = parse_qs(scope["query_string"].decode("latin-1"))
    return query["session_hash"][0] if "session_hash" in query else None


def lies_in(file: str, folder: Path) -> bool:
    """Whether a path, all links followed, names a file in a folder."""
    if "\0" in file:
        return False
    real = Path(os.path.realpath(file))
    return real.is_file() and real.is_relative_to(folder)
