"""What the terminal shows: all its words are here. Plain text in a pipe, colours on a terminal."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from threadqa.answers import EXTRACTIVE, Answer, Citation, Hit, Span, Status
from threadqa.posts import Completeness, Post, Thread, ThreadSummary

if TYPE_CHECKING:
    from threadqa.diagnosis import Check
    from threadqa.indexing.removal import RemovalReport
    from threadqa.indexing.sync import SyncReport

__all__ = [
    "one_line",
    "print_answer",
    "print_beneath",
    "print_checks",
    "print_facts",
    "print_growing",
    "print_hits",
    "print_json",
    "print_sources",
    "print_sync_report",
    "print_thread",
    "print_threads",
    "print_writer",
]

WIDEST = 100
INDENT = "    "
COLOURS = {
    Completeness.COMPLETE: "green",
    Completeness.PARTIAL: "yellow",
    Completeness.UNKNOWN: "bright_black",
}
# Noncharacters: they stand for the ends of a span until the text is folded.
SPAN_START, SPAN_END = "\ufdd0", "\ufdd1"
CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
TURNS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
UNSAFE = dict.fromkeys(CONTROLS | TURNS, "\N{REPLACEMENT CHARACTER}")
BREAKS = dict.fromkeys(map(ord, "\n\t\u2028\u2029"), " ")
VERDICTS = {"fine": "green", "slow": "yellow", "missing": "red"}


def print_json(value: object) -> None:
    """Prints a value as JSON; in escapes where the output cannot hold every character."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=not unicode, indent=2))


def one_line(text: str) -> str:
    """A text for the terminal on one line: names and messages may hold what a file is named."""
    return _safe(text.translate(BREAKS))


def print_answer(answer: Answer) -> None:
    """Prints an answer with its citations, or that there is none, with the nearest posts."""
    _say_words(answer)
    if answer.citations or answer.nearest:
        _say("")
    print_sources(answer)
    print_writer(answer)
    _say_notices(answer)


def print_writer(answer: Answer) -> None:
    """Prints who wrote the sentences, where they are not the posts' own."""
    if answer.sentences and answer.answerer != EXTRACTIVE:
        _say(f"\nWritten by {one_line(answer.answerer)}, checked against the posts.")


def print_sources(answer: Answer) -> None:
    """Prints the posts that an answer cites, whole; those that came nearest where it cites none."""
    for place, citation in enumerate(answer.citations):
        if place:
            _say("")
        _say_all(_citation_lines(citation))
    if answer.nearest:
        _say("The nearest posts:")
    for hit in answer.nearest:
        _say("")
        _say_all(_post_lines("-", hit.post, hit.thread))


def print_growing(answers: Iterable[Answer]) -> Answer:
    """Prints the sentences of an answer as they come: on a terminal, each line when it is full.

    Args:
        answers: As `Assistant.stream` gives them; at least one.

    Returns:
        The last, which is whole.
    """
    said: list[str] = []
    answer: Answer | None = None
    for answer in answers:
        lines = _wrapped(answer.text).split("\n") if answer.sentences else []
        if lines[: len(said)] != said:  # the last answer need not go on with those before it
            _say(_style("… instead of this:", fg="yellow"))
            said = []
        if _on_terminal():
            _say_all(iter(lines[len(said) : -1]))
            said = lines[:-1]
    if answer is None:
        raise ValueError("a stream of answers has at least one")
    if answer.sentences:
        _say_all(iter(lines[len(said) :]))
    else:
        _say_words(answer)
    return answer


def print_beneath(answer: Answer) -> None:
    """Prints where the posts of an answer stand, in two lines each, and its notices."""
    labelled = [(f"[{citation.number}]", citation.hit) for citation in answer.citations]
    if answer.nearest:
        _say("\nThe nearest posts:")
        labelled = [(f"{place}.", hit) for place, hit in enumerate(answer.nearest, 1)]
    for place, (label, hit) in enumerate(labelled):
        if not place:
            _say("")
        _say_all(_heading_lines(label, hit.post, hit.thread))
    _say_notices(answer)


