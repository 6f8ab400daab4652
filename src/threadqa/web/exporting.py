"""What a reader takes away: the menu of forms, and files for the browser to keep."""

from __future__ import annotations

from threadqa.answers import Answer
from threadqa.markup.html import Content, Html, element
from threadqa.web import words

__all__ = ["answer_text", "exports"]

FORMS = (("markdown", "Markdown"), ("html", "HTML"), ("csl", "CSL-JSON"))


def exports(act: str, **data: Content) -> Html:
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
        for form, name in FORMS
    ]
    return element(
        "details", element("summary", words.EXPORT), element("ul", *choices), class_="tq-menu"
    )


def answer_text(answer: Answer) -> str:
    """The answer with its citations, to paste."""
    return answer.text
