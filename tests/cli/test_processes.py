"""The console script as a user runs it: pipes, terminals, interrupts, completion."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.terminal import SCRIPT, in_pipe, on_terminal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals and signals of POSIX")

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ANY_ESCAPE = re.compile(r"\x1b")


def test_exit_codes_and_streams_of_a_process(index: Path, tmp_path: Path) -> None:
    answered = in_pipe(
        "ask", "How many clinical commissioning groups are abolished?", "--index", index,
        environment={"THREADQA_ANSWER_THRESHOLD": "0"},
    )  # fmt: skip
    assert (answered.returncode, answered.stderr) == (0, "")
    assert "106 clinical commissioning groups" in answered.stdout
    not_found = in_pipe("ask", "Who is the head coach of Arsenal?", "--index", index)
    assert (not_found.returncode, not_found.stderr) == (3, "")
    for code, command, folder in ((2, "ask", index), (1, "threads", tmp_path)):
        failed = in_pipe(command, "--index", folder)
        assert (failed.returncode, failed.stdout) == (code, "")
        assert failed.stderr.count("\n") == 1


def test_a_cold_question_imports_nothing_heavy(index: Path) -> None:
    script = (
        "import sys\n"
        "from threadqa.cli.main import app\n"
        "try:\n"
        f"    app(['ask', 'Who pays for the reform?', '--index', {str(index)!r}])\n"
        "except SystemExit as end:\n"
        "    assert end.code in (0, 3), end.code\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio', 'rich', 'scipy',\n"
        "         'openai', 'httpx', 'httpx2', 'pydantic', 'anyio', 'asyncio'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert result.stdout.splitlines()[-1] == "heavy: []"


def test_a_terminal_gets_colours_and_a_pipe_does_not(index: Path) -> None:
    for arguments in (["threads"], ["ask", "How long is the list?"], ["status"], ["doctor"]):
        code, shown, errors = on_terminal(*arguments, "--index", index)
        assert code in {0, 3}
        assert errors == ""
        assert COLOUR.search(shown), arguments
        assert not ANY_ESCAPE.search(COLOUR.sub("", shown))
        piped = in_pipe(*arguments, "--index", index)
        assert not ANY_ESCAPE.search(piped.stdout)


def test_what_supports_an_answer_is_bold_on_a_terminal(index: Path) -> None:
    _, shown, _ = on_terminal(
        "ask", "How many clinical commissioning groups are abolished?", "--index", index,
        environment={"THREADQA_ANSWER_THRESHOLD": "0"},
    )  # fmt: skip
    bold = "".join(re.findall(r"\x1b\[1m(.*?)\x1b\[22m", shown, re.DOTALL))
    assert "106 clinical commissioning groups" in " ".join(bold.split())


def test_no_color_takes_all_colours_off(index: Path) -> None:
    for arguments in (["threads"], ["ask", "How long is the list?"], ["doctor"]):
        _, shown, _ = on_terminal(*arguments, "--index", index, environment={"NO_COLOR": "1"})
        assert not ANY_ESCAPE.search(shown)


def test_lines_fit_the_terminal_and_stay_whole_in_a_pipe(index: Path) -> None:
    arguments = ("search", "waiting list", "--index", index)
    _, shown, _ = on_terminal(*arguments, environment={"NO_COLOR": "1"})
    places = re.compile(r"^    (post \d+ · |score |\S+\.(txt|md):\d)")
    assert max(len(line) for line in shown.splitlines() if not places.match(line)) <= 80
    assert max(map(len, in_pipe(*arguments).stdout.splitlines())) > 200


def test_progress_is_shown_on_a_terminal_and_on_standard_error_only(
    examples: Path, tmp_path: Path
) -> None:
    code, shown, output = on_terminal(
        "index", examples, "--index", tmp_path / "one", stream="stderr"
    )
    assert code == 0
    assert "Building the lexical index" in shown
    assert output.startswith("Files: 7 new.\n")
    assert not ANY_ESCAPE.search(output)
    code, shown, errors = on_terminal("index", examples, "--index", tmp_path / "two")
    assert (code, errors) == (0, "")
    assert "Building" not in shown


def test_a_control_character_of_a_post_does_not_reach_a_terminal(tmp_path: Path) -> None:
    post = {"text": "A boat\x1b[2J\x1b]0;title\x07 is \u202egreen."}
    (tmp_path / "posts.jsonl").write_text(json.dumps(post), encoding="utf-8")
    (tmp_path / "broken\x1b[2J.jsonl").write_text("not JSON", encoding="utf-8")
    code, shown, _ = on_terminal("index", tmp_path, "--index", tmp_path / "i", stream="stderr")
    assert code == 1
    assert "\x1b[2J" not in shown
    for arguments in (["show", "boat"], ["ask", "boat"], ["search", "boat"], ["threads"]):
        _, shown, _ = on_terminal(*arguments, "--index", tmp_path / "i")
        plain = COLOUR.sub("", shown)
        assert "A boat\N{REPLACEMENT CHARACTER}[2J" in plain
        assert not {"\x1b", "\x07", "\u202e"} & set(plain)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_an_output_that_lacks_characters_gets_them_as_escapes(index: Path, encoding: str) -> None:
    for arguments in (["show", "Is the waiting list going"], ["threads"]):
        result = subprocess.run(
            [SCRIPT, *arguments, "--index", index, "--json"],
            env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
            capture_output=True,
            check=True,
        )
        assert result.stderr == b""
        assert json.loads(result.stdout)
        plain = subprocess.run(
            [SCRIPT, *arguments, "--index", index],
            env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
            capture_output=True,
            check=True,
        )
        assert plain.stderr == b""


@pytest.mark.parametrize(
    "arguments", [["threads"], ["search", "NHS", "-n", "200", "--json"], ["--help"]]
)
def test_a_pipe_that_is_closed_ends_it_quietly(index: Path, arguments: list[str]) -> None:
    options = [] if arguments == ["--help"] else ["--index", str(index)]
    with subprocess.Popen(
        [SCRIPT, *arguments, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in {0, 1}


def test_head_of_a_list_works(index: Path) -> None:
    result = subprocess.run(
        ["sh", "-c", f"'{SCRIPT}' threads --index '{index}' | head -1"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert (result.stdout, result.stderr) == ("01-collaboration-and-backlogs.txt\n", "")


@pytest.mark.parametrize(
    ("shell", "environment"),
    [
        ("bash", {"COMP_WORDS": "threadqa ", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "threadqa "}),
    ],
)
def test_a_shell_completes_the_commands(shell: str, environment: dict[str, str]) -> None:
    asked = {"_THREADQA_COMPLETE": f"complete_{shell}", **environment}
    result = in_pipe(environment=asked)
    assert (result.returncode, result.stderr) == (0, "")
    for command in ("index", "ask", "search", "threads", "show", "status", "doctor"):
        assert re.search(rf"\b{command}\b", result.stdout)


def test_a_shell_completes_options(index: Path) -> None:
    asked = {
        "_THREADQA_COMPLETE": "complete_bash",
        "COMP_WORDS": "threadqa ask --",
        "COMP_CWORD": "2",
    }
    assert "--json" in in_pipe(environment=asked).stdout.splitlines()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 3,000 posts: seconds of work."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(30):
        posts = (
            f"{n}/100 Post {n} of thread {number} is about boats, rivers, music and {number * n} "
            "other things that nobody has counted before, which makes it a little longer.\n"
            for n in range(1, 101)
        )
        (folder / f"{number:02}.txt").write_text("".join(posts), encoding="utf-8")
    return folder


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_an_interrupted_run_leaves_the_index_as_it_was_and_the_next_one_finishes(
    many: Path, examples: Path, index: Path, tmp_path: Path, seconds: float
) -> None:
    copied = tmp_path / "index"
    shutil.copytree(index, copied)
    lock = copied / "lock"
    lock.write_text("")
    before = in_pipe("threads", "--index", copied).stdout
    with subprocess.Popen(
        [SCRIPT, "index", examples, many, "--index", copied],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Under a test runner in the background, the interrupt may be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        while process.poll() is None and not lock.read_text():
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()
    stopped = "threadqa: stopped; nothing is left half done\n"
    assert (process.returncode, output, errors) == (130, "", stopped)
    assert in_pipe("threads", "--index", copied).stdout == before
    if not seconds:
        return
    finished = in_pipe("index", examples, many, "--index", copied)
    assert finished.returncode == 0
    assert "30 new, 7 unchanged" in finished.stdout
    status = json.loads(in_pipe("status", "--index", copied, "--json").stdout)
    assert (status["sources"], status["search_indexes"]) == (37, "sound")
    assert status["posts"] > 3000
    assert len(list((copied / "generations").iterdir())) == 1
