"""The page around a report: one file that needs nothing else, neither network nor script."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from threadqa.evaluation.values import RunInfo
from threadqa.markup.html import Content, Html, element, joined
from threadqa.markup.page import whole_page

__all__ = ["Section", "facts", "lines", "made_with", "page", "when"]

NAMES = {
    "question_set": "question set",
    "digest": "SHA-256 of the question set",
    "threadqa": "threadqa",
    "generation": "generation of the archive",
    "posts": "posts in the archive",
    "encoder": "encoder",
    "abstention": "abstention model",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report.

    Attributes:
        id: Unique in the page; the links to it name it.
        heading: Of level 2.
        body: Headings in it begin at level 3.
    """

    id: str
    heading: str
    body: Html


def page(title: str, byline: Content, lead: Iterable[str], sections: Iterable[Section]) -> str:
    """A whole page.

    Args:
        title: Its one heading of level 1.
        byline: A line under it.
        lead: Paragraphs that sum the page up.
        sections: In order.
    """
    held = list(sections)
    style = resources.files("threadqa.evaluation.reports").joinpath("report.css").read_text("utf-8")
    contents = [element("li", element("a", s.heading, href=f"#{s.id}")) for s in held]
    return whole_page(
        title,
        style,
        element("a", "Skip to the report", href="#report", class_="skip"),
        element(
            "header",
            element("h1", title, dir="auto"),
            element("p", byline, class_="facts"),
            *(element("p", words, class_="lead") for words in lead),
        ),
        element("nav", element("ul", *contents), aria_label="Contents"),
        element("main", *map(_section, held), id="report", tabindex="-1"),
    )


def when(info: RunInfo) -> str:
    """When a run was started, to the minute."""
    return f"{info.started[:10]} {info.started[11:16]} UTC"


def facts(parts: Iterable[Content]) -> Html:
    """Short facts in one line, apart from each other."""
    return joined(parts, " · ")


def lines(items: Iterable[Content], class_: str | None = None) -> Html:
    """A list without order."""
    return element("ul", *(element("li", item) for item in items), class_=class_)


def made_with(info: RunInfo) -> Iterator[tuple[str, str]]:
    """What a run was made with, by name: its own facts, then the settings."""
    for name, words in NAMES.items():
        yield words, _written(getattr(info, name))
    for name, value in info.settings.items():
        yield f"setting {name}", _written(value)


def _section(section: Section) -> Html:
    heading = f"{section.id}-heading"
    return element(
        "section",
        element("h2", section.heading, id=heading),
        section.body,
        id=section.id,
        aria_labelledby=heading,
    )


def _written(value: object) -> str:
    """A value as threadqa.toml has it, texts without their quotation marks."""
    if value is None:
        return "not set"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
