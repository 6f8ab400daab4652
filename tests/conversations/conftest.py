"""An index folder with an archive to write to and conversations beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from threadqa.archive import Archive
from threadqa.conversations import Conversations

from .samples import Ticking, fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with Archive.open_for_writing(folder) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def conversations(folder: Path) -> Iterator[Conversations]:
    with Conversations.open(folder, clock=Ticking()) as opened:
        yield opened
