"""What `diagnose` finds, and what it says to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.model_server import ModelServer, error
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
        "language model",
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


def language_model(*, contact: bool = False, **settings: object) -> Check:
    chosen = Settings(index=Path("none"), **settings)  # type: ignore[arg-type]
    (found,) = (one for one in diagnose(chosen, contact=contact) if one.name == "language model")
    return found


def test_a_language_model_is_named_and_not_contacted() -> None:
    with ModelServer(error(500, {})) as server:
        found = language_model(llm_base_url=server.base_url, llm_model="m")
        assert server.requests == []
        place = "on this machine, which nothing leaves"
        assert (found.verdict, found.remedy) == (Verdict.FINE, "")
        assert found.found == f"m at {server.base_url}, {place}; not contacted"


def test_a_language_model_elsewhere_is_said_to_be_sent_the_posts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KEY_OF_TESTS", "secret")
    options: dict[str, Any] = {"llm_base_url": "https://models.example/v1", "llm_model": "m"}
    found = language_model(**options, llm_api_key_env="KEY_OF_TESTS")
    assert found.found == (
        "m at https://models.example/v1, not on this machine: questions and the posts found for "
        "them go to models.example, with the key in KEY_OF_TESTS; not contacted"
    )
    monkeypatch.delenv("KEY_OF_TESTS")
    found = language_model(**options, llm_api_key_env="KEY_OF_TESTS")
    assert found.verdict is Verdict.SLOW
    assert "the variable KEY_OF_TESTS, which is not set" in found.remedy


def test_without_a_language_model_it_says_why_there_is_none() -> None:
    assert language_model().found.startswith("none is set; answers are extractive")
    half = language_model(llm_model="m")
    assert (half.found, half.verdict) == ("none: llm.base_url is not set", Verdict.SLOW)
    both: dict[str, Any] = {"llm_base_url": "http://127.0.0.1:1/v1", "llm_model": "m"}
    assert language_model(**both, offline=True, contact=True).found.startswith("offline: none is")


def test_a_server_that_is_contacted_says_whether_it_has_the_model() -> None:
    models = {"object": "list", "data": [{"id": "qwen3:8b"}, {"id": "llama3.2"}]}
    with ModelServer(error(200, models)) as server:
        found = language_model(contact=True, llm_base_url=server.base_url, llm_model="qwen3:8b")
        assert (found.verdict, found.remedy) == (Verdict.FINE, "")
        assert found.found.endswith("; it answers")
        found = language_model(contact=True, llm_base_url=server.base_url, llm_model="qwen3")
        assert found.verdict is Verdict.SLOW
        assert found.remedy.endswith("set llm.model to one that it has: qwen3:8b, llama3.2")
    found = language_model(contact=True, llm_base_url=server.base_url, llm_model="m")
    assert found.verdict is Verdict.SLOW
    assert "cannot be reached" in found.remedy
