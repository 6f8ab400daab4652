"""`threadqa chat` as users have it: on a terminal with keys, and in a pipe."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.terminal import Typist, in_pipe
from threadqa.answers import Answer, Status
from threadqa.cli.chat_input import interruptible
from threadqa.cli.dialogue import Dialogue
from threadqa.cli.render import print_growing
from threadqa.errors import UsageError
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.settings import Settings

ROOT = Path(__file__).parents[2]
QUESTION = "what did the auditors say about how many contacts were reached?"
REFUSED = "which flowers grow on the moon?"


def chat(index: Path, *lines: str) -> tuple[int, str, str]:
    done = in_pipe("chat", "--index", index, typed="".join(f"{line}\n" for line in lines))
    return done.returncode, done.stdout, done.stderr


# In a pipe.


def test_piped_questions_are_answered_with_their_references(index: Path) -> None:
    code, out, error = chat(index, QUESTION, "", REFUSED)
    assert (code, error) == (0, "")
    first, second = out.split(f"\n> {REFUSED}\n")
    assert first.startswith(f"\n> {QUESTION}\n\nbut the scientists' yardstick was")
    assert "needed either [1]\n\n[1] the National Audit Office's interim report" in first
    assert "    post 3 · 02-test-and-trace.txt:3 · all 7 posts\n" in first
    assert second.startswith("\nThe archive does not answer this.\n\nThe nearest posts:\n\n1. ")


def test_an_error_is_one_line_and_the_chat_goes_on(index: Path) -> None:
    code, out, error = chat(index, "since:soon who pays?", "/sorces", "/elephant", QUESTION)
    assert code == 1
    assert error.splitlines() == [
        "threadqa: since:soon is not a date: write a day, a month or a year, as in "
        "since:2021-03-31",
        "threadqa: /sorces is not a command of the chat; did you mean /sources?",
        "threadqa: /elephant is not a command of the chat; /help lists them",
    ]
    assert "needed either [1]" in out


def test_sources_are_whole_and_a_thread_shows_its_gaps(index: Path) -> None:
    code, out, error = chat(index, REFUSED, "/sources", "/thread 1")
    assert (code, error) == (0, "")
    _, sources, thread = re.split(r"\n> /\w+.*\n", out)
    assert sources.count("\n- ") == 3
    assert "3/12 So they modelled it." in sources
    assert "Neither is a forecast." in sources
    assert "3 of 12 posts, missing 4–12" in thread
    assert thread.rstrip().endswith("… posts 4–12: not in the archive …")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["/sources"], "nothing was asked yet in this conversation"),
        (["/thread 1"], "nothing was asked yet in this conversation"),
        ([QUESTION, "/thread 2"], "/thread needs the number of a source of the last answer: 1, the "
         "only one"),
        ([REFUSED, "/thread"], "/thread needs the number of a source of the last answer: from 1 to "
         "3"),
        ([QUESTION, "/new", "/sources"], "nothing was asked yet in this conversation"),
        (["/export x.html"], "there is nothing to export yet: ask something first"),
        (["/export x.pdf"], "/export needs the name of a new file that ends in .md, .html or "
         ".json, as in /export answers.html"),
        (["/filter budget from:ann"], "/filter takes operators only, such as from:ann or "
         "since:2021; found words: 'budget'"),
        (["/filter since:soon"], "since:soon is not a date: write a day, a month or a year, as in "
         "since:2021-03-31"),
        ([QUESTION, "/export /no/such/folder/x.md"], "/no/such/folder/x.md cannot be written (No "
         "such file or directory): name another file"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_what_can(index: Path, lines: list[str], complaint: str) -> None:
    code, _, error = chat(index, *lines)
    assert (code, error) == (1, f"threadqa: {complaint}\n")


def test_a_filter_holds_for_all_following_questions(index: Path) -> None:
    code, out, error = chat(
        index,
        "/filter",
        'from:example_ledger "lifetime cap" who pays for the levy?',
        "/filter  from:example_ledger",
        "who pays for the levy?",
        "/new",
        QUESTION,
        "/filter clear",
        QUESTION,
    )
    assert (code, error) == (0, "")
    parts = re.split(r"\n> .*\n\n", out)
    assert parts[1] == "No filter is in force. /filter from:ann since:2021 sets one.\n"
    assert parts[3] == "Every question is asked with: from:example_ledger\n"
    assert "September 2021 brought the Health and Social Care Levy" in parts[4]
    assert parts[5] == "A new conversation.\nEvery question is asked with: from:example_ledger\n"
    assert "02-test-and-trace.txt" not in parts[6]
    assert parts[7] == "No filter is in force. /filter from:ann since:2021 sets one.\n"
    assert "02-test-and-trace.txt" in parts[8]


def test_a_conversation_is_exported_in_each_form_and_no_file_is_overwritten(
    index: Path, tmp_path: Path
) -> None:
    files = [tmp_path / f"out.{ending}" for ending in ("md", "HTML", "json")]
    exports = [f"/export {file}" for file in files]
    code, out, error = chat(index, QUESTION, REFUSED, *exports, exports[0])
    assert (code, error) == (1, f"threadqa: {files[0]} exists: name another file\n")
    assert f"2 answers in {files[1]}\n" in out
    markdown, page, bibliography = (file.read_text("utf-8") for file in files)
    assert markdown.startswith(f"# {QUESTION}\n")
    assert "The archive does not answer this" in page
    assert [item["type"] for item in json.loads(bibliography)] == ["post"]


def test_help_lists_every_command_and_quit_ends(index: Path) -> None:
    code, out, error = chat(index, "/help", "/quit", QUESTION)
    assert (code, error) == (0, "")
    for command in ("/sources", "/thread N", "/filter", "/export FILE", "/new", "/help", "/quit"):
        assert f"\n{command} " in out
    assert max(map(len, out.splitlines())) <= 80
    assert "auditors" not in out


def test_bytes_that_are_no_text_do_no_harm(index: Path) -> None:
    import subprocess

    from tests.cli.terminal import SCRIPT

    done = subprocess.run(
        [SCRIPT, "chat", "--index", index],
        input=b"\xef\xbb\xbfcaf\xe9 auditors?\n",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith("\n> caf\N{REPLACEMENT CHARACTER} auditors?\n".encode())


def test_without_an_index_the_chat_does_not_begin(tmp_path: Path) -> None:
    code, out, error = chat(tmp_path / "none", QUESTION)
    assert (code, out) == (1, "")
    assert "run `threadqa index PATH…` first" in error


def test_a_cold_chat_imports_no_heavy_library(index: Path) -> None:
    program = (
        "import sys\n"
        "from threadqa.cli.main import app\n"
        "try: app(['chat', '--index', sys.argv[1]])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "heavy = {'torch', 'transformers', 'gradio', 'prompt_toolkit'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", program, index],
        input=f"{QUESTION}\n",
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


# What is remembered.


@pytest.fixture
def changing(tmp_path: Path, examples: Path) -> tuple[Settings, Path]:
    """An index of a copy of the examples, which may change."""
    threads = shutil.copytree(examples, tmp_path / "threads")
    settings = Settings(index=tmp_path / "changing")
    sync_with_settings([threads], settings, NoProgress())
    return settings, threads


def test_a_post_that_is_deleted_while_the_chat_goes_on_is_shown_and_exported_no_more(
    changing: tuple[Settings, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, threads = changing
    with Dialogue.open(settings) as dialogue:
        dialogue.take(QUESTION)
        assert "the auditors find it managed 66%" in capsys.readouterr().out
        (threads / "02-test-and-trace.txt").unlink()
        sync_with_settings([threads], settings, NoProgress())
        with pytest.raises(UsageError, match="has no sources"):
            dialogue.take("/sources")
        dialogue.take(REFUSED)
        dialogue.take(f"/export {tmp_path / 'x.html'}")
    page = (tmp_path / "x.html").read_text("utf-8")
    assert "66%" not in page
    assert page.count("This answer was withdrawn") == 2  # itself, and its notice
    assert "The archive does not answer this." in page


def grown(*texts: str, status: Status = Status.ANSWERED) -> Iterator[Answer]:
    """Answers of which each has the sentence of the next text more."""
    from tests.conversations.samples import STAFF  # a post that holds anything
    from threadqa.answers import Citation, Hit, Sentence
    from threadqa.posts import Post, Thread

    post = Post(id="p", text=STAFF, source="a.txt", first_line=1, last_line=1)
    hit = Hit(
        post=post,
        thread=Thread(id="t", title="T", posts=(post,)).summary,
        score=1,
        dense=1,
        lexical=1,
    )
    for count in range(1, len(texts) + 1):
        yield Answer(
            question="q",
            standalone_question="q",
            status=status,
            confidence=1,
            sentences=tuple(Sentence(text=text, citations=(1,)) for text in texts[:count]),
            citations=(Citation(number=1, hit=hit, spans=((0, 3),)),),
            answerer="qwen3",
            encoder="stub",
        )


def test_in_a_pipe_a_growing_answer_is_printed_once_when_it_is_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = print_growing(grown("One.", "Two.", "Three."))
    assert answer.text == "One. [1] Two. [1] Three. [1]"
    assert capsys.readouterr().out == "One. [1] Two. [1] Three. [1]\n"


GROWING = """
import sys
from tests.cli.test_chat import grown
from threadqa.cli.render import print_growing

