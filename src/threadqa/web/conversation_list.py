"""The list of an owner's conversations, as HTML. Pure functions of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from threadqa.conversations import ConversationSummary
from threadqa.markup.html import Html, element
from threadqa.web import words
from threadqa.web.buttons import confirmed_button, named_button
from threadqa.web.exporting import export_menu

__all__ = ["conversation_list"]

MOST_SHOWN = 200


def conversation_list(
    conversations: Iterable[ConversationSummary], current: str, searched: str = ""
) -> Html:
    """Titles to open, rename and delete.

    Args:
        conversations: In the order they are shown in; the first two hundred are.
        current: Id of the one that is open; "" for none.
        searched: Words that were looked for.
    """
    items = [_item(one, here=one.id == current) for one in list(conversations)[:MOST_SHOWN]]
    if not items:
        nothing = words.NO_CONVERSATION_FOUND if searched else words.NO_CONVERSATIONS
        return element("p", nothing, class_="tq-quiet")
    return element("ul", *items, class_="tq-conversations")


@lru_cache(maxsize=1024)  # after each answer the list is sent anew, and one item has changed
def _item(conversation: ConversationSummary, *, here: bool) -> Html:
    identity = conversation.id
    open_it = element(
        "button",
        element("span", conversation.title, class_="tq-conversation-title", dir="auto"),
        element("span", _facts(conversation), class_="tq-facts"),
        type="button",
        class_="tq-open",
        data_act="open_conversation",
        data_conversation=identity,
        aria_current="true" if here else None,
    )
    return element(
        "li", open_it, *_changes(conversation, here=here), class_="tq-here" if here else None
    )


def _facts(conversation: ConversationSummary) -> str:
    answers = words.count(conversation.answers, "answer")
    return f"{words.day(conversation.changed_at)} · {answers}"


def _changes(conversation: ConversationSummary, *, here: bool) -> Iterator[Html]:
    """The ways to rename, to delete and, where it is open, to export it."""
    identity, title = conversation.id, conversation.title
    form_id, field = f"rename-{identity}", f"name-{identity}"
    unfold = named_button(
        words.RENAME, title, "unfold", aria_expanded="false", aria_controls=form_id
    )
    delete = confirmed_button(
        words.DELETE,
        title,
        "delete_conversation",
        title=words.DELETE_CONVERSATION,
        note=words.DELETE_CONVERSATION_NOTE,
        data_conversation=identity,
    )
    menu = export_menu("export_conversation", data_conversation=identity) if here else None
    yield element("span", unfold, delete, menu, class_="tq-changes")
    yield element(
        "form",
        element("label", words.NEW_NAME, for_=field, class_="tq-unseen"),
        element("input", id=field, name="title", value=title, required="", dir="auto"),
        element("button", words.SAVE, type="submit", class_="tq-small"),
        id=form_id,
        class_="tq-form",
        hidden="",
        data_form="rename_conversation",
        data_conversation=identity,
    )
