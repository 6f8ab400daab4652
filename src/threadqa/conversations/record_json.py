"""Records to JSON and back; docs/formats.md has the form."""

from __future__ import annotations

import json
from typing import Any

from threadqa.answers import Status
from threadqa.conversations.pieces import Piece, Quote, Title
from threadqa.conversations.records import Found, KeptSentence, Record

__all__ = ["record_from", "record_text"]


def record_text(record: Record) -> str:
    """A record as JSON in ASCII, which takes any text, half a surrogate pair included."""
    value = {
        "question": record.question,
        "standalone_question": record.standalone_question,
        "status": record.status.value,
        "confidence": record.confidence,
        "sentences": [
            {"pieces": list(map(_piece_json, s.pieces)), "citations": s.citations}
            for s in record.sentences
        ],
        "citations": [_found_json(found) for found in record.citations],
        "nearest": [_found_json(found) for found in record.nearest],
        "notices": [list(map(_piece_json, notice)) for notice in record.notices],
        "answerer": record.answerer,
        "encoder": record.encoder,
        "timings_ms": dict(record.timings_ms),
        "taken_out": record.taken_out,
    }
    return json.dumps(value, separators=(",", ":"))


def _piece_json(piece: Piece) -> object:
    match piece:
        case Quote():
            return [piece.post_id, piece.start, piece.end]
        case Title():
            return [piece.thread_id]
        case str():
            return piece


def _found_json(found: Found) -> dict[str, object]:
    return {
        "post_id": found.post_id,
        "sha256": found.digest,
        "spans": found.spans,
        "score": found.score,
        "dense": found.dense,
        "lexical": found.lexical,
        "matched_terms": found.matched_terms,
        "lexical_share": found.lexical_share,
    }


def record_from(text: str) -> Record:
    """The record that `record_text` wrote."""
    value = json.loads(text)
    return Record(
        question=value["question"],
        standalone_question=value["standalone_question"],
        status=Status(value["status"]),
        confidence=value["confidence"],
        sentences=tuple(
            KeptSentence(pieces=_pieces(s["pieces"]), citations=tuple(s["citations"]))
            for s in value["sentences"]
        ),
        citations=tuple(map(_found, value["citations"])),
        nearest=tuple(map(_found, value["nearest"])),
        notices=tuple(map(_pieces, value["notices"])),
        answerer=value["answerer"],
        encoder=value["encoder"],
        timings_ms=value["timings_ms"],
        taken_out=value["taken_out"],
    )


def _pieces(values: list[Any]) -> tuple[Piece, ...]:
    return tuple(map(_piece, values))


def _piece(value: Any) -> Piece:  # noqa: ANN401
    match value:
        case [post_id, start, end]:
            return Quote(post_id=post_id, start=start, end=end)
        case [thread_id]:
            return Title(thread_id=thread_id)
        case _:
            return str(value)


def _found(value: dict[str, Any]) -> Found:
    return Found(
        post_id=value["post_id"],
        digest=value["sha256"],
        spans=tuple((start, end) for start, end in value["spans"]),
        score=value["score"],
        dense=value["dense"],
        lexical=value["lexical"],
        matched_terms=tuple(value["matched_terms"]),
        lexical_share=value["lexical_share"],
    )
