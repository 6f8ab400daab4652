"""Reports of runs and comparisons, each a page of its own that opens offline and prints."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from threadqa.evaluation.questions import answerable
from threadqa.evaluation.reports.charts import difference_bar, interval_bar
from threadqa.evaluation.reports.figures import figures
from threadqa.evaluation.reports.measure_words import (
    EXPLANATIONS,
    SURE,
    counted,
    grouped,
    interval,
    lower_is_better,
    number,
    unit,
    verdict,
)
from threadqa.evaluation.reports.page import Section, facts, made_with, page, when
from threadqa.evaluation.reports.questions_side_by_side import flipped_questions, question_beside
from threadqa.evaluation.reports.worst import Fault, Faulty, worst
from threadqa.evaluation.summary import FOLLOW_UP
from threadqa.evaluation.values import Comparison, Difference, Estimate, Result, Run, RunInfo
from threadqa.markup.html import Content, Html, element, joined, table

__all__ = ["render_comparison", "render_run"]

MOST_QUESTIONS = 25
TAG_MEASURES = (
    "nDCG@10",
    "R@10",
    "first citation relevant",
    "answer contains",
    "acceptable answer",
    "answerable refused",
    "unanswerable answered",
)
FAULTS = {
    Fault.FAILED: "Failed",
    Fault.UNANSWERABLE_ANSWERED: "Answered, though the archive holds no answer",
    Fault.IRRELEVANT: "Answered, and no cited post is relevant",
    Fault.REFUSED: "Refused, though the archive holds an answer",
    Fault.INCOMPLETE: "Answered without the words that the answer must have",
    Fault.RANKED_LOW: "Answered, with relevant posts far down or not found",
}
NO_MEASURES = "The question set says nothing that could be measured."


def render_run(run: Run) -> str:
    """The report of a run.

    Args:
        run: Finished.

    Returns:
        A page of HTML. A part of the run that holds nothing is left out.
    """
    info, summary = run.info, run.summary
    sections = [Section(id="measures", heading="Measures", body=_measures(summary.measures))]
    if summary.by_tag:
        sections.append(Section(id="tags", heading="By tag", body=_by_tag(run)))
    if drawn := list(figures(run)):
        body = element("div", *drawn, class_="figures")
        sections.append(Section(id="figures", heading="Figures", body=body))
    sections.append(Section(id="questions", heading="Worst questions", body=_worst(run.results)))
    sections.append(Section(id="settings", heading="What it was made with", body=_settings(info)))
    return page(
        f"Evaluation: {info.question_set}",
        facts([when(info), f"{info.posts:,} posts", f"threadqa {info.threadqa}"]),
        _summed_up(run),
        sections,
    )


def render_comparison(comparison: Comparison) -> str:
    """The report of a comparison.

    Args:
        comparison: Of two runs.

    Returns:
        A page of HTML. Better and worse are said in words, and lower is better where it is.
    """
    before, after = comparison.before, comparison.after
    names = list(dict.fromkeys([before.question_set, after.question_set]))
    sections = [
        Section(id="made-with", heading="What differs", body=_made_differently(before, after)),
        Section(id="measures", heading="Measures", body=_differences(comparison.differences)),
        Section(id="questions", heading="Questions that changed", body=_flips(comparison)),
    ]
    return page(
        f"Comparison: {' and '.join(names)}",
        facts(
            f"{name}: {info.question_set}, {when(info)}"
            for name, info in (("before", before), ("after", after))
        ),
        _differences_summed_up(comparison),
        sections,
    )


def _summed_up(run: Run) -> Iterator[str]:
    """A paragraph on how it went, and one on what did not go at all, if anything."""
    known = [answerable(result.question) for result in run.results]
    yes, no, measures = known.count(True), known.count(False), run.summary.measures
    parts = [f"{yes:,} of {_count(len(known), 'question')} can be answered"]
    if first := measures.get("first citation relevant"):
        whose = "those" if first.n == yes else f"the {first.n:,} whose relevant posts are known"
        parts.append(f"the first citation is right for {first.value:.0%} of {whose}")
    if refused := measures.get("answerable refused"):
        parts.append(f"{refused.value:.0%} of them were refused")
    sentences = ["; ".join(parts) + "."] if yes else [f"{_count(len(known), 'question')}."]
    if answered := measures.get("unanswerable answered"):
        sentences.append(
            f"Of the {no:,} that cannot be answered, {answered.value:.0%} were answered all the "
            "same."
        )
    if unknown := known.count(None):
        sentences.append(f"Of {unknown:,}, the set does not say whether they can be answered.")
    yield " ".join(sentences)
    if run.summary.failed:
        yield f"{_count(run.summary.failed, 'question')} failed, and counted as wrong."
    if run.summary.missing_posts:
        yield (
            f"The archive lacks {_count(run.summary.missing_posts, 'relevant post')} of this set; "
            "the questions counted all the same."
        )


def _measures(measures: Mapping[str, Estimate]) -> Html:
    if not measures:
        return element("p", NO_MEASURES)
    reach = _reaches({name: (found.low, found.high) for name, found in measures.items()})
    reach[""] = 1.0  # shares are drawn against the whole
    groups = [
        (group, [_measure_row(name, measures[name], reach[unit(name)]) for name in names])
        for group, names in grouped(measures)
    ]
    scales = ", ".join(f"0 to {end:,.3g} {of}".strip() for of, end in reach.items())
    return joined(
        [
            table(
                "Measures over all questions",
                ("measure", "value", "95% interval", "questions"),
                groups,
            ),
            element("p", f"The bars run from {scales}.", class_="note"),
        ]
    )


def _measure_row(name: str, found: Estimate, reach: float) -> list[Content]:
    return [
        _named(name),
        number(name, found.value),
        _drawn(interval_bar(found, reach), interval(name, found.low, found.high)),
        f"{found.n:,}",
    ]


def _named(name: str) -> Html:
    """A measure and what it says."""
    words = EXPLANATIONS.get(name)
    return joined([name, None if words is None else element("small", words)])


def _drawn(bar: Html, words: str) -> Html:
    return element("span", bar, element("span", words), class_="drawn")


def _by_tag(run: Run) -> Html:
    by_tag = run.summary.by_tag
    names = [name for name in TAG_MEASURES if any(name in held for held in by_tag.values())]
    rows = [_tag_row("all questions", run.summary.questions, run.summary.measures, names)]
    for tag, held in by_tag.items():
        count = sum(_is_tagged(result, tag) for result in run.results)
        rows.append(_tag_row(tag, count, held, names))
    return table("Measures by tag, with 95% intervals", ("tag", "questions", *names), [("", rows)])


def _tag_row(
    tag: str, count: int, held: Mapping[str, Estimate], names: Iterable[str]
) -> list[Content]:
    cells = (
        joined(
            [
                number(name, held[name].value),
                element("small", interval(name, held[name].low, held[name].high)),
            ]
        )
        if name in held
        else element("span", "none", class_="none")
        for name in names
    )
    return [tag, f"{count:,}", *cells]


def _is_tagged(result: Result, tag: str) -> bool:
    return tag in result.question.tags or (tag == FOLLOW_UP and bool(result.question.history))


def _worst(results: Iterable[Result]) -> Html:
    found = worst(results, MOST_QUESTIONS)
    if not found:
        return element(
            "p",
            "No question failed, and the set shows none of the answers or rankings to be wrong.",
        )
    return joined(map(_faulty, found))


def _faulty(found: Faulty) -> Html:
    shown = len(found.results)
    words = f"{_count(found.total, 'question')}"
    if shown < found.total:
        words += f", of which {shown} {'is' if shown == 1 else 'are'} shown"
    return joined(
        [
            element("h3", FAULTS[found.fault]),
            element("p", f"{words}.", class_="facts"),
            *map(question_beside, found.results),
        ]
    )


def _settings(info: RunInfo) -> Html:
    rows = [(name, element("code", value)) for name, value in made_with(info)]
    return table("What the run was made with", ("what", "value"), [("", rows)], text_columns=(0, 1))


def _differences_summed_up(comparison: Comparison) -> Iterator[str]:
    verdicts = [verdict(name, found) for name, found in comparison.differences.items()]
    better, worse = verdicts.count("better"), verdicts.count("worse")
    rest = len(verdicts) - better - worse
    if verdicts:
        yield (
            f"Of {_count(len(verdicts), 'measure')}, {better} {_is(better)} better, {worse} "
            f"{_is(worse)} worse, and {rest} may differ by chance or not at all."
        )
    if comparison.flips:
        gained = {flip.id for flip in comparison.flips if flip.after > flip.before}
        lost = {flip.id for flip in comparison.flips if flip.after < flip.before}
        yield (
            f"{_count(len(gained | lost), 'question')} changed: {len(gained)} for the better and "
            f"{len(lost)} for the worse by some measure."
        )
    if comparison.before.digest != comparison.after.digest:
        yield "The question sets differ: only questions with the same id are compared."


def _made_differently(before: RunInfo, after: RunInfo) -> Html:
    first, second = dict(made_with(before)), dict(made_with(after))
    rows = [
        (name, *(element("code", made.get(name, "not there")) for made in (first, second)))
        for name in first | second
        if first.get(name) != second.get(name)
    ]
    if not rows:
        return element("p", "Nothing: both runs were made with the same.")
    return table(
        "What the runs were made with, where it differs",
        ("what", "before", "after"),
        [("", rows)],
        text_columns=(0, 1, 2),
    )


def _differences(differences: Mapping[str, Difference]) -> Html:
    if not differences:
        return element("p", NO_MEASURES)
    reach = _reaches(
        {name: (found.low, found.high, _change(found)) for name, found in differences.items()}
    )
    groups = [
        (group, [_difference_row(name, differences[name], reach[unit(name)]) for name in names])
        for group, names in grouped(differences)
    ]
    scales = ", ".join(f"±{end:,.3g} {of}".strip() for of, end in reach.items())
    header = ("measure", "verdict", "before", "after", "change", "95% interval", "p", "n")
    note = (
        f"The bars reach {scales}, around zero. A change is called better or worse where p, of a "
        f"paired randomisation test, is below {SURE}; one in twenty would be by chance alone."
    )
    return joined(
        [
            table(
                "Measures before and after, and over how many of the questions that both runs have",
                header,
                groups,
                text_columns=(0, 1),
            ),
            element("p", note, class_="note"),
        ]
    )


def _difference_row(name: str, found: Difference, reach: float) -> list[Content]:
    judged, change = verdict(name, found), _change(found)
    kind = {"better": "right", "worse": "wrong"}.get(judged, "none")
    bar = difference_bar(found.low, change, found.high, reach)
    return [
        joined([name, element("small", "lower is better") if lower_is_better(name) else None]),
        element("span", judged, class_=kind),
        number(name, found.before),
        number(name, found.after),
        number(name, change, sign="+"),
        _drawn(bar, interval(name, found.low, found.high, sign="+")),
        f"{found.p:.4f}",
        counted(found),
    ]


def _change(found: Difference) -> float:
    return found.after - found.before


def _flips(comparison: Comparison) -> Html:
    if not comparison.flips:
        return element("p", "None went from right to wrong or from wrong to right.")
    return flipped_questions(comparison.flips)


def _reaches(ends: Mapping[str, Collection[float]]) -> dict[str, float]:
    """By unit, the largest number that a bar must reach, on either side of zero; never 0."""
    reaches: dict[str, float] = {}
    for name, values in ends.items():
        largest = max(abs(value) for value in values)
        reaches[unit(name)] = max(reaches.get(unit(name), 0.0), largest)
    return {of: reach or 1.0 for of, reach in reaches.items()}


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
