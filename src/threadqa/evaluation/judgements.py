"""Queries with relevance judgements as retrieval research keeps them: BEIR folders, TREC qrels.

BEIR (Thakur et al. 2021, https://github.com/beir-cellar/beir/wiki): queries.jsonl with "_id" and
"text" a line, and qrels/*.tsv with a header and the columns query-id, corpus-id, score. TREC: a
qrels file with the columns query, iteration, document, grade (trec_eval's format), and the queries
in a file of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from threadqa.errors import SourceError, SourceFormatError
from threadqa.evaluation.lines import numbered_lines, records
from threadqa.evaluation.values import Question

__all__ = ["beir_qrels", "judged_questions"]

Qrels = Mapping[str, Mapping[str, int]]
"""Grade by document, by query."""

SPLITS = ("test", "dev", "train")
BEIR_COLUMNS = ("query-id", "corpus-id", "score")
TREC_COLUMNS = ("query", "iteration", "document", "grade")


def beir_qrels(folder: Path) -> Path:
    """The judgements of a BEIR folder: those of test, else dev, else train, else the only ones.

    Raises:
        SourceError: There are none, or several under other names.
    """
    files = {file.stem: file for file in sorted((folder / "qrels").glob("*.tsv"))}
    for split in SPLITS:
        if split in files:
            return files[split]
    if len(files) == 1:
        return next(iter(files.values()))
    found = ", ".join(f"{name}.tsv" for name in files) or "no .tsv file"
    raise SourceError(
        str(folder / "qrels"), f"expected test.tsv, dev.tsv or train.tsv, found {found}"
    )


def judged_questions(queries: Path, qrels: Path) -> list[Question]:
    """The queries of a file that have judgements.

    Args:
        queries: JSONL with "_id" and "text", or tab-separated with the columns id and text.
        qrels: As BEIR has them, with tabs and a header, or as TREC has them, with white space.

    Raises:
        SourceError: A file cannot be read, or no query has a judgement.
        SourceFormatError: A line breaks the format.
    """
    grades = _read_qrels(qrels)
    read = _queries_of_table if queries.suffix == ".tsv" else _queries_of_jsonl
    found = [
        Question(id=query, question=text, relevance=grades[query])
        for query, text in read(queries)
        if query in grades
    ]
    if not found:
        raise SourceError(
            str(queries), "no query has a judgement: are the qrels those of another set?"
        )
    return found


def _queries_of_jsonl(path: Path) -> Iterator[tuple[str, str]]:
    for record in records(path):
        yield record.required_text("_id"), record.required_text("text")


def _queries_of_table(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in numbered_lines(path):
        query, tab, text = line.partition("\t")
        if not tab or not query.strip() or not text.strip():
            raise SourceFormatError(
                str(path), number, f"expected an id, a tab and a text, found {line[:40]!r}"
            )
        yield query, text


def _read_qrels(path: Path) -> Qrels:
    """Reads judgements, of BEIR where the first line has three columns, else of TREC."""
    qrels: dict[str, dict[str, int]] = defaultdict(dict)
    names: tuple[str, ...] = TREC_COLUMNS
    separator: str | None = None
    for order, (number, line) in enumerate(numbered_lines(path)):
        if order == 0 and line.count("\t") == len(BEIR_COLUMNS) - 1:
            names, separator = BEIR_COLUMNS, "\t"
            continue
        columns = line.split(separator)
        if len(columns) != len(names):
            expected = f"expected {len(names)} columns ({', '.join(names)})"
            raise SourceFormatError(str(path), number, f"{expected}, found {len(columns)}")
        query, document, grade = columns[0], columns[-2], columns[-1]
        try:
            qrels[query][document] = int(grade)
        except ValueError as error:
            raise SourceFormatError(
                str(path), number, f"the grade must be a whole number, found {grade!r}"
            ) from error
    return dict(qrels)
