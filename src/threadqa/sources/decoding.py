"""From bytes to lines: which encoding a file is in, and its text line by line.

Encodings are told apart by the bytes alone: a byte order mark; the places of zero bytes, for
UTF-16 without one; then UTF-8, if the bytes are valid; else Windows-1252, which any bytes are. Its
five undefined bytes (81, 8D, 8F, 90, 9D) become the control characters of the same number, as
browsers read them (https://encoding.spec.whatwg.org/#windows-1252), so that nothing is lost.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from threadqa.errors import SourceError, SourceFormatError

__all__ = [
    "MAX_LINE",
    "Encoding",
    "InspectedBytes",
    "Line",
    "inspect_bytes",
    "read_lines",
    "unreadable",
]

MAX_LINE = 1_000_000
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
# Zero bytes at every other place, as a share of those places, from which text is UTF-16. Western
# text has .5 and more; East Asian text only its spaces, line breaks and digits.
_UTF16_SHARE = 0.02
# Control characters as a share of all bytes, above which a file is not text.
_CONTROL_SHARE = 0.01
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_WINDOWS_1252 = {
    code: bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(0x80, 0xA0)
}


class Encoding(StrEnum):
    """How a file writes text; the value is the codec's name but for Windows-1252."""

    UTF_8 = "utf-8"
    UTF_8_BOM = "utf-8-sig"
    UTF_16_BOM = "utf-16"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    WINDOWS_1252 = "windows-1252"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedBytes:
    """What one reading of a file's bytes tells: encoding, size in bytes, SHA-256."""

    encoding: Encoding
    size: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its number, counted from 1, and its text without the line break."""

    number: int
    text: str


def unreadable(path: Path, error: OSError) -> SourceError:
    """What the system said about a file, as a source error."""
    return SourceError(str(path), f"cannot be read: {(error.strerror or str(error)).lower()}")


def inspect_bytes(path: Path, max_bytes: int) -> InspectedBytes:
    """Streams a file once.

    Raises:
        SourceError: It is empty, binary, too large, or cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    detector: _Detector | None = None
    try:
        _check_size(path, path.stat().st_size, max_bytes)
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                # It may have grown since its size was asked for.
                _check_size(path, size, max_bytes)
                detector = detector or _Detector(_guess(chunk[:_SAMPLE]))
                detector.feed(chunk)
    except OSError as error:
        raise unreadable(path, error) from error
    if detector is None:
        raise SourceError(str(path), "is empty")
    detector.finish()
    if detector.is_binary(size):
        raise SourceError(str(path), "looks like a binary file, not text")
    if not detector.has_words:
        raise SourceError(str(path), "is empty")
    return InspectedBytes(encoding=detector.encoding, size=size, content_hash=digest.hexdigest())


def read_lines(path: Path, encoding: Encoding) -> Iterator[Line]:
    r"""Reads a text file line by line; "\n", "\r\n" and "\r" end a line.

    Raises:
        SourceFormatError: A line is longer than MAX_LINE characters.
        SourceError: The file cannot be read.
    """
    is_windows = encoding is Encoding.WINDOWS_1252
    codec = "latin-1" if is_windows else encoding.value
    number = 0
    try:
        # Only an end cut off in the middle of a character can still be wrong: inspected above.
        with path.open(encoding=codec, errors="replace") as stream:
            while text := stream.readline(MAX_LINE + 1):
                number += 1
                text = text.removesuffix("\n")
                if len(text) > MAX_LINE:
                    raise SourceFormatError(
                        str(path), number, f"is longer than {MAX_LINE:,} characters"
                    )
                yield Line(number, text.translate(_WINDOWS_1252) if is_windows else text)
    except OSError as error:
        raise unreadable(path, error) from error


def _guess(sample: bytes) -> Encoding:
    """The encoding that a file's beginning suggests; UTF-8 where nothing speaks against it."""
    if sample.startswith(codecs.BOM_UTF8):
        return Encoding.UTF_8_BOM
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding.UTF_16_BOM
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) >= max(1, _UTF16_SHARE * (len(sample) // 2)):
        # The high byte of a Western character is zero, and it comes last in little-endian order.
        if odd > 4 * even:
            return Encoding.UTF_16_LE
        if even > 4 * odd:
            return Encoding.UTF_16_BE
    return Encoding.UTF_8


class _Detector:
    """Confirms or refutes a guess, chunk by chunk."""

    def __init__(self, guess: Encoding) -> None:
        self.encoding = guess
        self.has_words = False
        self._is_utf16 = guess.value.startswith("utf-16")
        self._decoder = codecs.getincrementaldecoder(guess.value)("strict")
        self._has_wide = False
        self._is_broken = False
        self._controls = 0
        self._zeros = 0

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes."""
        if not self._is_utf16:
            self._count(chunk)
        if self.encoding is Encoding.WINDOWS_1252:
            self.has_words = self.has_words or bool(chunk.strip())
            return
        try:
            text = self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self._refute()
            return
        self._has_wide = self._has_wide or not text.isascii()
        self.has_words = self.has_words or bool(text.strip("\ufeff").strip())
        if self._is_utf16:
            self._count(text.encode("utf-8"))

    def finish(self) -> None:
        """Takes the end, which may be in the middle of a character.

        After other characters beyond ASCII that is a UTF-8 file cut off; without any, it is as
        likely an old encoding's single accented letter.
        """
        if self.encoding is Encoding.WINDOWS_1252:
            return
        rest, _ = self._decoder.getstate()
        if rest and (self._is_utf16 or not self._has_wide):
            self._refute()

    def is_binary(self, size: int) -> bool:
        """Whether what was taken is no text; `size` in bytes."""
        return self._is_broken or self._zeros > 0 or self._controls > _CONTROL_SHARE * size

    def _refute(self) -> None:
        """Any bytes are Windows-1252, but not where zeros spoke for UTF-16."""
        self._is_broken = self._is_utf16
        self.has_words = True
        self.encoding = Encoding.WINDOWS_1252

    def _count(self, chunk: bytes) -> None:
        self._zeros += chunk.count(0)
        self._controls += len(chunk) - len(chunk.translate(None, _CONTROLS))


def _check_size(path: Path, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise SourceError(
            str(path),
            f"is {_readable(size, up=True)}, over the limit of {_readable(max_bytes, up=False)} "
            "(setting max_file_bytes)",
        )


def _readable(size: int, *, up: bool) -> str:
    """A size in words; rounded so that what is over a limit also reads as over it."""
    if size < 1_000_000:
        return f"{size:,} bytes"
    return f"{-(-size // 1_000_000) if up else size // 1_000_000} MB"
