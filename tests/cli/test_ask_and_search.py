"""`threadqa ask` and `threadqa search`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]

QUESTION = "How many clinical commissioning groups are abolished?"
NO_ANSWER = "Who is the head coach of Arsenal?"
ALWAYS = {"THREADQA_ANSWER_THRESHOLD": "0"}
ASK_KEYS = {
    "question",
    "standalone_question",
    "status",
    "confidence",
    "answer",
    "sentences",
    "citations",
    "nearest",
    "notices",
    "answerer",
    "encoder",
    "timings_ms",
}
POST_KEYS = {
    "post_id",
    "thread_id",
    "thread_title",
    "position",
    "declared_length",
    "completeness",
    "author",
    "created_at",
    "url",
    "source",
    "first_line",
    "last_line",
    "text",
    "score",
}


def test_an_answer_is_printed_with_its_citations_and_where_they_stand(
    run: Run, index: Path
) -> None:
    result = run("ask", QUESTION, "--index", index, **ALWAYS)
    assert result.exit_code == 0
    assert result.stderr == ""
    answer, citation, *_ = result.stdout.split("\n\n")
    assert answer.endswith("[1]") or "[1] " in answer
    assert citation.startswith("[1] ")
    assert "106 clinical commissioning groups" in result.stdout
    assert " · 01-collaboration-and-backlogs.txt:2 · all 6 posts" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_question_may_be_given_as_words(run: Run, index: Path) -> None:
    words = run("ask", *QUESTION.split(), "--index", index, "--json", **ALWAYS)
    assert json.loads(words.stdout)["question"] == QUESTION


def test_an_answer_as_json_has_the_documented_keys(run: Run, index: Path) -> None:
    result = run("ask", QUESTION, "--index", index, "--json", **ALWAYS)
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert set(answer) == ASK_KEYS
    assert answer["status"] == "answered"
    assert 0 <= answer["confidence"] <= 1
    assert answer["nearest"] == []
    assert answer["answerer"] == "extractive"
    assert set(answer["timings_ms"]) == {"retrieve", "answer"}
    for sentence in answer["sentences"]:
        assert set(sentence) == {"text", "citations"}
        assert sentence["text"] in answer["answer"]
    for citation in answer["citations"]:
        assert set(citation) >= POST_KEYS | {"number", "spans"}
    numbers = [citation["number"] for citation in answer["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {n for s in answer["sentences"] for n in s["citations"]} == set(numbers)


@pytest.mark.parametrize(
    "question",
    [QUESTION, "What does the triple aim ask trusts to think about?", "How long are the waits?"],
)
def test_every_citation_quotes_its_post_and_leads_to_its_source(
    run: Run, index: Path, examples: Path, question: str
) -> None:
    result = run("ask", question, "--index", index, "--json", **ALWAYS)
    citations = json.loads(result.stdout)["citations"]
    assert citations
    for citation in citations:
        lines = (examples / citation["source"]).read_text("utf-8").split("\n")
        place = "\n".join(lines[citation["first_line"] - 1 : citation["last_line"]])
        assert citation["text"] in place
        ends = [0]
        for start, end in citation["spans"]:
            assert ends[-1] <= start < end <= len(citation["text"])
            ends.append(end)


def test_what_the_archive_does_not_answer_exits_with_3_and_shows_the_nearest(
    run: Run, index: Path
) -> None:
    result = run("ask", NO_ANSWER, "--index", index)
    assert (result.exit_code, result.stderr) == (3, "")
    assert result.stdout.startswith("The archive does not answer this.\n\nThe nearest posts:\n")
    as_json = run("ask", NO_ANSWER, "--index", index, "--json")
    assert as_json.exit_code == 3
    answer = json.loads(as_json.stdout)
    assert (answer["status"], answer["answer"], answer["citations"]) == ("not_found", "", [])
    assert len(answer["nearest"]) == 3
    for hit in answer["nearest"]:
        assert set(hit) >= POST_KEYS


def test_a_question_whose_operators_leave_no_post_says_so(run: Run, index: Path) -> None:
    result = run("ask", "from:nobody who pays?", "--index", index)
    assert result.exit_code == 3
    assert "Note: No post is left by the operators of the question." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ask"], "Missing argument"),
        (["ask", ""], "the question is empty"),
        (["ask", "who?", "--nonsense"], "--nonsense"),
        (["ask", "since:yesterday who?"], "since:yesterday is not a date"),
        (["ask", "from: who?"], "from: needs a value"),
        (["ask", "thread:budget"], "operators only"),
        (["search"], "Missing argument"),
        (["search", "who", "--limit", "0"], "--limit"),
        (["search", "who", "--limit", "many"], "--limit"),
        (["search", 'thread:"who'], "opens a quotation"),
    ],
)
def test_wrong_usage_is_one_line_and_exits_with_2(
    run: Run, index: Path, arguments: list[str], expected: str
) -> None:
    result = run(*arguments, "--index", index)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("threadqa: ")
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1


def test_search_lists_posts_with_scores_and_shared_words(run: Run, index: Path) -> None:
    result = run("search", "waiting list pathways", "-n", "4", "--index", index)
    assert result.exit_code == 0
    assert result.stdout.count("; words in the post itself: ") == 4
    assert result.stdout.startswith("1. ")
    assert "\n4. " in result.stdout
    assert len(re.findall(r"^    score \d\.\d{3}: meaning ", result.stdout, re.MULTILINE)) == 4


def test_hits_as_json_are_ranked_and_explain_themselves(run: Run, index: Path) -> None:
    result = run("search", "waiting list pathways", "-n", "5", "--index", index, "--json")
    hits = json.loads(result.stdout)
    assert len(hits) == 5
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)
    for hit in hits:
        assert set(hit) >= POST_KEYS | {"dense", "lexical", "matched_terms"}


def test_a_search_of_operators_alone_lists_what_they_leave(run: Run, index: Path) -> None:
    result = run("search", "source:06-", "--index", index, "--json", "-n", "50")
    hits = json.loads(result.stdout)
    assert [hit["position"] for hit in hits] == [1, 2, 3, 4, 5, 6, 7]


def test_a_search_that_finds_nothing_says_so(run: Run, index: Path) -> None:
    result = run("search", "from:nobody", "--index", index)
    assert (result.exit_code, result.stdout) == (0, "Nothing found.\n")


def test_settings_come_from_the_file_the_environment_and_the_flags_in_this_order(
    run: Run, index: Path, outside: Path, tmp_path: Path
) -> None:
    (outside / "threadqa.toml").write_text(
        f"index = '{index.as_posix()}'\nanswer_threshold = 1.0\n", encoding="utf-8"
    )
    assert run("ask", QUESTION).exit_code == 3
    assert run("ask", QUESTION, **ALWAYS).exit_code == 0
    assert run("ask", QUESTION, THREADQA_INDEX=str(tmp_path / "none")).exit_code == 1
    assert run("ask", QUESTION, "--index", index, THREADQA_INDEX="none", **ALWAYS).exit_code == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anwser_threshold = 1", "did you mean 'answer_threshold'"),
        ("dense_weight = 3", "sets dense_weight to 3"),
        ("not TOML", "cannot be read as TOML"),
    ],
)
def test_a_wrong_setting_is_one_line(
    run: Run, index: Path, outside: Path, text: str, expected: str
) -> None:
    (outside / "threadqa.toml").write_text(text, encoding="utf-8")
    result = run("ask", QUESTION, "--index", index)
    assert (result.exit_code, result.stdout) == (1, "")
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1
