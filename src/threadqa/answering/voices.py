"""Who speaks in a post besides its author: whom it quotes, and whose view it reports.

"It's a bucket with a hole in it", a director of nursing told us: the words are hers. An answer that
gives them without her is marked, for authors are kept apart. A quotation is somebody else's only
where the post says whose: organisations open their own statements with a quotation mark as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from threadqa.answers import Span
from threadqa.cleaning import clean
from threadqa.posts import Post
from threadqa.search_indexes.lexical import analyse

__all__ = ["Voice", "unattributed", "voices"]

_SPEAK = (
    r"(?:sa(?:y|ys|id)|tell(?:s|ing)?|told|argue[sd]?|claim(?:s|ed)?|writes?|wrote|warn(?:s|ed)?|"
    r"thinks?|thought|reckon(?:s|ed)?|believe[sd]?|insist(?:s|ed)?|"
    r"call(?:s|ed)(?: (?:it|this|that|them))?|add(?:s|ed)|explain(?:s|ed)|suggest(?:s|ed)|"
    r"complain(?:s|ed)|puts? it(?: to (?:us|me))?|"
    r"replie[sd]|quipped|admit(?:s|ted)|remark(?:s|ed)|tweet(?:s|ed)|notes?|noted)"
)
# "a finance director", "One home manager", "MPs on the Accounts Committee", "@x", "Jane Doe".
_ROLE = (
    r"(?:(?:an?|one|another|the|some|many|several|our)\s+(?:[a-z][\w'’-]*\s+){0,3}?"
    r"(?:of\s+[a-z]+\s+)?[a-z][\w'’-]*(?:\s+of\s+[a-z][\w'’-]*)?)"
)
_NAME = r"(?:\b(?-i:[A-Z])[\w'’.-]*(?:\s+(?:of\s+|for\s+|on\s+the\s+)?(?-i:[A-Z])[\w'’.-]*){0,5})"
_SPEAKER = rf"(?P<GROUP>@\w+|{_NAME}|{_ROLE})"
_TO = r"(?:\s+(?:us|me|him|her|them|@\w+|(?:the\s+)?(?-i:[A-Z])\w+))?"
_WHEN = r"(?:\s+(?:last|this|yesterday|today|recently|then)(?:\s+\w+)?)?"
_QUOTED = r"[\"“](?P<GROUP>[^\"“”]+)[\"”]"
_AFTER = re.compile(
    _QUOTED.replace("GROUP", "words")
    + rf"[,.]?\s+(?:as\s+)?(?:{_SPEAKER.replace('GROUP', 'before')}\s+(?:has\s+|had\s+)?{_SPEAK}\b"
    + rf"|{_SPEAK}\s+{_SPEAKER.replace('GROUP', 'after')})",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"{_SPEAKER.replace('GROUP', 'speaker')}\s+(?:has\s+|had\s+|once\s+)?{_SPEAK}{_TO}{_WHEN}"
    rf"(?:\s+(?:that|it|its|how|members|would|the|is|was|[a-z]+)){{0,4}}?\s*[:,–—-]?\s*"
    + _QUOTED.replace("GROUP", "words"),
    re.IGNORECASE,
)
# "One told me: ...": who "one" is, the sentence before says.
_ONE = re.compile(
    rf"\b(?P<speaker>one|another|(?:s?he|they))\s+{_SPEAK}{_TO}\s*[:,]?\s*"
    + _QUOTED.replace("GROUP", "words"),
    re.IGNORECASE,
)
_REPOST = re.compile(r"\b(?:RT|MT)\s+(?P<speaker>@\w+):?\s+(?P<words>\S.*)", re.DOTALL)
_REPORTED = re.compile(
    rf"(?P<speaker>@\w+)\s+{_SPEAK}{_TO},?\s+(?:that\s+)?(?P<words>[^\"“”.!?\n]+)", re.IGNORECASE
)
_ACCORDING = re.compile(
    rf"\baccording\s+to\s+(?:my\s+|our\s+)?(?P<speaker>@\w+|{_NAME}),\s+(?P<words>[^.!?\n]+)",
    re.IGNORECASE,
)
# A quotation that goes on after its attribution, and has none of its own.
_GOES_ON = re.compile(
    rf"\A[^\"“”.!?\n]*[.,]?\s*{_QUOTED.replace('GROUP', 'words')}"
    rf"(?!,?\s+(?:as\s+)?(?:{_SPEAK}\b|\S+\s+{_SPEAK}\b))",
    re.IGNORECASE,
)
BEING = re.compile(r"\b(?:is|are|was|were|be|been|being)\Z", re.IGNORECASE)
_SELF = re.compile(r"\A(?:i|we|us|me|you|it|this|that|there|what|who|which|he|she|they)\b", re.I)
_ATTRIBUTES = re.compile(rf"\b{_SPEAK}\b|\baccording to\b|\bin the words of\b", re.IGNORECASE)
_AUTHOR = re.compile(r"\b(?:the (?:author|post|thread|writer)|i|we)\b", re.IGNORECASE)
LEAST_WORDS = 2
LEAST_REPORTED = 4
# Share of a sentence's words that stand in what somebody else says, for it to rest on that.
RESTS_ON = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What somebody other than its author says in a post.

    Attributes:
        speaker: As the post names them: "a finance director", "@example_policy".
        words: What they say.
        is_quoted: In their words; else the post reports it in its own.
        spans: Where the words stand in the post's verbatim text.
    """

    speaker: str
    words: str
    is_quoted: bool
    spans: tuple[Span, ...]


