"""``threadqa users``: who may sign in to the web chat."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threadqa.cli.options import Debug, settings_from
from threadqa.errors import UsageError

if TYPE_CHECKING:
    from threadqa.web.users import PasswordHash

__all__ = ["register"]

Name = Annotated[str, typer.Argument(metavar="NAME", help="a-z, 0-9, and . _ @ - in it.")]
File = Annotated[
    Path | None,
    typer.Option(
        "--users", metavar="FILE", dir_okay=False, help="The users file; else of `web.users`."
    ),
]


def register(app: typer.Typer) -> None:
    """Adds the group of commands."""
    group = typer.Typer(
        name="users",
        help="Say who may sign in to the web chat.",
        rich_markup_mode=None,
        invoke_without_command=True,
        callback=_print_help,
    )
    group.command("add")(add_command)
    group.command("remove")(remove_command)
    group.command("list")(list_command)
    app.add_typer(group)


def _print_help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def add_command(name: Name, users: File = None, debug: Debug = False) -> None:
    """Add a user, or give one another password, which signs them out.

    The password is asked for without showing it, or read from standard input's first line. What is
    kept is a salted scrypt hash.
    """
    from threadqa.web.users import check_name, hash_password, write_users

    file = _file(users)
    try:
        check_name(name)
    except ValueError as error:
        raise UsageError(str(error)) from error
    known = _known(file)
    changed = name in known
    write_users(file, {**known, name: hash_password(_password(name))})
    typer.echo(f"{name} {'has another password' if changed else 'may sign in'}: {file}")


def remove_command(name: Name, users: File = None, debug: Debug = False) -> None:
    """Take a user out, which signs them out."""
    from threadqa.web.users import write_users

    file = _file(users)
    known = _known(file)
    if name not in known:
        raise UsageError(f"{file} names no user {name!r}: `threadqa users list` lists them")
    write_users(file, {other: kept for other, kept in known.items() if other != name})
    typer.echo(f"{name} may not sign in any more: {file}")


def list_command(users: File = None, debug: Debug = False) -> None:
    """List who may sign in."""
    for name in sorted(_known(_file(users))):
        typer.echo(name)


def _file(flag: Path | None) -> Path:
    file = settings_from(**{"web.users": flag}).web_users
    if file is None:
        raise UsageError("no users file is named: give --users FILE, or set `web.users`")
    return file


def _known(file: Path) -> dict[str, PasswordHash]:
    from threadqa.web.users import read_users

    return read_users(file) if file.exists() else {}


def _password(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = typer.prompt(
        f"Password of {name}", hide_input=True, confirmation_prompt="Once more", err=True
    )
    return password
