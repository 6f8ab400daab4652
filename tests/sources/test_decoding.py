from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

import pytest

from threadqa.errors import SourceError, SourceFormatError
from threadqa.sources.decoding import MAX_LINE, Encoding, Line, inspect_bytes, read_lines

TEXT = "Grüße – “naïve” café\nsecond line\n"
LINES = [Line(1, "Grüße – “naïve” café"), Line(2, "second line")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode("utf-8"), Encoding.UTF_8),
        (TEXT.encode("utf-8-sig"), Encoding.UTF_8_BOM),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), Encoding.UTF_16_BOM),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), Encoding.UTF_16_BOM),
        (TEXT.encode("utf-16-le"), Encoding.UTF_16_LE),
        (TEXT.encode("utf-16-be"), Encoding.UTF_16_BE),
        (TEXT.encode("cp1252"), Encoding.WINDOWS_1252),
    ],
)
def test_a_file_is_read_in_the_encoding_it_is_in(
    tmp_path: Path, content: bytes, encoding: Encoding
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    found = inspect_bytes(path, 1000)
    assert found.encoding is encoding
    assert found.size == len(content)
    assert found.content_hash == hashlib.sha256(content).hexdigest()
    assert list(read_lines(path, found.encoding)) == LINES


def test_east_asian_utf16_is_told_by_its_line_breaks_and_spaces(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = "病院の待機者リスト 2022\n" * 20
    path.write_bytes(text.encode("utf-16-be"))
    assert inspect_bytes(path, 1000).encoding is Encoding.UTF_16_BE


def test_undefined_bytes_of_windows_1252_become_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\x80 \x81\x8d\x8f\x90\x9d \x85 \xe9\n")
    encoding = inspect_bytes(path, 1000).encoding
    assert list(read_lines(path, encoding)) == [Line(1, "€ \x81\x8d\x8f\x90\x9d … é")]


def test_a_utf8_file_cut_off_in_a_character_is_still_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("café – café".encode()[:-1])
    assert inspect_bytes(path, 1000).encoding is Encoding.UTF_8
    assert list(read_lines(path, Encoding.UTF_8)) == [Line(1, "café – caf\ufffd")]


def test_a_single_accented_letter_at_the_end_is_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"caf\xe9")
    assert inspect_bytes(path, 1000).encoding is Encoding.WINDOWS_1252


def test_an_old_encoding_is_found_late_in_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain words\n" * 200_000 + b"caf\xe9\n" + b"plain words\n" * 200_000)
    assert inspect_bytes(path, 10_000_000).encoding is Encoding.WINDOWS_1252


def test_every_kind_of_line_break_ends_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\r\nb\rc\nd\xe2\x80\xa8e")
    assert list(read_lines(path, Encoding.UTF_8)) == [
        Line(1, "a"), Line(2, "b"), Line(3, "c"), Line(4, "d\u2028e")
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf\n", b"\xff\xfe \x00"])
def test_a_file_of_nothing_but_white_space_is_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        inspect_bytes(path, 1000)
    assert (caught.value.path, caught.value.reason) == (str(path), "is empty")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4,
        b"some words\x00and more words",
        b"\x1f\x8b\x08" + bytes(range(1, 256)) * 4,
        codecs.BOM_UTF16_LE + b"\x00\xd8\x41\x00",
        codecs.BOM_UTF16_LE + b"a\x00b",
    ],
)
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        inspect_bytes(path, 10_000)
    assert caught.value.reason == "looks like a binary file, not text"


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    with pytest.raises(SourceError) as caught:
        inspect_bytes(path, 4)
    assert caught.value.reason == ("is 5 bytes, over the limit of 4 bytes (setting max_file_bytes)")
    with path.open("wb") as stream:
        stream.truncate(611_200_000)
    with pytest.raises(SourceError) as caught:
        inspect_bytes(path, 500_000_000)
    assert caught.value.reason == ("is 612 MB, over the limit of 500 MB (setting max_file_bytes)")


def test_what_the_system_says_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        inspect_bytes(tmp_path / "gone.txt", 10)
    assert caught.value.reason == "cannot be read: no such file or directory"
    with pytest.raises(SourceError) as caught:
        list(read_lines(tmp_path, Encoding.UTF_8))
    assert caught.value.reason == "cannot be read: is a directory"


def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        with pytest.raises(SourceError) as caught:
            inspect_bytes(path, 10)
        assert caught.value.reason == "cannot be read: permission denied"
    else:
        pytest.skip("this user may read everything")


def test_a_line_that_is_too_long_is_refused_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words\n" + b"x" * MAX_LINE + b"\n" + b"x" * (MAX_LINE + 1) + b"\n")
    with pytest.raises(SourceFormatError) as caught:
        list(read_lines(path, Encoding.UTF_8))
    assert (caught.value.line, caught.value.reason) == (
        3, "line 3: is longer than 1,000,000 characters"
    )  # fmt: skip