def _say_words(answer: Answer) -> None:
    match answer.status:
        case Status.ANSWERED:
            _say(_wrapped(answer.text))
        case Status.NOT_FOUND:
            _say(_style("The archive does not answer this.", bold=True))
        case Status.WITHDRAWN:
            _say(_style("This answer was withdrawn.", bold=True))


def _say_notices(answer: Answer) -> None:
    for notice in answer.notices:
        _say("")
        _say(_style(_wrapped(f"Note: {notice}"), fg="yellow"))


def print_hits(hits: Sequence[Hit]) -> None:
    """Prints hits with their scores and why they were found."""
    from threadqa.questions.matched import matched_as_written

    if not hits:
        _say("Nothing found.")
    for number, hit in enumerate(hits, 1):
        if number > 1:
            _say("")
        shared = _safe(", ".join(matched_as_written(hit))) or "none"
        why = f"score {hit.score:.3f}: meaning {hit.dense:.3f}, words {hit.lexical:.2f}"
        _say_all(_post_lines(f"{number}.", hit.post, hit.thread))
        _say(_style(f"{INDENT}{why}; words in the post itself: {shared}", fg="bright_black"))


def print_threads(threads: Sequence[ThreadSummary]) -> None:
    """Prints a list of threads, a few lines a source."""
    source = None
    for thread in threads:
        if thread.source != source:
            _say(("" if source is None else "\n") + _style(one_line(thread.source), bold=True))
            source = thread.source
        extent = _style(thread.extent, fg=COLOURS[thread.completeness])
        _say(f"{INDENT}{_style(one_line(thread.id), fg='cyan')}  {extent}")
        author = f"@{thread.author}: " if thread.author else ""
        _say(_wrapped(f"{author}{thread.title}", indent=INDENT * 2))
    if not threads:
        _say("The archive holds no threads.")


def print_thread(thread: Thread) -> None:
    """Prints a thread whole, its gaps where they are."""
    summary = thread.summary
    _say(_style(_wrapped(summary.title), bold=True))
    author = f"@{summary.author} · " if summary.author else ""
    extent = _style(summary.extent, fg=COLOURS[summary.completeness])
    _say(f"{one_line(author + summary.source)} · {extent}")
    if thread.url:
        _say(one_line(thread.url))
    expected = 1
    for post in thread.posts:
        if post.position is not None:
            _say_gap(expected, post.position - 1)
            expected = post.position + 1
        _say("")
        _say(_style(_place(post, summary), fg="bright_black"))
        _say(_wrapped(post.text))
    if summary.positions and summary.declared_length:
        _say_gap(expected, summary.declared_length)


def print_sync_report(report: SyncReport, index: Path) -> None:
    """Prints what an indexing run did."""
    for failure in report.failed:
        typer.echo(one_line(f"threadqa: {failure.path}: {failure.reason}"), err=True)
    changes = {
        "new": report.added,
        "changed": report.changed,
        "gone": report.removed,
        "unchanged": report.unchanged,
        "not taken in": len(report.failed),
        "of no known format": report.ignored,
    }
    done = ", ".join(f"{count} {what}" for what, count in changes.items() if count)
    _say(f"Files: {done or 'none'}.")
    if report.renamed:
        _say(f"{_count(report.renamed, 'post')} got a longer id: another source has theirs.")
    if report.rebuilt:
        _say(f"Search indexes built again: {report.rebuilt}")
    _say(f"Embedded {_count(report.encoded, 'post')}.")
    _say_what_is_held(report, index)


def print_removal(report: RemovalReport, index: Path) -> None:
    """Prints what was removed and what is left."""
    sources = _count(len(report.removed), "source")
    _say(f"Removed {sources} with {_count(report.removed_posts, 'post')}.")
    if not report.log_emptied:
        _say(
            _wrapped(
                "Another process still reads the state before: the text leaves the disk when it "
                "has ended and the index is written to again."
            )
        )
    _say_what_is_held(report, index)


def _say_what_is_held(report: SyncReport | RemovalReport, index: Path) -> None:
    held = ", ".join(
        [
            _count(report.sources, "source"),
            _count(report.threads, "thread"),
            _count(report.posts, "post"),
        ]
    )
    _say(_style(f"{index} holds {held}.", bold=True))


