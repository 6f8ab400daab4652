"""What happens when something is done on the page: Gradio's events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import asdict
from functools import partial
from itertools import count
from operator import or_

import gradio as gr
from gradio.blocks import Block

from threadqa.conversations import Rating
from threadqa.language_models.servers import configured_server
from threadqa.markup.html import Html
from threadqa.web import words
from threadqa.web.archive_desk import ArchiveDesk
from threadqa.web.archive_wiring import ArchiveWiring
from threadqa.web.chat import Chat, ChatView, problem_of
from threadqa.web.conversation_list import conversation_list
from threadqa.web.events import (
    QUIET,
    YES,
    Outcome,
    guarded,
    number_in,
    owner_of,
    problem,
    text_in,
)
from threadqa.web.exporting import Download, form_named
from threadqa.web.filters import filter_bar, operator, with_filters
from threadqa.web.layout import Parts, messages_of
from threadqa.web.start import signed_in_as
from threadqa.web.streaming import in_thread
from threadqa.web.workspace import Workspace

__all__ = ["Wiring"]


class Wiring:
    """Connects the parts of a page to what they do."""

    def __init__(self, parts: Parts, workspace: Workspace) -> None:
        """Call `connect` within the page's `gr.Blocks`."""
        self._parts = parts
        self._conversations = workspace.conversations
        self._chat = Chat(workspace)
        self._desk = ArchiveDesk(workspace)
        self._archive = ArchiveWiring(parts, self._desk)
        self._numbers = count()
        # Without a language model, an answer is there before a hand could stop it.
        self._may_take_long = configured_server(workspace.settings) is not None

    def connect(self, blocks: gr.Blocks) -> None:
        """Registers all events."""
        self._connect_chat()
        self._connect_evidence()
        self._connect_downloads()
        self._connect_conversations()
        self._connect_filters()
        self._archive.connect()
        parts = self._parts
        opened = [parts.user, parts.listed, parts.begin, parts.filter_bar, parts.problem]
        # Questions are tried out before they are suggested: the page does not wait for that.
        blocks.load(self._on_load, None, opened, **QUIET).then(
            self._archive.on_suggest, None, [parts.begin], **QUIET
        )

    # Asking.

    def _connect_chat(self) -> None:
        parts = self._parts
        outputs: list[Block] = [
            parts.question,
            parts.conversation,
            parts.log,
            parts.evidence,
            parts.listed,
            parts.problem,
        ]
        if self._may_take_long:
            outputs.append(parts.stop)
        typed = [parts.question, parts.filters, parts.conversation]
        asking = gr.on(
            [parts.question.submit, parts.ask.click],
            self._on_ask,
            typed,
            outputs,
            trigger_mode="once",
            **QUIET,
        )
        kept = [parts.filters, parts.conversation]
        again = parts.bridge.ask(self._on_ask_again, kept, outputs, **QUIET)
        if self._may_take_long:
            parts.stop.click(
                self._on_stop, [parts.conversation], outputs, cancels=[asking, again], **QUIET
            )

    async def _on_ask(
        self, question: str, filters: tuple[str, ...], conversation: str, request: gr.Request
    ) -> AsyncIterator[Outcome]:
        if not question.strip():
            yield {self._parts.problem: problem(words.NO_QUESTION)}
            return
        asked = with_filters(question, filters)
        cleared: Outcome = {self._parts.question: "", self._parts.problem: ""}
        views = partial(self._asked, owner_of(request), conversation, asked, alone=False)
        async for outcome in in_thread(views, or_):
            yield outcome | cleared
            cleared = {}

    async def _on_ask_again(
        self,
        filters: tuple[str, ...],
        conversation: str,
        event: gr.EventData,
        request: gr.Request,
    ) -> AsyncIterator[Outcome]:
        question = text_in(event, "question")
        if text_in(event, "filtered") == YES:
            question = with_filters(question, filters)
        alone = text_in(event, "alone") == YES
        views = partial(self._asked, owner_of(request), conversation, question, alone=alone)
        async for outcome in in_thread(views, or_):
            yield outcome

    def _asked(
        self, owner: str, conversation: str, question: str, *, alone: bool
    ) -> Generator[Outcome, None, None]:
        parts = self._parts
        for view in self._chat.ask(owner, conversation, question, alone=alone):
            outcome = self._seen(view)
            if self._may_take_long:
                outcome[parts.stop] = gr.Button(visible=not view.whole)
            if view.whole and view.conversation:
                outcome[parts.listed] = self._list(owner, view.conversation)
            yield outcome

    def _on_stop(self, conversation: str, request: gr.Request) -> Outcome:
        """The conversation without the answer that was stopped."""
        hidden: Outcome = {self._parts.stop: gr.Button(visible=False)}
        owner = owner_of(request)
        return hidden | guarded(
            self._parts, words.STOPPING, lambda: self._seen(self._chat.open(owner, conversation))
        )

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
        return guarded(
            self._parts,
            words.SHOWING,
            lambda: self._evidence(
                self._chat.evidence(owner_of(request), conversation, number_in(event, "turn"))
            ),
        )

    def _on_thread(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        place = (text_in(event, "thread"), text_in(event, "post"))
        return guarded(
            self._parts,
            words.SHOWING,
            lambda: self._evidence(
                self._chat.thread(owner_of(request), conversation, number_in(event, "turn"), place)
            ),
        )

    def _on_mark(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        return guarded(
            self._parts,
            words.KEEPING,
            lambda: self._evidence(
                self._chat.mark_source(
                    owner_of(request),
                    conversation,
                    number_in(event, "turn"),
                    text_in(event, "post"),
                )
            ),
        )

    def _on_rate(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        def rate() -> Outcome:
            rating = Rating(text_in(event, "rating"))
            turn = number_in(event, "turn")
            view = self._chat.rate(owner_of(request), conversation, turn, rating)
            return {self._parts.log: messages_of(view.messages)}

        return guarded(self._parts, words.KEEPING, rate)

    # Files to keep.

    def _connect_downloads(self) -> None:
        parts = self._parts
        here, given = [parts.conversation], [parts.bridge, parts.problem]
        parts.bridge.export(self._on_export, here, given, **QUIET)
        parts.bridge.export_conversation(self._on_export_all, None, given, **QUIET)
        parts.bridge.export_feedback(self._on_feedback, None, given, **QUIET)

    def _on_export(self, conversation: str, event: gr.EventData, request: gr.Request) -> Outcome:
        form, turn = form_named(text_in(event, "format")), number_in(event, "turn")
        return self._given(lambda: self._chat.export(owner_of(request), conversation, turn, form))

    def _on_export_all(self, event: gr.EventData, request: gr.Request) -> Outcome:
        form, conversation = form_named(text_in(event, "format")), text_in(event, "conversation")
        return self._given(lambda: self._chat.export(owner_of(request), conversation, None, form))

    def _on_feedback(self, request: gr.Request) -> Outcome:
        return self._given(lambda: self._chat.feedback(owner_of(request)))

    def _given(self, make: Callable[[], Download]) -> Outcome:
        # The number tells a file from the same file asked for again.
        return guarded(
            self._parts,
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
        return guarded(self._parts, words.OPENING, lambda: self._opened(owner_of(request), ""))

    def _on_open(self, event: gr.EventData, request: gr.Request) -> Outcome:
        conversation = text_in(event, "conversation")
        return guarded(
            self._parts, words.OPENING, lambda: self._opened(owner_of(request), conversation)
        )

    def _on_delete(self, current: str, event: gr.EventData, request: gr.Request) -> Outcome:
        def delete() -> Outcome:
            owner, conversation = owner_of(request), text_in(event, "conversation")
            self._conversations.delete(owner, conversation)
            if conversation == current:
                return self._opened(owner, "")
            return {self._parts.listed: self._list(owner, current)}

        return guarded(self._parts, words.DELETING, delete)

    def _on_rename(self, current: str, event: gr.EventData, request: gr.Request) -> Outcome:
        def rename() -> Outcome:
            owner = owner_of(request)
            title = text_in(event, "title")
            self._conversations.rename(owner, text_in(event, "conversation"), title)
            return {self._parts.listed: self._list(owner, current)}

        return guarded(self._parts, words.RENAMING, rename)

    def _on_search(self, searched: str, current: str, request: gr.Request) -> Outcome:
        return guarded(
            self._parts,
            words.SEARCHING_FOR,
            lambda: {self._parts.listed: self._list(owner_of(request), current, searched)},
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
            added = operator(text_in(event, "key"), text_in(event, "value"))
        except Exception as error:
            return self._filtered(filters, problem_of(error, words.FILTERING))
        return self._filtered(tuple(dict.fromkeys((*filters, added))))

    def _on_remove_filter(self, filters: tuple[str, ...], event: gr.EventData) -> Outcome:
        place = number_in(event, "place")
        return self._filtered((*filters[:place], *filters[place + 1 :]))

    def _filtered(self, filters: tuple[str, ...], problem: str = "") -> Outcome:
        bar = filter_bar(filters, self._desk.known().choices, problem)
        return {self._parts.filters: filters, self._parts.filter_bar: str(bar)}

    # Beginning.

    def _on_load(self, request: gr.Request) -> Outcome:
        owner = owner_of(request)
        signed_in: Outcome = {self._parts.user: str(signed_in_as(owner))}
        return signed_in | guarded(
            self._parts,
            words.OPENING,
            lambda: self._archive.begun(()) | {self._parts.listed: self._list(owner, "")},
        )
