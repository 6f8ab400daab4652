"""``threadqa ask`` and ``threadqa search``."""

from __future__ import annotations

from typing import Annotated

import typer

from threadqa.cli.options import Debug, Index, Json, Limit, Offline, settings_from

__all__ = ["register"]

NOT_FOUND = 3

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="QUESTION",
        help="What to ask, with operators if you like: from: mention: link: thread: source: since: "
        'until: "a phrase" -word.',
    ),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("ask")(ask_command)
    app.command("search")(search_command)


def ask_command(
    question: Words,
    index: Index = None,
    offline: Offline = None,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Answer a question from the archive, with citations.

    Exits with 0 when answered and with 3 when the archive does not answer it.
    """
    from threadqa.answers import Status
    from threadqa.assistant import Assistant
    from threadqa.cli.render import print_answer, print_json
    from threadqa.serialization import answer_json

    settings = settings_from(index=index, offline=offline)
    with Assistant.open(settings) as assistant:
        answer = assistant.ask(" ".join(question))
    if json_output:
        print_json(answer_json(answer))
    else:
        print_answer(answer)
    if answer.status is Status.NOT_FOUND:
        raise typer.Exit(NOT_FOUND)


def search_command(
    question: Words,
    index: Index = None,
    limit: Limit = 10,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """List the posts a question finds, with their scores and why."""
    from threadqa.assistant import Assistant
    from threadqa.cli.render import print_hits, print_json
    from threadqa.serialization import hit_json

    settings = settings_from(index=index)
    with Assistant.open(settings) as assistant:
        hits = assistant.search(" ".join(question), limit)
    if json_output:
        print_json([hit_json(hit) for hit in hits])
    else:
        print_hits(hits)
