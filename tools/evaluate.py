"""Evaluates on every set at hand, records the figures, and writes them into the documents.

    python tools/evaluate.py ../shared

README.md's table comes from examples/, docs/evaluation.md's from the development sets as well;
where these are missing, its table is left alone. The same code runs as in ``threadqa eval run``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from question_sets import (
    DevelopmentSet,
    development_sets,
    documents_set,
    examples_set,
    serving,
    threads_sets,
)
from threadqa.evaluation.runner import run_questions
from threadqa.evaluation.summary import summarise
from threadqa.evaluation.values import Estimate, Result
from threadqa.indexing.progress import NoProgress

__all__ = [
    "ROOT",
    "documents_table",
    "examples_table",
    "shown",
    "signed",
    "with_table",
    "write_table",
]

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "eval" / "results"
SETS = ("locomo", "tweetqa", "scifact", "mtrag-un")
SHOWN = {
    "examples": "examples/",
    "threads": "eval/threads",
    "documents": "real threads",
    "locomo": "LoCoMo",
    "tweetqa": "TweetQA",
    "scifact": "SciFact",
    "mtrag-un": "MTRAG-UN",
}
README_ROWS = {
    "first citation relevant": "the first citation is a post that holds the answer",
    "answer contains": "the answer contains what it must",
    "citation validity": "cited spans that stand in their post, character for character",
    "R@5": "posts that hold the answer, found among the first five",
    "AUROC": "answerable told from unanswerable by confidence (area under ROC)",
    "answerable refused": "answerable questions refused",
    "unanswerable answered": "unanswerable questions answered",
    "answer length": "length of an answer in characters (median)",
}
DOCUMENT_ROWS = (
    "R@1", "R@5", "R@10", "nDCG@10", "first citation relevant", "citation validity",
    "answer contains", "acceptable answer", "answer length", "AUROC", "ECE",
    "answerable refused", "unanswerable answered",
)  # fmt: skip


def sets_at_hand(shared: Path | None) -> Iterator[DevelopmentSet]:
    """The project's own questions, and those over what lies beside it."""
    yield examples_set()
    yield from threads_sets()
    if shared is None or not shared.is_dir():
        return
    yield documents_set(shared)
    yield from development_sets(shared / "eval", SETS)


def run(given: DevelopmentSet, cache: Path | None, **settings: object) -> list[Result]:
    """Asks all questions of a set."""
    with TemporaryDirectory() as folder:
        index = cache / given.name if cache else None
        with serving(given.posts, index, **settings) as subject:
            finished = run_questions(given.questions, subject, Path(folder), NoProgress())
        return list(finished.run.results)


def measured(results: Sequence[Result]) -> dict[str, Estimate]:
    """The measures of a set, its archives together; times are the machine's, and left out."""
    estimates = summarise(results, missing_posts=0).measures
    return {name: found for name, found in estimates.items() if not name.startswith("latency")}


def examples_table(measures: Mapping[str, Mapping[str, float]]) -> str:
    """README.md's table."""
    lines = ["| measure | value | 95% interval | questions |", "| --- | --- | --- | --- |"]
    for name, words in README_ROWS.items():
        found = measures[name]
        interval = f"{shown(found['low'])} to {shown(found['high'])}"
        lines.append(f"| {words} | {shown(found['value'])} | {interval} | {found['n']} |")
    return "\n".join(lines)


def documents_table(recorded: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """docs/evaluation.md's table: a column a set."""
    names = [name for name in SHOWN if name in recorded]
    lines = [
        f"| measure | {' | '.join(SHOWN[name] for name in names)} |",
        f"| --- |{' --- |' * len(names)}",
    ]
    for measure in DOCUMENT_ROWS:
        cells = [_cell(recorded[name].get(measure)) for name in names]
        lines.append(f"| {measure} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(found: Mapping[str, float] | None) -> str:
    if found is None:
        return ""
    return f"{shown(found['value'])} ({shown(found['low'])}–{shown(found['high'])})"


def shown(value: float) -> str:
    """A share with three decimals, ".850"; a length as a whole number."""
    return f"{value:.0f}" if value > 1 else f"{value:.3f}".removeprefix("0")


def signed(difference: float) -> str:
    """A difference with three decimals and its sign; what rounds to nothing has none."""
    text = shown(abs(difference))
    if text == ".000":
        return text
    return f"{'+' if difference > 0 else '-'}{text}"


def with_table(text: str, table: str, command: str = "make eval") -> str:
    """A document with the table between the marks of a command replaced."""
    opening = re.escape(f"<!-- {command} writes this -->\n")
    marks = re.compile(rf"({opening}).*?(\n<!-- to here -->)", re.DOTALL)
    return marks.sub(lambda found: f"{found[1]}{table}{found[2]}", text)


def main() -> None:
    """Runs, records, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path, help="keep the indexes here")
    arguments = parser.parse_args()
    recorded: dict[str, dict[str, dict[str, float]]] = {}
    for name, sets in groupby(sets_at_hand(arguments.shared), key=lambda given: given.group):
        found = [result for given in sets for result in run(given, arguments.cache)]
        recorded[name] = {key: asdict(value) for key, value in measured(found).items()}
        content = {
            "command": "make eval",
            "questions": len(found),
            "failed": sum(bool(result.error) for result in found),
            "measures": recorded[name],
        }
        (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
        print(f"{SHOWN[name]}: {len(found)} questions", flush=True)
        if name == "examples":
            write_table(ROOT / "README.md", examples_table(recorded[name]))
    if set(recorded) == set(SHOWN):
        write_table(ROOT / "docs" / "evaluation.md", documents_table(recorded))
    print(documents_table(recorded))


def write_table(page: Path, table: str, command: str = "make eval") -> None:
    """Puts a table between a page's marks of a command."""
    page.write_text(with_table(page.read_text("utf-8"), table, command), encoding="utf-8")


if __name__ == "__main__":
    main()
