"""`threadqa status`, `threadqa doctor`, and what all commands have in common."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import threadqa
from threadqa.archive import Archive

Run = Callable[..., Result]

COMMANDS = ("index", "ask", "search", "threads", "show", "status", "doctor")
READERS = (["ask", "who?"], ["search", "who?"], ["threads"], ["show", "who"], ["status"])


def test_status_says_what_the_index_holds(run: Run, index: Path) -> None:
    facts = json.loads(run("status", "--index", index, "--json").stdout)
    assert facts["index"] == str(index)
    assert facts["sources"] == 7
    assert sum(facts["completeness"].values()) == facts["threads"]
    assert facts["dimension"] == 384
    assert facts["search_indexes"] == "sound"
    plain = run("status", "--index", index)
    assert plain.exit_code == 0
    assert "\nsearch indexes  sound\n" in plain.stdout
    assert f"\nsources         {facts['sources']}\n" in plain.stdout


def test_status_tells_of_damaged_search_indexes(run: Run, index: Path, tmp_path: Path) -> None:
    shutil.copytree(index, tmp_path / "index")
    shutil.rmtree(tmp_path / "index" / "generations")
    result = run("status", "--index", tmp_path / "index")
    assert result.exit_code == 0
    assert "manifest" in result.stdout
    answer = run("ask", "who?", "--index", tmp_path / "index")
    assert "Note: The search indexes were built again: " in answer.stdout
    assert "sound" in run("status", "--index", tmp_path / "index").stdout


def test_doctor_finds_nothing_missing_in_a_sound_installation(run: Run, index: Path) -> None:
    plain = run("doctor", "--index", index)
    assert (plain.exit_code, plain.stderr) == (0, "")
    assert "missing" not in plain.stdout
    checks = json.loads(run("doctor", "--index", index, "--json").stdout)
    assert {"python", "sqlite", "encoder", "index", "disk"} <= {check["name"] for check in checks}
    for check in checks:
        assert set(check) == {"name", "verdict", "found", "remedy"}


def test_doctor_exits_with_1_for_what_is_missing(run: Run, index: Path, tmp_path: Path) -> None:
    model = str(tmp_path / "no-model")
    result = run("doctor", "--index", index, THREADQA_ENCODER=model)
    assert result.exit_code == 1
    assert "missing  encoder" in result.stdout


@pytest.mark.parametrize("arguments", READERS)
def test_without_an_archive_a_command_says_what_to_run(
    run: Run, arguments: list[str], tmp_path: Path
) -> None:
    result = run(*arguments, "--index", tmp_path / "none")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"threadqa: no archive in {tmp_path / 'none'}: run `threadqa index PATH…` first\n"
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments", [*READERS, ["index", "."]])
def test_a_damaged_archive_is_one_line(run: Run, arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "archive.sqlite").write_bytes(b"no database at all " * 100)
    result = run(*arguments, "--index", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is damaged or is no SQLite file" in result.stderr
    assert result.stderr.count("\n") == 1


def test_doctor_goes_on_where_the_archive_is_damaged(run: Run, tmp_path: Path) -> None:
    (tmp_path / "archive.sqlite").write_bytes(b"no database at all " * 100)
    result = run("doctor", "--index", tmp_path)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "missing  index" in result.stdout
    assert "missing  encoder" not in result.stdout
    assert "is damaged or is no SQLite file" in result.stdout


@pytest.mark.parametrize("arguments", [["ask", "who?"], ["ask", "from: who?"], ["ask"]])
def test_debug_prints_the_traceback_before_the_line(
    run: Run, arguments: list[str], tmp_path: Path
) -> None:
    quiet = run(*arguments, "--index", tmp_path)
    loud = run(*arguments, "--index", tmp_path, "--debug")
    assert quiet.stderr.count("\n") == 1
    assert loud.exit_code == quiet.exit_code
    assert loud.stderr.startswith("Traceback (most recent call last):\n")
    assert loud.stderr.endswith(quiet.stderr)
    assert run(*arguments, "--index", tmp_path).stderr == quiet.stderr


def test_the_status_of_an_archive_that_was_never_filled(run: Run, tmp_path: Path) -> None:
    Archive.open_for_writing(tmp_path).close()
    result = run("status", "--index", tmp_path)
    assert result.exit_code == 0
    assert "\nencoder         none\n" in result.stdout
    assert "\nsearch indexes  not built yet\n" in result.stdout
    asked = run("ask", "who?", "--index", tmp_path)
    assert asked.exit_code == 1
    assert "run `threadqa index PATH…` first" in asked.stderr


def test_a_file_is_no_index_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("threads", "--index", tmp_path / "file")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_has_help(run: Run, command: str, flag: str) -> None:
    result = run(command, flag)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Usage: threadqa {command} ")
    for option in ("--index DIR", "--json", "--debug", "--help"):
        assert option in result.stdout


def test_without_a_command_the_help_lists_all(run: Run) -> None:
    for arguments in ([], ["--help"]):
        result = run(*arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        for command in COMMANDS:
            assert f"\n  {command} " in result.stdout


def test_the_version_is_printed(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"threadqa {threadqa.__version__}\n")


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"]])
def test_an_unknown_command_or_option_is_one_line(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "See `threadqa --help`." in result.stderr
