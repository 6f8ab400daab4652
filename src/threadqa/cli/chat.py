"""``threadqa chat``: a conversation with the archive in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from threadqa.cli.options import DEBUG, Debug, Index, Offline, settings_from
from threadqa.errors import ThreadqaError

if TYPE_CHECKING:
    from threadqa.cli.chat_input import Lines
    from threadqa.cli.dialogue import Dialogue

__all__ = ["register"]

FAILED = 1


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("chat")(chat_command)


def chat_command(index: Index = None, offline: Offline = None, debug: Debug = False) -> None:
    """Ask question after question; each may build on those before it.

    /help lists the commands of the chat. Questions can be piped in, one a line: then the exit code
    is 1 if any of them failed.
    """
    from threadqa.cli.chat_input import open_lines
    from threadqa.cli.dialogue import Dialogue
    from threadqa.cli.render_chat import print_welcome

    with Dialogue.open(settings_from(index=index, offline=offline)) as dialogue:
        lines = open_lines(dialogue)
        if lines.interactive:
            print_welcome(dialogue.counts)
        failed = _talk(dialogue, lines)
    if failed and not lines.interactive:
        raise typer.Exit(FAILED)


def _talk(dialogue: Dialogue, lines: Lines) -> bool:
    """Takes lines until there are no more; returns whether any of them failed."""
    from threadqa.cli.chat_input import interruptible
    from threadqa.cli.render_chat import print_echo, print_error, print_interrupted

    failed = False
    while (line := lines.next()) is not None:
        try:
            print_echo(line, typed=lines.interactive)
            with interruptible(lines):
                goes_on = dialogue.take(line)
        except ThreadqaError as error:
            print_error(error, traceback=bool(DEBUG))
            failed = True
        except KeyboardInterrupt:
            print_interrupted()
        else:
            if not goes_on:
                break
        sys.stdout.flush()
    return failed
