"""What the cited posts hold, as one body and sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from threadqa.answering.sentences import split_post
from threadqa.answering.support.dates import Date, posted
from threadqa.answering.support.lexicon import stem
from threadqa.answering.support.names import acronyms, links
from threadqa.answering.support.quantities import Quantity, folded
from threadqa.answering.support.reading import Reading, read
from threadqa.answers import Hit, Span
from threadqa.posts import Post
from threadqa.search_indexes.stop_words import STOP_WORDS

__all__ = ["Evidence", "Held", "gathered", "run_of"]

RUN_WORD = re.compile(r"\w+(?:'s\b)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A sentence of a cited post.

    Attributes:
        post: Place of its post among those that are cited.
        text: As it is embedded.
        reading: What stands in it.
        spans: Where it stands in the post's verbatim text.
    """

    post: int
    text: str
    reading: Reading
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the cited posts hold.

    Attributes:
        sentences: Of all posts, in order.
        stems: Stems of their words, authors included.
        words: Their words, lower-case, authors included.
        runs: The stems of each sentence in order without stop words, figures included, between
            spaces: what a name of several words is looked up in.
        acronyms: Initials of the names in them, lower-case.
        quantities: Their numbers.
        dates: Their dates, those of posting included.
        handles: Their handles and hashtags, authors' included.
        links: Their addresses.
        codes: What is made of letters and figures in them.
    """

    sentences: tuple[Held, ...]
    stems: frozenset[str]
    words: frozenset[str]
    runs: tuple[str, ...]
    acronyms: frozenset[str]
    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    handles: frozenset[str]
    links: frozenset[str]
    codes: frozenset[str]


def gathered(hits: Sequence[Hit]) -> Evidence:
    """Reads the cited posts."""
    sentences = tuple(
        Held(post=place, text=text, reading=reading, spans=spans)
        for place, hit in enumerate(hits)
        for text, reading, spans in _sentences(hit.post)
    )
    readings = [held.reading for held in sentences]
    authors = [name for hit in hits for name in (hit.post.author, hit.thread.author) if name]
    spoken = [read(author.replace("_", " ")) for author in authors]
    return Evidence(
        sentences=sentences,
        stems=frozenset(word.stem for r in [*readings, *spoken] for word in r.words),
        words=frozenset(chain.from_iterable(r.all_words for r in [*readings, *spoken])),
        runs=tuple(run_of(reading.text) for reading in [*readings, *spoken]),
        acronyms=frozenset(chain.from_iterable(acronyms(r.text) for r in readings)),
        quantities=tuple(chain.from_iterable(r.quantities for r in readings)),
        dates=(
            *chain.from_iterable(r.dates for r in readings),
            *chain.from_iterable(posted(hit.post.created_at) for hit in hits),
        ),
        handles=frozenset(
            [
                *chain.from_iterable(r.handles for r in readings),
                *(f"@{author.lower().removeprefix('@')}" for author in authors),
            ]
        ),
        links=frozenset(link for hit in hits for link, _, _ in links(folded(hit.post.text))),
        codes=frozenset(code for r in readings for code, _ in r.codes),
    )


@lru_cache(maxsize=4096)
def run_of(text: str) -> str:
    """A text's stems in order without stop words and possessives, figures too, between spaces."""
    found = (word.removesuffix("'s") for word in RUN_WORD.findall(text.lower()))
    return f" {' '.join(stem(word) for word in found if word not in STOP_WORDS)} "


@lru_cache(maxsize=1024)
def _sentences(post: Post) -> tuple[tuple[str, Reading, tuple[Span, ...]], ...]:
    return tuple((one.text, read(one.text), one.spans) for one in split_post(post))
