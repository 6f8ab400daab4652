"""What ``threadqa chat`` shows besides answers; all its words are here."""

from __future__ import annotations

import traceback as tracebacks
from collections.abc import Mapping
from pathlib import Path

import typer

from threadqa.answers import Answer
from threadqa.archive.records import ArchiveCounts
from threadqa.cli.render import one_line
from threadqa.errors import ThreadqaError

__all__ = [
    "print_echo",
    "print_error",
    "print_exported",
    "print_filter",
    "print_help",
    "print_interrupted",
    "print_new",
    "print_searched",
    "print_welcome",
]

OPERATORS = 'from: mention: link: thread: source: since: until: "a phrase" -word'


def print_welcome(counts: ArchiveCounts) -> None:
    """Prints what is asked, and how to get help and out."""
    held = f"{_count(counts.posts, 'post')} in {_count(counts.threads, 'thread')}"
    typer.echo(f"{held}. Ask a question; /help lists the commands, Ctrl-D ends.")


def print_help(commands: Mapping[str, str]) -> None:
    """Prints the commands, and the operators of a question."""
    width = max(map(len, commands))
    for command, meaning in commands.items():
        typer.echo(f"{command.ljust(width)}  {meaning}")
    typer.echo(f"\nOperators that narrow a question:\n{OPERATORS}")


def print_echo(line: str, *, typed: bool) -> None:
    """Sets what follows a line apart from it; prints one that was piped in, which nobody saw."""
    if line.strip():
        typer.echo("" if typed else f"\n> {one_line(line.strip())}\n")


def print_searched(answer: Answer, asked: str) -> None:
    """Prints as what a follow-up was searched, where that is not how it was asked.

    Args:
        answer: Its beginning at least.
        asked: The question without its operators.
    """
    if answer.standalone_question != asked:
        typer.echo(f"Searched as: {one_line(answer.standalone_question)}\n")


def print_filter(operators: str) -> None:
    """Prints the operators that are in force."""
    if operators:
        typer.echo(f"Every question is asked with: {one_line(operators)}")
    else:
        typer.echo("No filter is in force. /filter from:ann since:2021 sets one.")


def print_new(operators: str) -> None:
    """Prints that another conversation begins, and what stays in force."""
    typer.echo("A new conversation.")
    if operators:
        print_filter(operators)


def print_exported(answers: int, path: Path) -> None:
    """Prints what was written where."""
    typer.echo(f"{_count(answers, 'answer')} in {one_line(str(path))}")


def print_interrupted() -> None:
    """Prints that a line was given up."""
    typer.echo("\nStopped.", err=True)


def print_error(error: ThreadqaError, *, traceback: bool) -> None:
    """Prints an error as one line, with its traceback if asked for."""
    if traceback:
        tracebacks.print_exception(error)
    typer.echo(one_line(f"threadqa: {error}"), err=True)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
