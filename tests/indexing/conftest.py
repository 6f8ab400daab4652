"""An index folder, a folder of threads, and a sync that embeds with the stub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stub_encoder import StubEncoder
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import SyncReport, sync

Sync = Callable[..., SyncReport]


@pytest.fixture
def encoder() -> StubEncoder:
    return StubEncoder()


@pytest.fixture
def threads(tmp_path: Path) -> Path:
    """Two files: a complete thread of three posts, and a partial one of two."""
    folder = tmp_path / "threads"
    folder.mkdir()
    (folder / "staff.txt").write_text(
        "1/3 Staff are what a reform needs.\n"
        "2/3 Money for staff is late.\n"
        "3/3 A recipe for trouble.\n",
        encoding="utf-8",
    )
    (folder / "boats.txt").write_text(
        "1/5 The boat is on the river.\n2/5 Music from the boat.\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def run(index: Path, threads: Path, encoder: StubEncoder) -> Sync:
    def run(
        *paths: Path,
        encoder: StubEncoder = encoder,
        index: Path = index,
        max_file_bytes: int = 1_000_000,
        model: str | None = None,
    ) -> SyncReport:
        return sync(
            paths or (threads,),
            index,
            encoder,
            NoProgress(),
            max_file_bytes=max_file_bytes,
            model=model,
        )

    return run
