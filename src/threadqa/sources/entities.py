"""Who and what a post points to: mentions, links, hashtags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Entities", "find_entities"]

# Handles are ASCII: "@userです" mentions "user". A Mastodon handle names its server, a Bluesky
# handle is a host name of three labels or more.
_HANDLE = r"@[A-Za-z0-9_]+(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|(?:\.[a-z0-9-]+){2,})?"
# Handles may follow each other without a space; what follows a letter is an e-mail address.
_HANDLES = re.compile(rf"(?<![A-Za-z0-9_.+/-])(?:{_HANDLE})+")
_ONE_HANDLE = re.compile(_HANDLE)
_HASHTAG = re.compile(r"(?<![\w&/#])#(?=\w*[^\W\d_])(\w+)")
# Without a scheme, a path or a well-known ending tells an address from "the end.Then".
_ENDINGS = "com|org|net|edu|gov|int|info|io|ai|app|dev|social|eu|uk|ie|de|fr|es|it|nl|ca|us|au|nz"
_LINK = re.compile(
    r"https?://[^\s<>\"]{1,2048}"
    r"|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:[a-z]{2,24}/[^\s<>\"]{0,2048}"
    rf"|(?:{_ENDINGS})\b(?![./@-]?\w))",
    re.IGNORECASE | re.ASCII,
)
_AFTER_LINK = ".,;:!?'\"”’»]}*_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """What a post points to, each once, in order of first appearance.

    Attributes:
        mentions: Handles without "@".
        links: Addresses as written.
        hashtags: Tags without "#".
    """

    mentions: tuple[str, ...]
    links: tuple[str, ...]
    hashtags: tuple[str, ...]


def find_entities(text: str) -> Entities:
    """Finds the mentions, links and hashtags of a text; those within an address do not count."""
    spans = list(_link_spans(text))
    rest = _without(text, spans)
    return Entities(
        mentions=_unique(
            handle[1:]
            for match in _HANDLES.finditer(rest)
            for handle in _ONE_HANDLE.findall(match[0])
        ),
        links=_unique(text[start:end] for start, end in spans),
        hashtags=_unique(_HASHTAG.findall(rest)),
    )


def _link_spans(text: str) -> Iterator[tuple[int, int]]:
    match = _LINK.search(text)
    while match is not None:
        end = match.start() + len(_trimmed(match[0]))
        yield match.start(), end
        match = _LINK.search(text, max(end, match.start() + 1))


def _trimmed(link: str) -> str:
    """Takes off what follows an address: punctuation, and the end of a Markdown link."""
    depth = 0
    for index, character in enumerate(link if ")" in link else ""):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            link = link[:index]
            break
    return link.rstrip(_AFTER_LINK)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with a space in place of each range."""
    bounds = [0, *(bound for span in spans for bound in span), len(text)]
    return " ".join(text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True))


def _unique(found: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
