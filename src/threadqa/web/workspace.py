"""What all pages of a server work with: one index, the assistants opened on it, its uploads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from threadqa.archive.archive import ARCHIVE_NAME, Archive
from threadqa.assistant import Assistant
from threadqa.conversations import Conversations
from threadqa.encoders.protocol import Encoder
from threadqa.encoders.registry import Runtime, open_encoder
from threadqa.errors import ArchiveError
from threadqa.indexing.opening import (
    chosen_model,
    open_archive,
    open_encoder_for,
    remembered_model,
)
from threadqa.indexing.progress import Progress
from threadqa.indexing.removal import UPLOADS_NAME, RemovalReport, remove_sources
from threadqa.indexing.sync import SyncReport, sync
from threadqa.resources import Resource
from threadqa.settings import Settings
from threadqa.web.uploads import discard_unused, take_in

__all__ = ["Workspace"]

MOST_ASSISTANTS = 4
TIDYING_SECONDS = 2.0


class State(NamedTuple):
    """Names one state of one archive file."""

    device: int
    inode: int
    generation: int


class Workspace(Resource):
    """One index with the assistants opened on it; a context manager that closes them.

    Any number of threads may use it. An assistant is one thread's while it is borrowed.

    An assistant holds the state of the archive that it was opened with, and with it what later
    changes deleted. So none of an older state is lent, and a thread closes those that wait unused.

    Attributes:
        settings: As given.
    """

    def __init__(self, settings: Settings, *, most_assistants: int = MOST_ASSISTANTS) -> None:
        """Opens nothing yet.

        Args:
            settings: Name the index, which need not be there yet.
            most_assistants: How many threads may have an assistant at a time; others wait.
        """
        self.settings = settings
        self._free = threading.BoundedSemaphore(most_assistants)
        self._guard = threading.Lock()
        self._opening = threading.Lock()
        self._waiting: list[tuple[State, Assistant]] = []
        self._encoder: Encoder | None = None
        self._conversations: Conversations | None = None
        self._changing = threading.Lock()
        self._log_is_full = False
        self._closed = threading.Event()
        self._tidier = threading.Thread(target=self._tidy, name="threadqa-tidier", daemon=True)
        self._tidier.start()

    @property
    def folder(self) -> Path:
        """The index folder."""
        return self.settings.index

    def close(self) -> None:
        """Closes what nobody has borrowed; the rest is closed when it comes back."""
        self._closed.set()
        self._tidier.join()
        self._close_waiting(lambda state: True)
        with self._guard:
            if self._conversations is not None:
                self._conversations.close()

    @property
    def conversations(self) -> Conversations:
        """Everybody's conversations about the index; opened by who asks first.

        Raises:
            ArchiveError: Their file is damaged or of a newer schema, or cannot be written.
        """
        with self._guard:
            if self._conversations is None:
                self._conversations = Conversations.open(self.folder)
            return self._conversations

    @contextmanager
    def assistant(self) -> Iterator[Assistant]:
        """Lends an assistant of the archive's newest state; waits while all are out.

        Raises:
            ArchiveError: There is no archive, it holds no posts, or it cannot be read.
            EncoderError: The encoder is missing, or is not the one of the archive.
            SearchIndexError: The search indexes are damaged and cannot be built again.
        """
        with self._free:
            state, assistant = self._take()
            try:
                yield assistant
            finally:
                self._give_back(state, assistant)

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        """Opens the archive for reading, in a snapshot; for lists and counts without questions.

        Raises:
            ArchiveError: There is no archive, or it cannot be read.
        """
        with open_archive(self.folder) as archive, archive.snapshot():
            yield archive

    def warm(self) -> None:
        """Loads what the first question needs, so that it need not wait; nothing without archive.

        Raises:
            EncoderError: The encoder is missing, or is not the one of the archive.
            SearchIndexError: The search indexes are damaged and cannot be built again.
        """
        with suppress(ArchiveError), self.assistant() as assistant:
            assistant.search("warm", 1)

    def add(self, files: Sequence[Path], progress: Progress) -> SyncReport:
        """Copies uploaded files into the index folder, and takes them into the archive.

        Args:
            files: Uploaded files; the last part of a path is taken for the file's name, cleaned.
            progress: Told how far it is.

        Returns:
            What was done. A file that could not be read is reported, and its copy deleted.

        Raises:
            ArchiveBusyError: Another process is writing to the index.
            ArchiveError: The archive cannot be written.
            UsageError: A file is too large or of no known format, or there are too many; none was
                taken in.
        """
        with self._changing:
            folder = self.folder / UPLOADS_NAME
            copies = take_in(files, folder, max_bytes=self.settings.web_max_upload_bytes)
            try:
                return self._sync(copies, progress)
            finally:
                self._drop_what_is_not_archived(folder)

    def remove_source(self, name: str, progress: Progress) -> RemovalReport:
        """Takes a source out of the index, and its file if it was uploaded.

        Args:
            name: As `Archive.sources` has it.
            progress: Told how far it is.

        Returns:
            What was done.

        Raises:
            ArchiveBusyError: Another process is writing to the index.
            ArchiveError: The archive cannot be written.
            UsageError: There is no such source.
        """
        with self._changing:
            report = remove_sources([name], self.folder, progress)
            self._log_is_full = not report.log_emptied
        self._close_stale()
        self._empty_log()
        return report

    def _sync(self, copies: Sequence[Path], progress: Progress) -> SyncReport:
        model = chosen_model(self.settings, remembered_model(self.folder))
        return sync(
            copies,
            self.folder,
            open_encoder(model, runtime=Runtime(self.settings.runtime)),
            progress,
            max_file_bytes=self.settings.max_file_bytes,
            model=model,
        )

    def _drop_what_is_not_archived(self, folder: Path) -> None:
        """Deletes the copies of files that the archive does not hold."""
        try:
            with open_archive(self.folder) as archive:
                archived = {Path(record.path) for record in archive.sources()}
        except ArchiveError:
            archived = set()
        discard_unused(folder, archived)

    def _take(self) -> tuple[State, Assistant]:
        """An assistant of the newest state, with the mark of that state."""
        newest = self._newest_state()
        with self._guard:
            fitting = next((item for item in self._waiting if item[0] == newest), None)
            if fitting is not None:
                self._waiting.remove(fitting)
                return fitting
        with self._opening:
            if newest.generation:
                with open_archive(self.folder) as archive:
                    self._encoder = open_encoder_for(archive, self.settings, self._encoder)
            assistant = Assistant.open(self.settings, self._encoder)
        return _state(assistant.archive), assistant

    def _give_back(self, state: State, assistant: Assistant) -> None:
        with self._guard:
            if not self._closed.is_set():
                self._waiting.append((state, assistant))
                return
        assistant.close()

    def _newest_state(self) -> State:
        with open_archive(self.folder) as archive:
            return _state(archive)

    def _close_waiting(self, chosen: Callable[[State], bool]) -> int:
        """Closes those waiting assistants whose state is chosen; returns how many."""
        with self._guard:
            closing = [assistant for state, assistant in self._waiting if chosen(state)]
            self._waiting = [item for item in self._waiting if not chosen(item[0])]
        for assistant in closing:
            assistant.close()
        return len(closing)

    def _close_stale(self) -> None:
        """Closes the waiting assistants of other states than the newest."""
        newest: State | None = None
        with suppress(ArchiveError):
            newest = self._newest_state()
        if self._close_waiting(lambda state: state != newest):
            self._log_is_full = True

    def _empty_log(self) -> None:
        """Deletes from disk what was deleted from the archive while somebody still read it."""
        if self._log_is_full:
            self._log_is_full = not Archive.empty_log(self.folder)

    def _tidy(self) -> None:
        while not self._closed.wait(TIDYING_SECONDS):
            with suppress(ArchiveError):  # whoever asks next is told
                self._close_stale()
                self._empty_log()


def _state(archive: Archive) -> State:
    file = (archive.folder / ARCHIVE_NAME).stat()
    return State(device=file.st_dev, inode=file.st_ino, generation=archive.generation)
