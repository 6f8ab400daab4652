"""Follow-up questions: asked bare, glued to the question before, and with the conversation.

    python tools/followups.py ../shared

Records the figures in eval/results/followups.json and writes the table of docs/evaluation.md; where
MTRAG-UN is not at hand, it prints its table only. The same code answers as for users.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from evaluate import ROOT, shown, signed, with_table
from question_sets import DevelopmentSet, development_sets, examples_set, serving
from threadqa.answers import Answer, Exchange
from threadqa.assistant import Assistant
from threadqa.evaluation.marking import mark_relevant
from threadqa.evaluation.questions import answerable, exchanges, read_questions
from threadqa.evaluation.resampling import Measure, differences, estimates
from threadqa.evaluation.runner import Subject
from threadqa.evaluation.statistics import Floats, auroc, mean
from threadqa.evaluation.summary import SEED
from threadqa.evaluation.values import Question, Turn
from threadqa.indexing.progress import NoProgress
from threadqa.questions.followups.completion import complete

__all__ = [
    "COMMAND",
    "MEASURES",
    "OUT",
    "Asked",
    "asked_after_another",
    "followups_table",
    "forms_table",
    "groups",
]

COMMAND = "make followups"
OUT = ROOT / "eval" / "results" / "followups.json"
MEASURES = ("R@5", "first citation relevant")
AUROC = "AUROC"
SAME = "same first citation as its standalone form"
DEPTH = 5
# Name of a way to ask, in the order of the table; differences are those of "ours" against it.
WAYS = ("bare", "glued", "ours", "standalone form", "replayed")
SETS = {
    "mtrag-un": "MTRAG-UN, questions with a history",
    "all": "own conversations",
    "leans": "… those that lean on what was said",
    "development": "… … development half",
    "held-out": "… … held-out half",
    "stands-alone": "… those that stand alone",
    "conversation": "… those of 50 conversations of several turns, by which rules were mended",
    "late": "… those of 90 conversations of several turns, written last",
    "examples": "examples/, questions asked after an unrelated one",
}

Row = Mapping[str, float]
"""Values of a question by way and measure: "ours R@5"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question in the ways it was asked.

    Attributes:
        question: With its history.
        values: What came of it; NaN where a measure does not apply.
    """

    question: Question
    values: Row


def ways(question: Question, assistant: Assistant) -> Iterator[tuple[str, str, list[Exchange]]]:
    """Each way's name, question and history."""
    history = list(exchanges(question.history))
    yield "bare", question.question, []
    yield "glued", f"{history[-1].question} {question.question}", []
    yield "ours", question.question, history
    yield "standalone form", complete(question.question, history).standalone, []
    replayed: list[Exchange] = []
    for exchange in history:
        replayed.append(assistant.ask(exchange.question, replayed).exchange)
    yield "replayed", question.question, replayed


def asked(subject: Subject, questions: Sequence[Question]) -> list[Asked]:
    """Asks questions that have a history in all ways."""
    relevance = mark_relevant(questions, subject.archive).relevance
    found = []
    for question in questions:
        grades = relevance[question.id] or {}
        relevant = frozenset(post for post, grade in grades.items() if grade > 0)
        values: dict[str, float] = {}
        first: dict[str, str] = {}
        for way, text, history in ways(question, subject.assistant):
            answer = subject.assistant.ask(text, history)
            hits = subject.assistant.search(text, DEPTH, history)
            ids = [hit.post.id for hit in hits]
            first[way] = _first(answer)
            recall = len(relevant.intersection(ids)) / len(relevant) if relevant else np.nan
            values[f"{way} R@5"] = recall
            right = float(first[way] in relevant) if relevant else np.nan
            values[f"{way} first citation relevant"] = right
            values[f"{way} confidence"] = answer.confidence
        values["same first citation"] = float(first["ours"] == first["standalone form"])
        known = answerable(question)
        values["answerable"] = np.nan if known is None else float(known)
        found.append(Asked(question=question, values=values))
    return found


def _first(answer: Answer) -> str:
    return answer.citations[0].hit.post.id if answer.citations else ""


def asked_after_another(questions: Sequence[Question]) -> list[Question]:
    """Questions that have no history, each with that of the one before it in the file as one."""
    alone = [question for question in questions if not question.history]
    return [
        replace(question, history=(Turn(role="user", content=before.question),))
        for before, question in zip([alone[-1], *alone], alone, strict=False)
    ]


def followups_set() -> DevelopmentSet:
    """The project's own conversations."""
    threads = examples_set().posts
    questions = read_questions(ROOT / "eval" / "followups.jsonl")
    return DevelopmentSet(name="followups", posts=threads, questions=questions)