@lru_cache(maxsize=1024)
def voices(post: Post) -> tuple[Voice, ...]:
    """What others than its author say in a post, in order."""
    cleaned = clean(post.text, post.position)
    own = f"@{(post.author or '').removeprefix('@').lower()}"
    found: list[tuple[Span, str, bool]] = []
    for speaker, (start, end), quoted in _said(cleaned.text):
        inside = any(start < e and s < end for (s, e), _, _ in found)
        if not inside and speaker.lower() != own:
            found.append(((start, end), speaker, quoted))
    return tuple(
        Voice(
            speaker=" ".join(speaker.split()),
            words=" ".join(cleaned.text[start:end].split()),
            is_quoted=quoted,
            spans=cleaned.to_verbatim(start, end),
        )
        for (start, end), speaker, quoted in sorted(found)
    )


def _said(text: str) -> Iterator[tuple[str, Span, bool]]:
    """Speakers and what they say, the surest patterns first."""
    for pattern in (_REPOST, _AFTER, _BEFORE, _ONE):
        for match in pattern.finditer(text):
            speaker = _speaker(match)
            if not speaker or _SELF.match(speaker) or len(match["words"].split()) < LEAST_WORDS:
                continue
            yield speaker, match.span("words"), True
            more = _GOES_ON.match(text[match.end() :]) if pattern is _AFTER else None
            if more is not None:
                start, end = more.span("words")
                yield speaker, (match.end() + start, match.end() + end), True
    for pattern in (_REPORTED, _ACCORDING):
        for match in pattern.finditer(text):
            if len(match["words"].split()) >= LEAST_REPORTED:
                yield match["speaker"], match.span("words"), False


def _speaker(match: re.Match[str]) -> str:
    """Whom a pattern found, before the verb or after it."""
    groups = match.groupdict()
    found = groups.get("speaker") or groups.get("before") or groups.get("after") or ""
    # "It is called ..." has nobody who calls it so.
    return "" if BEING.search(found) else found.rstrip(".,'’-")


def unattributed(sentence: str, posts: Sequence[Post]) -> list[tuple[int, Voice]]:
    """What of others a sentence gives without saying whose it is.

    Args:
        sentence: Of an answer, verbatim from a post or not.
        posts: Those it cites.

    Returns:
        The place of the post among them, and what is said there.
    """
    own = set(analyse(sentence))
    found = []
    for place, post in enumerate(posts):
        for voice in voices(post):
            theirs = set(analyse(voice.words))
            if len(own & theirs) >= max(RESTS_ON * len(own), 1) and not _names(
                sentence, own, voice
            ):
                found.append((place, voice))
    return found


def _names(sentence: str, own: set[str], voice: Voice) -> bool:
    """Whether a sentence says whose words it gives."""
    if own & set(analyse(voice.speaker)) - set(analyse(voice.words)):
        return True
    outside = sentence.replace(voice.words, "")
    return _ATTRIBUTES.search(outside) is not None and _AUTHOR.search(outside) is None
