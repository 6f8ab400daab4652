"""`threadqa index`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from threadqa.archive import Archive

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "threads"
    folder.mkdir()
    (folder / "boats.txt").write_text("1/2 A boat.\n2/2 A river.\n", encoding="utf-8")
    return folder


def test_a_run_says_what_it_did(run: Run, folder: Path, outside: Path) -> None:
    first = run("index", folder)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == (
        "Files: 1 new.\nEmbedded 2 posts.\nindex holds 1 source, 1 thread, 2 posts.\n"
    )
    assert (outside / "index" / "archive.sqlite").is_file()
    (folder / "boats.txt").write_text("1/1 A boat.\n", encoding="utf-8")
    (folder / "new.txt").write_text("1/1 A boat.\n", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    second = run("index", folder)
    assert second.stdout == (
        "Files: 1 new, 1 changed, 1 of no known format.\nEmbedded 0 posts.\n"
        "index holds 2 sources, 2 threads, 2 posts.\n"
    )
    (folder / "boats.txt").unlink()
    assert run("index", folder).stdout.startswith("Files: 1 gone, 1 unchanged, 1 of no known")


def test_a_file_that_fails_is_named_and_the_others_go_in(run: Run, folder: Path) -> None:
    (folder / "broken.jsonl").write_text("not JSON\n", encoding="utf-8")
    result = run("index", folder)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"threadqa: {folder / 'broken.jsonl'}: line 1: ")
    assert result.stderr.count("\n") == 1
    assert "Files: 1 new, 1 not taken in." in result.stdout
    assert json.loads(run("threads", "--json").stdout)[0]["post_count"] == 2


def test_a_report_as_json_has_the_counts_and_the_failures(run: Run, folder: Path) -> None:
    (folder / "broken.jsonl").write_text("not JSON\n", encoding="utf-8")
    result = run("index", folder, "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    report = json.loads(result.stdout)
    assert {name: report[name] for name in ("added", "encoded", "sources", "threads", "posts")} == {
        "added": 1,
        "encoded": 2,
        "sources": 1,
        "threads": 1,
        "posts": 2,
    }
    assert [set(failure) for failure in report["failed"]] == [{"path", "reason"}]


def test_a_folder_that_is_not_there_is_a_failure(run: Run, tmp_path: Path) -> None:
    result = run("index", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert result.stderr == f"threadqa: {tmp_path / 'nowhere'}: does not exist\n"


def test_search_indexes_that_were_lost_are_built_again_and_that_is_said(
    run: Run, folder: Path, outside: Path
) -> None:
    run("index", folder)
    (outside / "index" / "generations" / "1" / "manifest.json").unlink()
    assert "Search indexes built again: " in run("index", folder).stdout


def test_posts_whose_id_is_taken_are_counted(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": "7", "text": "A boat."}\n', "utf-8")
    result = run("index", tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert "1 post got a longer id: another source has theirs." in result.stdout


def test_an_encoder_that_does_not_exist_leaves_the_index_as_it_was(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("index", folder)
    result = run("index", folder, "--encoder", tmp_path / "no-model")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "no-model" in result.stderr
    assert run("ask", "boat?", THREADQA_ANSWER_THRESHOLD="0").exit_code == 0


def test_a_second_writer_is_refused(run: Run, folder: Path, outside: Path) -> None:
    run("index", folder)
    with Archive.open_for_writing(outside / "index"):
        result = run("index", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is writing to" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["index"], ["index", "x", "--encoder"], ["index", "-q"]])
def test_wrong_usage_exits_with_2(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "--help`." in result.stderr
