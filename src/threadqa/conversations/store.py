"""The store of conversations: one SQLite file beside the archive."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from threadqa.answers import Answer
from threadqa.archive.archive import ARCHIVE_NAME, Archive
from threadqa.archive.database import Database
from threadqa.archive.schema import Migration, migrate
from threadqa.conversations import reading
from threadqa.conversations.record_json import record_from, record_text
from threadqa.conversations.records import Record, record_of, standing
from threadqa.conversations.schema import APPLICATION_ID, MIGRATIONS
from threadqa.conversations.values import Conversation, ConversationSummary, Rating
from threadqa.errors import ArchiveError, UsageError
from threadqa.resources import Resource

__all__ = ["CONVERSATIONS_NAME", "Conversations", "Purged", "purge"]

CONVERSATIONS_NAME = "conversations.sqlite"
REMEDY = "restore it from a backup, or move it away to begin without conversations"
LONGEST_TITLE = 200

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Purged(NamedTuple):
    """What a purge did.

    Attributes:
        answers: How many answers lost something.
        log_emptied: Whether nothing of it stays on disk. False while another process reads an
            older state; the next purge empties the log.
    """

    answers: int
    log_emptied: bool


class Conversations(Resource):
    """Everybody's conversations; a context manager that closes the file.

    Any thread may call it at any time: one connection serves all, and a lock lets one call in
    after the other, each a few milliseconds. Other processes may have the same file open.

    Every call names the owner, a user's name or "" where nobody signs in, and sees nothing of
    other owners: somebody else's conversation is to it as one that does not exist.

    An archive that a call is given must be free for the calling thread to use; what the answer
    rests on is read from it, and what the archive no longer holds is left out.
    """

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        """Use `open`."""
        self._folder = folder
        self._database = database
        self._clock = clock
        self._lock = RLock()

    @classmethod
    def open(
        cls, folder: Path, *, clock: Clock = _now, migrations: Sequence[Migration] = MIGRATIONS
    ) -> Conversations:
        """Opens the conversations of an index folder; makes or upgrades their file where needed.

        Args:
            folder: The index folder; made if it is missing. It need not have an archive yet.
            clock: Tells the time, with its zone; another one is for tests.
            migrations: The schema's history; another one is for tests.

        Raises:
            ArchiveError: The file is damaged or of a newer schema, or cannot be written.
        """
        path = folder / CONVERSATIONS_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"cannot make the folder {folder} ({error.strerror}): name another one"
            ) from error
        database = Database(path, writable=True, remedy=REMEDY)
        try:
            migrate(database, migrations, APPLICATION_ID)
        except BaseException:
            database.close()
            raise
        return cls(folder, database, clock)

    def close(self) -> None:
        """Closes the file, after the call that is at work."""
        with self._lock:
            self._database.close()

    # Conversations.

    def start(self, owner: str, question: str) -> str:
        """Starts a conversation, to be called with its first question.

        Args:
            owner: Whose it is.
            question: Becomes its title.

        Returns:
            Its id.
        """
        conversation = secrets.token_hex(16)
        now = self._time()
        with self._writing():
            self._database.execute(
                "INSERT INTO conversations (id, owner, title, started_at, changed_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (conversation, owner, _title(question), now, now),
            )
        return conversation

    def summaries(self, owner: str) -> list[ConversationSummary]:
        """An owner's conversations, the one with the last answer first."""
        with self._lock:
            return reading.summaries(
                self._database, "c.owner = ?", (owner,), order="c.changed_at DESC, c.id"
            )

    def search(self, owner: str, words: str, archive: Archive) -> list[ConversationSummary]:
        """An owner's conversations in which all of some words occur, in the order of `summaries`.

        Args:
            owner: Whose.
            words: Apart by white space; each must stand, in either case and also as a part of a
                longer word, in the title, a question or the sentences of an answer.
            archive: Holds the sentences: they are not in the file, and so there is no index of
                them; this reads all of the owner's answers.
        """
        wanted = words.casefold().split()
        found = []
        for summary in self.summaries(owner):
            text = summary.title
            for stored in self.get(owner, summary.id, archive).answers if wanted else ():
                text += f"\n{stored.answer.question}\n{stored.answer.text}"
            if all(word in text.casefold() for word in wanted):
                found.append(summary)
        return found

    def get(self, owner: str, conversation: str, archive: Archive) -> Conversation:
        """A conversation with its answers, as they stand now.

        Raises:
            UsageError: The owner has no conversation of this id.
        """
        with self._lock, self._database.snapshot():
            found = reading.summaries(
                self._database, "c.id = ? AND c.owner = ?", (conversation, owner)
            )
            if not found:
                raise _unknown()
            return reading.whole(self._database, found[0], archive)

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Gives a conversation another title.

        Raises:
            UsageError: The title is blank, or the owner has no conversation of this id.
        """
        if not title.strip():
            raise UsageError("the title is empty: give the conversation a name")
        with self._writing():
            self._require(owner, conversation)
            self._database.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (_title(title), conversation)
            )

    def delete(self, owner: str, conversation: str) -> None:
        """Deletes a conversation with its answers and their feedback, from the disk as well.

        Raises:
            UsageError: The owner has no conversation of this id.
        """
        with self._writing():
            self._require(owner, conversation)
            self._database.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
        with self._lock:
            self._database.checkpoint()

    # Answers and what is said of them.

    def add(self, owner: str, conversation: str, answer: Answer) -> int:
        """Adds an answer to the end of a conversation.

        Args:
            owner: Whose it is.
            conversation: Its id.
            answer: As the assistant gave it, with its question; its posts are kept by id. What
                rests on posts that were deleted since the assistant opened the index is left out.

        Returns:
            The answer's id.

        Raises:
            UsageError: The owner has no conversation of this id.
        """
        record, now = record_of(answer), self._time()
        with self._writing():
            self._require(owner, conversation)
            body = record_text(self._as_it_stands(record))
            self._database.execute(
                "UPDATE conversations SET changed_at = ? WHERE id = ?", (now, conversation)
            )
            added = self._database.execute(
                "INSERT INTO answers (conversation, answered_at, body) VALUES (?, ?, ?)",
                (conversation, now, body),
            )
            return int(added.lastrowid or 0)

    def rate(self, owner: str, conversation: str, answer: int, rating: Rating | None) -> None:
        """Keeps what a reader thinks of an answer, in place of what was thought before.

        Args:
            owner: Whose it is.
            conversation: Its id.
            answer: The answer's id.
            rating: None takes an earlier one back.

        Raises:
            UsageError: The owner has no conversation of this id, or it has no such answer.
        """
        with self._writing():
            self._require_answer(owner, conversation, answer)
            self._database.execute(
                "UPDATE answers SET rating = ?, rated_at = ? WHERE id = ?",
                (rating, self._time() if rating else None, answer),
            )

    def mark_wrong_source(self, owner: str, conversation: str, answer: int, post_id: str) -> None:
        """Keeps that a reader calls a cited post a wrong source.

        Raises:
            UsageError: The owner has no conversation of this id, it has no such answer, or the
                answer does not cite the post.
        """
        with self._writing():
            record = self._require_answer(owner, conversation, answer)
            if post_id not in {found.post_id for found in record.citations}:
                raise UsageError(f"the answer does not cite the post {post_id!r}")
            self._database.execute(
                "INSERT OR IGNORE INTO wrong_sources (answer, post_id, marked_at) VALUES (?, ?, ?)",
                (answer, post_id, self._time()),
            )

    def unmark_wrong_source(self, owner: str, conversation: str, answer: int, post_id: str) -> None:
        """Takes back what `mark_wrong_source` keeps; harmless where nothing is kept.

        Raises:
            UsageError: The owner has no conversation of this id, or it has no such answer.
        """
        with self._writing():
            self._require_answer(owner, conversation, answer)
            self._database.execute(
                "DELETE FROM wrong_sources WHERE answer = ? AND post_id = ?", (answer, post_id)
            )

    # For those who look after the index.

    def with_feedback(self, archive: Archive) -> list[Conversation]:
        """Everybody's conversations that have feedback, in the order they were started."""
        with self._lock, self._database.snapshot():
            return [
                reading.whole(self._database, summary, archive)
                for summary in reading.summaries(self._database, reading.HAS_FEEDBACK)
            ]

    def purge(self, archive: Archive) -> Purged:
        """Takes everything out of the file that rests on posts that are gone or changed.

        Args:
            archive: Says which posts there are, after the change is committed.
        """
        # Reading too holds the write lock: an answer is added before, and seen here, or after, and
        # then `add` sees the changed archive.
        with self._lock:
            with self._database.transaction():
                changed = list(reading.changed_answers(self._database, archive))
                for id_, record in changed:
                    reading.rewrite(self._database, id_, record)
            # Always: a purge that was killed after its commit left the old text in the log.
            return Purged(answers=len(changed), log_emptied=self._database.checkpoint())

    # Within.

    def _as_it_stands(self, record: Record) -> Record:
        """What is left of a record in the newest state of the archive, if there is an archive."""
        if not (self._folder / ARCHIVE_NAME).is_file():
            return record
        with Archive.open_for_reading(self._folder) as archive:
            return standing([record], reading.posts_of([record], archive))[0]

    def _require(self, owner: str, conversation: str) -> None:
        sql = "SELECT 1 FROM conversations WHERE id = ? AND owner = ?"
        if self._database.row(sql, (conversation, owner)) is None:
            raise _unknown()

    def _require_answer(self, owner: str, conversation: str, answer: int) -> Record:
        self._require(owner, conversation)
        body = self._database.value(
            "SELECT body FROM answers WHERE id = ? AND conversation = ?", (answer, conversation)
        )
        if body is None:
            raise UsageError("there is no such answer in this conversation: load it again")
        return record_from(body)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, self._database.transaction():
            yield

    def _time(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")


def purge(archive: Archive) -> Purged:
    """As `Conversations.purge`, for the conversations beside an archive, if there are any."""
    if not (archive.folder / CONVERSATIONS_NAME).is_file():
        return Purged(answers=0, log_emptied=True)
    with Conversations.open(archive.folder) as conversations:
        return conversations.purge(archive)


def _title(text: str) -> str:
    """A text on one line, not too long, and without half surrogate pairs, which SQLite refuses."""
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


def _unknown() -> UsageError:
    return UsageError("there is no such conversation: it may have been deleted; see the list")
