r"""Reads threads from JSON lines: one post a line.

The keys are "id", "thread", "position", "author", "created_at", "text" and "url"; only "text" is
required, others are passed over. Posts with the same "thread" are one thread wherever they stand
in the file: a first reading checks every line and remembers where each thread's posts are, the
second puts threads together one by one. A thread of more than 10,000 posts is cut there.

A line with "_id" and without "id" is a document of a BEIR corpus (Thakur et al. 2021, "BEIR: A
Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models"): {"_id", "title",
"text", "metadata"}. Its post has that id, and as its text the title, a line break and the text.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, TypeGuard

from threadqa.errors import SourceFormatError
from threadqa.posts import Post, Thread, opening_words
from threadqa.sources.decoding import MAX_LINE, Encoding, read_lines, unreadable
from threadqa.sources.entities import find_entities
from threadqa.sources.identity import stable_id

__all__ = ["MAX_POSTS", "read_jsonl"]

MAX_POSTS = 10_000
# UTF-8 takes four bytes a character at most.
_MAX_LINE_BYTES = 4 * MAX_LINE

_JSON_NAMES = {
    bool: "true or false",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """A line's post, checked."""

    line: int
    text: str
    id: str | None
    thread: str | None
    position: int | None
    author: str | None
    created_at: datetime | None
    url: str | None


# A post's place: offset in bytes, line, position (0 where it has none).
_Place = tuple[int, int, int]


class _Places:
    """The places of a thread's posts, 24 bytes each."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers = array("Q")

    def append(self, offset: int, record: _Record) -> None:
        """Adds the place of a line."""
        self._numbers.extend((offset, record.line, record.position or 0))

    def in_order(self) -> list[_Place]:
        """Places by position where all posts have one, else by line."""
        places = list(zip(*(self._numbers[i::3] for i in range(3)), strict=True))
        if all(position for _, _, position in places):
            places.sort(key=lambda place: place[2])
        return places


def read_jsonl(path: Path, encoding: Encoding, source: str) -> Iterator[Thread]:
    """Reads threads one by one, in the order of their first posts.

    Args:
        path: The file.
        encoding: As its bytes say.
        source: Name that the posts carry as their source.

    Yields:
        Threads, none of known length.

    Raises:
        SourceFormatError: A line breaks the format. Raised before the first thread.
        SourceError: The file cannot be read.
    """
    with _utf8(path, encoding) as stream:
        reader = _Reader(path, stream)
        groups, ids = reader.survey()
        maker = _ThreadMaker(source, ids)
        for places in groups:
            in_order = places.in_order()
            for part, start in enumerate(range(0, len(in_order), MAX_POSTS)):
                records = [reader.at(place) for place in in_order[start : start + MAX_POSTS]]
                yield maker.thread(records, part)


@contextmanager
def _utf8(path: Path, encoding: Encoding) -> Iterator[BinaryIO]:
    """The file's bytes as UTF-8; a file in another encoding is rewritten beside."""
    try:
        if encoding in {Encoding.UTF_8, Encoding.UTF_8_BOM}:
            with path.open("rb") as stream:
                yield stream
            return
        with TemporaryFile() as copy:
            for line in read_lines(path, encoding):
                copy.write(line.text.encode("utf-8", "replace") + b"\n")
            copy.seek(0)
            yield copy
    except OSError as error:
        raise unreadable(path, error) from error


