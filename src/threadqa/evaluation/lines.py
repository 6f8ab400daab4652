"""Text files line by line, with errors that name the file and the line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from threadqa.errors import SourceError, SourceFormatError, UsageError

__all__ = ["Record", "numbered_lines", "records", "save_lines"]


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, numbered from 1.

    Raises:
        SourceError: The file cannot be read.
        SourceFormatError: A line is not UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(
            str(path), f"cannot be read ({error.strerror}): name a file that is there"
        ) from error
    # Split as bytes: str.splitlines would also split at characters that JSON allows in a text.
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = raw.decode().strip("\r")
        except UnicodeDecodeError as error:
            raise SourceFormatError(
                str(path), number, "not UTF-8: save the file in this encoding"
            ) from error
        if line.strip():
            yield number, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A JSON object of a line, whose fields are checked as they are read.

    Attributes:
        path: The file.
        line: Counted from 1.
        fields: The object.
    """

    path: Path
    line: int
    fields: Mapping[str, object]

    def wrong(self, reason: str) -> SourceFormatError:
        """An error that names the file and the line."""
        return SourceFormatError(str(self.path), self.line, reason)

    def text(self, key: str) -> str | None:
        """A text with something in it; None where the key is absent or null."""
        value = self.fields.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f'"{key}" must be a text that is not empty, found {_shown(value)}')
        return value

    def required_text(self, key: str) -> str:
        """Likewise; an error where the key is absent."""
        value = self.text(key)
        if value is None:
            raise self.wrong(f'"{key}" is missing: every line needs it')
        return value

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts with something in each; None where the key is absent or null."""
        value = self.fields.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise self.wrong(f'"{key}" must be a list of texts, found {_shown(value)}')
        return tuple(value)

    def flag(self, key: str) -> bool | None:
        """True or false; None where the key is absent or null."""
        value = self.fields.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(f'"{key}" must be true or false, found {_shown(value)}')
        return value

    def objects(self, key: str) -> tuple[Record, ...]:
        """A list of objects; empty where the key is absent or null."""
        value = self.fields.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.wrong(f'"{key}" must be a list of objects, found {_shown(value)}')
        return tuple(Record(path=self.path, line=self.line, fields=fields) for fields in value)


def records(path: Path) -> Iterator[Record]:
    """The objects of a JSONL file.

    Raises:
        SourceError: The file cannot be read.
        SourceFormatError: A line is not a JSON object.
    """
    for number, line in numbered_lines(path):
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            found = f"not JSON: {error.msg} (column {error.colno})"
            raise SourceFormatError(str(path), number, found) from error
        except RecursionError as error:
            raise SourceFormatError(str(path), number, "not JSON: nested too deep") from error
        if not isinstance(value, dict):
            raise SourceFormatError(
                str(path), number, f"expected a JSON object, found {_shown(value)}"
            )
        yield Record(path=path, line=number, fields=value)


def save_lines(lines: Iterable[str], file: Path) -> None:
    """Writes lines to a new file.

    Raises:
        UsageError: The file exists, or cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in lines)
    except FileExistsError:
        raise UsageError(f"{file} exists, and may have been edited: name another file") from None
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written ({error.strerror}): name another file"
        ) from error


def _shown(value: object) -> str:
    """A value in JSON, cut short."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
