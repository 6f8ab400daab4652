"""`threadqa eval fit` and `threadqa eval draft`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from threadqa.evaluation.questions import read_questions

Run = Callable[..., Result]


@pytest.fixture
def own(index: Path, tmp_path: Path) -> Path:
    """An index of the examples that may be written to."""
    return Path(shutil.copytree(index, tmp_path / "own"))


@pytest.fixture
def questions(examples: Path) -> Path:
    return examples.parent / "questions.jsonl"


def test_a_fit_is_saved_with_the_index_used_and_reset(
    run: Run, own: Path, questions: Path, examples: Path
) -> None:
    fitted = run("eval", "fit", questions, "--index", own)
    assert (fitted.exit_code, fitted.stderr) == (0, "")
    assert "Questions: 59 answerable, 21 unanswerable.\n" in fitted.stdout
    assert "in 5-fold cross-validation; the shipped model's is 0." in fitted.stdout
    assert f"Saved in {own}" in fitted.stdout
    content = (own / "abstention.json").read_bytes()
    status = json.loads(run("status", "--index", own, "--json").stdout)
    assert status["abstention"].startswith("own, fitted on examples on 20")
    again = run("index", examples, "--index", own, "--encoder", "packaged")
    assert again.exit_code == 0
    assert (own / "abstention.json").read_bytes() == content
    reset = run("eval", "fit", "--reset", "--index", own)
    assert reset.stdout == f"{own} is asked with the shipped model again.\n"
    assert not (own / "abstention.json").exists()
    assert "abstention      shipped\n" in run("status", "--index", own).stdout


def test_a_fit_that_is_no_worse_than_the_shipped_model_is_saved_without_advice(
    run: Run, own: Path, tmp_path: Path
) -> None:
    asked = "What share of patients should start treatment within 18 weeks of referral?"
    sets = [(asked, True), ("Zebra opera marzipan?", False)]
    lines = [json.dumps({"question": q, "answerable": a}) for q, a in sets * 10]
    (tmp_path / "easy.jsonl").write_text("\n".join(lines), encoding="utf-8")
    fitted = run("eval", "fit", tmp_path / "easy.jsonl", "--index", own)
    assert "Questions: 10 answerable, 10 unanswerable.\nAUROC 1.000 in" in fitted.stdout
    assert (
        "it refuses 0.0% of the answerable questions of the other folds and answers 0.0%"
        in fitted.stdout
    )
    assert fitted.stdout.endswith(
        f"Saved in {own}; `threadqa eval fit --reset` goes back to the shipped model.\n"
    )


def test_a_dry_run_saves_nothing(run: Run, own: Path, questions: Path) -> None:
    shown = run("eval", "fit", questions, "--index", own, "--dry-run", "--folds", 3)
    assert shown.stdout.endswith("\nNothing was saved.\n")
    assert "in 3-fold cross-validation" in shown.stdout
    assert not (own / "abstention.json").exists()


def test_a_fit_is_printed_as_json(run: Run, own: Path, questions: Path) -> None:
    fitted = json.loads(run("eval", "fit", questions, "--index", own, "--json").stdout)
    assert fitted["saved"] is True
    assert fitted["fitted_on"]["answerable"] == 59
    assert 0.0 < fitted["figures"]["auroc"] < 1.0
    assert json.loads(run("eval", "fit", "--reset", "--index", own, "--json").stdout) == {
        "removed": True
    }
    assert (
        run("eval", "fit", "--reset", "--index", own).stdout == f"{own} has no model of its own.\n"
    )


def test_a_fit_needs_questions_or_reset_and_not_both(run: Run, own: Path, questions: Path) -> None:
    for arguments in (["--index", own], [questions, "--reset", "--index", own]):
        result = run("eval", "fit", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == "threadqa: name a question set to fit on, or --reset and none\n"


def test_a_damaged_model_is_a_notice_and_a_line_of_the_status(run: Run, own: Path) -> None:
    (own / "abstention.json").write_text("{}", encoding="utf-8")
    answer = run("ask", "What are the three tests?", "--index", own)
    assert "Note: The abstention model of this index is not used: its file is damaged." in (
        answer.stdout
    )
    status = run("status", "--index", own).stdout
    assert "abstention      shipped; the index's own is not used: its file is damaged\n" in status


def test_drafts_are_a_question_set_whose_quotes_stand_in_the_archive(
    run: Run, index: Path, examples: Path, tmp_path: Path
) -> None:
    out = tmp_path / "drafts.jsonl"
    drafted = run("eval", "draft", "--index", index, "--count", 20, "--out", out)
    assert (drafted.exit_code, drafted.stderr) == (0, "")
    assert drafted.stdout.startswith("20 drafts (16 answerable, 4 to check) in ")
    found = read_questions(out).questions
    everything = "\n".join(file.read_text("utf-8") for file in examples.iterdir())
    assert len({question.question for question in found}) == 20
    for question in found:
        assert question.tags[0] == "draft"
        for quote in question.relevant_quotes or ():
            assert quote in everything
            for answer in question.answer_contains or ():
                assert answer in quote
    again = run("eval", "draft", "--index", index, "--count", 20, "--out", out)
    assert (again.exit_code, again.stdout) == (2, "")
    assert f"{out} exists, and may have been edited: name another file" in again.stderr


def test_drafts_are_printed_and_said_to_be_few(run: Run, index: Path) -> None:
    drafted = run("eval", "draft", "--index", index, "--count", 500)
    lines = [json.loads(line) for line in drafted.stdout.splitlines()]
    assert "When was the standard of 95% last met?" in {line["question"] for line in lines}
    assert drafted.stderr == (
        f"threadqa: the archive gave {len(lines)} drafts "
        f"({sum(line['answerable'] for line in lines)} answerable, "
        f"{sum(not line['answerable'] for line in lines)} to check), not 500\n"
    )
    other = run("eval", "draft", "--index", index, "--count", 5, "--seed", 1)
    assert len(other.stdout.splitlines()) == 5
    assert other.stderr == ""
