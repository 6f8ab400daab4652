"""Filters that stay from question to question: chips, each an operator of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from threadqa.errors import UsageError
from threadqa.markup.html import Content, Html, element
from threadqa.posts import ThreadSummary
from threadqa.retrieval.operators import operators_in, parse_query
from threadqa.web import words

__all__ = ["Choices", "filter_bar", "operator", "with_filters"]

KEYS = {
    "from": words.AUTHOR,
    "source": words.SOURCE,
    "thread": words.THREAD,
    "since": words.SINCE,
    "until": words.UNTIL,
}
DATES = frozenset({"since", "until"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What filters may name: the first of many, to choose from; others can be typed.

    Attributes:
        authors: Names, those with most posts first.
        sources: Names of sources.
        threads: Threads.
    """

    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    threads: tuple[ThreadSummary, ...] = ()


def operator(key: str, value: str) -> str:
    """An operator as a user would type it: ``from:ann``, ``thread:"integrated care"``.

    Args:
        key: One of from, source, thread, since and until.
        value: What it looks for.

    Raises:
        UsageError: There is no such filter, or the value is not one for it.
    """
    if key not in KEYS:
        raise UsageError(f"{key!r} is no filter: choose one of {', '.join(KEYS)}")
    plain = " ".join(value.replace('"', " ").split())
    quoted = f'"{plain}"' if " " in plain or plain != plain.rstrip("?!.,;") else plain
    written = f"{key}:{quoted}"
    parse_query(written)
    return written


def with_filters(question: str, filters: Iterable[str]) -> str:
    """A question as it is asked: with the filters it does not have already after it."""
    there = {written.casefold() for written in operators_in(question)}
    added = [written for written in filters if written.casefold() not in there]
    return " ".join([question.strip(), *added])


def filter_bar(filters: Sequence[str], choices: Choices, problem: str = "") -> Html:
    """The chips of the filters, and the form that adds one.

    Args:
        filters: Operators, in the order they were added.
        choices: To choose from.
        problem: Why the last one was not added.
    """
    chips = [_chip(written, place) for place, written in enumerate(filters)]
    wrong = element("p", problem, class_="tq-problem", role="alert") if problem else None
    return element(
        "div",
        element("div", *chips, class_="tq-chips") if chips else None,
        element(
            "details",
            element("summary", words.ADD_FILTER),
            element("div", *_forms(choices), wrong, class_="tq-filter-forms"),
            class_="tq-add-filter",
            open="" if problem else None,
        ),
        class_="tq-filters",
        role="group",
        aria_label=words.FILTERS,
    )


def _chip(written: str, place: int) -> Html:
    label = words.REMOVE_FILTER.format(operator=written)
    remove = element(
        "button",
        words.REMOVE_SIGN,
        type="button",
        class_="tq-chip-remove",
        data_act="remove_filter",
        data_place=place,
        aria_label=label,
        title=label,
    )
    return element("span", element("code", written, dir="auto"), remove, class_="tq-chip")


def _forms(choices: Choices) -> Iterable[Html]:
    """A form for each kind of filter."""
    given: dict[str, list[Html]] = {
        "from": [element("option", value=name) for name in choices.authors],
        "source": [element("option", value=name) for name in choices.sources],
        "thread": [element("option", one.title, value=one.id) for one in choices.threads],
    }
    for key, label in KEYS.items():
        yield _form(key, label, given.get(key, []))


def _form(key: str, label: str, options: Sequence[Html]) -> Html:
    field = f"filter-{key}"
    offered = element("datalist", *options, id=f"{field}-choices") if options else None
    attributes: dict[str, Content] = {"list": f"{field}-choices"} if options else {}
    return element(
        "form",
        element("label", label, for_=field),
        element(
            "input",
            id=field,
            name="value",
            type="date" if key in DATES else "text",
            autocomplete="off",
            required="",
            **attributes,
        ),
        offered,
        element("button", words.ADD, type="submit", class_="tq-small"),
        data_form="add_filter",
        data_key=key,
        class_="tq-form",
    )
