"""Lines that a thread page puts around posts, recognised by the whole line.

The words are those of threadreaderapp.com, as people copy them from the page, clip them to
Markdown, or are left with when a tool strips the page's HTML. A post that merely mentions such
words is longer than they are, and stays a post.
"""

from __future__ import annotations

import re
from enum import StrEnum

from threadqa.cleaning import clean

__all__ = ["Kind", "classify", "plain"]


class Kind(StrEnum):
    """What a line is on a page.

    Attributes:
        TEXT: A post's.
        BLANK: White space.
        DECORATION: Stands between posts and says nothing: buttons, images, rules.
        END: The page showed the thread to its end.
        FOOT: What the page says below the end.
        TEASERS: Heads the openings of other threads, which are no posts.
        CLOSING: What the page says below those.
        BYLINE: Whose thread it is.
        FACTS: Its date and length.
        HANDLE: A handle and nothing else.
        ORIGIN: Where it was copied from.
        TAG: Remains of the HTML before a post; names the post.
    """

    TEXT = "text"
    BLANK = "blank"
    DECORATION = "decoration"
    END = "end"
    FOOT = "foot"
    TEASERS = "teasers"
    CLOSING = "closing"
    BYLINE = "byline"
    FACTS = "facts"
    HANDLE = "handle"
    ORIGIN = "origin"
    TAG = "tag"


# No line of furniture that is read as words is longer.
_LONGEST = 200

_BUTTONS = """
    @threadreaderapp unroll | add to "my authors" | bookmark
    | click again on or share via icon | click on copy link to tweet | email
    | enter url or id to unroll | gift link | how to get url link on twitter app
    | how to get url link on x (twitter) app | more info at twitter help | my authors
    | on the twitter thread, click on or icon on the bottom
    | paste it above and click "unroll thread"
    | pdf | post | profile picture | read all threads | read on twitter | read on x | save as pdf
    | save this thread as pdf | scrolly | share | share this page | subscribe | thread reader
    | unroll thread
"""
_FOOT = """
    follow @threadreaderapp to mention us
    | from a twitter thread mention us with a keyword "unroll" | keep current with
    | practice here first or read more on our help page
    | save it as pdf for later use
    | stay in touch and get notified when new unrolls are available from this author
    | this thread may be removed anytime | try unrolling a thread yourself
    | twitter may remove this content at anytime
    | twitter may remove this content at anytime! save it as pdf for later use
"""
_CLOSING = """
    become a premium member | become premium | did thread reader help you today | donate via paypal
    | follow us | follow us on twitter | or donate anonymously using crypto
    | support us! we are indie developers | thank you for your support
    | don't want to be a premium member but still want to support us
"""


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split("|"))


_BY_WORDS = {
    **dict.fromkeys(_phrases(_BUTTONS), Kind.DECORATION),
    **dict.fromkeys(_phrases(_FOOT), Kind.FOOT),
    **dict.fromkeys(_phrases(_CLOSING), Kind.CLOSING),
    "force a refresh": Kind.END,
    "\u00d7": Kind.DECORATION,  # closes a window
}
_MISSING = r"Missing some (?:Tweets?|Posts?) in this thread\?"
_APP = r"on Thread ?Reader(?: App)?(?: [–—|-] .{1,40})?"
# Matched against the whole of a line's plain words.
_BY_PATTERN = (
    (Kind.END, r"(?:[•·●∙]\s*){3,}"),
    (Kind.END, rf"{_MISSING}(?: You can try to)?(?: force a refresh)?"),
    (Kind.TEASERS, r"More from @\w{1,30}"),
    (Kind.BYLINE, rf"Thread by @\w{{1,30}}(?:[: ].{{0,150}}{_APP})?"),
    (Kind.BYLINE, r"Thread by @\w{1,30}: \".{0,150}\""),
    (
        Kind.FACTS,
        r"(?:.{3,20}[•·,]\s*)?\d{1,5} (?:tweets?|posts?)\s*[•·,]"
        r"\s*\d{1,4} min(?:ute)? read(?:\s*[•·])?",
    ),
    (Kind.HANDLE, r"@\w{1,30}"),
    (Kind.ORIGIN, r"Source: https?://\S+"),
    (Kind.FOOT, r"Keep Current with [^.!?]{1,50}"),
    (Kind.DECORATION, r"(?:Image ?)+"),
    (Kind.DECORATION, r"(?:[^.!?]{1,50} )?Profile picture"),
    (Kind.DECORATION, r"([-_*=~])(?:\s?\1){2,}"),
    (Kind.DECORATION, r"You can paste full URL like: \S+|or just the ID like: \d+"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _BY_PATTERN)
_IMAGES = re.compile(r"\s*(?:\[?!\[[^\[\]]*\]\([^()\s]*\)(?:\]\([^()\s]*\))?\s*)+")
# A stripped page keeps the ends of its tags: an event's name, a quotation mark, attributes.
_TAG = re.compile(r"\s*thread#showTweet\"(?=.*\sdata-tweet=\"\d+\")")
_REMAINS = re.compile(r"\s*(?:[a-z-]{3,30}#[A-Za-z]{3,30}\"(?:\s|>)|data-[a-z-]{2,30}=\")")
_HEADING_OR_QUOTE = re.compile(r"\A(?:#{1,6}|>)\s+")


def classify(text: str) -> Kind:
    """Says what a line is, by itself."""
    if not text or text.isspace():
        return Kind.BLANK
    if _TAG.match(text):
        return Kind.TAG
    if _REMAINS.match(text) or _IMAGES.fullmatch(text):
        return Kind.DECORATION
    # Addresses of Markdown links may make a short line long.
    is_long = len(text) > _LONGEST and "](" not in text
    return Kind.TEXT if is_long else _by_words(text)


def plain(text: str) -> str:
    """A line's words: without Markdown, outer white space, or typographic quotation marks."""
    text = _HEADING_OR_QUOTE.sub("", text.strip(), count=1)
    # Three asterisks are a rule; two around words are bold type.
    if text.startswith("**") and text.endswith("**") and text.strip("*_ -"):
        text = text.strip("*")
    words = clean(text, None).text
    return " ".join(words.split()).translate({0x201C: '"', 0x201D: '"', 0x2019: "'"})


def _by_words(text: str) -> Kind:
    words = plain(text)
    if len(words) > _LONGEST:
        return Kind.TEXT
    kind = _BY_WORDS.get(words.casefold().rstrip(" !.?:"))
    if kind is not None:
        return kind
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(words):
            return kind
    return Kind.TEXT
