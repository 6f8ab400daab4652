"""HTML and SVG as values: text is escaped wherever it goes in, only `element` makes markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

__all__ = ["Content", "Html", "element", "joined", "marked", "table"]

EMPTY = frozenset({"br", "circle", "hr", "input", "line", "meta", "path", "rect"})
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What HTML may not hold: control characters, and halves of surrogate pairs."""


class Html(str):
    """Markup; any other text is escaped before it becomes a part of this."""

    __slots__ = ()


Content: TypeAlias = Html | str | float | None
"""What an element may hold: markup, text, a number (as `str` writes it), or nothing."""


def element(tag: str, *contents: Content, **attributes: Content) -> Html:
    """An element.

    Args:
        tag: Its name.
        contents: In order; text is escaped.
        attributes: By name. An underscore at the end of a name is left out, one within it stands
            for a hyphen; an attribute of None is left out.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in EMPTY:
        return Html(f"<{tag}{written}/>")  # SVG needs the slash, HTML lets it stand
    return Html(f"<{tag}{written}>{joined(contents)}</{tag}>")


def joined(contents: Iterable[Content], separator: str = "") -> Html:
    """Contents one after another, what is None left out."""
    return Html(separator.join(_markup(part) for part in contents if part is not None))


def marked(text: str, spans: Iterable[Sequence[int]]) -> Html:
    """A text with some of it marked.

    Args:
        text: Verbatim.
        spans: Half-open character ranges (start, end), ascending and apart.
    """
    pieces: list[Content] = []
    end = 0
    for start, stop in spans:
        pieces += [text[end:start], element("mark", text[start:stop])]
        end = stop
    return joined([*pieces, text[end:]])


def table(
    caption: str,
    header: Sequence[Content],
    groups: Iterable[tuple[str, Sequence[Sequence[Content]]]],
    *,
    text_columns: Sequence[int] = (0,),
) -> Html:
    """A table that scrolls in its own box where it is too wide.

    Args:
        caption: What it shows; said above it, and the name of its box. Unique in a page.
        header: Of the columns.
        groups: A heading, "" for none, and rows; the first cell of a row is its header.
        text_columns: Columns of text; all others hold numbers, and stand to the right.
    """
    kinds = ["text" if n in text_columns else "number" for n in range(len(header))]
    head = [
        element("th", cell, scope="col", class_=kind)
        for cell, kind in zip(header, kinds, strict=True)
    ]
    bodies = [_body(heading, rows, kinds) for heading, rows in groups]
    whole = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        *bodies,
    )
    # Whoever has no pointer must reach the box to scroll it.
    return element("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _body(heading: str, rows: Sequence[Sequence[Content]], kinds: Sequence[str]) -> Html:
    lines = []
    if heading:
        title = element("th", heading, scope="rowgroup", colspan=len(kinds), class_="group")
        lines.append(element("tr", title))
    for first, *rest in rows:
        cells = [
            element("td", cell, class_=kind) for cell, kind in zip(rest, kinds[1:], strict=True)
        ]
        lines.append(element("tr", element("th", first, scope="row", class_=kinds[0]), *cells))
    return element("tbody", *lines)


def _markup(part: Html | str | float) -> str:
    return str(part) if isinstance(part, Html) else _escaped(part)


def _escaped(value: object) -> str:
    return html.escape(UNFIT.sub("\N{REPLACEMENT CHARACTER}", str(value)))
