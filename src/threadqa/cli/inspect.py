"""``threadqa status`` and ``threadqa doctor``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from threadqa.cli.options import Debug, Index, Json, settings_from

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("status")(status_command)
    app.command("doctor")(doctor_command)


def status_command(
    index: Index = None,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Say what the index holds, what made it, and whether it is sound."""
    from threadqa.answering.abstention import model_in_use
    from threadqa.cli.render import print_facts, print_json
    from threadqa.indexing.opening import status

    settings = settings_from(index=index)
    found = status(settings.index)
    abstention = model_in_use(settings.index, found["encoder"], reads=settings.reads)
    passed_over = f"; the index's own is not used: {abstention.problem}"
    found["abstention"] = abstention.origin + (passed_over if abstention.problem else "")
    if json_output:
        print_json(found)
    else:
        print_facts(found)


def doctor_command(
    index: Index = None,
    contact: Annotated[
        bool, typer.Option("--contact", help="Ask the language model's server whether it is there.")
    ] = False,
    json_output: Json = False,
    debug: Debug = False,
) -> None:
    """Say what is installed, and what is slow or missing.

    Each finding comes with its remedy. A language model's server is contacted only with --contact.
    Exits with 1 if something is missing that threadqa cannot work without.
    """
    from threadqa.cli.render import print_checks, print_json
    from threadqa.diagnosis import diagnose

    checks = diagnose(settings_from(index=index), contact=contact)
    if json_output:
        print_json([asdict(check) for check in checks])
    else:
        print_checks(checks)
    if any(check.verdict == "missing" for check in checks):
        raise typer.Exit(1)
