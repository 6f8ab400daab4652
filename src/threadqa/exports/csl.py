"""Cited posts as CSL-JSON, which reference managers read.

https://docs.citationstyles.org/en/stable/specification.html (CSL 1.0.2) has the type and the
variables, https://github.com/citation-style-language/schema the JSON schema of the data.
"""

from __future__ import annotations

import json
import re

from threadqa.answers import Citation
from threadqa.cleaning import clean
from threadqa.exports.export import (
    Export,
    author_of,
    position_of,
    printable,
    source_of,
    web_address,
)
from threadqa.serialization import Json

__all__ = ["csl_items", "csl_json"]

TITLE_WORDS = 20
"""APA style titles a post by its first words, "up to the first 20 words" (7th edition, 10.15)."""

TAG = re.compile(r"<(?=[a-zA-Z/!?])")


def csl_json(export: Export) -> str:
    """A bibliography of the posts that are cited, each once, in order of first citation."""
    return json.dumps(csl_items(export), ensure_ascii=False, indent=2) + "\n"


def csl_items(export: Export) -> list[Json]:
    """The items of that bibliography."""
    items: dict[str, Json] = {}
    for citation in export.citations:
        items.setdefault(citation.hit.post.id, _item(citation))
    return list(items.values())


def _item(citation: Citation) -> Json:
    hit, post = citation.hit, citation.hit.post
    author = author_of(hit.post, hit.thread)
    note = [
        f"In the archive as {source_of(hit)}",
        position_of(hit.post, hit.thread),
        f"SHA-256 {post.sha256}",
    ]
    item: Json = {
        "id": _plain(post.id),
        "type": "post",
        "title": _opening(clean(post.text, post.position).text),
        "container-title": _plain(hit.thread.title),
        "note": _plain("; ".join(part for part in note if part)),
    }
    if author is not None:
        item["author"] = [{"literal": _plain(author)}]
    if post.created_at is not None:
        day = post.created_at
        item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
    address = web_address(hit)
    if address is not None:
        item["URL"] = address
    return item


def _opening(text: str) -> str:
    words = text.split()
    opening = " ".join(words[:TITLE_WORDS])
    return _plain(opening if len(words) <= TITLE_WORDS else f"{opening} …")


def _plain(text: str) -> str:
    """A text on one line in which a processor finds no tag: it takes <i>, <sup> … for markup."""
    return TAG.sub(
        "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}", " ".join(printable(text).split())
    )
