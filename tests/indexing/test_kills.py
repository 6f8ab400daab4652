"""Runs killed with SIGKILL anywhere: readers see the old state or the new one, and nothing else."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.indexing.killed_sync import STEPS
from tests.stub_encoder import VOCABULARY, StubEncoder
from threadqa.archive.records import ArchiveCounts
from threadqa.encoders.protocol import TextKind
from threadqa.errors import ArchiveError
from threadqa.indexing.opening import open_index
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.posts import Thread

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")

ROOT = Path(__file__).parents[2]
OTHER_VOCABULARY = ("boat", "staff", "opera")
QUESTION = "boat money reform opera"
SEED = 7
OLD_FILES = {
    "staff.txt": "1/3 Staff are what a reform needs.\n2/3 Money for staff is late.\n"
    "3/3 A recipe for trouble.\n",
    "boats.txt": "1/5 The boat is on the river.\n2/5 Music from the boat.\n",
}
# One file changed, one new, one gone.
NEW_FILES = {
    "staff.txt": OLD_FILES["staff.txt"].replace("is late", "came in"),
    "opera.txt": "1/2 An opera on a boat.\n2/2 The reform of the opera.\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that a reader can see, row numbers aside."""

    encoder: str
    threads: list[Thread]
    dense: list[tuple[float, str]]
    lexical: list[tuple[float, str]]


def read_state(index: Path) -> State:
    """Opens the index as a reader; its search indexes must be sound as they are."""
    with open_index(index) as opened:
        assert opened.rebuilt is None
        archive = opened.archive
        posts = archive.posts(opened.dense.rows.tolist())
        ids = {row: post.id for row, (post, _) in posts.items()}
        encoder = next(
            stub for stub in map(StubEncoder, VOCABULARIES) if stub.fingerprint == archive.encoder
        )
        vector = encoder.encode([QUESTION], TextKind.QUERY)[0]
        dense = zip(*opened.dense.search(vector, 100), strict=True)
        lexical = zip(*opened.lexical.search(QUESTION, 100), strict=True)
        return State(
            encoder=encoder.fingerprint,
            threads=[archive.thread(summary.id) for summary in archive.threads()],
            dense=sorted((round(float(score), 3), ids[int(row)]) for row, score in dense),
            lexical=sorted((round(float(score), 4), ids[int(row)]) for row, score in lexical),
        )


VOCABULARIES = (VOCABULARY, OTHER_VOCABULARY)


def counts(index: Path) -> ArchiveCounts:
    with open_index(index) as opened:
        return opened.archive.counts()


