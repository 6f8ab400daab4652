from __future__ import annotations

import codecs
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from threadqa.errors import SourceFormatError
from threadqa.posts import Completeness, Post, Thread
from threadqa.sources.decoding import MAX_LINE, Encoding
from threadqa.sources.identity import stable_id
from threadqa.sources.jsonl import MAX_POSTS, read_jsonl
from threadqa.sources.registry import discover, inspect, read_threads

EVAL = Path(__file__).parents[2].parent / "shared" / "eval"


def read(tmp_path: Path, *lines: object) -> list[Thread]:
    path = tmp_path / "a.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return list(read_jsonl(path, Encoding.UTF_8, "a.jsonl"))


def test_every_key_is_read(tmp_path: Path) -> None:
    fields = {
        "id": "p1", "thread": "t1", "position": 2, "author": "@jane", "extra": [1],
        "created_at": "2022-07-01T09:30:00Z", "url": "https://e.org/p1",
        "text": "Hello @bob\r\nsee e.org/x #NHS",
    }  # fmt: skip
    thread_id = stable_id("a.jsonl", "thread", "t1", "0")
    post = Post(
        id="p1",
        text="Hello @bob\nsee e.org/x #NHS",
        source="a.jsonl",
        first_line=2,
        last_line=2,
        author="jane",
        created_at=datetime(2022, 7, 1, 9, 30, tzinfo=UTC),
        url="https://e.org/p1",
        mentions=("bob",),
        links=("e.org/x",),
        hashtags=("NHS",),
        position=2,
    )
    assert read(tmp_path, "", fields, "  ") == [
        Thread(
            id=thread_id,
            title="Hello @bob see e.org/x #NHS",
            posts=(post,),
            author="jane",
            url="https://e.org/p1",
        )
    ]


def test_posts_of_a_thread_come_together_by_position(tmp_path: Path) -> None:
    threads = read(
        tmp_path,
        {"thread": "a", "position": 3, "text": "a3"},
        {"thread": "b", "text": "b1"},
        {"thread": "a", "position": 1, "text": "a1"},
        {"thread": "b", "position": 1, "text": "b2"},
    )
    a, b = (stable_id("a.jsonl", "thread", key, "0") for key in "ab")
    assert [[(p.id, p.text, p.first_line) for p in t.posts] for t in threads] == [
        [(f"{a}-1", "a1", 3), (f"{a}-3", "a3", 1)],
        # One of these has no position, so that the file's order holds.
        [(f"{b}-1", "b1", 2), (f"{b}-1-2", "b2", 4)],
    ]
    assert [thread.id for thread in threads] == [a, b]
    assert [thread.summary.completeness for thread in threads] == [
        Completeness.PARTIAL, Completeness.UNKNOWN
    ]  # fmt: skip


def test_a_post_without_a_thread_is_a_thread_of_its_own(tmp_path: Path) -> None:
    threads = read(tmp_path, {"text": "same"}, {"text": "same"}, {"id": 123, "text": "c"})
    assert [thread.id for thread in threads] == [
        stable_id("a.jsonl", "title", "same", "1"),
        stable_id("a.jsonl", "title", "same", "2"),
        stable_id("a.jsonl", "post", "123"),
    ]
    assert [thread.posts[0].id for thread in threads] == [
        f"{threads[0].id}-1", f"{threads[1].id}-1", "123"
    ]  # fmt: skip


def test_a_document_of_a_beir_corpus_is_a_thread_whose_text_begins_with_its_title(
    tmp_path: Path,
) -> None:
    threads = read(
        tmp_path,
        {"_id": "4983", "title": "On cells", "text": "Cells divide.", "metadata": {"year": 2001}},
        {"_id": "5836", "title": "", "text": "Cells rest.", "metadata": {}},
        {"_id": 7912, "title": "Cells", "text": ""},
    )
    assert [[(post.id, post.text) for post in thread.posts] for thread in threads] == [
        [("4983", "On cells\nCells divide.")],
        [("5836", "Cells rest.")],
        [("7912", "Cells")],
    ]
    assert [thread.id for thread in threads] == [
        stable_id("a.jsonl", "post", key) for key in ("4983", "5836", "7912")
    ]


def test_a_title_is_of_a_beir_corpus_only(tmp_path: Path) -> None:
    threads = read(tmp_path, {"id": "p", "_id": "d", "title": "On cells", "text": "Cells divide."})
    assert [(post.id, post.text) for post in threads[0].posts] == [("p", "Cells divide.")]


def test_a_derived_id_gives_way_to_a_given_one(tmp_path: Path) -> None:
    taken = stable_id("a.jsonl", "thread", "7", "0") + "-1"
    threads = read(tmp_path, {"thread": 7, "text": "a"}, {"thread": "7", "id": taken, "text": "b"})
    assert [post.id for post in threads[0].posts] == [f"{taken}-2", taken]


