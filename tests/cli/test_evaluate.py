"""`threadqa eval run` and `threadqa eval compare`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from tests.cli.terminal import on_terminal
from tests.evaluation.runs import difference
from threadqa.cli.render_evaluation import print_comparison
from threadqa.evaluation.measures import ranking_measures
from threadqa.evaluation.run_folder import read_run
from threadqa.evaluation.values import Comparison, Flip, RunInfo
from threadqa.retrieval import retriever
from threadqa.retrieval.fusion import Scores, fused_parts

Run = Callable[..., Result]

QUESTIONS = [
    {
        "id": "groups",
        "question": "How many clinical commissioning groups are abolished?",
        "relevant_quotes": ["106 clinical commissioning groups"],
        "answer_contains": ["106"],
        "tags": ["number"],
    },
    {
        "id": "aim",
        "question": "What does the triple aim ask trusts to think about?",
        "history": [{"role": "user", "content": "What is the triple aim?"}],
        "relevant_quotes": ["triple aim", "words that stand nowhere here"],
    },
    {"id": "coach", "question": "Who is the head coach of Arsenal?", "answerable": False},
    {"id": "wrong", "question": "since:yesterday who pays?", "answerable": True},
]


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("questions") / "four.jsonl"
    file.write_text("".join(json.dumps(q) + "\n" for q in QUESTIONS), encoding="utf-8")
    return file


def reverse_rankings(source: Path, target: Path) -> None:
    """A run as a broken retriever would make it: every ranking the wrong way round."""
    target.mkdir()
    for name in ("run.json", "summary.json"):
        (target / name).write_bytes((source / name).read_bytes())
    with (target / "results.jsonl").open("w", encoding="utf-8") as file:
        for line in (source / "results.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            row["ranking"].reverse()
            if row["relevance"]:
                found = [post["post_id"] for post in row["ranking"]]
                row["measures"] |= ranking_measures(row["relevance"], found)
            file.write(json.dumps(row) + "\n")


def test_a_run_prints_its_measures_and_writes_its_folder(
    run: Run, index: Path, questions: Path, outside: Path
) -> None:
    result = run("eval", "run", questions, "--index", index, "--out", "mine")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "four: 4 questions."
    assert lines[1] == "1 question failed and counted as wrong; results.jsonl says why."
    assert lines[2].startswith("The archive lacks 1 relevant post of this set;")
    assert lines[4].split() == ["measure", "value", "95%", "interval", "questions"]
    assert any(line.startswith("citation validity        1.000  1.000 to 1.000") for line in lines)
    assert lines[-1] == f"Report: {Path('mine', 'report.html')}"
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in result.stdout
    assert {file.name for file in (outside / "mine").iterdir()} == {
        "run.json",
        "results.jsonl",
        "summary.json",
        "report.html",
    }


def test_without_a_folder_a_run_gets_one_by_name_and_time(
    run: Run, index: Path, questions: Path, outside: Path
) -> None:
    done = run("eval", "run", questions, "--index", index)
    assert done.exit_code == 0
    (folder,) = (outside / "runs").iterdir()
    assert f"threadqa: writing to runs/{folder.name}; stopped, it goes on with" in done.stderr
    assert folder.name.startswith("four-2")
    assert read_run(folder).summary.questions == 4


def test_a_run_as_json_is_its_summary(run: Run, index: Path, questions: Path) -> None:
    result = run("eval", "run", questions, "--index", index, "--out", "mine", "--json")
    printed = json.loads(result.stdout)
    assert printed == json.loads(Path("mine/summary.json").read_text("utf-8"))
    assert printed["info"]["question_set"] == "four"
    assert set(printed["by_tag"]) == {"number", "follow-up"}
    assert printed["measures"]["citation validity"]["value"] == 1.0


def test_a_run_given_again_asks_nothing_again(run: Run, index: Path, questions: Path) -> None:
    command = ("eval", "run", questions, "--index", index, "--out", "mine")
    run(*command)
    rows = Path("mine/results.jsonl").read_bytes()
    Path("mine/results.jsonl").write_bytes(rows[: rows.index(b"\n") + 20])
    assert "Went on with a run that was cut short: asked the last 3." in run(*command).stdout
    rows = Path("mine/results.jsonl").read_bytes()
    assert "The run was finished: nothing was asked again" in run(*command).stdout
    assert Path("mine/results.jsonl").read_bytes() == rows


def test_settings_are_set_for_a_run_and_kept_with_it(
    run: Run, index: Path, questions: Path
) -> None:
    command = ("eval", "run", questions, "--index", index, "--out", "mine")
    run(*command, "--set", "answer_threshold=1", "--set", "dense_weight = 0.5")
    made = read_run(Path("mine"))
    assert made.info.settings["answer_threshold"] == 1.0
    assert made.info.settings["dense_weight"] == 0.5
    assert made.summary.measures["answerable refused"].value == 1
    result = run(*command)
    assert result.exit_code == 2
    assert "mine holds a run with dense_weight 0.5 and not 0.75, " in result.stderr
    assert result.stderr.endswith(" and not None: choose another --out\n")


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["--set", "dense_weight"], 2, "expected KEY=VALUE"),
        (["--set", "dense_wait=1"], 1, "did you mean 'dense_weight'"),
        (["--set", "dense_weight=2"], 1, "sets dense_weight to '2'"),
        (["--index", "none"], 1, "no archive in none"),
        (["--qrels", "none"], 1, "none: cannot be read"),
    ],
)
def test_a_wrong_run_is_one_line(
    run: Run, index: Path, questions: Path, arguments: list[str], code: int, expected: str
) -> None:
    result = run("eval", "run", questions, "--index", index, *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_bad_line_of_a_question_set_is_named(run: Run, index: Path, outside: Path) -> None:
    Path("bad.jsonl").write_text('{"question": "Who?"}\n{"question": 1}\n', encoding="utf-8")
    result = run("eval", "run", "bad.jsonl", "--index", index)
    assert result.exit_code == 1
    assert result.stderr.startswith("threadqa: bad.jsonl: line 2: ")


def test_a_broken_retriever_fails_a_comparison(run: Run, index: Path, questions: Path) -> None:
    run("eval", "run", questions, "--index", index, "--out", "good")
    reverse_rankings(Path("good"), Path("broken"))
    limit = ("--fail-if-worse", "nDCG@10:0.01")
    result = run("eval", "compare", "good", "broken", *limit)
    assert result.exit_code == 1
    assert result.stderr.startswith("threadqa: nDCG@10 is worse by more than 0.01: 0.")
    assert result.stderr.count("\n") == 1
    assert any(line.startswith("nDCG@10 ") for line in result.stdout.splitlines())
    folder = Path("broken", "compared-with-good")
    assert result.stdout.endswith(f"\nReport: {folder / 'comparison.html'}\n")
    assert {file.name for file in folder.iterdir()} == {"comparison.json", "comparison.html"}
    back = run("eval", "compare", "broken", "good", *limit, "--out", "back")
    assert (back.exit_code, back.stderr) == (0, "")


def test_a_retriever_with_its_fusion_reversed_fails_a_comparison(
    run: Run, index: Path, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reversed_fusion(
        dense: Scores, lexical: Scores, *, dense_weight: float
    ) -> tuple[Scores, Scores]:
        by_dense, by_lexical = fused_parts(dense, lexical, dense_weight=dense_weight)
        return dense_weight - by_dense, (1.0 - dense_weight) - by_lexical

    run("eval", "run", questions, "--index", index, "--out", "good")
    monkeypatch.setattr(retriever, "fused_parts", reversed_fusion)
    run("eval", "run", questions, "--index", index, "--out", "broken")
    result = run("eval", "compare", "good", "broken", "--fail-if-worse", "nDCG@10:0.01")
    assert result.exit_code == 1
    assert result.stderr.startswith("threadqa: nDCG@10 is worse by more than 0.01: 0.")


def test_what_differs_between_two_runs_is_shown(run: Run, index: Path, questions: Path) -> None:
    run("eval", "run", questions, "--index", index, "--out", "a")
    run("eval", "run", questions, "--index", index, "--out", "b", "--set", "answer_threshold=1")
    result = run("eval", "compare", "a", "b")
    assert "\nanswer threshold: unset before, 1.0 after\n" in result.stdout
    assert "\n  worse   answered                 groups: How many clinical" in result.stdout
    as_json = run("eval", "compare", "a", "b", "--json", "--out", "c")
    comparison = json.loads(as_json.stdout)
    assert comparison == json.loads(Path("c/comparison.json").read_text("utf-8"))
    assert comparison["differences"]["answerable refused"]["after"] == 1.0


def test_runs_of_other_questions_are_compared_with_a_warning(
    run: Run, index: Path, questions: Path
) -> None:
    run("eval", "run", questions, "--index", index, "--out", "a")
    lines = questions.read_text("utf-8").splitlines()
    Path("two.jsonl").write_text("\n".join(lines[:2]), encoding="utf-8")
    run("eval", "run", "two.jsonl", "--index", index, "--out", "b")
    result = run("eval", "compare", "a", "b")
    assert result.exit_code == 0
    assert result.stderr.startswith("threadqa: the question sets differ: ")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("nDCG@10", "expected MEASURE:MARGIN"),
        ("nDCG@10:some", "expected MEASURE:MARGIN"),
        ("nDCG@10:-1", "expected MEASURE:MARGIN"),
        ("nDCG@10:nan", "expected MEASURE:MARGIN"),
        ("ndcg:0.1", "no measure 'ndcg' here: there are nDCG@10, R@1,"),
    ],
)
def test_a_wrong_limit_is_one_line(
    run: Run, index: Path, questions: Path, limit: str, expected: str
) -> None:
    run("eval", "run", questions, "--index", index, "--out", "a")
    result = run("eval", "compare", "a", "a", "--fail-if-worse", limit)
    assert (result.exit_code, result.stdout) == (2, "")
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_without_a_run_is_not_compared(run: Run, outside: Path) -> None:
    Path("a").mkdir()
    result = run("eval", "compare", "a", "a")
    assert result.exit_code == 1
    assert "holds no run" in result.stderr


def test_the_group_alone_prints_its_help(run: Run) -> None:
    result = run("eval")
    assert (result.exit_code, result.stderr) == (0, "")
    for command in ("run", "compare", "fit", "draft"):
        assert f"\n  {command} " in result.stdout


def test_a_terminal_gets_progress_and_colours_and_no_wider_lines(
    index: Path, questions: Path, tmp_path: Path
) -> None:
    code, shown, _ = on_terminal(
        "eval", "run", questions, "--index", index, "--out", tmp_path / "a", stream="stderr"
    )
    assert code == 0
    assert "questions" in shown
    on_terminal(
        "eval", "run", questions, "--index", index, "--out", tmp_path / "b",
        "--set", "answer_threshold=1",
    )  # fmt: skip
    code, shown, _ = on_terminal("eval", "compare", tmp_path / "a", tmp_path / "b")
    assert code == 0
    assert "\x1b[1mmeasure" in shown
    assert "unanswerable answered" in shown
    _, plain, _ = on_terminal(
        "eval", "compare", tmp_path / "a", tmp_path / "b", environment={"NO_COLOR": "1"}
    )
    assert "\x1b" not in plain
    lines = plain.split("\r\n")
    assert lines.index("Questions that changed between right and wrong:") > 0
    assert all(len(line) <= 80 for line in lines if not line.startswith("Report: "))


def test_what_is_better_is_said_and_a_long_list_of_changes_is_cut(
    capsys: pytest.CaptureFixture[str],
) -> None:
    info = RunInfo(
        question_set="many",
        digest="d",
        threadqa="1",
        started="2026-01-01T00:00:00+00:00",
        generation=1,
        encoder="stub",
        posts=1,
    )
    flips = tuple(
        Flip(
            id=f"q{number}",
            question="Is it \x1b[2J so? " * 9,
            measure="answered",
            before=0,
            after=1,
            answer_before="",
            answer_after="Yes. [1]",
        )
        for number in range(23)
    )
    changed = {
        "nDCG@10": difference(0.5, 0.625, 0.1, 0.2, p=0.01, n=23),
        "RR": difference(0.5, 0.25, -0.3, 0.1, p=0.2, n=23),
        "latency p50 (ms)": difference(9, 1009.5, 1, 1200, p=0.01, n=23),
        "answer length": difference(300, 200, -120, -90, p=0.01, n=23),
    }
    comparison = Comparison(before=info, after=info, differences=changed, flips=flips)
    print_comparison(comparison, Path("page.html"))
    shown = capsys.readouterr().out
    assert [line.split() for line in shown.splitlines()[4:8]] == [
        ["nDCG@10", "0.500", "0.625", "+0.125", "+0.100", "+0.200", "0.0100", "23", "better"],
        ["RR", "0.500", "0.250", "-0.250", "-0.300", "+0.100", "0.2000", "23"],
        ["latency", "p50", "(ms)", "9.0", "1,009.5", "+1,000.5", "+1.0", "+1,200.0", "0.0100",
         "23", "worse"],
        ["answer", "length", "300", "200", "-100", "-120", "-90", "0.0100", "23", "better"],
    ]  # fmt: skip
    assert shown.count("  better  answered                 q") == 20
    assert "q0: Is it \ufffd[2J so? Is it" in shown
    assert "\n  and 3 more, all in the report\n" in shown
    print_comparison(replace(comparison, flips=()), Path("page.html"))
    assert "changed between" not in capsys.readouterr().out


def test_evaluation_costs_other_commands_nothing() -> None:
    code = (
        "import sys, threadqa.cli.main, threadqa.assistant\n"
        "heavy = ('ir_measures', 'sklearn', 'scipy', 'threadqa.evaluation')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
