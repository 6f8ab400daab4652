"""An archive to write to, in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from threadqa.archive import Archive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with Archive.open_for_writing(folder) as opened:
        yield opened
