"""Uploaded files: names never lead anywhere, and copies are what was sent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.errors import ArchiveError, UsageError
from threadqa.sources.registry import known_extensions
from threadqa.web.uploads import MOST_FILES, cleaned_name, discard_unused, take_in


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("notes.txt", "notes.txt"),
        ("Ann's notes (2), v1.2.TXT", "Ann's notes (2), v1.2.txt"),
        ("заметки.md", "заметки.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("/etc/cron.d/evil.txt", "evil.txt"),
        ("C:\\Windows\\System32\\drivers.txt", "drivers.txt"),
        ("\\\\server\\share\\notes.txt", "notes.txt"),
        ("..\\..\\notes.txt", "notes.txt"),
        ("....txt", "upload.txt"),
        ("..txt", "upload.txt"),
        (".txt", "upload.txt"),
        (".hidden.txt", "hidden.txt"),
        ("   .txt", "upload.txt"),
        ("notes. .txt", "notes.txt"),
        ("a\x00b.txt", "a_b.txt"),
        ("a\nb\x1b[2J.txt", "a_b__2J.txt"),
        ("a\u202egnp.txt", "a_gnp.txt"),
        ("a\u200bb.txt", "a_b.txt"),
        ("a:stream.txt", "a_stream.txt"),
        ("$(reboot)`id`;|.txt", "_(reboot)_id___.txt"),
        ("<img src=x>.txt", "_img src_x_.txt"),
        ("CON.txt", "_CON.txt"),
        ("con.backup.txt", "_con.backup.txt"),
        ("COM1.txt", "_COM1.txt"),
        ("lpt¹.txt", "_lpt¹.txt"),
        ("console.txt", "console.txt"),
        ("a\udcff.txt", "a_.txt"),
        ("%2e%2e%2fnotes.txt", "_2e_2e_2fnotes.txt"),
    ],
)
def test_a_name_is_kept_where_it_is_safe(sent: str, name: str) -> None:
    assert cleaned_name(sent) == name


@pytest.mark.parametrize(
    "sent", ["notes", "page.html", "run.exe", "notes.txt.exe", "txt", "a.t\0xt"]
)
def test_a_name_of_no_known_format_is_refused(sent: str) -> None:
    with pytest.raises(UsageError, match=r"is of no known format \(expected \.txt, .*nothing was"):
        cleaned_name(sent)


@given(st.text(), st.sampled_from(known_extensions()))
def test_no_name_leads_anywhere(stem: str, extension: str) -> None:
    name = cleaned_name(stem + extension)
    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name.encode()) <= 140
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|')
    assert cleaned_name(name) == name


def file(folder: Path, name: str, content: bytes = b"1/1 A boat.\n") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def test_copies_are_the_same_bytes_and_for_the_owner_only(tmp_path: Path) -> None:
    sent = file(tmp_path / "sent", "notes.txt", b"\xff\xfe1\0/\0001\0")
    (copy,) = take_in([sent], tmp_path / "uploads", max_bytes=100)
    assert copy == tmp_path / "uploads" / "notes.txt"
    assert copy.read_bytes() == sent.read_bytes()
    if os.name != "nt":
        assert copy.stat().st_mode & 0o777 == 0o600


def test_a_name_that_is_taken_gets_a_number_and_the_same_file_is_copied_once(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "uploads"
    one = file(tmp_path / "1", "notes.txt", b"one")
    two = file(tmp_path / "2", "notes.txt", b"two")
    again = file(tmp_path / "3", "notes.txt", b"two")
    copies = take_in([one, two, again], folder, max_bytes=100)
    assert [copy.name for copy in copies] == ["notes.txt", "notes (2).txt"]
    assert take_in([again], folder, max_bytes=100) == [folder / "notes (2).txt"]
    assert sorted(copy.name for copy in folder.iterdir()) == ["notes (2).txt", "notes.txt"]


def test_one_wrong_file_and_none_is_copied(tmp_path: Path) -> None:
    right = file(tmp_path / "sent", "right.txt")
    folder = tmp_path / "uploads"
    secret = file(tmp_path / "secret", "secret.txt")
    link = tmp_path / "sent" / "link.txt"
    link.symlink_to(secret)
    for wrong, message in [
        (file(tmp_path / "sent", "large.txt", b"x" * 101), "has 101 bytes, and 100 are allowed"),
        (file(tmp_path / "sent", "page.html"), "of no known format"),
        (link, "no regular file"),
        (tmp_path / "absent.txt", "no regular file"),
    ]:
        with pytest.raises(UsageError, match=message):
            take_in([right, wrong], folder, max_bytes=100)
    with pytest.raises(UsageError, match=f"{MOST_FILES} are allowed"):
        take_in([right] * (MOST_FILES + 1), folder, max_bytes=100)
    assert not folder.exists()


def test_a_link_that_stands_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    (folder / "notes.txt").symlink_to(tmp_path / "outside.txt")
    sent = file(tmp_path / "sent", "notes.txt")
    with pytest.raises(ArchiveError, match="cannot write"):
        take_in([sent], folder, max_bytes=100)
    assert not (tmp_path / "outside.txt").exists()


def test_copies_that_no_source_was_read_from_are_deleted(tmp_path: Path) -> None:
    used, unused = file(tmp_path / "uploads", "a.txt"), file(tmp_path / "uploads", "b.txt")
    discard_unused(tmp_path / "uploads", {used.resolve()})
    discard_unused(tmp_path / "none", set())
    assert (used.exists(), unused.exists()) == (True, False)
