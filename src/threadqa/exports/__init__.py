"""Answers as files to pass on: Markdown, an HTML evidence pack, CSL-JSON; and as plain text.

Pure functions of answers. A post's text is escaped in each of them, and a link leads to the
post's own address or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from threadqa.exports.csl import csl_json
from threadqa.exports.export import Export
from threadqa.exports.markdown import markdown
from threadqa.exports.pack import evidence_pack
from threadqa.exports.plain import plain_text

__all__ = ["Export", "Format", "csl_json", "evidence_pack", "markdown", "plain_text", "written"]


class Format(StrEnum):
    """What can be exported, by the ending of the file's name."""

    MARKDOWN = "md"
    HTML = "html"
    CSL = "json"

    @property
    def media_type(self) -> str:
        """As HTTP names it."""
        return MEDIA_TYPES[self]


MEDIA_TYPES: Mapping[Format, str] = {
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
    Format.CSL: "application/vnd.citationstyles.csl+json",
}
WRITERS: Mapping[Format, Callable[[Export], str]] = {
    Format.MARKDOWN: markdown,
    Format.HTML: evidence_pack,
    Format.CSL: csl_json,
}


def written(export: Export, form: Format) -> bytes:
    """An export as the bytes of a file, in UTF-8; half a surrogate pair becomes "?"."""
    return WRITERS[form](export).encode("utf-8", "replace")
