"""`threadqa remove`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from threadqa.archive import Archive
from threadqa.cli.main import app

Run = Callable[..., Result]
SOURCE = "01-collaboration-and-backlogs.txt"


@pytest.fixture
def own_index(index: Path, tmp_path: Path) -> Path:
    """A copy of the examples' index, to be changed."""
    return Path(shutil.copytree(index, tmp_path / "own"))


def sources(index: Path) -> int:
    with Archive.open_for_reading(index) as archive:
        return archive.counts().sources


def test_a_removal_that_was_confirmed_says_what_is_left(own_index: Path) -> None:
    with Archive.open_for_reading(own_index) as archive:
        posts = sum(t.post_count for t in archive.threads() if t.source == SOURCE)
        left = archive.counts()
    result = CliRunner().invoke(app, ["remove", SOURCE, "--index", str(own_index)], input="y\n")
    assert result.exit_code == 0
    assert result.stderr.startswith(f"Remove {SOURCE} from {own_index}? [y/N]:")
    first, second = result.stdout.splitlines()[-2:]
    assert first == f"Removed 1 source with {posts} posts."
    assert second.startswith(f"{own_index} holds {left.sources - 1} sources, ")
    assert second.endswith(f", {left.posts - posts} posts.")


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_nothing_is_removed_without_a_yes(own_index: Path, answer: str) -> None:
    result = CliRunner().invoke(app, ["remove", SOURCE, "--index", str(own_index)], input=answer)
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "threadqa: nothing was removed: it was not confirmed; --yes does not ask\n"
    )
    assert sources(own_index) == 7


def test_yes_does_not_ask_and_json_is_the_report(run: Run, own_index: Path) -> None:
    result = run("remove", SOURCE, "--yes", "--json", "--index", own_index)
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert (report["removed"], report["log_emptied"], report["sources"]) == ([SOURCE], True, 6)


def test_an_unknown_source_is_wrong_usage(run: Run, own_index: Path) -> None:
    result = run("remove", "nothing.txt", "--yes", "--index", own_index)
    assert result.exit_code == 2
    assert result.stderr == (
        "threadqa: the archive holds no source 'nothing.txt': `threadqa threads` lists them\n"
    )
    assert sources(own_index) == 7
