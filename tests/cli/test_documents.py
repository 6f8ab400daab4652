"""The two documents that this project began with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]


def test_the_documents_make_9_threads_of_41_posts(run: Run, documents_index: Path) -> None:
    facts = json.loads(run("status", "--index", documents_index, "--json").stdout)
    assert (facts["sources"], facts["threads"], facts["posts"]) == (2, 9, 41)
    threads = json.loads(run("threads", "--index", documents_index, "--json").stdout)
    assert [(t["completeness"], t["post_count"], t["declared_length"]) for t in threads] == [
        ("complete", 6, 6),
        ("partial", 3, 25),
        ("partial", 3, 25),
        ("partial", 3, 11),
        ("partial", 3, 25),
        ("partial", 3, 7),
        ("partial", 3, 9),
        ("complete", 7, 7),
        ("unknown", 10, None),
    ]


def test_what_is_missing_from_the_reforms_is_answered_from_the_right_post(
    run: Run, documents_index: Path
) -> None:
    result = run(
        "ask", "what is missing from the ICS reforms?", "--index", documents_index, "--json"
    )
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    first = answer["citations"][0]
    assert first["source"].startswith("004_")
    assert first["first_line"] == first["last_line"] == 6
    for thing in ("social care", "health inequalities", "workforce strategy"):
        assert thing in answer["answer"]
        assert thing in first["text"]


def test_the_coach_of_arsenal_is_not_in_the_documents(run: Run, documents_index: Path) -> None:
    question = "Who is the head coach of Arsenal?"
    result = run("ask", question, "--index", documents_index, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["status"] == "not_found"


def test_a_thread_of_which_25_posts_were_declared_shows_its_gap(
    run: Run, documents_index: Path
) -> None:
    shown = run("show", "Update thread on where NHS hospitals", "--index", documents_index)
    assert "\n… posts 4–25: not in the archive …\n" in shown.stdout
