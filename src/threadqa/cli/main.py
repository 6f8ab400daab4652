"""The ``threadqa`` command: its groups, and how errors and interrupts end it."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from types import FrameType
from typing import Annotated, NoReturn

import typer
from typer.core import TyperGroup

import threadqa
from threadqa.cli import ask, browse, chat, evaluate, index, inspect, remove, serve, users
from threadqa.cli.options import DEBUG
from threadqa.errors import ThreadqaError, UsageError

__all__ = ["app", "run"]

INTERRUPTED = 130


class Commands(TyperGroup):
    """The command group; ends every failure with one line on standard error and an exit code."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: object
    ) -> NoReturn:
        """Runs a command line and exits: 0 done, 1 an error, 2 wrong usage."""
        extra["standalone_mode"] = False
        DEBUG.clear()
        _never_fail_on_a_character()
        try:
            result = super().main(args=args, prog_name=prog_name, **extra)  # type: ignore[arg-type]
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader of a pipe has gone; the interpreter must not flush into it again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except (ThreadqaError, typer.TyperException) as error:
            sys.exit(_report(error))
        sys.exit(result if isinstance(result, int) else 0)


def _never_fail_on_a_character() -> None:
    """Lets standard output write what its encoding lacks as an escape: Windows pipes lack much."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _report(error: ThreadqaError | typer.TyperException) -> int:
    """Prints an error as one line, with its traceback if asked for; returns the exit code."""
    if DEBUG:
        traceback.print_exception(error)
    if isinstance(error, ThreadqaError):
        from threadqa.cli.render import one_line

        typer.echo(one_line(f"threadqa: {error}"), err=True)
        return 2 if isinstance(error, UsageError) else 1
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "threadqa"
    message = " ".join(error.format_message().split())
    typer.echo(f"threadqa: {message} See `{path} --help`.", err=True)
    return error.exit_code


app = typer.Typer(
    cls=Commands,
    name="threadqa",
    help="Ask an archive of social-media threads; every sentence of the answer cites its posts.",
    # Plain help: it reads the same in a pipe, and takes a third of the time.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"threadqa {threadqa.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _threadqa(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print it.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for group in (index, remove, ask, chat, browse, inspect, evaluate, serve, users):
    group.register(app)


def run() -> None:
    """Entry point of the console script; Ctrl-C ends it with 130."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    app()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Ends the process where it stands; the index is made to bear that at any point.

    An exception would not always arrive: raised while a C library imports NumPy or frees an
    object, it turns into another error or is dropped.
    """
    show_cursor = "\x1b[?25h\n" if sys.stderr.isatty() else ""  # a progress bar hides it
    os.write(2, f"{show_cursor}threadqa: stopped; nothing is left half done\n".encode())
    os._exit(INTERRUPTED)