def test_a_thread_has_an_author_if_all_its_posts_have_the_same(tmp_path: Path) -> None:
    threads = read(
        tmp_path,
        {"thread": "a", "author": "jane", "text": "x"},
        {"thread": "a", "author": "bob", "text": "x"},
        {"thread": "b", "author": "jane", "text": "x"},
        {"thread": "b", "author": "@jane", "text": "x"},
        {"thread": "c", "author": " ", "text": "x"},
    )
    assert [thread.author for thread in threads] == [None, "jane", None]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2022-07-01", datetime(2022, 7, 1)),
        ("2022-07-01T09:30:00", datetime(2022, 7, 1, 9, 30)),
        ("2022-07-01T09:30:00+02:00",
         datetime(2022, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_dates_are_iso_8601(tmp_path: Path, written: str | None, date: datetime | None) -> None:
    threads = read(tmp_path, {"text": "x", "created_at": written})
    assert threads[0].posts[0].created_at == date


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"id": "a"}, '"text" is missing'),
        ({"text": None}, '"text" is missing'),
        ({"text": " \n"}, '"text" is blank'),
        ({"text": 1.5}, '"text" must be a string, not a number'),
        ({"text": "x", "id": True}, '"id" must be a string, not true or false'),
        ({"text": "x", "thread": ["a"]}, '"thread" must be a string, not a list'),
        ({"text": "x", "author": {}}, '"author" must be a string, not an object'),
        ({"text": "x", "url": 1}, '"url" must be a string, not a number'),
        ({"text": "x", "position": "1"}, '"position" must be a whole number, not a string'),
        ({"text": "x", "position": 0}, '"position" must be from 1 up, not 0'),
        ({"text": "x", "id": "first"}, "id 'first' stands on line 1 too"),
        ({"_id": "first", "text": "x"}, "id 'first' stands on line 1 too"),
        ({"_id": {}, "text": "x"}, '"_id" must be a string, not an object'),
        ({"_id": "d", "title": ["x"], "text": "x"}, '"title" must be a string, not a list'),
        ({"_id": "d", "title": " ", "text": ""}, '"text" is missing'),
        (
            {"text": "x", "created_at": "yesterday"},
            '"created_at" must be an ISO 8601 date such as 2022-07-01T09:30:00Z, not \'yesterday\'',
        ),
        ("[1]", "must be an object, not a list"),
        ("null", "must be an object, not null"),
        ("{", "is not JSON (Expecting property name enclosed in double quotes: "
              "line 1 column 2 (char 1))"),
    ],
)  # fmt: skip
def test_an_error_names_the_line_and_what_is_wrong(
    tmp_path: Path, line: object, reason: str
) -> None:
    with pytest.raises(SourceFormatError) as caught:
        read(tmp_path, {"id": "first", "text": "x"}, "", line)
    assert caught.value.line == 3
    assert caught.value.reason == f"line 3: {reason}"


@pytest.mark.parametrize("depth", [100_000])
def test_json_that_is_nested_too_deeply_is_an_error(tmp_path: Path, depth: int) -> None:
    with pytest.raises(SourceFormatError, match="line 1: is not JSON"):
        read(tmp_path, "[" * depth)


@pytest.mark.parametrize("character", ["x", "語"])
def test_a_line_that_is_too_long_is_an_error(tmp_path: Path, character: str) -> None:
    with pytest.raises(SourceFormatError, match="line 2: is longer than 1,000,000 characters"):
        read(tmp_path, {"text": "x"}, json.dumps({"text": character * 4 * MAX_LINE}))
    with pytest.raises(SourceFormatError, match="line 1: is longer than 1,000,000 characters"):
        read(tmp_path, f'{{"text": "{character * MAX_LINE}"}}')


def test_half_of_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    threads = read(tmp_path, '{"text": "a \\ud83d b \\ud83d\\ude00"}')
    assert threads[0].posts[0].text == "a \ufffd b 😀"


@pytest.mark.parametrize(
    ("bom", "codec", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8", Encoding.UTF_8_BOM),
        (codecs.BOM_UTF16_LE, "utf-16-le", Encoding.UTF_16_BOM),
        (b"", "cp1252", Encoding.WINDOWS_1252),
    ],
)
def test_other_encodings_are_read_too(
    tmp_path: Path, bom: bytes, codec: str, encoding: Encoding
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(bom + '{"text": "café"}\r\n\r\n{"text": "naïve"}'.encode(codec))
    threads = list(read_jsonl(path, encoding, "a.jsonl"))
    assert [(t.posts[0].text, t.posts[0].first_line) for t in threads] == [
        ("café", 1), ("naïve", 3)
    ]  # fmt: skip


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cannot be read: no such file or directory"):
        list(read_jsonl(tmp_path / "gone.jsonl", Encoding.UTF_8, "a"))


def test_a_very_long_thread_is_cut(tmp_path: Path) -> None:
    count = MAX_POSTS + 5
    threads = read(
        tmp_path, *({"thread": "a", "position": i, "text": f"t{i}"} for i in range(count, 0, -1))
    )
    assert [len(thread.posts) for thread in threads] == [MAX_POSTS, 5]
    assert threads[1].posts[0].text == f"t{MAX_POSTS + 1}"
    assert [thread.id for thread in threads] == [
        stable_id("a.jsonl", "thread", "a", part) for part in "01"
    ]


@pytest.mark.skipif(not EVAL.exists(), reason="the development sets are not here")
@pytest.mark.parametrize(
    ("name", "threads", "posts"),
    [("scifact", 5183, 5183), ("tweetqa", 4675, 4675), ("mtrag-un", 1152, 1152),
     ("locomo/conv-26", 19, 419), ("locomo/conv-43", 29, 680)],
)  # fmt: skip
def test_the_development_sets_are_read(name: str, threads: int, posts: int) -> None:
    file = discover([EVAL / name / "posts.jsonl"]).files[0]
    found = list(read_threads(file, inspect(file, max_bytes=100_000_000)))
    assert (len(found), sum(len(thread.posts) for thread in found)) == (threads, posts)
