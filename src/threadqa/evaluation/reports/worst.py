"""The questions of a run that are worth a look, by what went wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from threadqa.evaluation.values import Result

__all__ = ["Fault", "Faulty", "fault", "worst"]

LOW_NDCG = 0.5
# What compares an answer's words with those that the set gives.
OF_WORDS = ("answer contains", "acceptable answer", "token F1")


class Fault(StrEnum):
    """What can go wrong with a question, the worst first."""

    FAILED = "failed"
    UNANSWERABLE_ANSWERED = "unanswerable answered"
    IRRELEVANT = "answered without a relevant citation"
    REFUSED = "answerable refused"
    INCOMPLETE = "answer lacks what it must contain"
    RANKED_LOW = "relevant posts ranked low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """Questions with one fault.

    Attributes:
        fault: Of each of them, and the worst that it has.
        results: The worst first, those that are chosen only.
        total: How many there are in the run.
    """

    fault: Fault
    results: tuple[Result, ...]
    total: int


def worst(results: Iterable[Result], most: int) -> tuple[Faulty, ...]:
    """Chooses the questions to look at, one of each fault in turn, so that none crowds out another.

    Args:
        results: Of a run.
        most: Results to choose.

    Returns:
        By fault, the worst fault first; faults that no question has are left out.
    """
    by_fault: dict[Fault, list[Result]] = defaultdict(list)
    for result in results:
        if (found := fault(result)) is not None:
            by_fault[found].append(result)
    held = {kind: sorted(by_fault[kind], key=_severity) for kind in Fault if kind in by_fault}
    turns = sorted(
        (place, order, kind)
        for order, (kind, found) in enumerate(held.items())
        for place in range(len(found))
    )[:most]
    taken = [kind for _, _, kind in turns]
    return tuple(
        Faulty(fault=kind, results=tuple(found[: taken.count(kind)]), total=len(found))
        for kind, found in held.items()
    )


def fault(result: Result) -> Fault | None:
    """The worst that went wrong with a question; None if nothing did, or nothing is known."""
    measures = result.measures
    if result.error:
        return Fault.FAILED
    signs = {
        Fault.UNANSWERABLE_ANSWERED: measures.get("unanswerable answered") == 1.0,
        Fault.IRRELEVANT: measures.get("citation precision") == 0.0,
        Fault.REFUSED: measures.get("answerable refused") == 1.0,
        Fault.INCOMPLETE: 0.0 in map(measures.get, OF_WORDS),
        Fault.RANKED_LOW: measures.get("nDCG@10", 1.0) < LOW_NDCG,
    }
    return next((kind for kind, shown in signs.items() if shown), None)


def _severity(result: Result) -> tuple[float, str]:
    """Sorts what is surely wrong before what nearly went right; ties by id."""
    confidence = 0.0 if result.answer is None else float(str(result.answer["confidence"]))
    kind = fault(result)
    if kind is Fault.RANKED_LOW:
        return result.measures["nDCG@10"], result.question.id
    # To refuse is the worse the less confident it was, to answer wrongly the more.
    return (confidence if kind is Fault.REFUSED else -confidence), result.question.id
