"""Query operators, the same in terminal, web and API.

=================  ==============================================================
``from:ann``       by this author
``mention:ann``    mentions this handle
``link:bbc.co.uk``  has a link with this in it
``thread:budget``  in a thread with this id, or with these words in its title
``source:2021``    from a file with this in its name
``since:2021-03``  posted on or after the first day of this day, month or year
``until:2021-03``  posted on or before the last day of this day, month or year
``"a phrase"``     has these words in this order
``-word``          does not have this word
=================  ==============================================================

A value with spaces stands in quotes: ``thread:"integrated care"``. One operator given twice means
either value; different operators must all hold, and so must every phrase and every date.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from threadqa.archive.filters import PostFilter
from threadqa.errors import UsageError

__all__ = ["ParsedQuery", "operators_in", "parse_query", "without_operator"]

QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"'})
TOKEN = re.compile(
    r"""(?<!\S)(?:
        (?P<key>from|mention|link|thread|source|since|until):(?:"(?P<quoted>[^"]*)"|(?P<bare>\S*))
      | -(?:"(?P<not_phrase>[^"]+)"|(?P<not_word>[^\W\d_][\w'’]*))[?!.,;]*(?!\S)
      | "(?P<phrase>[^"]+)"
    )""",
    re.VERBOSE | re.IGNORECASE,
)
ENDS = "?!.,;"
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """A question with its operators taken apart.

    Attributes:
        text: What is searched: the question without its operators; the words of phrases stay.
        post_filter: What a post's own facts must be.
        phrases: Word sequences that a post must have.
        excluded: Words or phrases that a post must not have.
    """

    text: str
    post_filter: PostFilter
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def restricts(self) -> bool:
        """Whether some posts may be ruled out."""
        return bool(self.phrases or self.excluded or self.post_filter != PostFilter())


def parse_query(question: str) -> ParsedQuery:
    """Takes the operators out of a question.

    Args:
        question: As the user typed it; typographic quotation marks count as straight ones.

    Returns:
        Its parts.

    Raises:
        UsageError: An operator has no value, or a date is not one.
    """
    question = question.translate(QUOTES)
    values: dict[str, list[str]] = {}
    phrases: list[str] = []
    excluded: list[str] = []
    kept: list[str] = []
    end = 0
    for match in TOKEN.finditer(question):
        kept.append(question[end : match.start()])
        end = match.end()
        if match["key"]:
            values.setdefault(match["key"].lower(), []).append(_value(match))
        elif match["phrase"]:
            phrases.append(match["phrase"].strip())
            kept.append(match["phrase"])
        else:
            excluded.append((match["not_phrase"] or match["not_word"]).strip())
    kept.append(question[end:])
    return ParsedQuery(
        text=" ".join("".join(kept).split()),
        post_filter=_filter(values),
        phrases=tuple(phrase for phrase in phrases if phrase),
        excluded=tuple(words for words in excluded if words),
    )


def operators_in(question: str) -> tuple[str, ...]:
    """The operators of a question as they are written there, in order; phrases among them."""
    return tuple(match.group().rstrip(ENDS) for match in _operators(question))


def without_operator(question: str, place: int) -> str:
    """A question with one operator less.

    Args:
        question: As the user typed it.
        place: Which of `operators_in`, from 0.

    Returns:
        Without it; of a phrase, its words stay.

    Raises:
        IndexError: It has no such operator.
    """
    match = _operators(question)[place]
    before, after = question[: match.start()], question[match.end() :]
    return " ".join(f"{before}{match['phrase'] or ''}{after}".split())


def _operators(question: str) -> list[re.Match[str]]:
    # The translation is sign by sign: places in it are places in the question.
    return list(TOKEN.finditer(question.translate(QUOTES)))


def _value(match: re.Match[str]) -> str:
    key, bare = match["key"], match["bare"]
    if bare is not None and bare.startswith('"'):
        raise UsageError(f'{key}:{bare} opens a quotation: close it, as in {key}:"two words"')
    # What ends the question is not part of a name or date: "staff from:ann?"
    value = match["quoted"].strip() if bare is None else bare.rstrip(ENDS)
    if value:
        return value
    sample = "2021-03-31" if key.lower() in {"since", "until"} else "word"
    raise UsageError(f"{key}: needs a value right after the colon, such as {key}:{sample}")


def _filter(values: dict[str, list[str]]) -> PostFilter:
    since = [_period(value, "since")[0] for value in values.get("since", [])]
    until = [_period(value, "until")[1] for value in values.get("until", [])]
    return PostFilter(
        authors=tuple(values.get("from", [])),
        mentions=tuple(values.get("mention", [])),
        links=tuple(values.get("link", [])),
        threads=tuple(values.get("thread", [])),
        sources=tuple(values.get("source", [])),
        since=max(since, default=None),
        until=min(until, default=None),
    )


def _period(value: str, key: str) -> tuple[datetime, datetime]:
    """First moment of a day, month or year, and the first moment after it."""
    match = DATE.match(value)
    year, month, day = match.groups() if match else ("0", None, None)
    try:
        first = datetime(int(year), int(month or "1"), int(day or "1"))
        last_month = int(month or "12")
        last_day = int(day) if day else calendar.monthrange(first.year, last_month)[1]
        last = datetime(first.year, last_month, last_day)
    except ValueError as error:
        raise UsageError(
            f"{key}:{value} is not a date: write a day, a month or a year, as in {key}:2021-03-31"
        ) from error
    # Nothing comes after the year 9999.
    return first, last + timedelta(days=1) if last.date() < date.max else datetime.max
