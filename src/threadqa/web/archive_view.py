"""What the archive holds, as HTML: sources, threads, posts over time. Pure functions of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from threadqa.archive.records import ArchiveCounts, SourceContents
from threadqa.indexing.removal import RemovalReport
from threadqa.indexing.sync import SyncReport
from threadqa.markup.html import Html, element, joined, table
from threadqa.markup.svg import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Axis,
    axis_titles,
    chart,
    frame,
)
from threadqa.posts import Completeness, ThreadSummary
from threadqa.web import words
from threadqa.web.buttons import confirmed_button

__all__ = [
    "Overview",
    "added_report",
    "archive_overview",
    "nothing_yet",
    "problem_note",
    "progress_note",
    "removed_report",
    "thread_list",
    "timeline_chart",
]

MOST_SOURCES = 500
MOST_BARS = 48
"""Of a chart: beyond it, months become years."""
MOST_X_TICKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the archive holds, in one state of it.

    Attributes:
        counts: Of sources, threads and posts.
        contents: Sources with how much each holds.
        months: Posts by "2021-03", of the months that have any, ascending.
    """

    counts: ArchiveCounts
    contents: tuple[SourceContents, ...]
    months: Mapping[str, int]

    @property
    def dated(self) -> int:
        """Posts that say when they were posted."""
        return sum(self.months.values())


def archive_overview(overview: Overview) -> Html:
    """Counts, posts over time, and sources that can be removed."""
    counts = overview.counts
    numbers = [
        _number(counts.sources, "source"),
        _number(counts.threads, "thread"),
        _number(counts.posts, "post"),
    ]
    return element(
        "div",
        element("h2", words.ARCHIVE_TITLE),
        element("dl", *numbers, class_="tq-numbers"),
        _timeline(overview),
        _sources(overview.contents),
    )


def nothing_yet() -> Html:
    """The same for an archive that holds nothing."""
    return element(
        "div",
        element("h2", words.EMPTY_TITLE),
        element("p", words.EMPTY_WORDS, class_="tq-quiet"),
    )


def thread_list(threads: Sequence[ThreadSummary], count: int) -> Html:
    """Threads with how complete they are.

    Args:
        threads: Those that are shown.
        count: How many there are.
    """
    if not threads:
        return element("p", words.NO_THREADS, class_="tq-quiet")
    more = count - len(threads)
    rows = [
        (
            _thread_name(one),
            one.author or "",
            _completeness(one),
            element("code", one.source),
        )
        for one in threads
    ]
    header = (words.THREAD, words.AUTHOR, words.COMPLETENESS, words.SOURCE)
    listed = table(words.THREADS, header, [("", rows)], text_columns=(0, 1, 2, 3))
    note = element("p", words.MORE_THREADS.format(more=f"{more:,}"), class_="tq-quiet")
    return element("div", listed, note if more else None)


def progress_note(step: str, done: int, total: int | None) -> Html:
    """How far a long run is."""
    amount = f"{done:,}" if total is None else f"{done:,} of {total:,}"
    bar = element(
        "progress", max=total or 1, value=min(done, total) if total else None, aria_label=step
    )
    return element("div", element("p", f"{step}: {amount}"), bar, class_="tq-progress")


def problem_note(problem: str) -> Html:
    """What went wrong and what to do."""
    return element("p", problem, class_="tq-problem", role="alert")


def added_report(report: SyncReport, partial: Sequence[ThreadSummary]) -> Html:
    """What was read of added files, what is missing of their threads, and what was left out.

    Args:
        report: Of the run that took them in.
        partial: Threads of the archive of which something is missing, in the added files.
    """
    done = {
        "added": report.added,
        "changed": report.changed,
        "already there": report.unchanged,
        "left out": len(report.failed),
        "of no known format": report.ignored,
    }
    said = ", ".join(f"{count} {what}" for what, count in done.items() if count)
    now = (
        f"The archive now holds {words.count(report.sources, 'source')}, "
        f"{words.count(report.threads, 'thread')} and {words.count(report.posts, 'post')}."
    )
    gaps = [element("li", f"“{one.title}”: {one.extent}", dir="auto") for one in partial]
    # Where the copies of uploads lie is nobody's business who did not put them there.
    failed = [
        element("li", element("code", Path(failure.path).name), f": {failure.reason}")
        for failure in report.failed
    ]
    return element(
        "div",
        element("p", f"{words.FILES}: {said or words.NONE}. {now}"),
        _listed(words.GAPS, gaps),
        _listed(words.LEFT_OUT, failed),
        class_="tq-report",
        role="status",
    )


def removed_report(report: RemovalReport) -> Html:
    """What was taken out of the archive."""
    said = words.REMOVED.format(
        names=", ".join(f"“{name}”" for name in report.removed),
        posts=words.count(report.removed_posts, "post"),
    )
    return element("p", said, class_="tq-report", role="status")


