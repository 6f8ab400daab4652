"""A run on disk: run.json, results.jsonl, summary.json and report.html in one folder.

run.json is written first, then a row for each question as it is done, then the summary and the
report: a folder without summary.json is a run that was cut short, and can be gone on with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from threadqa.errors import SourceError, UsageError
from threadqa.evaluation.lines import records
from threadqa.evaluation.values import (
    Estimate,
    Found,
    Question,
    Result,
    Run,
    RunInfo,
    Summary,
    Turn,
)

__all__ = [
    "appending",
    "json_text",
    "open_run",
    "read_run",
    "run_json",
    "write_run",
    "write_whole",
]

RUN = "run.json"
RESULTS = "results.jsonl"
SUMMARY = "summary.json"
REPORT = "report.html"
TUPLES = ("relevant_quotes", "answer_contains", "acceptable_answers", "tags")

Value = TypeVar("Value")


def open_run(folder: Path, info: RunInfo) -> tuple[RunInfo, list[Result]]:
    """Begins a run in a folder, or goes on with the one that is there.

    Args:
        folder: Made if it is missing.
        info: Of the run to make.

    Returns:
        What the run is made with, with the start that it had, and the results that are there. A
        last row that was being written when the run was cut short is dropped.

    Raises:
        UsageError: The folder holds a run of something else.
        SourceError: The run in it is damaged, or the folder cannot be written.
    """
    file = folder / RUN
    if not file.exists():
        if (folder / RESULTS).exists():
            raise UsageError(f"{folder} holds {RESULTS} and no {RUN}: choose another --out")
        write_whole(file, json_text(asdict(info)))
        return info, []
    former = _read_json(file, lambda found: RunInfo(**found))
    _check_same(folder, former, info)
    if not (folder / RESULTS).exists():
        return former, []
    _drop_torn_row(folder / RESULTS)
    return former, _results(folder)


@contextmanager
def appending(folder: Path) -> Iterator[Callable[[Result], None]]:
    """Gives a function that adds a row to a run; the row is in the file when it returns.

    Raises:
        SourceError: The file cannot be written; rows that are there stay.
    """
    path = folder / RESULTS
    go_on = f"make room, then give the same command with --out {folder} to go on"
    with _writing(path, go_on):
        # A lone surrogate, which JSON can hold and UTF-8 cannot, is written as its escape.
        rows = path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n")

    def append(result: Result) -> None:
        with _writing(path, go_on):
            rows.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
            rows.flush()

    try:
        yield append
    finally:
        with suppress(OSError):  # of a row that could not be written, which has been said
            rows.close()


def write_run(folder: Path, run: Run) -> Path:
    """Writes the summary and the report of a run whose results are there; returns the report."""
    from threadqa.evaluation.reports.report import render_run

    write_whole(folder / SUMMARY, json_text(run_json(run)))
    return write_whole(folder / REPORT, render_run(run))


def run_json(run: Run) -> dict[str, Any]:
    """What summary.json holds: the measures, and what the run was made with."""
    return {**asdict(run.summary), "info": asdict(run.info)}


def read_run(folder: Path) -> Run:
    """Reads a finished run.

    Raises:
        SourceError: There is none, it was cut short, or a file is damaged.
    """
    if not (folder / RUN).is_file():
        raise SourceError(str(folder), "holds no run: name a folder that `threadqa eval run` wrote")
    if not (folder / SUMMARY).is_file():
        raise SourceError(
            str(folder),
            f"the run was cut short: give the same `threadqa eval run` with --out {folder} to "
            "finish it",
        )
    return Run(
        info=_read_json(folder / RUN, lambda found: RunInfo(**found)),
        results=tuple(_results(folder)),
        summary=_read_json(folder / SUMMARY, _summary),
    )


def _check_same(folder: Path, former: RunInfo, info: RunInfo) -> None:
    """Raises UsageError, saying what differs, unless two runs are made with the same things."""
    there, here = map(_made_with, (former, info))
    differing = [
        f"{name} {there.get(name)} and not {here.get(name)}"
        for name in {**there, **here}
        if there.get(name) != here.get(name)
    ]
    if differing:
        raise UsageError(f"{folder} holds a run with {', '.join(differing)}: choose another --out")


def _made_with(info: RunInfo) -> dict[str, object]:
    """What the results of a run depend on, the index however its path is spelled."""
    made = {**asdict(info), **info.settings}
    kept = {name: value for name, value in made.items() if not name.startswith("web_")}
    if "index" in kept:
        kept["index"] = Path(str(kept["index"])).resolve()
    return {name: kept[name] for name in kept if name not in {"started", "settings"}}


def _drop_torn_row(file: Path) -> None:
    """Cuts off what stands after the last line feed: a row that was not written to its end."""
    with file.open("r+b") as rows:
        rows.truncate(rows.read().rfind(b"\n") + 1)


def _results(folder: Path) -> list[Result]:
    results: dict[str, Result] = {}
    for record in records(folder / RESULTS):
        try:
            result = _result(record.fields)
        except (KeyError, TypeError, AttributeError) as error:
            raise record.wrong(f"not a result of this version of threadqa ({error!r})") from error
        # Two processes that write one run would make its intervals narrower than they are.
        if result.question.id in results:
            raise record.wrong(f"the question {result.question.id!r} stands here twice")
        results[result.question.id] = result
    return list(results.values())


def _result(row: Mapping[str, Any]) -> Result:
    return Result(
        **{
            **row,
            "question": _question(row["question"]),
            "ranking": tuple(Found(**found) for found in row["ranking"]),
        }
    )


def _question(found: Mapping[str, Any]) -> Question:
    tuples = {name: None if found[name] is None else tuple(found[name]) for name in TUPLES}
    history = tuple(Turn(**turn) for turn in found["history"])
    return Question(**{**found, **tuples, "history": history})


def _summary(found: Mapping[str, Any]) -> Summary:
    rest = {name: value for name, value in found.items() if name != "info"}
    lists = {n: tuple(map(tuple, found[n])) for n in ("risk_coverage", "reliability")}
    by_tag = {tag: _estimates(measures) for tag, measures in found["by_tag"].items()}
    return Summary(**{**rest, **lists, "measures": _estimates(found["measures"]), "by_tag": by_tag})


def _estimates(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Estimate]:
    return {name: Estimate(**fields) for name, fields in found.items()}


def _read_json(file: Path, make: Callable[[Mapping[str, Any]], Value]) -> Value:
    try:
        return make(json.loads(file.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            str(file), f"is damaged ({error!r}): delete the folder and run it again"
        ) from error


def write_whole(file: Path, text: str) -> Path:
    """Writes a file that is either whole or not there; returns it.

    Raises:
        SourceError: It cannot be written.
    """
    draft = file.with_name(f"{file.name}.part")
    with _writing(file, "choose another --out"):
        file.parent.mkdir(parents=True, exist_ok=True)
        # For lone surrogates, which can only stand in a page: JSON is written in ASCII.
        draft.write_text(text, encoding="utf-8", errors="xmlcharrefreplace", newline="\n")
        draft.replace(file)
    return file


@contextmanager
def _writing(file: Path, otherwise: str) -> Iterator[None]:
    """Says in one line that a file cannot be written, and what to do."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            str(file), f"cannot be written ({error.strerror}): {otherwise}"
        ) from error


def json_text(value: object) -> str:
    """JSON for a file that people look into."""
    return json.dumps(value, indent=2) + "\n"