def streamed():
    for answer in grown(*sys.argv[1].split("|")):
        yield answer
        print("<more>", flush=True)
    yield from list(grown(*sys.argv[2].split("|")))[-1:]

print_growing(streamed())
"""


def streamed_on_a_terminal(beginning: str, whole: str) -> str:
    """What a terminal of 80 columns gets of an answer that grows, and of the last one."""
    from tests.cli.terminal import run_on_terminal

    program = [sys.executable, "-c", GROWING, beginning, whole]
    return run_on_terminal(program, folder=ROOT).replace("\r\n", "\n")


def test_on_a_terminal_each_line_of_a_growing_answer_is_printed_when_it_is_full() -> None:
    words = "word " * 20
    shown = streamed_on_a_terminal(f"{words}one.|two.", f"{words}one.|two.|three.")
    first = ("word " * 16).strip()
    assert shown == (f"{first}\n<more>\n<more>\nword word word word one. [1] two. [1] three. [1]\n")


def test_an_answer_that_takes_the_place_of_another_says_so() -> None:
    words = "word " * 20
    shown = streamed_on_a_terminal(f"{words}one.", "Something else.")
    first = ("word " * 16).strip()
    assert re.sub(r"\x1b\[\d*m", "", shown) == (
        f"{first}\n<more>\n… instead of this:\nSomething else. [1]\n"
    )


def test_the_form_that_was_searched_and_the_writer_are_shown_where_the_reader_could_not_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from threadqa.cli.render import print_writer
    from threadqa.cli.render_chat import print_searched

    (answer,) = grown("One.")
    print_searched(answer, "q")
    assert capsys.readouterr().out == ""
    print_searched(answer, "and that?")
    print_writer(answer)
    print_writer(replace(answer, answerer="extractive"))
    assert capsys.readouterr().out == (
        "Searched as: q\n\n\nWritten by qwen3, checked against the posts.\n"
    )


def test_ctrl_c_stops_what_is_done_for_a_line_that_was_typed() -> None:
    class Typed:
        interactive = True

        def next(self) -> str | None:
            return None

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interruptible(Typed()):
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


# On a terminal.


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def typist(index: Path, data: Path) -> Iterator[Typist]:
    typist = Typist("chat", "--index", index, environment={"XDG_DATA_HOME": str(data)})
    yield typist
    typist.stops()


def test_a_person_asks_edits_looks_at_sources_and_leaves(typist: Typist) -> None:
    assert "79 posts in 14 threads. Ask a question; /help lists" in typist.sees("ends.")
    typist.sees(">")
    typist.types("what did the auditors say about how many contacts were reached!\x7f?\r")
    shown = typist.sees("all 7 posts")
    assert "have to be\nreached for this to work." in shown  # folded to the terminal
    assert "[1] the National Audit Office's interim report" in shown
    typist.sees(">")
    typist.types("/thread 1\r")
    typist.sees("none of this is new, which is rather the point (7)")
    typist.sees(">")
    typist.types("\x04")
    assert typist.ends() == 0


def test_ctrl_c_drops_the_line_and_ctrl_d_ends(typist: Typist) -> None:
    typist.sees(">")
    typist.types("/elephant\x03")
    typist.sees(">")
    typist.types("/filter from:ann\r")
    typist.sees("Every question is asked with: from:ann")
    assert "elephant is not" not in typist.sees("from:ann>")
    typist.types("\x04")
    assert typist.ends() == 0


def test_an_error_on_a_terminal_leaves_the_chat_going_and_its_exit_code_alone(
    typist: Typist,
) -> None:
    typist.sees(">")
    typist.types("/elephant\r")
    typist.sees("threadqa: /elephant is not a command of the chat")
    typist.sees(">")
    typist.types("/quit\r")
    assert typist.ends() == 0


def test_tab_completes_commands_and_operators(typist: Typist) -> None:
    typist.sees(">")
    typist.types("/fil\t")
    typist.sees("/filter")
    typist.types(" fro\t")
    typist.sees("from:")
    typist.types("ann\r")
    typist.sees("Every question is asked with: from:ann")
    typist.sees(">")
    typist.types("\x04")
    assert typist.ends() == 0


def test_lines_are_kept_for_the_next_chat_and_for_nobody_else(index: Path, data: Path) -> None:
    environment = {"XDG_DATA_HOME": str(data)}
    first = Typist("chat", "--index", index, environment=environment)
    try:
        first.sees(">")
        first.types("/filter from:zanzibar\r")
        first.sees("Every question")
        first.sees(">")
        first.types("\x04")
        assert first.ends() == 0
    finally:
        first.stops()
    (file,) = data.rglob("chat-history")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"from:zanzibar" in file.read_bytes()
    second = Typist("chat", "--index", index, environment=environment)
    try:
        second.sees(">")
        second.types("\x1b[A")  # arrow up
        second.sees("/filter from:zanzibar")
        second.types("\r")
        second.sees("Every question is asked with: from:zanzibar")
        second.sees(">")
        second.types("\x04")
        assert second.ends() == 0
    finally:
        second.stops()


def test_a_data_folder_that_cannot_be_written_does_not_stop_the_chat(
    index: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    environment = {"XDG_DATA_HOME": str(tmp_path / "file")}
    typist = Typist("chat", "--index", index, environment=environment)
    try:
        typist.sees(">")
        typist.types("/quit\r")
        assert typist.ends() == 0
    finally:
        typist.stops()
