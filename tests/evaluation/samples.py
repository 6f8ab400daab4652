"""A run and a comparison with something in every part of their reports, made by hand."""

from __future__ import annotations

from dataclasses import replace

from tests.evaluation.runs import INFO, citation, difference, estimate, json_answer, result, run
from tests.markup.pages import Element, parsed
from threadqa.evaluation.reports.report import render_comparison, render_run
from threadqa.evaluation.values import (
    Comparison,
    Flip,
    Found,
    Question,
    Run,
    Summary,
    Turn,
)

__all__ = [
    "BROKEN",
    "COMPARED",
    "FULL",
    "MEASURED",
    "MISSED",
    "REFUSED",
    "RIVER",
    "article",
    "lead",
    "page",
    "row",
]

RIVER = Question(
    id="q1",
    question="What flows?",
    history=(Turn(role="user", content="Tell me of boats."),),
    answerable=True,
    relevant_quotes=("A river",),
    answer_contains=("river",),
    acceptable_answers=("the river", "it"),
    reference_answer="The river flows.",
    tags=("water",),
)
SEA = Question(id="q2", question="Where is the sea?", answerable=False, tags=("water",))
MISSED = result(
    RIVER,
    measures={"citation precision": 0.0, "nDCG@10": 0.25, "token F1": 0.5},
    answer=json_answer(citation("p1", "A boat. A lake."), confidence=0.8),
    ranking=(
        Found(post_id="p1", score=0.75, text="A boat. A lake."),
        Found(post_id="p2", score=0.5, text="A river.", relevant=True),
    ),
    relevance={"p2": 1, "p3": 2, "p9": 0},
    latency_ms=10.0,
)
INVENTED = result(
    SEA,
    measures={"unanswerable answered": 1.0},
    answer=json_answer(citation("p4", "The sea."), text="The sea. [1]", confidence=0.6),
    latency_ms=20.0,
)
REFUSED = result(
    Question(id="q3", question="Who rows?", answerable=True),
    measures={"answerable refused": 1.0},
    answer=json_answer(confidence=0.1),
    ranking=tuple(Found(post_id=f"r{n}", score=1 / n, text=f"Text {n}.") for n in (1, 2, 3, 4)),
    relevance={"r2": 1},
    latency_ms=30.0,
)
BROKEN = result(Question(id="q4", question="Why?", answerable=True), error="ValueError: it <broke>")

MEASURED = Summary(
    measures={
        "nDCG@10": estimate(0.5, 0.25, 0.75, n=3),
        "R@1": estimate(0.25, 0.0, 0.5, n=3),
        "R@10": estimate(0.75, 0.5, 1.0, n=3),
        "first citation relevant": estimate(2 / 3, 0.5, 1.0, n=3),
        "answer length": estimate(120.0, 100.0, 200.0, n=2),
        "answerable refused": estimate(1 / 3, 0.0, 0.5, n=3),
        "unanswerable answered": estimate(1.0, 1.0, 1.0, n=1),
        "latency p50 (ms)": estimate(20.0, 10.0, 30.0, n=3),
        "latency p95 (ms)": estimate(29.0, 20.0, 40.0, n=3),
    },
    by_tag={
        "water": {"nDCG@10": estimate(0.25, 0.0, 0.5, n=1)},
        "follow-up": {"unanswerable answered": estimate(1.0, 1.0, 1.0, n=1)},
    },
    risk_coverage=((0.5, 0.0), (1.0, 0.25)),
    reliability=((0.0, 0.25, 0.125, 0.5, 2), (0.5, 1.0, 0.75, 1.0, 2)),
    questions=4,
    failed=1,
    missing_posts=2,
)
FULL = run(MISSED, INVENTED, REFUSED, BROKEN, summary=MEASURED)

COMPARED = Comparison(
    before=INFO,
    after=replace(INFO, generation=8, settings={"dense_weight": 0.25, "reranker": "linear"}),
    differences={
        "nDCG@10": difference(0.5, 0.75, 0.125, 0.5, p=0.01, n=4),
        "R@10": difference(0.5, 0.25, -0.5, 0.0, p=0.04, n=4),
        "RR": difference(0.5, 0.625, -0.25, 0.5, p=0.05, n=4),
        "token F1": difference(0.5, 0.5, 0.0, 0.0, p=1.0, n=4),
        "ECE": difference(0.25, 0.125, -0.25, -0.0625, p=0.001, n=4),
        "latency p50 (ms)": difference(10, 20, 5, 15, p=0.0001, n=4),
    },
    flips=tuple(
        Flip(
            id=name,
            question="What flows?",
            measure=measure,
            before=before,
            after=1.0 - before,
            answer_before="" if before else "A lake. [1]",
            answer_after="A river. [1]",
        )
        for name, measure, before in [
            ("q1", "answer contains", 0.0),
            ("q1", "first citation relevant", 0.0),
            ("q2", "answered", 1.0),
        ]
    ),
)


def page(made: Run | Comparison) -> Element:
    return parsed(render_run(made) if isinstance(made, Run) else render_comparison(made))


def row(table: Element, name: str) -> list[str]:
    """Texts of the cells of a row, by the beginning of its header."""
    (found,) = [
        line
        for line in table.all("tr")
        if [cell for cell in line.all("th") if cell.text.startswith(name)]
    ]
    return [cell.text for cell in found.all("td")]


def lead(made: Run | Comparison) -> list[str]:
    return [paragraph.text for paragraph in page(made).all("p", class_="lead")]


def article(made: Run | Comparison, question: str) -> Element:
    found = [a for a in page(made).all("article") if a.all("h3", "h4")[0].text == question]
    return found[0]