def write_files(folder: Path, files: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def sync_here(threads: Path, index: Path, vocabulary: Sequence[str]) -> None:
    sync([threads], index, StubEncoder(vocabulary), NoProgress(), max_file_bytes=1_000_000)


def start(
    threads: Path, index: Path, vocabulary: Sequence[str], when: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.indexing.killed_sync",
            str(threads),
            str(index),
            ",".join(vocabulary),
            when,
        ],
        cwd=ROOT,
        # The same calls in the same order each time.
        env=os.environ | {"PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A change of an index that is to be killed on its way.

    Attributes:
        folder: Holds the index before the change ("old"), or no index where it is the first run;
            the index of the changed folder made at once ("new"); and the folder ("threads").
        vocabulary: Of the encoder that the killed run embeds with.
        old: What a reader sees before; None where there is nothing to see.
        new: What a reader sees after.
        total: Calls of a run that nobody kills.
        steps: The call at which each step of such a run begins.
        seconds: How long it takes once all is imported.
    """

    folder: Path
    vocabulary: Sequence[str]
    old: State | None
    new: State
    total: int
    steps: dict[str, int]
    seconds: float

    def copy(self, target: Path) -> Path:
        """A copy of the index before the change, to spoil."""
        if self.old is not None:
            shutil.copytree(self.folder / "old", target)
        return target

    def call(self, step: str | None, share: float) -> int:
        """The call at a share of the way through a step; of the whole run if no step is named."""
        if step is None:
            first, end = 0, self.total
        else:
            first = self.steps[step]
            end = min([c for c in self.steps.values() if c > first], default=self.total)
        return min(first + 1 + int(share * (end - first)), self.total - 5)


def make_scene(
    folder: Path, before: dict[str, str], after: dict[str, str], vocabulary: Sequence[str]
) -> Scene:
    threads, old, new = folder / "threads", folder / "old", folder / "new"
    if before:
        write_files(threads, before)
        sync_here(threads, old, VOCABULARY)
    write_files(threads, after)
    sync_here(threads, new, vocabulary)
    counted = folder / "counted"
    if before:
        shutil.copytree(old, counted)
    with start(threads, counted, vocabulary, "count") as process:
        output, _ = process.communicate()
    assert process.returncode == 0
    measured = json.loads(output)
    timed = folder / "timed"
    if before:
        shutil.copytree(old, timed)
    with start(threads, timed, vocabulary, "wait") as process:
        assert process.stdout is not None
        process.stdout.readline()
        began = time.perf_counter()
        process.wait()
        seconds = time.perf_counter() - began
    return Scene(
        folder=folder,
        vocabulary=vocabulary,
        old=read_state(old) if before else None,
        new=read_state(new),
        total=measured["total"],
        steps=measured["steps"],
        seconds=seconds,
    )


@pytest.fixture(scope="module")
def change(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("change"), OLD_FILES, NEW_FILES, VOCABULARY)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("first"), {}, OLD_FILES, VOCABULARY)


@pytest.fixture(scope="module")
def encoder_change(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("encoder"), OLD_FILES, OLD_FILES, OTHER_VOCABULARY)


def kill_at(scene: Scene, index: Path, call: int) -> None:
    with start(scene.folder / "threads", index, scene.vocabulary, str(call)) as process:
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def kill_after(scene: Scene, index: Path, seconds: float) -> None:
    with start(scene.folder / "threads", index, scene.vocabulary, "wait") as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()
    assert process.returncode in {-signal.SIGKILL, 0}


def assert_old_or_new(scene: Scene, index: Path) -> str:
    """Returns which of both a reader sees after the kill."""
    state: State | None = None
    try:
        state = read_state(index)
    except ArchiveError as error:
        message = str(error)
        if scene.old is not None or "run `threadqa index PATH…` first" not in message:
            raise
    if state == scene.old:
        return "old"
    assert state == scene.new
    return "new"


def assert_next_run_finishes(scene: Scene, index: Path) -> None:
    threads = scene.folder / "threads"
    sync_here(threads, index, scene.vocabulary)
    assert read_state(index) == scene.new
    assert counts(index) == counts(scene.folder / "new")
    with open_index(index) as opened:
        generation = opened.archive.generation
    assert {path.name for path in index.iterdir()} <= {
        "archive.sqlite",
        "archive.sqlite-shm",
        "archive.sqlite-wal",
        "lock",
        "generations",
    }
    assert [path.name for path in (index / "generations").iterdir()] == [str(generation)]
    current = "".join(path.read_text("utf-8") for path in threads.iterdir())
    for word in ("music", "late", "river", "recipe"):
        if word not in current.lower():
            assert not [path for path in index.rglob("*") if holds(path, word)]


def holds(path: Path, word: str) -> bool:
    return path.is_file() and word.encode() in path.read_bytes().lower()


@pytest.mark.parametrize("share", [n / 14 for n in range(14)])
def test_a_run_killed_anywhere_leaves_the_old_state_or_the_new(
    change: Scene, tmp_path: Path, share: float
) -> None:
    index = change.copy(tmp_path / "index")
    kill_at(change, index, change.call(None, share))
    assert_old_or_new(change, index)
    assert_next_run_finishes(change, index)


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_in_any_step_leaves_the_state_of_that_step(
    change: Scene, tmp_path: Path, step: str, share: float
) -> None:
    index = change.copy(tmp_path / "index")
    kill_at(change, index, change.call(step, share))
    # What `tidy` follows is the commit, which is what readers wait for.
    expected = {"new"} if step == "tidy" else {"old"}
    if step == "write_manifest" and share:
        expected = {"old", "new"}
    assert assert_old_or_new(change, index) in expected
    assert_next_run_finishes(change, index)


@pytest.mark.parametrize("number", range(8))
def test_a_run_killed_from_outside_leaves_the_old_state_or_the_new(
    change: Scene, tmp_path: Path, number: int
) -> None:
    index = change.copy(tmp_path / "index")
    delay = change.seconds * (number + random.Random(SEED + number).random()) / 8
    kill_after(change, index, delay)
    assert_old_or_new(change, index)
    assert_next_run_finishes(change, index)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
def test_a_killed_first_run_leaves_no_index_or_a_whole_one(
    first_run: Scene, tmp_path: Path, share: float
) -> None:
    index = first_run.copy(tmp_path / "index")
    kill_at(first_run, index, first_run.call(None, share))
    assert_old_or_new(first_run, index)
    assert_next_run_finishes(first_run, index)


@pytest.mark.parametrize("step", ["_encode", "put_vectors", "build_lexical", "tidy"])
def test_a_killed_change_of_encoder_leaves_one_encoder_or_the_other(
    encoder_change: Scene, tmp_path: Path, step: str
) -> None:
    index = encoder_change.copy(tmp_path / "index")
    kill_at(encoder_change, index, encoder_change.call(step, 0.5))
    assert assert_old_or_new(encoder_change, index) == ("new" if step == "tidy" else "old")
    assert_next_run_finishes(encoder_change, index)


def test_runs_killed_one_after_the_other_still_end_where_one_run_does(
    change: Scene, tmp_path: Path
) -> None:
    index = change.copy(tmp_path / "index")
    for step in ("_encode", "build_dense", "build_lexical", "write_manifest"):
        kill_at(change, index, change.call(step, 0.5))
        assert_old_or_new(change, index)
    assert_next_run_finishes(change, index)
