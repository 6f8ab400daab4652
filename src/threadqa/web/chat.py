"""What a conversation does: asks, shows evidence, keeps what was asked. No Gradio in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from threadqa.answers import Answer
from threadqa.archive.archive import Archive
from threadqa.conversations import (
    Conversation,
    ConversationSummary,
    Rating,
    StoredAnswer,
    question_rows,
)
from threadqa.errors import ThreadqaError, UsageError
from threadqa.exports import Export, Format
from threadqa.markup.html import Html
from threadqa.web import words
from threadqa.web.evidence import evidence_panel, no_evidence, thread_in_panel
from threadqa.web.exporting import Download, export_file
from threadqa.web.messages import (
    answer_message,
    failure_message,
    question_message,
    searching_message,
)
from threadqa.web.shown import Shown, shown
from threadqa.web.workspace import Workspace

__all__ = ["Chat", "ChatView", "Message", "problem_of"]

LOG = logging.getLogger(__name__)

USER, ASSISTANT = "user", "assistant"

Message = tuple[str, Html]
"""Who speaks, "user" or "assistant", and what."""

SEARCHING: Message = (ASSISTANT, searching_message())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatView:
    """A conversation as a page shows it.

    Attributes:
        conversation: Its id; "" before its first question was answered.
        messages: In order.
        evidence: The panel beside it.
        whole: Whether nothing more comes.
    """

    conversation: str = ""
    messages: tuple[Message, ...] = ()
    evidence: Html
    whole: bool = True


def problem_of(error: Exception, doing: str) -> str:
    """An error as its user is told of it; what is not ours goes to the log.

    Args:
        error: What happened.
        doing: What was being done: "answering".
    """
    if isinstance(error, ThreadqaError):
        return str(error)
    LOG.error("unexpected error while %s", doing, exc_info=error)
    return words.UNEXPECTED.format(doing=doing)


class Chat:
    """Conversations over a workspace; any number of threads may use it.

    Every call names the owner, a user's name or "" where nobody signs in.
    """

    def __init__(self, workspace: Workspace) -> None:
        """The workspace is not closed by this."""
        self._workspace = workspace
        self._conversations = workspace.conversations

    def ask(
        self, owner: str, conversation: str, question: str, *, alone: bool = False
    ) -> Iterator[ChatView]:
        """Asks a question in a conversation, and keeps the answer once it is whole.

        Args:
            owner: Who asks.
            conversation: Its id; "" starts one.
            question: With operators or without.
            alone: Whether it stands alone, whatever was asked before it.

        Yields:
            The conversation as the answer grows; where it fails, with what happened and what to do.
        """
        view = ChatView(
            conversation=conversation,
            messages=((USER, question_message(question)),),
            evidence=no_evidence(),
        )
        try:
            for grown in self._asked(owner, view, question, alone=alone):
                view = grown
                yield grown
        except Exception as error:  # whatever it is, the page must say so
            problem = failure_message(question, problem_of(error, words.ANSWERING))
            messages = [message for message in view.messages if message != SEARCHING]
            yield replace(view, messages=(*messages, (ASSISTANT, problem)), whole=True)

    def _asked(
        self, owner: str, view: ChatView, question: str, *, alone: bool
    ) -> Iterator[ChatView]:
        """The conversation as the answer grows."""
        if not question.strip():
            raise UsageError(words.NO_QUESTION)
        with self._workspace.assistant() as assistant:
            earlier = self._earlier(owner, view.conversation, assistant.archive)
            turn = len(earlier)
            before = (*_messages(earlier), *view.messages)
            view = replace(view, messages=(*before, SEARCHING), whole=False)
            yield view
            answer: Answer | None = None
            history = [] if alone else [one.answer.exchange for one in earlier]
            for answer in assistant.stream(question, history):
                yield _with_answer(view, before, Shown(answer=answer, turn=turn, whole=False))
        if answer is not None:
            kept = self._keep(owner, view.conversation, answer)
            whole = Shown(answer=answer, turn=turn)
            yield _with_answer(replace(view, conversation=kept, whole=True), before, whole)

    def open(self, owner: str, conversation: str) -> ChatView:
        """A kept conversation, with the evidence of its last answer.

        Raises:
            ThreadqaError: There is no such conversation, or the archive cannot be read.
        """
        if not conversation:
            return ChatView(evidence=no_evidence())
        kept = self.kept(owner, conversation)
        last = len(kept.answers) - 1
        return ChatView(
            conversation=conversation,
            messages=tuple(_messages(kept.answers)),
            evidence=evidence_panel(shown(kept.answers[last], last))
            if last >= 0
            else no_evidence(),
        )

    def kept(self, owner: str, conversation: str) -> Conversation:
        """A conversation with its answers, as they stand now.

        Raises:
            ThreadqaError: There is no such conversation, or the archive cannot be read.
        """
        with self._workspace.archive() as archive:
            return self._conversations.get(owner, conversation, archive)

    def found(self, owner: str, searched: str) -> Sequence[ConversationSummary]:
        """The owner's conversations, those that have some words if any are given.

        Raises:
            ThreadqaError: Words are given, and the archive cannot be read.
        """
        if not searched.strip():
            return self._conversations.summaries(owner)
        with self._workspace.archive() as archive:
            return self._conversations.search(owner, searched, archive)

    def evidence(self, owner: str, conversation: str, turn: int) -> Html:
        """The evidence of one answer.

        Raises:
            ThreadqaError: There is no such answer, or the archive cannot be read.
        """
        return evidence_panel(self._turn(owner, conversation, turn))

    def thread(self, owner: str, conversation: str, turn: int, place: tuple[str, str]) -> Html:
        """The whole thread of a post that an answer shows.

        Args:
            owner: Who reads.
            conversation: Its id.
            turn: The answer's place, from 0.
            place: Ids of the thread and the post.

        Raises:
            ThreadqaError: There is no such answer or thread, or the archive cannot be read.
        """
        thread_id, post_id = place
        answer = self._turn(owner, conversation, turn)
        with self._workspace.archive() as archive:
            return thread_in_panel(archive.thread(thread_id), post_id, answer)

    def rate(self, owner: str, conversation: str, turn: int, rating: Rating) -> ChatView:
        """Keeps what the reader thinks of an answer; the same again takes it back.

        Raises:
            ThreadqaError: There is no such answer.
        """
        kept = self.kept(owner, conversation)
        stored = _answer_of(kept, turn)
        chosen = None if stored.rating is rating else rating
        self._conversations.rate(owner, conversation, stored.id, chosen)
        return self.open(owner, conversation)

    def mark_source(self, owner: str, conversation: str, turn: int, post_id: str) -> Html:
        """Keeps that a cited post is a wrong source, or takes it back; gives the evidence anew.

        Raises:
            ThreadqaError: There is no such answer, or it does not cite the post.
        """
        stored = _answer_of(self.kept(owner, conversation), turn)
        change = (
            self._conversations.unmark_wrong_source
            if post_id in stored.wrong_sources
            else self._conversations.mark_wrong_source
        )
        change(owner, conversation, stored.id, post_id)
        return self.evidence(owner, conversation, turn)

    def export(self, owner: str, conversation: str, turn: int | None, form: Format) -> Download:
        """An answer or a whole conversation as a file.

        Args:
            owner: Whose it is.
            conversation: Its id.
            turn: The answer's place, from 0; None for all.
            form: Of the file.

        Raises:
            ThreadqaError: There is no such answer, or the archive cannot be read.
        """
        with self._workspace.archive() as archive:
            kept = self._conversations.get(owner, conversation, archive)
            generation = archive.generation
        chosen = kept.answers if turn is None else (_answer_of(kept, turn),)
        if not chosen:
            raise UsageError(words.NO_SUCH_ANSWER)
        export = Export(
            title=kept.title if turn is None else chosen[0].answer.question,
            answers=tuple(one.answer for one in chosen),
            exported_at=datetime.now(UTC),
            generation=generation,
        )
        return export_file(export, form)

    def feedback(self, owner: str) -> Download:
        """What the owner said of answers, as questions for `threadqa eval`.

        Raises:
            ThreadqaError: Nothing was said yet, or the archive cannot be read.
        """
        with self._workspace.archive() as archive:
            conversations = [
                self._conversations.get(owner, one.id, archive)
                for one in self._conversations.summaries(owner)
            ]
        rows = [json.dumps(row, ensure_ascii=False) for row in question_rows(conversations)]
        if not rows:
            raise UsageError(words.NO_FEEDBACK)
        content = "\n".join([*rows, ""])
        return Download(name="feedback.jsonl", type="application/jsonl", content=content)

    def _earlier(self, owner: str, conversation: str, archive: Archive) -> Sequence[StoredAnswer]:
        if not conversation:
            return ()
        return self._conversations.get(owner, conversation, archive).answers

    def _keep(self, owner: str, conversation: str, answer: Answer) -> str:
        """Adds an answer to its conversation, which begins with its first one."""
        kept = conversation or self._conversations.start(owner, answer.question)
        self._conversations.add(owner, kept, answer)
        return kept

    def _turn(self, owner: str, conversation: str, turn: int) -> Shown:
        return shown(_answer_of(self.kept(owner, conversation), turn), turn)


def _messages(answers: Sequence[StoredAnswer]) -> Iterator[Message]:
    for turn, stored in enumerate(answers):
        yield USER, question_message(stored.answer.question)
        yield ASSISTANT, answer_message(shown(stored, turn))


def _with_answer(view: ChatView, before: Sequence[Message], answer: Shown) -> ChatView:
    message = (ASSISTANT, answer_message(answer))
    return replace(view, messages=(*before, message), evidence=evidence_panel(answer))


def _answer_of(conversation: Conversation, turn: int) -> StoredAnswer:
    if not 0 <= turn < len(conversation.answers):
        raise UsageError(words.NO_SUCH_ANSWER)
    return conversation.answers[turn]
