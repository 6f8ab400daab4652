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

__all__ = ["beir_qrels", "beir_questions", "trec_questions"]

Qrels = Mapping[str, Mapping[str, int]]
"""Grade by document, by query."""

SPLITS = ("test", "dev", "train")


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


def beir_questions(folder: Path, qrels: Path) -> list[Question]:
    """The queries of a BEIR folder that have judgements.

    Raises:
        SourceError: A file cannot be read, or no query has a judgement.
        SourceFormatError: A line breaks the format.
    """
    return _judged(folder / "queries.jsonl", _read_qrels(qrels, (0, 1, 2), header=True))


def trec_questions(queries: Path, qrels: Path) -> list[Question]:
    """Queries with judgements in a TREC qrels file.

    Args:
        queries: JSONL with "_id" and "text", or tab-separated with the columns id and text.
        qrels: Lines of query, iteration, document and grade, separated by white space.

    Raises:
        SourceError: A file cannot be read, or no query has a judgement.
        SourceFormatError: A line breaks the format.
    """
    return _judged(queries, _read_qrels(qrels, (0, 2, 3), header=False))


def _judged(queries: Path, qrels: Qrels) -> list[Question]:
    read = _queries_of_table if queries.suffix == ".tsv" else _queries_of_jsonl
    found = [
        Question(id=query, question=text, relevance=qrels[query])
        for query, text in read(queries)
        if query in qrels
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


def _read_qrels(path: Path, places: tuple[int, int, int], *, header: bool) -> Qrels:
    """Reads judgements.

    Args:
        path: The file.
        places: Of query, document and grade among the columns; the grade is the last.
        header: Whether columns are separated by tabs under a header, as BEIR has it; by white
            space and without one, if not.
    """
    width = places[-1] + 1
    qrels: dict[str, dict[str, int]] = defaultdict(dict)
    for order, (number, line) in enumerate(numbered_lines(path)):
        if header and order == 0:
            continue
        columns = line.split("\t" if header else None)
        if len(columns) != width:
            raise SourceFormatError(
                str(path), number, f"expected {width} columns, found {len(columns)}"
            )
        query, document, grade = (columns[place] for place in places)
        try:
            qrels[query][document] = int(grade)
        except ValueError as error:
            raise SourceFormatError(
                str(path), number, f"the grade must be a whole number, found {grade!r}"
            ) from error
    return dict(qrels)