def timeline_chart(months: Mapping[str, int]) -> Html:
    """Bars of posts by month, or by year where there are many months.

    Args:
        months: Posts by "2021-03", one at least, ascending.
    """
    periods = _periods(months)
    highest = max(periods.values())
    top = _round_up(highest)
    across = Axis(low=0.0, high=float(len(periods)), start=LEFT, end=RIGHT)
    up = Axis(low=0.0, high=float(top), start=BOTTOM, end=TOP)
    names = list(periods)
    every = -(-len(names) // MOST_X_TICKS)
    ticks = [(place + 0.5, name) for place, name in enumerate(names) if place % every == 0]
    heights = [(top * part / 2, f"{top * part // 2:,}") for part in (0, 1, 2)]
    kind = "month" if len(names[0]) > len("2021") else "year"
    return chart(
        words.POSTS_OVER_TIME,
        f"Posts by {kind}, from {names[0]} to {names[-1]}; most in "
        f"{max(periods, key=lambda name: periods[name])}, {words.count(highest, 'post')}.",
        *frame(across, up, ticks, heights),
        *axis_titles(kind, "posts"),
        *_bars(list(periods.values()), across, up),
    )


def _number(number: int, what: str) -> Html:
    name = words.count(number, what).split(" ")[1]
    return element("div", element("dt", name), element("dd", f"{number:,}"))


def _timeline(overview: Overview) -> Html:
    head = element("h3", words.POSTS_OVER_TIME)
    if not overview.months:
        return element("section", head, element("p", words.NO_DATES, class_="tq-quiet"))
    note = None
    if overview.dated < overview.counts.posts:
        said = words.SOME_DATES.format(
            dated=f"{overview.dated:,}", all=f"{overview.counts.posts:,}"
        )
        note = element("p", said, class_="tq-quiet")
    rows = [(name, f"{count:,}") for name, count in _periods(overview.months).items() if count]
    numbers = element(
        "details",
        element("summary", words.NUMBERS),
        table(words.POSTS_OVER_TIME, ("", words.POSTS), [("", rows)]),
    )
    figure = element("figure", timeline_chart(overview.months))
    return element("section", head, figure, note, numbers)


def _sources(contents: Sequence[SourceContents]) -> Html:
    rows = [
        (
            element("code", one.record.name),
            one.record.format,
            f"{one.threads:,}",
            f"{one.posts:,}",
            words.size(one.record.size),
            _remove(one.record.name),
        )
        for one in contents[:MOST_SOURCES]
    ]
    header = (words.SOURCE, words.FORMAT, words.THREADS, words.POSTS, words.SIZE, words.CHANGE)
    listed = table(words.SOURCES, header, [("", rows)], text_columns=(0, 1))
    return element("section", element("h3", words.SOURCES), listed)


def _remove(name: str) -> Html:
    return confirmed_button(
        words.REMOVE,
        name,
        "remove_source",
        title=words.REMOVE_SOURCE,
        note=words.REMOVE_SOURCE_NOTE,
        data_source=name,
    )


def _thread_name(thread: ThreadSummary) -> Html:
    return element(
        "button",
        thread.title,
        type="button",
        class_="tq-link tq-thread-name",
        data_act="read_thread",
        data_thread=thread.id,
        dir="auto",
    )


def _completeness(thread: ThreadSummary) -> Html:
    partial = thread.completeness is Completeness.PARTIAL
    return element("span", thread.extent, class_="tq-partial" if partial else "tq-whole")


def _listed(heading: str, items: Sequence[Html]) -> Html | None:
    if not items:
        return None
    return joined([element("p", heading), element("ul", *items)])


def _periods(months: Mapping[str, int]) -> dict[str, int]:
    """Posts by month, those without any included; by year where that makes too many bars."""
    names = list(months)
    first, last = _months_since_zero(names[0]), _months_since_zero(names[-1])
    if last - first < MOST_BARS:
        every = (f"{place // 12:04d}-{place % 12 + 1:02d}" for place in range(first, last + 1))
        return {name: months.get(name, 0) for name in every}
    years = dict.fromkeys((f"{year:04d}" for year in range(first // 12, last // 12 + 1)), 0)
    for name, count in months.items():
        years[name[:4]] += count
    return years


def _months_since_zero(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _round_up(number: int) -> int:
    """The next even number that has a half to write at the middle of an axis."""
    step = 2
    while step * 10 < number:
        step *= 10
    return -(-number // step) * step


def _bars(heights: Sequence[int], across: Axis, up: Axis) -> Iterator[Html]:
    places = [across.at(float(place)) for place in range(len(heights) + 1)]
    for (left, right), height in zip(pairwise(places), heights, strict=True):
        top = up.at(float(height))
        space = min(2.0, (right - left) / 4)
        yield element(
            "rect",
            class_="bar",
            x=round(left + space / 2, 2),
            y=top,
            width=round(right - left - space, 2),
            height=round(BOTTOM - top, 2),
        )
