"""What happens when something is done on the page: Gradio's events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import gradio as gr

from threadqa.conversations import Rating
from threadqa.markup.html import Html
from threadqa.web import words
from threadqa.web.archive_desk import ArchiveDesk
from threadqa.web.archive_view import problem_note
from threadqa.web.chat import Chat, ChatView, problem_of
from threadqa.web.conversation_list import conversation_list
from threadqa.web.examples import example_files
from threadqa.web.exporting import Download, form_named
from threadqa.web.filters import filter_bar, operator, with_filters
from threadqa.web.layout import Parts, messages_of
from threadqa.web.start import empty_start, signed_in_as, start
from threadqa.web.workspace import Workspace

__all__ = ["Wiring"]

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
YES = "yes"
Outcome = dict[Any, Any]
"""New values by component; those that are not named stay as they are."""


class Wiring:
    """Connects the parts of a page to what they do."""

    def __init__(self, parts: Parts, workspace: Workspace) -> None:
        """Call `connect` within the page's `gr.Blocks`."""
        self._parts = parts
        self._conversations = workspace.conversations
        self._chat = Chat(workspace)
        self._desk = ArchiveDesk(workspace)
        self._numbers = count()

    def connect(self, blocks: gr.Blocks) -> None:
        """Registers all events."""
        self._connect_chat()
        self._connect_evidence()
        self._connect_downloads()
        self._connect_conversations()
        self._connect_filters()
        self._connect_archive()
        parts = self._parts
        opened = [parts.user, parts.listed, parts.begin, parts.filter_bar, parts.problem]
        # Questions are tried out before they are suggested: the page does not wait for that.
        blocks.load(self._on_load, None, opened, **QUIET).then(
            self._on_suggest, None, [parts.begin], **QUIET
        )

    # Asking.

    def _connect_chat(self) -> None:
        parts = self._parts
        outputs = [
            parts.question,
            parts.conversation,
            parts.log,
            parts.evidence,
            parts.listed,
            parts.problem,
        ]
        typed = [parts.question, parts.filters, parts.conversation]
        gr.on(
            [parts.question.submit, parts.ask.click],
            self._on_ask,
            typed,
            outputs,
            trigger_mode="once",
            **QUIET,
        )
        parts.bridge.ask(self._on_ask_again, [parts.filters, parts.conversation], outputs, **QUIET)

    def _on_ask(
        self, question: str, filters: tuple[str, ...], conversation: str, request: gr.Request
    ) -> Iterator[Outcome]:
        if not question.strip():
            yield {self._parts.problem: _problem(words.NO_QUESTION)}
            return
        asked = with_filters(question, filters)
        cleared: Outcome = {self._parts.question: "", self._parts.problem: ""}
        for outcome in self._asked(_owner(request), conversation, asked, alone=False):
            yield outcome | cleared
            cleared = {}

    def _on_ask_again(
        self,
        filters: tuple[str, ...],
        conversation: str,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[Outcome]:
        question = _text(event, "question")
        if _text(event, "filtered") == YES:
            question = with_filters(question, filters)
        alone = _text(event, "alone") == YES
        yield from self._asked(_owner(request), conversation, question, alone=alone)

    def _asked(
        self, owner: str, conversation: str, question: str, *, alone: bool
    ) -> Iterator[Outcome]:
        parts = self._parts
        for view in self._chat.ask(owner, conversation, question, alone=alone):
            outcome = self._seen(view)
            if view.whole and view.conversation:
                outcome[parts.listed] = self._list(owner, view.conversation)
            yield outcome

    def _seen(self, view: ChatView) -> Outcome:
        parts = self._parts
        return {
            parts.conversation: view.conversation,
            parts.log: messages_of(view.messages),
            parts.evidence: str(view.evidence),
        }

    # Evidence and what readers say of it.

    def _connect_evidence(self) -> None:
        parts = self._parts
        shown = [parts.evidence, parts.problem]
        kept = [parts.conversation]
        parts.bridge.show_evidence(self._on_evidence, kept, shown, **QUIET)
        parts.bridge.show_thread(self._on_thread, kept, shown, **QUIET)
        parts.bridge.mark_source(self._on_mark, kept, shown, **QUIET)
        parts.bridge.rate(self._on_rate, kept, [parts.log, parts.problem], **QUIET)

    def _on_evidence(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        return self._guarded(
            words.SHOWING,
            lambda: self._evidence(
                self._chat.evidence(_owner(request), conversation, _number(event, "turn"))
            ),
        )

    def _on_thread(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        place = (_text(event, "thread"), _text(event, "post"))
        return self._guarded(
            words.SHOWING,
            lambda: self._evidence(
                self._chat.thread(_owner(request), conversation, _number(event, "turn"), place)
            ),
        )

    def _on_mark(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        return self._guarded(
            words.KEEPING,
            lambda: self._evidence(
                self._chat.mark_source(
                    _owner(request), conversation, _number(event, "turn"), _text(event, "post")
                )
            ),
        )

    def _on_rate(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        def rate() -> Outcome:
            rating = Rating(_text(event, "rating"))
            turn = _number(event, "turn")
            view = self._chat.rate(_owner(request), conversation, turn, rating)
            return {self._parts.log: messages_of(view.messages)}

        return self._guarded(words.KEEPING, rate)

    # Files to keep.

    def _connect_downloads(self) -> None:
        parts = self._parts
        here, given = [parts.conversation], [parts.bridge, parts.problem]
        parts.bridge.export(self._on_export, here, given, **QUIET)
        parts.bridge.export_conversation(self._on_export_all, None, given, **QUIET)
        parts.bridge.export_feedback(self._on_feedback, None, given, **QUIET)

    def _on_export(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        form, turn = form_named(_text(event, "format")), _number(event, "turn")
        return self._given(lambda: self._chat.export(_owner(request), conversation, turn, form))

    def _on_export_all(self, event: gr.EventData, request: gr.Request) -> Outcome:
        form, conversation = form_named(_text(event, "format")), _text(event, "conversation")
        return self._given(lambda: self._chat.export(_owner(request), conversation, None, form))

    def _on_feedback(self, request: gr.Request) -> Outcome:
        return self._given(lambda: self._chat.feedback(_owner(request)))

    def _given(self, make: Callable[[], Download]) -> Outcome:
        # The number tells a file from the same file asked for again.
        return self._guarded(
            words.EXPORTING,
            lambda: {self._parts.bridge: asdict(make()) | {"number": next(self._numbers)}},
        )

    def _evidence(self, html: Html) -> Outcome:
        return {self._parts.evidence: str(html)}

    # Conversations.

    def _connect_conversations(self) -> None:
        parts = self._parts
        everything = [
            parts.conversation,
            parts.log,
            parts.evidence,
            parts.listed,
            parts.problem,
            parts.search,
        ]
        here = [parts.conversation]
        parts.new.click(self._on_new, None, everything, **QUIET)
        parts.bridge.open_conversation(self._on_open, None, everything, **QUIET)
        parts.bridge.delete_conversation(self._on_delete, here, everything, **QUIET)
        listed = [parts.listed, parts.problem]
        parts.bridge.rename_conversation(self._on_rename, here, listed, **QUIET)
        parts.search.change(
            self._on_search, [parts.search, *here], listed, trigger_mode="always_last", **QUIET
        )

    def _on_new(self, request: gr.Request) -> Outcome:
        return self._guarded(words.OPENING, lambda: self._opened(_owner(request), ""))

    def _on_open(self, event: gr.EventData, request: gr.Request) -> Outcome:
        conversation = _text(event, "conversation")
        return self._guarded(words.OPENING, lambda: self._opened(_owner(request), conversation))

    def _on_delete(self, current: str, event: gr.EventData, request: gr.Request) -> Outcome:
        def delete() -> Outcome:
            owner, conversation = _owner(request), _text(event, "conversation")
            self._conversations.delete(owner, conversation)
            if conversation == current:
                return self._opened(owner, "")
            return {self._parts.listed: self._list(owner, current)}

        return self._guarded(words.DELETING, delete)

    def _on_rename(self, current: str, event: gr.EventData, request: gr.Request) -> Outcome:
        def rename() -> Outcome:
            owner = _owner(request)
            title = _text(event, "title")
            self._conversations.rename(owner, _text(event, "conversation"), title)
            return {self._parts.listed: self._list(owner, current)}

        return self._guarded(words.RENAMING, rename)

    def _on_search(self, searched: str, current: str, request: gr.Request) -> Outcome:
        return self._guarded(
            words.SEARCHING_FOR,
            lambda: {self._parts.listed: self._list(_owner(request), current, searched)},
        )

    def _opened(self, owner: str, conversation: str) -> Outcome:
        view = self._chat.open(owner, conversation)
        return self._seen(view) | {
            self._parts.listed: self._list(owner, conversation),
            self._parts.search: "",
        }

    def _list(self, owner: str, current: str, searched: str = "") -> str:
        found = self._chat.found(owner, searched)
        return str(conversation_list(found, current, searched))

    # Filters.

    def _connect_filters(self) -> None:
        parts = self._parts
        changed = [parts.filters, parts.filter_bar]
        parts.bridge.add_filter(self._on_add_filter, [parts.filters], changed, **QUIET)
        parts.bridge.remove_filter(self._on_remove_filter, [parts.filters], changed, **QUIET)

    def _on_add_filter(self, filters: tuple[str, ...], event: gr.EventData) -> Outcome:
        try:
            added = operator(_text(event, "key"), _text(event, "value"))
        except Exception as error:
            return self._filtered(filters, problem_of(error, words.FILTERING))
        return self._filtered(tuple(dict.fromkeys((*filters, added))))

    def _on_remove_filter(self, filters: tuple[str, ...], event: gr.EventData) -> Outcome:
        place = _number(event, "place")
        return self._filtered((*filters[:place], *filters[place + 1 :]))

    def _filtered(self, filters: tuple[str, ...], problem: str = "") -> Outcome:
        bar = filter_bar(filters, self._desk.known().choices, problem)
        return {self._parts.filters: filters, self._parts.filter_bar: str(bar)}

    # The archive.

    def _connect_archive(self) -> None:
        parts = self._parts
        seen = [parts.overview, parts.threads, parts.problem]
        parts.archive_tab.select(self._on_archive, [parts.thread_search], seen, **QUIET)
        parts.thread_search.change(
            self._on_archive, [parts.thread_search], seen, trigger_mode="always_last", **QUIET
        )
        parts.bridge.read_thread(self._on_read, None, [parts.reader, parts.problem], **QUIET)
        refreshed = [*seen, parts.begin, parts.filter_bar]
        said = [parts.report, parts.problem, parts.drop]
        for event, change, inputs in (
            (parts.drop.upload, self._on_add, [parts.drop]),
            (parts.bridge.remove_source, self._on_remove, None),
        ):
            event(change, inputs, said, **QUIET).then(
                self._on_changed, [parts.thread_search, parts.filters], refreshed, **QUIET
            )
        parts.bridge.add_examples(self._on_examples, None, [parts.begin], **QUIET).then(
            self._on_changed, [parts.thread_search, parts.filters], refreshed, **QUIET
        )

    def _on_archive(self, searched: str) -> Outcome:
        return self._guarded(words.READING_ARCHIVE, lambda: self._archive(searched))

    def _archive(self, searched: str) -> Outcome:
        return {
            self._parts.overview: str(self._desk.overview()),
            self._parts.threads: str(self._desk.threads(searched) or ""),
        }

    def _on_read(self, event: gr.EventData) -> Outcome:
        return self._guarded(
            words.SHOWING,
            lambda: {self._parts.reader: str(self._desk.thread(_text(event, "thread")))},
        )

    def _on_add(self, files: list[str] | None) -> Iterator[Outcome]:
        if not files:
            return
        yield {self._parts.drop: None}
        notes = lambda: self._desk.add([Path(file) for file in files])  # noqa: E731
        yield from self._reported(words.ADDING, notes, self._parts.report)

    def _on_remove(self, event: gr.EventData) -> Iterator[Outcome]:
        source = _text(event, "source")
        notes = lambda: self._desk.remove(source)  # noqa: E731
        yield from self._reported(words.REMOVING, notes, self._parts.report)

    def _on_examples(self) -> Iterator[Outcome]:
        notes = lambda: self._desk.add(example_files())  # noqa: E731
        yield from self._reported(words.ADDING, notes, self._parts.begin)

    def _reported(
        self, doing: str, notes: Callable[[], Iterator[Html]], where: gr.HTML
    ) -> Iterator[Outcome]:
        try:
            for note in notes():
                yield {where: str(note)}
        except Exception as error:
            yield {where: str(problem_note(problem_of(error, doing)))}

    def _on_changed(self, searched: str, filters: tuple[str, ...]) -> Iterator[Outcome]:
        outcome = self._on_archive(searched)
        yield outcome | self._begun(filters)
        yield self._on_suggest()

    # Beginning.

    def _on_load(self, request: gr.Request) -> Outcome:
        owner = _owner(request)
        signed_in: Outcome = {self._parts.user: str(signed_in_as(owner))}
        return signed_in | self._guarded(
            words.OPENING,
            lambda: self._begun(()) | {self._parts.listed: self._list(owner, "")},
        )

    def _begun(self, filters: tuple[str, ...]) -> Outcome:
        known = self._desk.known()
        empty = known.overview is None
        begin = empty_start(with_examples=bool(example_files())) if empty else start(())
        bar = "" if empty else str(filter_bar(filters, known.choices))
        return {self._parts.begin: str(begin), self._parts.filter_bar: bar}

    def _on_suggest(self) -> Outcome:
        suggested = self._desk.suggestions()
        # An empty dict would be taken for a value.
        return {self._parts.begin: str(start(suggested)) if suggested else gr.skip()}

    def _guarded(self, doing: str, work: Callable[[], Outcome]) -> Outcome:
        """What work changes, or what went wrong with it."""
        try:
            return {self._parts.problem: ""} | work()
        except Exception as error:
            return {self._parts.problem: _problem(problem_of(error, doing))}


def _owner(request: gr.Request) -> str:
    """Whose things are shown: a user's name, or "" where nobody signs in."""
    return request.username or ""


def _text(event: gr.EventData, name: str) -> str:
    """A text that the page sent; it may be anything."""
    value = event._data.get(name) if isinstance(event._data, dict) else None
    return value if isinstance(value, str) else ""


def _number(event: gr.EventData, name: str) -> int:
    """A place that the page sent, else one that nothing has."""
    text = _text(event, name)
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _problem(problem: str) -> str:
    return str(problem_note(problem))
