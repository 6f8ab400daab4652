"""What the pages work with: always the newest state, from any thread."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.web.servers import SCRIPT
from threadqa.archive import Archive
from threadqa.assistant import Assistant
from threadqa.errors import ArchiveBusyError, ArchiveError, UsageError
from threadqa.indexing.progress import NoProgress
from threadqa.settings import Settings
from threadqa.web.workspace import MOST_ASSISTANTS, Workspace

QUESTION = "How many clinical commissioning groups are abolished?"


@pytest.fixture
def index(examples_index: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(examples_index, tmp_path / "index"))


@pytest.fixture
def workspace(index: Path) -> Iterator[Workspace]:
    with Workspace(Settings(index=index)) as workspace:
        yield workspace


@pytest.fixture
def boats(tmp_path: Path) -> Path:
    """An upload with a sentence that nothing else holds."""
    path = tmp_path / "sent" / "boats.txt"
    path.parent.mkdir()
    path.write_text("1/1 The zeppelin ferry carries ninety bicycles.\n", encoding="utf-8")
    return path


def texts(workspace: Workspace, question: str) -> list[str]:
    with workspace.assistant() as assistant:
        return [hit.post.text for hit in assistant.search(question, 3)]


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true within ten seconds."""
    end = time.monotonic() + 10
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_an_assistant_is_lent_again_and_not_opened_anew(workspace: Workspace) -> None:
    with workspace.assistant() as first:
        assert "106 clinical" in first.ask(QUESTION).text
    with workspace.assistant() as second:
        assert second is first


def test_threads_share_one_encoder_and_no_assistant(workspace: Workspace) -> None:
    gate = threading.Barrier(MOST_ASSISTANTS)

    def borrow(_: int) -> tuple[Assistant, str]:
        with workspace.assistant() as assistant:
            gate.wait(30)
            return assistant, assistant.ask(QUESTION).text

    with ThreadPoolExecutor(MOST_ASSISTANTS) as pool:
        answers = list(pool.map(borrow, range(MOST_ASSISTANTS)))
    assert len({id(assistant) for assistant, _ in answers}) == MOST_ASSISTANTS
    assert len({text for _, text in answers}) == 1
    assert len({id(assistant._encoder) for assistant, _ in answers}) == 1


def test_more_threads_than_assistants_wait_for_one(index: Path) -> None:
    with Workspace(Settings(index=index), most_assistants=1) as workspace:

        def ask(_: int) -> str:
            with workspace.assistant() as assistant:
                return assistant.ask(QUESTION).text

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(ask, range(32)))) == 1


def test_what_was_added_is_found_at_once(workspace: Workspace, boats: Path) -> None:
    before = texts(workspace, "zeppelin ferry")
    report = workspace.add([boats], NoProgress())
    assert (report.added, report.encoded, report.failed) == (1, 1, [])
    assert not any("zeppelin" in text for text in before)
    assert texts(workspace, "zeppelin ferry")[0].endswith("ninety bicycles.")
    assert (workspace.folder / "uploads" / "boats.txt").is_file()
    assert workspace.add([boats], NoProgress()).unchanged == 1


def test_what_was_removed_is_found_no_more_and_is_not_on_disk(
    workspace: Workspace, boats: Path
) -> None:
    workspace.add([boats], NoProgress())
    assert "zeppelin" in texts(workspace, "zeppelin ferry")[0]
    report = workspace.remove_source("boats.txt", NoProgress())
    assert (report.removed, report.removed_posts) == (("boats.txt",), 1)
    assert not any("zeppelin" in text for text in texts(workspace, "zeppelin ferry"))
    assert eventually(lambda: b"zeppelin" not in bytes_below(workspace.folder))
    with pytest.raises(UsageError, match="no source"):
        workspace.remove_source("boats.txt", NoProgress())


def test_a_borrowed_assistant_keeps_its_state_and_the_text_goes_when_it_is_back(
    workspace: Workspace, boats: Path
) -> None:
    workspace.add([boats], NoProgress())
    with workspace.assistant() as assistant:
        workspace.remove_source("boats.txt", NoProgress())
        assert "zeppelin" in assistant.search("zeppelin ferry", 1)[0].post.text
        assert b"zeppelin" in bytes_below(workspace.folder)
    assert eventually(lambda: b"zeppelin" not in bytes_below(workspace.folder))


def test_what_another_process_changes_is_seen_and_leaves_the_disk(
    workspace: Workspace, boats: Path
) -> None:
    def threadqa(*words: str | Path) -> None:
        command = [SCRIPT, *words, "--index", workspace.folder]
        subprocess.run(command, check=True, capture_output=True)

    texts(workspace, "zeppelin ferry")
    threadqa("index", boats)
    assert "zeppelin" in texts(workspace, "zeppelin ferry")[0]
    threadqa("remove", "boats.txt", "--yes")
    assert eventually(lambda: b"zeppelin" not in bytes_below(workspace.folder))
    assert not any("zeppelin" in text for text in texts(workspace, "zeppelin ferry"))


def test_an_index_that_is_replaced_is_opened_anew(workspace: Workspace, boats: Path) -> None:
    texts(workspace, "zeppelin ferry")
    other = workspace.folder.with_name("other")
    with Workspace(Settings(index=other)) as builder:
        builder.add([boats], NoProgress())
    workspace.folder.rename(workspace.folder.with_name("old"))
    other.rename(workspace.folder)
    assert "zeppelin" in texts(workspace, "zeppelin ferry")[0]


def test_without_an_archive_the_way_to_begin_is_said_and_adding_begins(
    tmp_path: Path, boats: Path
) -> None:
    with Workspace(Settings(index=tmp_path / "none")) as workspace:
        workspace.warm()
        with pytest.raises(ArchiveError, match="run `threadqa index"), workspace.assistant():
            pass
        with pytest.raises(ArchiveError, match="run `threadqa index"), workspace.archive():
            pass
        workspace.add([boats], NoProgress())
        assert "zeppelin" in texts(workspace, "zeppelin ferry")[0]
        with workspace.archive() as archive:
            assert archive.counts().posts == 1


def test_a_file_that_cannot_be_read_is_reported_and_leaves_no_copy(
    workspace: Workspace, tmp_path: Path, boats: Path
) -> None:
    binary = tmp_path / "sent" / "binary.txt"
    binary.write_bytes(bytes(range(256)) * 10)
    report = workspace.add([binary, boats], NoProgress())
    assert (report.added, len(report.failed)) == (1, 1)
    assert [path.name for path in (workspace.folder / "uploads").iterdir()] == ["boats.txt"]


def test_a_file_beyond_the_limit_of_uploads_is_refused(index: Path, boats: Path) -> None:
    settings = Settings(index=index, web_max_upload_bytes=10)
    with Workspace(settings) as workspace, pytest.raises(UsageError, match="10 are allowed"):
        workspace.add([boats], NoProgress())
    assert not (index / "uploads").exists()


def test_while_another_process_writes_an_upload_is_told_to_wait_and_leaves_no_copy(
    workspace: Workspace, boats: Path
) -> None:
    with Archive.open_for_writing(workspace.folder), pytest.raises(ArchiveBusyError):
        workspace.add([boats], NoProgress())
    assert list((workspace.folder / "uploads").iterdir()) == []


def test_an_assistant_that_comes_back_after_the_end_is_closed(index: Path) -> None:
    workspace = Workspace(Settings(index=index))
    with workspace.assistant() as assistant:
        workspace.close()
        assert assistant.search("staff", 1)
    with pytest.raises(Exception, match="closed database"):
        assistant.search("staff", 1)
