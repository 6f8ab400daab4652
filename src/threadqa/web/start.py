"""What stands where the conversation will: how to begin. Pure functions of values."""

from __future__ import annotations

from collections.abc import Sequence

from threadqa.markup.html import Html, element, joined
from threadqa.web import words

__all__ = ["empty_start", "signed_in_as", "start"]


def start(suggestions: Sequence[str]) -> Html:
    """The first view of an archive that holds something.

    Args:
        suggestions: Questions that it answers; none while they are being found.
    """
    items = [
        element(
            "li",
            element(
                "button",
                question,
                type="button",
                class_="tq-suggestion",
                data_act="ask",
                data_question=question,
                data_filtered="",
                dir="auto",
            ),
        )
        for question in suggestions
    ]
    offered = [element("p", words.START_WORDS, class_="tq-quiet"), element("ul", *items)]
    return element(
        "div",
        element("h2", words.START_TITLE),
        *(offered if items else []),
        class_="tq-begin",
    )


def empty_start(*, with_examples: bool) -> Html:
    """The first view of an empty archive: how to fill it.

    Args:
        with_examples: Whether the example threads are there to be added.
    """
    examples = element(
        "button", words.TRY_EXAMPLES, type="button", class_="tq-small", data_act="add_examples"
    )
    return element(
        "div",
        element("h2", words.EMPTY_TITLE),
        element("p", words.EMPTY_WORDS, class_="tq-quiet"),
        element(
            "button", words.ADD_YOURS, type="button", class_="tq-small", data_act="go_to_archive"
        ),
        examples if with_examples else None,
        class_="tq-begin",
    )


def signed_in_as(user: str) -> Html:
    """Whose conversations these are, and the way to sign out; nothing where nobody signs in."""
    if not user:
        return Html("")
    name = element("span", words.SIGNED_IN_AS.format(name=user), class_="tq-quiet")
    return joined([name, element("a", words.SIGN_OUT, href="/sign-out")])
