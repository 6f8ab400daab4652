"""What the pages know and change of the archive: overview, choices, suggestions, files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from threadqa.archive.archive import ARCHIVE_NAME
from threadqa.errors import ThreadqaError
from threadqa.indexing.progress import Progress
from threadqa.markup.html import Html
from threadqa.posts import Completeness, ThreadSummary
from threadqa.web import words
from threadqa.web.archive_view import (
    Overview,
    added_report,
    archive_overview,
    nothing_yet,
    progress_note,
    removed_report,
    thread_list,
)
from threadqa.web.evidence import whole_thread
from threadqa.web.filters import Choices
from threadqa.web.suggestions import suggested_questions
from threadqa.web.workspace import Workspace

__all__ = ["ArchiveDesk", "Known"]

MOST_CHOICES = 300
MOST_THREADS = 200
MOST_GAPS = 20
SUGGESTIONS = 4
SECONDS_BETWEEN_NOTES = 0.2

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one generation of the archive; generation 0 is an archive that is not there.

    Attributes:
        generation: Of the archive.
        overview: What it holds; None where it holds nothing.
        choices: What filters may name.
    """

    generation: int = 0
    overview: Overview | None = None
    choices: Choices = Choices()  # noqa: RUF009 - a frozen value


class ArchiveDesk:
    """Reads and changes the archive of a workspace; any number of threads may use it.

    What takes long to read is read once a generation, by whoever asks first.
    """

    def __init__(self, workspace: Workspace) -> None:
        """The workspace is not closed by this."""
        self._workspace = workspace
        self._guard = threading.Lock()
        self._known = Known()
        self._suggested: tuple[int, tuple[str, ...]] = (0, ())

    def known(self) -> Known:
        """What is known of the archive as it is now.

        Raises:
            ArchiveError: There is one, and it cannot be read.
        """
        if not (self._workspace.folder / ARCHIVE_NAME).is_file():
            return Known()
        with self._guard, self._workspace.archive() as archive:
            if archive.generation != self._known.generation:
                counts = archive.counts()
                threads, _ = archive.threads_with("", MOST_CHOICES)
                contents = archive.contents()
                overview = Overview(
                    counts=counts, contents=tuple(contents), months=archive.posts_by_month()
                )
                choices = Choices(
                    authors=tuple(archive.authors(MOST_CHOICES)),
                    sources=tuple(one.record.name for one in contents[:MOST_CHOICES]),
                    threads=tuple(threads),
                )
                self._known = Known(
                    generation=archive.generation,
                    overview=overview if counts.posts else None,
                    choices=choices,
                )
            return self._known

    def suggestions(self) -> tuple[str, ...]:
        """Questions that the archive answers; none where it is empty or cannot be asked."""
        generation = self.known().generation
        if self._suggested[0] != generation:
            try:
                with self._workspace.assistant() as assistant:
                    found = suggested_questions(assistant, SUGGESTIONS)
            except ThreadqaError:  # whoever asks a question is told
                found = ()
            self._suggested = (generation, found)
        return self._suggested[1]

    def overview(self) -> Html:
        """What the archive holds."""
        overview = self.known().overview
        return nothing_yet() if overview is None else archive_overview(overview)

    def threads(self, searched: str) -> Html | None:
        """The threads that have some words in title, author or source; None without an archive."""
        if self.known().overview is None:
            return None
        with self._workspace.archive() as archive:
            return thread_list(*archive.threads_with(searched, MOST_THREADS))

    def thread(self, thread_id: str) -> Html:
        """A thread, for reading.

        Raises:
            ThreadqaError: There is no such thread, or the archive cannot be read.
        """
        with self._workspace.archive() as archive:
            return whole_thread(archive.thread(thread_id))

    def add(self, files: Sequence[Path]) -> Iterator[Html]:
        """Takes files into the archive.

        Args:
            files: Uploaded files.

        Yields:
            How far it is, and at last what was read.

        Raises:
            ThreadqaError: Nothing was taken in.
        """
        before = set(self._partial())

        def add(progress: Progress) -> Html:
            report = self._workspace.add(files, progress)
            partial = [one for one in self._partial() if one not in before]
            return added_report(report, partial[:MOST_GAPS])

        yield from _with_progress(add)

    def remove(self, source: str) -> Iterator[Html]:
        """Takes a source out of the archive.

        Args:
            source: Its name.

        Yields:
            How far it is, and at last what was done.

        Raises:
            ThreadqaError: Nothing was removed.
        """

        def remove(progress: Progress) -> Html:
            report = self._workspace.remove_source(source, progress)
            return removed_report(report)

        yield from _with_progress(remove)

    def _partial(self) -> list[ThreadSummary]:
        """Threads of which something is missing."""
        if self.known().overview is None:
            return []
        with self._workspace.archive() as archive:
            return [one for one in archive.threads() if one.completeness is Completeness.PARTIAL]


class _Notes:
    """Listens to a run for the one who shows how far it is."""

    def __init__(self, notes: queue.SimpleQueue[Html | None]) -> None:
        self._notes = notes
        self._step = words.READING
        self._total: int | None = None
        self._done = 0

    def start(self, step: str, total: int | None) -> None:
        self._step, self._total, self._done = step, total, 0
        self._say()

    def advance(self, count: int) -> None:
        self._done += count
        self._say()

    def _say(self) -> None:
        self._notes.put(progress_note(self._step, self._done, self._total))


def _with_progress(work: Callable[[Progress], Html]) -> Iterator[Html]:
    """Runs work in a thread of its own and tells how far it is, a few times a second.

    Where nobody listens any more, the work goes on to its end.
    """
    notes: queue.SimpleQueue[Html | None] = queue.SimpleQueue()
    outcome: list[Html | Exception] = []

    def run() -> None:
        try:
            outcome.append(work(_Notes(notes)))
        except Exception as error:
            outcome.append(error)
        finally:
            notes.put(None)

    worker = threading.Thread(target=run, name="threadqa-change")
    worker.start()
    yield progress_note(words.READING, 0, None)
    while True:
        note = notes.get()
        # Of what was said meanwhile, the last counts.
        while note is not None and not notes.empty():
            note = notes.get()
        if note is None:
            break
        yield note
        worker.join(SECONDS_BETWEEN_NOTES)
    worker.join()
    (result,) = outcome
    if isinstance(result, Exception):
        raise result
    yield result
