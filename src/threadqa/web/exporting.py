"""What a reader takes away: the menu of forms, and files for the browser to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass

from threadqa.exports import Export, Format, written
from threadqa.markup.html import Content, Html, element
from threadqa.web import words

__all__ = ["Download", "export_file", "export_menu", "form_named"]

FORMS = {
    "markdown": ("Markdown", Format.MARKDOWN),
    "html": ("HTML", Format.HTML),
    "csl": ("CSL-JSON", Format.CSL),
}
NOT_IN_NAMES = re.compile(r"[\W_]+")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that the browser is given.

    Attributes:
        name: Safe on every file system.
        type: Its media type.
        content: Its text.
    """

    name: str
    type: str
    content: str


def export_menu(act: str, **data: Content) -> Html:
    """The forms to choose from.

    Args:
        act: What a choice does.
        data: Attributes that say of what.
    """
    choices = [
        element(
            "li",
            element(
                "button",
                name,
                type="button",
                class_="tq-link",
                data_act=act,
                data_format=form,
                **data,
            ),
        )
        for form, (name, _) in FORMS.items()
    ]
    return element(
        "details", element("summary", words.EXPORT), element("ul", *choices), class_="tq-menu"
    )


def form_named(name: str) -> Format:
    """The form that a choice of the menu names; Markdown where it names none."""
    return FORMS.get(name, FORMS["markdown"])[1]


def export_file(export: Export, form: Format) -> Download:
    """An export as a file, named by its title."""
    stem = NOT_IN_NAMES.sub("-", export.title.casefold()).strip("-")[:LONGEST_NAME].rstrip("-")
    return Download(
        name=f"{stem or 'answer'}.{form.value}",
        type=form.media_type,
        content=written(export, form).decode("utf-8"),
    )
