"""Where the lines of a chat come from: a terminal with editing and a history, or a pipe."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from threadqa.cli.dialogue import COMMANDS

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History

    from threadqa.cli.dialogue import Dialogue

__all__ = ["Lines", "history_file", "interruptible", "open_lines"]

BYTE_ORDER_MARK = "\ufeff"
HISTORY_NAME = "chat-history"
OPERATORS = ("from:", "mention:", "link:", "thread:", "source:", "since:", "until:")


class Lines(Protocol):
    """Gives the lines of a chat."""

    @property
    def interactive(self) -> bool:
        """Whether a person types them."""
        ...

    def next(self) -> str | None:
        """The next line; None where there is none."""
        ...


def open_lines(dialogue: Dialogue) -> Lines:
    """Lines from the terminal where standard input and output both are one, else from the pipe."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return TerminalLines(dialogue)
    return PipedLines()


class PipedLines:
    """Lines of standard input, as they come."""

    interactive = False

    def __init__(self) -> None:
        """Lets a byte that is no text be shown as such instead of ending the chat."""
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")

    def next(self) -> str | None:
        """The next line; None at the end of the input."""
        return sys.stdin.readline().removeprefix(BYTE_ORDER_MARK) or None


class TerminalLines:
    """Lines that a person types, with editing, completion, and those of earlier chats."""

    interactive = True

    def __init__(self, dialogue: Dialogue) -> None:
        """Sets the terminal up.

        Args:
            dialogue: Its filter stands before the cursor.
        """
        self._dialogue = dialogue
        self._session = _session()

    def next(self) -> str | None:
        """The next line; None at Ctrl-D. Ctrl-C drops a line that is being typed."""
        while True:
            prompt = f"\n{self._dialogue.filter}> " if self._dialogue.filter else "\n> "
            try:
                return self._session.prompt(prompt)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None


def _session() -> PromptSession[str]:
    from prompt_toolkit import PromptSession

    return PromptSession(
        history=_history(history_file()),
        completer=_completer(),
        complete_while_typing=False,
        enable_history_search=True,
    )


def history_file() -> Path:
    """Where the lines that were typed are kept: in the user's own data folder, not in the index."""
    import platformdirs

    return platformdirs.user_data_path("threadqa") / HISTORY_NAME


def _history(file: Path) -> History:
    """The lines of earlier chats, which only their user may read; of this one where that fails."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600))
        file.chmod(0o600)  # it may be older than this rule
    except OSError:
        return InMemoryHistory()
    return FileHistory(file)


def _completer() -> Completer:
    """Completes commands, files after /export, and operators."""
    from prompt_toolkit.completion import Completer, Completion, PathCompleter
    from prompt_toolkit.document import Document

    names = list(dict.fromkeys(command.split()[0] for command in COMMANDS))
    paths = PathCompleter(expanduser=True)

    class ChatCompleter(Completer):
        def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
            before = document.text_before_cursor
            command, space, rest = before.partition(" ")
            if command == "/export" and space:
                yield from paths.get_completions(Document(rest), event)
                return
            *_, word = before.split(" ")
            choices: Iterable[str] = OPERATORS
            if not space:
                choices = names if word.startswith("/") else OPERATORS
            elif command == "/filter":
                choices = ("clear", *OPERATORS)
            yield from (
                Completion(choice, start_position=-len(word))
                for choice in choices
                if word and choice.startswith(word)
            )

    return ChatCompleter()


@contextmanager
def interruptible(lines: Lines) -> Iterator[None]:
    """Lets Ctrl-C stop what is done for one line, and not the whole chat, if a person types them.

    In a pipe it stops all, as with every other command.
    """
    if not lines.interactive:
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