def print_facts(facts: Mapping[str, Any]) -> None:
    """Prints names and values, one a line."""
    width = max(map(len, facts))
    for name, value in facts.items():
        if isinstance(value, Mapping):
            value = ", ".join(f"{count} {what}" for what, count in value.items() if count)
        value = "none" if value in {None, ""} else value
        label = _style(name.replace("_", " ").ljust(width), fg="cyan")
        _say(f"{label}  {one_line(str(value))}")


def print_checks(checks: Sequence[Check]) -> None:
    """Prints what was checked, its state, and the remedy."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        verdict = _style(check.verdict.ljust(7), fg=VERDICTS[check.verdict], bold=True)
        _say(f"{verdict}  {check.name.ljust(width)}  {one_line(check.found)}")
        if check.remedy:
            _say(_wrapped(f"-> {check.remedy}", indent=" " * 9))


def _citation_lines(citation: Citation) -> Iterator[str]:
    yield from _post_lines(
        f"[{citation.number}]", citation.hit.post, citation.hit.thread, citation.spans
    )


def _post_lines(
    label: str, post: Post, thread: ThreadSummary, spans: Sequence[Span] = ()
) -> Iterator[str]:
    """A post with where it stands: its label and thread, its place, its text."""
    yield from _heading_lines(label, post, thread)
    yield _wrapped(_marked(post.text, spans), indent=INDENT)


def _heading_lines(label: str, post: Post, thread: ThreadSummary) -> Iterator[str]:
    extent = _style(thread.extent, fg=COLOURS[thread.completeness])
    yield f"{_style(label, bold=True)} {_shortened(thread.title)}"
    yield f"{INDENT}{_style(_place(post, thread), fg='cyan')} · {extent}"


def _place(post: Post, thread: ThreadSummary) -> str:
    author = post.author or thread.author
    lines = str(post.first_line)
    if post.last_line != post.first_line:
        lines += f"-{post.last_line}"
    parts = [
        f"post {post.position}" if post.position is not None else "",
        f"@{author}" if author else "",
        post.created_at.strftime("%Y-%m-%d") if post.created_at else "",
        f"{post.source}:{lines}",
    ]
    return one_line(" · ".join(part for part in parts if part))


def _marked(text: str, spans: Sequence[Span]) -> str:
    """The text with a mark at both ends of each supporting span."""
    pieces, end = [], 0
    for start, stop in spans:
        pieces += [text[end:start], SPAN_START, text[start:stop], SPAN_END]
        end = stop
    return "".join([*pieces, text[end:]])


def _say_gap(first: int, last: int) -> None:
    if first <= last:
        named = f"post {first}" if first == last else f"posts {first}–{last}"
        _say("\n" + _style(f"… {named}: not in the archive …", fg="yellow"))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _shortened(text: str) -> str:
    return _safe(textwrap.shorten(text, _width() - len(INDENT), placeholder=" …"))


def _wrapped(text: str, *, indent: str = "") -> str:
    """Folds each line of a text to the terminal; in a pipe, lines stay whole."""
    lines = _safe(text).splitlines()
    if _on_terminal():
        lines = [
            part
            for line in lines
            for part in textwrap.wrap(
                line,
                _width() - len(indent),
                break_long_words=False,
                break_on_hyphens=False,
            )
        ]
    folded = "\n".join(f"{indent}{line}" for line in lines)
    bold = ("\x1b[1m", "\x1b[22m") if _coloured() else ("", "")
    return folded.replace(SPAN_START, bold[0]).replace(SPAN_END, bold[1])


def _safe(text: str) -> str:
    """Post text is untrusted: nothing in it may move the cursor or turn the direction of text."""
    return text.translate(UNSAFE)


def _width() -> int:
    return min(shutil.get_terminal_size().columns, WIDEST)


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _coloured() -> bool:
    return _on_terminal() and not os.environ.get("NO_COLOR")


def _style(text: str, *, fg: str | None = None, bold: bool = False) -> str:
    return typer.style(text, fg=fg, bold=bold) if _coloured() else text


def _say(text: str) -> None:
    # Colours are decided here alone, by NO_COLOR and the terminal: Typer must not strip or add.
    typer.echo(text, color=True)


def _say_all(lines: Iterator[str]) -> None:
    for line in lines:
        _say(line)