def measured(rows: Sequence[Asked]) -> dict[str, Any]:
    """The figures of a set: each way's, and ours against the others' in a paired test."""
    columns = {
        name: np.array([row.values[name] for row in rows], np.float64) for name in rows[0].values
    }
    measures = [
        *(Measure(name=name, columns=(name,), statistic=mean) for name in MEASURES),
        Measure(name=AUROC, columns=("confidence", "answerable"), statistic=auroc),
    ]
    tables = {way: _of_way(columns, way) for way in WAYS}
    found: dict[str, Any] = {"ways": {}, "against": {}}
    for way, table in tables.items():
        estimated = estimates(measures, table, seed=SEED)
        found["ways"][way] = {name: asdict(value) for name, value in estimated.items()}
        if way != "ours":
            changes = differences(measures, table, tables["ours"], seed=SEED, progress=NoProgress())
            found["against"][way] = {name: asdict(value) for name, value in changes.items()}
    found[SAME] = round(float(np.mean(columns["same first citation"])), 4)
    return found


def _of_way(columns: Mapping[str, Floats], way: str) -> dict[str, Floats]:
    table = {name: columns[f"{way} {name}"] for name in (*MEASURES, "confidence")}
    return table | {"answerable": columns["answerable"]}


def groups(own: Sequence[Asked]) -> dict[str, list[Asked]]:
    """The project's conversations by their tags; the halves are of those that lean."""
    leaning = [row for row in own if "leans" in row.question.tags]
    return {
        "all": list(own),
        "leans": leaning,
        "development": [row for row in leaning if "development" in row.question.tags],
        "held-out": [row for row in leaning if "held-out" in row.question.tags],
        "stands-alone": [row for row in own if "stands-alone" in row.question.tags],
        "conversation": [row for row in own if "conversation" in row.question.tags],
        "late": [row for row in own if "late" in row.question.tags],
    }


def followups_table(recorded: Mapping[str, Mapping[str, Any]]) -> str:
    """docs/evaluation.md's table."""
    lines = [
        "| set | measure | questions | bare | glued | ours | ours - bare | ours - glued |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, words in SETS.items():
        for measure in (*MEASURES, AUROC):
            found = recorded.get(name, {}).get("ways", {})
            if measure not in found.get("ours", {}):
                continue
            values = [_value(found[way][measure]) for way in ("bare", "glued", "ours")]
            against = recorded[name]["against"]
            changes = [_change(against[way][measure]) for way in ("bare", "glued")]
            count = str(found["ours"][measure]["n"])
            lines.append(f"| {' | '.join([words, measure, count, *values, *changes])} |")
    return "\n".join(lines)


def forms_table(recorded: Mapping[str, Mapping[str, Any]]) -> str:
    """docs/evaluation.md's second table: the first citation when it is asked in other ways."""
    lines = [
        "| set | with the history | its standalone form, asked by itself | same first citation | "
        "the conversation asked from its beginning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, words in SETS.items():
        if name in recorded:
            found = recorded[name]["ways"]
            values = [
                _value(found[way]["first citation relevant"])
                for way in ("ours", "standalone form", "replayed")
            ]
            values.insert(2, shown(recorded[name][SAME]))
            lines.append(f"| {' | '.join([words, *values])} |")
    return "\n".join(lines)


def _value(found: Mapping[str, float]) -> str:
    return f"{shown(found['value'])} ({shown(found['low'])}–{shown(found['high'])})"


def _change(found: Mapping[str, float]) -> str:
    """A difference with its interval and p-value; bold where p is below .05."""
    difference = found["after"] - found["before"]
    p = f"p = {shown(found['p'])}" if found["p"] >= 0.001 else "p < .001"
    text = f"{signed(difference)} ({signed(found['low'])} to {signed(found['high'])}, {p})"
    return f"**{text}**" if found["p"] < 0.05 else text


def main() -> None:
    """Asks, records, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path, help="keep the indexes here")
    arguments = parser.parse_args()
    found: dict[str, list[Asked]] = {}
    with TemporaryDirectory() as temporary:
        cache = arguments.cache or Path(temporary)
        own = followups_set()
        with serving(own.posts, cache / "examples") as subject:
            found |= groups(asked(subject, own.questions.questions))
            unrelated = asked_after_another(examples_set().questions.questions)
            found["examples"] = asked(subject, unrelated)
        if arguments.shared:
            for given in development_sets(arguments.shared / "eval", ("mtrag-un",)):
                questions = [q for q in given.questions.questions if q.history]
                with serving(given.posts, cache / given.name) as subject:
                    found["mtrag-un"] = asked(subject, questions)
    recorded = {name: measured(found[name]) for name in SETS if name in found}
    table = f"{followups_table(recorded)}\n\n{forms_table(recorded)}"
    if set(recorded) == set(SETS):
        content = {"command": COMMAND, "sets": recorded}
        OUT.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        document = ROOT / "docs" / "evaluation.md"
        document.write_text(with_table(document.read_text("utf-8"), table, COMMAND), "utf-8")
    print(table)


if __name__ == "__main__":
    main()