class _Reader:
    """Records of a file, in order or by place."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream

    def survey(self) -> tuple[list[_Places], dict[str, int]]:
        """Checks every line; returns where each thread's posts are, and the given ids' lines."""
        groups: dict[str | int, _Places] = {}
        ids: dict[str, int] = {}
        for offset, number, line in self._lines():
            if not line.strip():
                continue
            record = self._record(number, line)
            if record.id is not None:
                first = ids.setdefault(record.id, number)
                if first != number:
                    raise self._error(number, f"id {record.id!r} stands on line {first} too")
            key = number if record.thread is None else record.thread
            groups.setdefault(key, _Places()).append(offset, record)
        return list(groups.values()), ids

    def at(self, place: _Place) -> _Record:
        """The record at a place."""
        offset, number, _ = place
        self._stream.seek(offset)
        return self._record(number, self._stream.readline(_MAX_LINE_BYTES + 1))

    def _lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Offset, number and bytes of each line."""
        offset = number = 0
        while line := self._stream.readline(_MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > _MAX_LINE_BYTES:
                raise self._error(number, f"is longer than {MAX_LINE:,} characters")
            yield offset, number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            offset += len(line)

    def _record(self, number: int, line: bytes) -> _Record:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
        if len(text) > MAX_LINE + 1:
            raise self._error(number, f"is longer than {MAX_LINE:,} characters")
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._error(number, f"is not JSON ({error})") from error
        if not isinstance(fields, dict):
            raise self._error(number, f"must be an object, not {_json_name(fields)}")
        try:
            return _checked(number, fields)
        except ValueError as error:
            raise self._error(number, str(error)) from error

    def _error(self, number: int, reason: str) -> SourceFormatError:
        return SourceFormatError(str(self._path), number, reason)


class _ThreadMaker:
    """Makes threads of one file; knows the ids that are taken and the titles so far."""

    def __init__(self, source: str, ids: dict[str, int]) -> None:
        self._source = source
        self._ids = ids
        self._titles: Counter[str] = Counter()

    def thread(self, records: Sequence[_Record], part: int) -> Thread:
        """Makes a thread, or a later part of one that is too long."""
        title = opening_words(records[0].text, records[0].position)
        thread_id = self._thread_id(records[0], title, part)
        post_ids = self._post_ids(records, thread_id)
        authors = {record.author for record in records}
        return Thread(
            id=thread_id,
            title=title,
            posts=tuple(map(self._post, records, post_ids)),
            author=authors.pop() if len(authors) == 1 else None,
            url=records[0].url,
        )

    def _thread_id(self, first: _Record, title: str, part: int) -> str:
        if first.thread is not None:
            return stable_id(self._source, "thread", first.thread, str(part))
        if first.id is not None:
            return stable_id(self._source, "post", first.id)
        self._titles[title] += 1
        return stable_id(self._source, "title", title, str(self._titles[title]))

    def _post_ids(self, records: Sequence[_Record], thread_id: str) -> list[str]:
        """Given ids, and for posts without one the thread's id and their place in it."""
        taken: dict[str, None] = {}
        for ordinal, record in enumerate(records, start=1):
            post_id = derived = record.id or f"{thread_id}-{record.position or ordinal}"
            repeat = 1
            while record.id is None and (post_id in taken or post_id in self._ids):
                repeat += 1
                post_id = f"{derived}-{repeat}"
            taken[post_id] = None
        return list(taken)

    def _post(self, record: _Record, post_id: str) -> Post:
        entities = find_entities(record.text)
        return Post(
            id=post_id,
            text=record.text,
            source=self._source,
            first_line=record.line,
            last_line=record.line,
            author=record.author,
            created_at=record.created_at,
            url=record.url,
            mentions=entities.mentions,
            links=entities.links,
            hashtags=entities.hashtags,
            position=record.position,
        )


def _checked(line: int, fields: dict[str, object]) -> _Record:
    """Checks a line's values.

    Raises:
        ValueError: One is missing or wrong; says which.
    """
    is_beir = "_id" in fields and "id" not in fields
    author = _string(fields, "author")
    return _Record(
        line=line,
        text=_text(fields, ("title", "text") if is_beir else ("text",)),
        id=_name(fields, "_id" if is_beir else "id"),
        thread=_name(fields, "thread"),
        position=_position(fields),
        author=author.strip().removeprefix("@") or None if author else None,
        created_at=_date(fields),
        url=_string(fields, "url"),
    )


def _text(fields: dict[str, object], keys: Sequence[str]) -> str:
    """The strings of some keys, the last of them "text", each on lines of its own; not all blank.

    Raises:
        ValueError: They are, or one is no string.
    """
    found = [value for value in (_string(fields, key) for key in keys) if value is not None]
    if not found:
        raise ValueError(f'"text" is {"blank" if fields.get("text") else "missing"}')
    return "\n".join(found).replace("\r\n", "\n").replace("\r", "\n")


def _string(fields: dict[str, object], key: str) -> str | None:
    """A string; None where the key is absent or null, or the string is blank."""
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{key}" must be a string, not {_json_name(value)}')
    if value is None or not value.strip():
        return None
    # JSON can write half of a surrogate pair, which no encoding can: it becomes U+FFFD.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _name(fields: dict[str, object], key: str) -> str | None:
    """A string, or a whole number's digits."""
    value = fields.get(key)
    return str(value) if _is_whole(value) else _string(fields, key)


def _is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number; to Python, true and false are numbers too."""
    return isinstance(value, int) and not isinstance(value, bool)


def _position(fields: dict[str, object]) -> int | None:
    value = fields.get("position")
    if value is None:
        return None
    if not _is_whole(value):
        raise ValueError(f'"position" must be a whole number, not {_json_name(value)}')
    if not 1 <= value < 1 << 63:
        raise ValueError(f'"position" must be from 1 up, not {value}')
    return value


def _date(fields: dict[str, object]) -> datetime | None:
    value = _string(fields, "created_at")
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(
            '"created_at" must be an ISO 8601 date such as 2022-07-01T09:30:00Z, '
            f"not {value[:40]!r}"
        ) from None


def _json_name(value: object) -> str:
    return "null" if value is None else _JSON_NAMES[type(value)]
