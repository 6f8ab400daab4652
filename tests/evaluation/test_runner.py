"""Runs over a small index: what is written down, and how a run goes on after a kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluation.runs import citation, json_answer, result
from tests.evaluation.subjects import QUESTIONS, open_stub_subject, write_index
from threadqa.errors import SourceError, SourceFormatError, UsageError
from threadqa.evaluation.run_folder import appending, read_run
from threadqa.evaluation.runner import FinishedRun, run_questions
from threadqa.evaluation.summary import summarise
from threadqa.evaluation.values import Question, QuestionSet, Turn
from threadqa.indexing.progress import NoProgress

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_index(tmp_path_factory.mktemp("runner"))


def run(
    index: Path, folder: Path, question_set: QuestionSet = QUESTIONS, **settings: float
) -> FinishedRun:
    with open_stub_subject(index, **settings) as subject:
        return run_questions(question_set, subject, folder, NoProgress())


def rows(folder: Path) -> list[str]:
    return (folder / "results.jsonl").read_text("utf-8").splitlines()


def test_a_run_measures_every_question(index: Path, tmp_path: Path) -> None:
    finished = run(index, tmp_path)
    money, wrong, colour, opera = finished.run.results
    assert finished.asked == 4
    assert money.measures["first citation relevant"] == 1
    assert money.measures["answer contains"] == 1
    assert money.measures["R@1"] == 1
    assert money.measures["citation validity"] == 1
    assert money.answer is not None
    assert money.answer["status"] == "answered"
    assert money.latency_ms is not None
    assert money.latency_ms > 0
    first = money.ranking[0]
    assert (first.text, first.relevant) == ("2/3 Money for staff is late.", True)
    assert money.relevance == {first.post_id: 1}
    assert wrong.answer is None
    assert wrong.latency_ms is None
    assert wrong.ranking == ()
    assert colour.measures["R@100"] == 1 / 2
    assert opera.measures["unanswerable answered"] in {0, 1}
    assert opera.relevance is None


def test_a_follow_up_is_asked_with_what_came_before_it(index: Path, tmp_path: Path) -> None:
    follow_up = Question(
        id="colour",
        question="And Bob?",
        history=(
            Turn(role="user", content="What does Ann say of the boat?"),
            Turn(role="assistant", content="That it is green."),
        ),
        relevance={"b": 1},
    )
    asked = replace(QUESTIONS, questions=(follow_up,))
    (result,) = run(index, tmp_path, asked).run.results
    assert result.answer is not None
    assert result.answer["question"] == "And Bob?"
    assert result.answer["standalone_question"] == "What does Bob say of the boat?"
    assert result.measures["first citation relevant"] == 1
    assert result.ranking[0].post_id == "b"


def test_a_question_that_fails_is_recorded_and_the_run_goes_on(index: Path, tmp_path: Path) -> None:
    finished = run(index, tmp_path)
    wrong = finished.run.results[1]
    assert wrong.error.startswith("UsageError: since:yesterday is not a date")
    assert "\n" not in wrong.error
    assert wrong.measures["nDCG@10"] == 0
    assert wrong.measures["answerable refused"] == 1
    assert finished.run.summary.failed == 1
    assert finished.run.summary.measures["latency p50 (ms)"].n == 3


@pytest.mark.parametrize("failing", ["a", "b"])
def test_a_question_that_fails_makes_what_is_said_of_confidence_worse(failing: str) -> None:
    answered = Question(id="a", question="Who pays?", answerable=True)
    refused = Question(id="b", question="Who sings?", answerable=False)
    right = [
        result(answered, answer=json_answer(citation("p"), confidence=0.9)),
        result(refused, answer=json_answer(confidence=0.1)),
    ]
    wrong = [
        result(one.question, error="no") if one.question.id == failing else one for one in right
    ]
    before, after = (summarise(found, missing_posts=0).measures for found in (right, wrong))
    assert [before[name].value for name in ("AUROC", "AURC")] == [1, 1 / 4]
    assert [after[name].value for name in ("AUROC", "AURC")] == [0, 3 / 4]
    assert before["ECE"].value == pytest.approx(1 / 10)
    assert after["ECE"].value == pytest.approx((1 / 10 + 1) / 2)


def test_the_latencies_are_percentiles_between_the_two_nearest() -> None:
    answered = [result(f"q{n}", latency_ms=float(n)) for n in range(101)]
    found = summarise([*answered, result("slow", error="no")], missing_posts=0).measures
    shown = [found[f"latency p{share} (ms)"].value for share in (50, 95, 99)]
    assert shown == pytest.approx([50, 95, 99])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_one_line_and_keeps_the_rows_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").symlink_to("/dev/full")
    full = pytest.raises(SourceError, match=r"No space left on device.*to go on")
    with full, appending(tmp_path) as append:
        append(result("q"))


def test_a_question_that_stands_in_a_run_twice_is_named(index: Path, tmp_path: Path) -> None:
    run(index, tmp_path)
    file = tmp_path / "results.jsonl"
    file.write_bytes(file.read_bytes() * 2)
    with pytest.raises(SourceFormatError, match="line 5: the question 'money' stands here twice"):
        read_run(tmp_path)


def test_the_summary_is_over_all_questions_and_by_tag(index: Path, tmp_path: Path) -> None:
    summary = run(index, tmp_path).run.summary
    assert (summary.questions, summary.missing_posts) == (4, 1)
    assert summary.measures["R@100"].value == pytest.approx((1 + 0 + 1 / 2) / 3)
    assert summary.measures["R@100"].n == 3
    assert summary.measures["citation validity"].value == 1
    assert list(summary.by_tag) == ["boat", "follow-up", "staff"]
    assert summary.by_tag["staff"]["R@100"].value == 1 / 2
    assert summary.by_tag["follow-up"] == summary.by_tag["boat"]
    assert "AUROC" not in summary.by_tag["staff"]
    assert len(summary.reliability) == 4
    assert summary.risk_coverage[-1] == (1, 1 / 4)


def test_questions_of_one_kind_have_no_risk_and_no_calibration(index: Path, tmp_path: Path) -> None:
    only = QuestionSet(name="one", digest="e" * 64, questions=QUESTIONS.questions[:1])
    summary = run(index, tmp_path, only, answer_threshold=1.0).run.summary
    assert (summary.risk_coverage, summary.reliability) == ((), ())
    measures = set(summary.measures)
    assert not {"AUROC", "AURC", "ECE", "abstention recall", "abstention precision"} & measures
    assert summary.measures["answerable refused"].value == 1


def test_a_run_is_read_as_it_was_written(index: Path, tmp_path: Path) -> None:
    finished = run(index, tmp_path)
    assert read_run(tmp_path) == finished.run
    info = finished.run.info
    assert (info.question_set, info.digest, info.encoder) == ("small", "d" * 64, "stub-8")
    assert (info.posts, info.generation) == (7, 1)
    assert info.settings["answer_threshold"] == 0
    assert info.abstention.startswith("shipped")
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert summary["info"]["question_set"] == "small"
    assert set(summary["measures"]["nDCG@10"]) == {"value", "low", "high", "n"}
    assert finished.report == tmp_path / "report.html"
    assert "small" in finished.report.read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_run_that_was_killed_goes_on_where_it_was(index: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    killed = subprocess.run(
        [sys.executable, "-m", "tests.evaluation.killed_run", index, folder, "2"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    before = rows(folder)
    assert len(before) == 2
    with pytest.raises(SourceError, match="was cut short"):
        read_run(folder)
    with (folder / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"question": {"id": "colour", "que')  # a row cut in two
    finished = run(index, folder)
    assert finished.asked == 2
    assert rows(folder)[:2] == before
    assert [result.question.id for result in finished.run.results] == [
        question.id for question in QUESTIONS.questions
    ]
    assert read_run(folder) == finished.run


def test_a_run_that_was_killed_before_its_first_row_goes_on(index: Path, tmp_path: Path) -> None:
    first = run(index, tmp_path)
    (tmp_path / "results.jsonl").unlink()
    again = run(index, tmp_path)
    assert again.asked == 4
    assert again.run.info == first.run.info


def test_a_finished_run_is_summed_up_again_without_asking(index: Path, tmp_path: Path) -> None:
    first = run(index, tmp_path)
    (tmp_path / "summary.json").unlink()
    again = run(index, tmp_path)
    assert again.asked == 0
    assert again.run == first.run


def test_a_run_is_not_mixed_with_one_of_something_else(index: Path, tmp_path: Path) -> None:
    run(index, tmp_path)
    other = QuestionSet(name="small", digest="e" * 64, questions=QUESTIONS.questions)
    before = rows(tmp_path)
    with pytest.raises(
        UsageError, match=f"a run with digest {'d' * 64} and not {'e' * 64}: choose"
    ):
        run(index, tmp_path, other)
    with pytest.raises(
        UsageError, match=r"with dense_weight 0\.75 and not 0\.5, max_sentences 3 and not 1: choose"
    ):
        run(index, tmp_path, dense_weight=0.5, max_sentences=1)
    assert rows(tmp_path) == before


def test_rows_that_are_not_of_a_run_are_left_alone(index: Path, tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").write_text("mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds results.jsonl and no run.json"):
        run(index, tmp_path)
    assert rows(tmp_path) == ["mine"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("run.json", "{", "run.json: is damaged"),
        ("run.json", '{"a": 1}', "run.json: is damaged"),
        ("summary.json", "[]", "summary.json: is damaged"),
        ("results.jsonl", '{"question": {}}\n', "line 1: not a result of this version"),
    ],
)
def test_a_damaged_run_says_what_is_damaged(
    index: Path, tmp_path: Path, name: str, content: str, reason: str
) -> None:
    run(index, tmp_path)
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        read_run(tmp_path)


def test_a_folder_without_a_run_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no run"):
        read_run(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(index: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be written"):
        run(index, tmp_path / "file" / "run")
