"""An answer as plain text, for the clipboard: the answer and its numbered references."""

from __future__ import annotations

from collections.abc import Iterator

from threadqa.answers import EXTRACTIVE, Answer, Citation
from threadqa.exports.export import (
    facts_of,
    made_by,
    printable,
    refusal_of,
    source_of,
    web_address,
)

__all__ = ["plain_text"]


def plain_text(answer: Answer) -> str:
    """An answer with its references and notices; ends with a line feed."""
    return printable("\n".join(_lines(answer)) + "\n")


def _lines(answer: Answer) -> Iterator[str]:
    yield refusal_of(answer) or answer.text
    if answer.citations:
        yield ""
    yield from map(_reference, answer.citations)
    notes = [*answer.notices]
    if answer.sentences and answer.answerer != EXTRACTIVE:
        notes.append(made_by(answer))
    if notes:
        yield ""
    yield from (f"Note: {note}" for note in notes)


def _reference(citation: Citation) -> str:
    """One line: `[1] @ann, 2021-03-31, post 6 of 7 in “Title”. a.txt:6. https://…`."""
    hit = citation.hit
    place = [*facts_of(hit)]
    place[-1:] = [f"{place[-1]} in “{hit.thread.title}”" if place else f"“{hit.thread.title}”"]
    parts = [", ".join(place), source_of(hit), web_address(hit)]
    written = ". ".join(part for part in parts if part)
    return f"[{citation.number}] {' '.join(written.split())}"
