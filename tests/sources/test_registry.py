from __future__ import annotations

import os
from pathlib import Path

import pytest

from threadqa.errors import SourceError
from threadqa.sources.decoding import Encoding
from threadqa.sources.registry import (
    Discovery,
    SourceFile,
    SourceFormat,
    discover,
    inspect,
    read_threads,
)


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words", encoding="utf-8")


def failures(found: Discovery) -> list[tuple[str, str]]:
    return [(failure.path, failure.reason) for failure in found.failures]


def test_a_folder_is_searched_to_any_depth_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/z.txt", "a/b/c.jsonl", "c.TEXT", "d.markdown", "e.ndjson", "x.pdf")
    found = discover([tmp_path])
    assert [file.name for file in found.files] == [
        "a/b/c.jsonl", "a/z.txt", "b.md", "c.TEXT", "d.markdown", "e.ndjson"
    ]  # fmt: skip
    assert found.files[0] == SourceFile(
        root=tmp_path, path=tmp_path / "a" / "b" / "c.jsonl", name="a/b/c.jsonl"
    )
    assert (failures(found), found.ignored) == ([], 1)


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, ".a.txt", ".git/b.txt", "c.txt")
    found = discover([tmp_path])
    assert [file.name for file in found.files] == ["c.txt"]
    assert found.ignored == 0


def test_a_hidden_folder_that_the_user_named_is_searched(tmp_path: Path) -> None:
    write(tmp_path, ".notes/a.txt")
    assert [file.name for file in discover([tmp_path / ".notes"]).files] == ["a.txt"]


def test_a_file_named_directly_is_called_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, "deep/a.txt")
    path = tmp_path / "deep" / "a.txt"
    assert discover([path]).files == (SourceFile(root=path.parent, path=path, name="a.txt"),)


def test_a_file_named_twice_comes_once_under_its_first_name(tmp_path: Path) -> None:
    write(tmp_path, "deep/a.txt", "b.txt")
    found = discover([tmp_path / "deep", tmp_path, tmp_path / "b.txt"])
    assert [file.name for file in found.files] == ["a.txt", "b.txt"]


def test_links_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    write(tmp_path, "a/b.txt")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "same.txt").symlink_to(tmp_path / "a" / "b.txt")
    assert [file.name for file in discover([tmp_path]).files] == ["a/b.txt"]


def test_what_cannot_be_taken_in_is_reported_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path, "a.pdf")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "pipe")
    paths = [tmp_path / "gone.txt", tmp_path / "a.pdf", tmp_path / "pipe", tmp_path]
    found = discover(paths)
    assert found.files == ()
    assert failures(found) == [
        (str(paths[0]), "does not exist"),
        (
            str(paths[1]),
            "is of no known format (expected .txt, .text, .md, .markdown, .jsonl, .ndjson)",
        ),
        (str(paths[2]), "is neither a file nor a folder"),
        (str(tmp_path / "dangling.txt"), "is a link that leads nowhere, or no regular file"),
    ]
    assert found.ignored == 2


def test_a_name_that_is_no_text_is_reported(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_text("words", encoding="utf-8")
    found = discover([path])
    assert failures(found) == [(str(path), "has a name that is not valid text; rename it")]


def test_a_folder_that_cannot_be_searched_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0)
    if os.access(folder, os.R_OK):
        pytest.skip("this user may read everything")
    assert failures(discover([folder])) == [(str(folder), "cannot be read: permission denied")]


def test_a_file_can_go_by_another_name(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    file = discover([tmp_path]).files[0].named("b/a.txt")
    threads = list(read_threads(file, inspect(file, max_bytes=100)))
    assert threads[0].posts[0].source == "b/a.txt"


def test_inspection_says_what_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("Grüße".encode("cp1252"))
    (tmp_path / "b.ndjson").write_bytes(b"{}")
    text, jsonl = (inspect(file, max_bytes=100) for file in discover([tmp_path]).files)
    assert (text.format, text.encoding, text.size) == (
        SourceFormat.THREAD_TEXT, Encoding.WINDOWS_1252, 5
    )  # fmt: skip
    assert jsonl.format is SourceFormat.JSONL
    assert jsonl.content_hash == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_inspection_refuses_an_unknown_extension(tmp_path: Path) -> None:
    file = SourceFile(root=tmp_path, path=tmp_path / "a.pdf", name="a.pdf")
    with pytest.raises(SourceError, match=r"is of no known format \(expected \.txt,"):
        inspect(file, max_bytes=100)


def test_a_file_of_furniture_alone_holds_no_posts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("• • •\nMissing some Tweet in this thread? You can try to\n")
    file = discover([tmp_path]).files[0]
    with pytest.raises(SourceError) as caught:
        list(read_threads(file, inspect(file, max_bytes=100)))
    assert caught.value.reason == "holds no posts, only what pages put around them"
