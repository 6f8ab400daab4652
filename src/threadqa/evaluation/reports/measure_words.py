"""What a report says of measures: their groups, what each means, how its numbers are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from threadqa.evaluation.summary import MEASURES
from threadqa.evaluation.values import Difference

__all__ = [
    "EXPLANATIONS",
    "SURE",
    "counted",
    "digits",
    "grouped",
    "interval",
    "lower_is_better",
    "number",
    "unit",
    "verdict",
]

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Retrieval": {
        "nDCG@10": "How near the top of the first ten the relevant posts stand; 1 is perfect.",
        "R@1": "Share of the relevant posts that stand first.",
        "R@5": "Share of the relevant posts among the first 5.",
        "R@10": "Share of the relevant posts among the first 10.",
        "R@25": "Share of the relevant posts among the first 25.",
        "R@100": "Share of the relevant posts among the first 100.",
        "RR": "One over the rank of the first relevant post.",
    },
    "Citations": {
        "first citation relevant": "Answerable questions whose first citation is a relevant post.",
        "citation precision": "Share of the cited posts that are relevant.",
        "citation recall": "Share of the relevant posts that are cited.",
        "citation validity": "Share of citations that stand in the archive word for word; must be "
        "1.",
    },
    "Answers": {
        "answer contains": "Answers that hold all the texts that they must hold.",
        "acceptable answer": "Answers that hold one of the acceptable answers.",
        "token F1": "Words shared with the reference answer; short of 1 for each word too many or "
        "too few.",
        "answer length": "Median length of an answer in characters; lower is better.",
    },
    "Answerability": {
        "AUROC": "Chance that an answerable question has more confidence than an unanswerable one; "
        ".5 is guessing.",
        "AURC": "Mean risk over all thresholds of confidence; lower is better.",
        "ECE": "How far confidence lies from the share of answerable questions; lower is better.",
        "abstention precision": "Share of the refused questions that cannot be answered.",
        "abstention recall": "Share of the unanswerable questions that were refused.",
        "answerable refused": "Share of the answerable questions that were refused; lower is "
        "better.",
        "unanswerable answered": "Share of the unanswerable questions that were answered; lower is "
        "better.",
    },
    "Latency": {
        "latency p50 (ms)": "Half of the answers take at most this long; lower is better.",
        "latency p95 (ms)": "95% of the answers take at most this long; lower is better.",
        "latency p99 (ms)": "99% of the answers take at most this long; lower is better.",
    },
}
EXPLANATIONS = {name: words for group in GROUPS.values() for name, words in group.items()}
OTHERS = "Other measures"
SURE = 0.05
"""Of p-values: from here on up, a difference may be chance."""

LOWER_IS_BETTER = frozenset(measure.name for measure in MEASURES if measure.lower_is_better)


def grouped(names: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """The groups that have some of these measures, with those, in the order they are shown."""
    for group, members in GROUPS.items():
        if held := [name for name in members if name in names]:
            yield group, held
    if others := [name for name in names if name not in EXPLANATIONS]:
        yield OTHERS, others  # of another version's run


def lower_is_better(name: str) -> bool:
    """Whether a rise of the measure is for the worse."""
    return name in LOWER_IS_BETTER


def unit(name: str) -> str:
    """The unit of a measure: "ms", "characters", or "" for a share."""
    if name.endswith("(ms)"):
        return "ms"
    return "characters" if name == "answer length" else ""


def digits(name: str) -> int:
    """Decimals in which a measure is written."""
    return {"ms": 1, "characters": 0, "": 3}[unit(name)]


def verdict(name: str, found: Difference) -> str:
    """Whether the second run is better: "better", "worse", "may be chance" or "same"."""
    change = found.after - found.before
    if change == 0.0:
        return "same"
    if found.p >= SURE:
        return "may be chance"
    return "worse" if (change > 0) == lower_is_better(name) else "better"


def counted(found: Difference) -> str:
    """Over how many questions a measure is, of either run where these are not as many."""
    before, after = found.n_before, found.n_after
    return f"{before:,}" if before == after else f"{before:,} → {after:,}"


def number(name: str, value: float, *, sign: str = "") -> str:
    """A value in the precision of its unit, with a true minus sign.

    Args:
        name: Of the measure.
        value: In its unit.
        sign: "+" where a rise is to be marked; what is rounded to zero has no sign.
    """
    if round(value, digits(name)) == 0:
        value, sign = 0.0, ""
    return f"{value:{sign},.{digits(name)}f}".replace("-", "\N{MINUS SIGN}")


def interval(name: str, low: float, high: float, *, sign: str = "") -> str:
    """Both ends of an interval."""
    return f"{number(name, low, sign=sign)} to {number(name, high, sign=sign)}"
