"""Buttons of a list: each says of which entry it is, and asks before it takes anything away."""

from __future__ import annotations

from threadqa.markup.html import Content, Html, element
from threadqa.web import words

__all__ = ["confirmed_button", "named_button"]


def named_button(label: str, name: str, act: str, **attributes: Content) -> Html:
    """A button that looks like a link, with the name of its entry for those who hear the page.

    Args:
        label: What it is called.
        name: Of the entry.
        act: What it does.
        attributes: Others of the element.
    """
    return element(
        "button",
        label,
        element("span", f" “{name}”", class_="tq-unseen"),
        type="button",
        class_="tq-link",
        data_act=act,
        **attributes,
    )


def confirmed_button(
    label: str, name: str, then: str, *, title: str, note: str, **data: Content
) -> Html:
    """A button that opens a dialogue, which does it only when told to once more.

    Args:
        label: What it is called, and the dialogue's button that does it.
        name: Of the entry.
        then: What it does at last.
        title: The dialogue's.
        note: What the dialogue says; ``{}`` stands for the entry's name.
        data: Attributes that say of which entry.
    """
    return named_button(
        label,
        name,
        "confirm",
        data_title=title,
        data_note=note.format(name),
        data_yes=label,
        data_no=words.KEEP,
        data_then=then,
        **data,
    )
