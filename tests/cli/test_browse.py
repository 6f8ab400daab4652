"""`threadqa threads` and `threadqa show`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]

THREAD_KEYS = {
    "thread_id",
    "title",
    "author",
    "source",
    "completeness",
    "declared_length",
    "post_count",
    "missing",
}


def test_threads_are_listed_below_their_source_with_how_complete_they_are(
    run: Run, index: Path
) -> None:
    result = run("threads", "--index", index)
    assert (result.exit_code, result.stderr) == (0, "")
    first, *_ = result.stdout.split("\n\n")
    lines = first.splitlines()
    assert lines[0] == "01-collaboration-and-backlogs.txt"
    assert lines[1].endswith("  all 6 posts")
    assert lines[2].startswith("        Today England's 42 integrated care systems")
    assert lines[3].endswith("  3 of 12 posts, missing 4–12")
    assert "\x1b" not in result.stdout


def test_threads_as_json_have_the_documented_keys(run: Run, index: Path) -> None:
    threads = json.loads(run("threads", "--index", index, "--json").stdout)
    assert {thread["source"][:2] for thread in threads} == {f"0{n}" for n in range(1, 8)}
    for thread in threads:
        assert set(thread) == THREAD_KEYS
        assert thread["completeness"] in {"complete", "partial", "unknown"}
        assert bool(thread["missing"]) <= (thread["completeness"] == "partial")
    partial = threads[1]
    assert (partial["declared_length"], partial["post_count"]) == (12, 3)
    assert partial["missing"] == [4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_an_archive_without_threads_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("index", tmp_path / "empty", "--index", tmp_path / "index").exit_code == 0
    result = run("threads", "--index", tmp_path / "index")
    assert (result.exit_code, result.stdout) == (0, "The archive holds no threads.\n")


def test_a_thread_is_shown_with_its_gaps(run: Run, index: Path) -> None:
    threads = json.loads(run("threads", "--index", index, "--json").stdout)
    holes = next(thread for thread in threads if thread["missing"] == [3, 4, 6, 7, 8])
    result = run("show", holes["thread_id"], "--index", index)
    assert result.exit_code == 0
    pieces = [line for line in result.stdout.splitlines() if line.startswith(("…", "post "))]
    assert [piece.partition(" · ")[0] for piece in pieces] == [
        "post 1",
        "post 2",
        "… posts 3–4: not in the archive …",
        "post 5",
        "… posts 6–8: not in the archive …",
    ]
    assert "\x1b" not in result.stdout


def test_a_missing_beginning_and_a_single_missing_post_are_gaps(run: Run, tmp_path: Path) -> None:
    (tmp_path / "late.txt").write_text("2/5 A boat.\n3/5 A river.\n5/5 Music.\n", "utf-8")
    index = tmp_path / "index"
    assert run("index", tmp_path / "late.txt", "--index", index).exit_code == 0
    shown = run("show", "boat", "--index", index).stdout
    assert "\n… post 1: not in the archive …\n" in shown
    assert "\n… post 4: not in the archive …\n" in shown


def test_a_thread_as_json_has_its_posts_verbatim(run: Run, index: Path, examples: Path) -> None:
    result = run("show", "Today England's 42", "--index", index, "--json")
    thread = json.loads(result.stdout)
    assert set(thread) == THREAD_KEYS | {"url", "posts"}
    lines = (examples / thread["source"]).read_text("utf-8").splitlines()
    assert [post["text"] for post in thread["posts"]] == lines[:6]


def test_a_thread_that_no_text_or_many_threads_have_is_wrong_usage(run: Run, index: Path) -> None:
    for name, expected in (
        ("no such words", "no thread is named 'no such words'"),
        ("the", "threads, say which: "),
    ):
        result = run("show", name, "--index", index)
        assert (result.exit_code, result.stdout) == (2, "")
        assert expected in result.stderr
        assert result.stderr.count("\n") == 1


def test_nothing_in_a_post_or_a_name_reaches_the_terminal_as_a_control(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "evil"
    folder.mkdir()
    post = {
        "id": "p\x1b[2J",
        "thread": "t\u202e",
        "author": "ann\x1b[31m\u2066",
        "url": "https://example.org/\x1b[2J",
        "text": "A boat\x1b]0;title\x07 is\u202e red\u2067\x9b1m\x7f.",
    }
    (folder / "posts.jsonl").write_text(json.dumps(post) + "\n", encoding="utf-8")
    (folder / "red\x1b[31m\u202e.txt").write_text("1/1 A river.\n", encoding="utf-8")
    (folder / "new\nline\u202e.jsonl").write_text("not JSON\n", encoding="utf-8")
    index = tmp_path / "index"
    indexed = run("index", folder, "--index", index)
    assert indexed.exit_code == 1
    assert indexed.stderr.count("\n") == 1
    for arguments in (
        ["threads"],
        ["show", "boat"],
        ["show", "river"],
        ["search", "boat"],
        ["ask", "boat"],
        ["ask", "source:red river"],
        ["status"],
        ["show", "\x1b[31m\u202e"],
        ["ask", "since:\x1b[31m\u202e boat"],
    ):
        result = run(*arguments, "--index", index, THREADQA_ANSWER_THRESHOLD="0")
        for text in (indexed.output, result.output):
            controls = {c for c in text if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0} - {"\n"}
            assert controls == set(), arguments
            assert not set("\u202e\u2066\u2067") & set(text), arguments
    shown = json.loads(run("show", "boat", "--index", index, "--json").stdout)
    assert shown["posts"][0]["text"] == post["text"]
