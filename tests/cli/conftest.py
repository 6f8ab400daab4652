"""An index of the examples with the packaged encoder, and the commands run on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from threadqa.cli.main import app
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.settings import Settings

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without settings, and an environment without any."""
    for name in [*os.environ]:
        if name.startswith("THREADQA_") or name in {"NO_COLOR", "FORCE_COLOR"}:
            monkeypatch.delenv(name)
    folder = tmp_path / "outside"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def examples() -> Path:
    return ROOT / "examples" / "threads"


@pytest.fixture(scope="session")
def index(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the examples; for reading only."""
    folder = tmp_path_factory.mktemp("examples") / "index"
    sync_with_settings([examples], Settings(index=folder), NoProgress())
    return folder


@pytest.fixture(scope="session")
def documents_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the two documents that this project began with; for reading only."""
    documents = ROOT.parent / "shared" / "documents"
    if not documents.is_dir():
        pytest.skip(f"no {documents}")
    folder = tmp_path_factory.mktemp("documents") / "index"
    sync_with_settings([documents], Settings(index=folder), NoProgress())
    return folder


@pytest.fixture
def run() -> Run:
    def run(*arguments: object, **environment: str) -> Result:
        return CliRunner().invoke(app, [str(a) for a in arguments], env=environment)

    return run
