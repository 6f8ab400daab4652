"""``threadqa threads`` and ``threadqa show``."""

from __future__ import annotations

from typing import Annotated

import typer

from threadqa.cli.options import Debug, Index, Json, settings_from

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("threads")(threads_command)
    app.command("show")(show_command)


def threads_command(
    index: Index = None,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """List the threads of the archive and how complete they are."""
    from threadqa.cli.render import print_json, print_threads
    from threadqa.indexing.opening import open_archive
    from threadqa.serialization import thread_json

    with open_archive(settings_from(index=index).index) as archive:
        threads = list(archive.threads())
    if json_output:
        print_json([thread_json(thread) for thread in threads])
    else:
        print_threads(threads)


def show_command(
    thread: Annotated[
        str, typer.Argument(metavar="THREAD", help="Its id, the beginning of it, or title words.")
    ],
    index: Index = None,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Print a whole thread, with its gaps."""
    from threadqa.cli.render import print_json, print_thread
    from threadqa.indexing.opening import find_thread, open_archive
    from threadqa.serialization import whole_thread_json

    with open_archive(settings_from(index=index).index) as archive:
        found = find_thread(archive, thread)
    if json_output:
        print_json(whole_thread_json(found))
    else:
        print_thread(found)
