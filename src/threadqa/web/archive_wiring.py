"""What happens when something is done with the archive, and before anything is: Gradio's events."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path

import gradio as gr

from threadqa.markup.html import Html
from threadqa.web import words
from threadqa.web.archive_desk import ArchiveDesk
from threadqa.web.chat import problem_of
from threadqa.web.events import QUIET, Outcome, guarded, problem, text_in
from threadqa.web.examples import example_files
from threadqa.web.filters import filter_bar
from threadqa.web.layout import Parts
from threadqa.web.start import empty_start, start

__all__ = ["ArchiveWiring"]


class ArchiveWiring:
    """Connects the archive's parts of a page, and what stands where a conversation will."""

    def __init__(self, parts: Parts, desk: ArchiveDesk) -> None:
        """Call `connect` within the page's `gr.Blocks`."""
        self._parts = parts
        self._desk = desk

    def connect(self) -> None:
        """Registers all events."""
        parts = self._parts
        seen = [parts.overview, parts.threads, parts.problem]
        parts.archive_tab.select(self._on_archive, [parts.thread_search], seen, **QUIET)
        parts.thread_search.change(
            self._on_archive, [parts.thread_search], seen, trigger_mode="always_last", **QUIET
        )
        parts.bridge.read_thread(self._on_read, None, [parts.reader, parts.problem], **QUIET)
        kept = [parts.thread_search, parts.filters]
        changed = [*seen, parts.report, parts.begin, parts.filter_bar]
        parts.drop.upload(self._on_add, [parts.drop, *kept], [*changed, parts.drop], **QUIET)
        parts.bridge.remove_source(self._on_remove, kept, changed, **QUIET)
        parts.bridge.add_examples(self._on_examples, kept, changed, **QUIET)

    def _on_archive(self, searched: str) -> Outcome:
        return guarded(self._parts, words.READING_ARCHIVE, lambda: self._archive(searched))

    def _archive(self, searched: str) -> Outcome:
        return {
            self._parts.overview: str(self._desk.overview()),
            self._parts.threads: str(self._desk.threads(searched) or ""),
        }

    def _on_read(self, event: gr.EventData) -> Outcome:
        return guarded(
            self._parts,
            words.SHOWING,
            lambda: {self._parts.reader: str(self._desk.thread(text_in(event, "thread")))},
        )

    def _on_add(
        self, files: list[str] | None, searched: str, filters: tuple[str, ...]
    ) -> Iterator[Outcome]:
        if files:
            yield {self._parts.drop: None}
            add = partial(self._desk.add, [Path(file) for file in files])
            yield from self._changing(words.ADDING, add, self._parts.report)
            yield from self._changed(searched, filters)

    def _on_remove(
        self, searched: str, filters: tuple[str, ...], event: gr.EventData
    ) -> Iterator[Outcome]:
        remove = partial(self._desk.remove, text_in(event, "source"))
        yield from self._changing(words.REMOVING, remove, self._parts.report)
        yield from self._changed(searched, filters)

    def _on_examples(self, searched: str, filters: tuple[str, ...]) -> Iterator[Outcome]:
        add = partial(self._desk.add, example_files())
        failed = yield from self._changing(words.ADDING, add, self._parts.begin)
        if not failed:
            yield from self._changed(searched, filters)

    def _changing(
        self, doing: str, change: Callable[[], Iterator[Html]], where: gr.HTML
    ) -> Generator[Outcome, None, bool]:
        """Shows how a change goes, and how it went; returns whether it failed."""
        try:
            for note in change():
                yield {where: str(note)}
        except Exception as error:  # whatever it is, the page must say so
            yield {where: problem(problem_of(error, doing))}
            return True
        return False

    def _changed(self, searched: str, filters: tuple[str, ...]) -> Iterator[Outcome]:
        """What there is to see after a change."""
        outcome = self._on_archive(searched)
        yield outcome | self.begun(filters)
        yield self.on_suggest()

    def begun(self, filters: tuple[str, ...]) -> Outcome:
        """How to begin, and the filters there are."""
        known = self._desk.known()
        empty = known.overview is None
        begin = empty_start(with_examples=bool(example_files())) if empty else start(())
        bar = "" if empty else str(filter_bar(filters, known.choices))
        return {self._parts.begin: str(begin), self._parts.filter_bar: bar}

    def on_suggest(self) -> Outcome:
        """Questions to begin with, once they are found."""
        suggested = self._desk.suggestions()
        # An empty dict would be taken for a value.
        return {self._parts.begin: str(start(suggested)) if suggested else gr.skip()}
