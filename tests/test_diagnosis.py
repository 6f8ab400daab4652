"""What `diagnose` finds, and what it says to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.stub_encoder import StubEncoder
from threadqa.archive import Archive
from threadqa.diagnosis import Check, Verdict, diagnose
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.settings import Settings


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "boats.txt").write_text("1/2 A boat.\n2/2 A river.\n", encoding="utf-8")
    index = tmp_path / "index"
    sync([tmp_path / "boats.txt"], index, StubEncoder(), NoProgress(), max_file_bytes=1000)
    return index


def checks(index: Path, encoder: str | None = None) -> dict[str, Check]:
    return {check.name: check for check in diagnose(Settings(index=index, encoder=encoder))}


def test_a_sound_installation_misses_nothing(index: Path) -> None:
    found = checks(index)
    assert set(found) == {
        "python",
        "sqlite",
        "faiss-cpu",
        "tantivy",
        "sentence-transformers",
        "torch",
        "encoder",
        "index",
        "disk",
    }
    assert Verdict.MISSING not in {check.verdict for check in found.values()}
    assert found["index"].verdict is Verdict.FINE
    assert found["index"].found == f"{index}: 2 posts of 1 sources"
    assert "all-MiniLM-L6-v2" in found["encoder"].found


def test_every_check_that_is_not_fine_has_a_remedy(index: Path, tmp_path: Path) -> None:
    shutil.rmtree(index / "generations")
    for check in [*checks(index).values(), *checks(tmp_path, str(tmp_path / "no")).values()]:
        assert check.found
        if check.verdict is not Verdict.FINE:
            # The message of an error has its remedy in it.
            assert check.remedy or check.verdict is Verdict.MISSING, check


def test_an_index_that_is_not_there_is_no_fault_and_says_what_to_run(tmp_path: Path) -> None:
    found = checks(tmp_path / "none")["index"]
    assert found.verdict is Verdict.FINE
    assert "run `threadqa index PATH…` first" in found.found
    assert not (tmp_path / "none").exists()


def test_damaged_search_indexes_are_slow_and_will_be_built_again(index: Path) -> None:
    shutil.rmtree(index / "generations")
    found = checks(index)["index"]
    assert found.verdict is Verdict.SLOW
    assert "manifest" in found.found
    assert found.remedy == "the next `threadqa ask` builds the search indexes again"
    assert not (index / "generations").exists()


def test_a_damaged_archive_is_missing(index: Path) -> None:
    (index / "archive.sqlite").write_bytes(b"no database at all " * 100)
    found = checks(index)["index"]
    assert found.verdict is Verdict.MISSING
    assert "is damaged or is no SQLite file" in found.found
    assert checks(index)["encoder"].verdict is not Verdict.MISSING


def test_an_archive_that_was_never_filled_says_what_to_run(tmp_path: Path) -> None:
    Archive.open_for_writing(tmp_path).close()
    found = checks(tmp_path)["index"]
    assert found.verdict is Verdict.FINE
    assert found.found == f"no posts in {tmp_path} yet: run `threadqa index PATH…`"


def test_an_encoder_that_does_not_exist_is_missing(index: Path, tmp_path: Path) -> None:
    found = checks(index, str(tmp_path / "no-model"))["encoder"]
    assert found.verdict is Verdict.MISSING
    assert "no-model" in found.found


def test_the_remembered_encoder_is_the_one_that_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "boats.txt").write_text("A boat.\n", encoding="utf-8")
    sync(
        [tmp_path / "boats.txt"],
        tmp_path / "index",
        StubEncoder(),
        NoProgress(),
        max_file_bytes=1000,
        model=str(tmp_path / "gone-model"),
    )
    assert "gone-model" in checks(tmp_path / "index")["encoder"].found
    assert checks(tmp_path / "index", "packaged")["encoder"].verdict is not Verdict.MISSING
