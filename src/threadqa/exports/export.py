"""What is exported, and the words that all forms of it have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from threadqa.answers import EXTRACTIVE, Answer, Citation, Hit, Status
from threadqa.posts import Post, ThreadSummary

__all__ = [
    "Export",
    "author_of",
    "date_of",
    "facts_of",
    "made_by",
    "position_of",
    "printable",
    "refusal_of",
    "source_of",
    "web_address",
]

NOT_FOUND = "The archive does not answer this."
WITHDRAWN = "This answer was withdrawn."
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, marks that turn the direction of text, and halves of surrogate pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One answer or a whole conversation, to be exported.

    Attributes:
        title: The conversation's, or the question.
        answers: Oldest first; at least one.
        exported_at: With its zone.
        generation: Of the archive that the posts were read from.
    """

    title: str
    answers: tuple[Answer, ...]
    exported_at: datetime
    generation: int

    def __post_init__(self) -> None:
        if not self.answers:
            raise ValueError("an export needs an answer")
        if self.exported_at.tzinfo is None:
            raise ValueError("the time of an export needs a zone")

    @property
    def citations(self) -> Iterator[Citation]:
        """Those of all answers, in order."""
        return (citation for answer in self.answers for citation in answer.citations)

    def heading(self, answer: Answer) -> str:
        """What stands over an answer: its question, unless that is the title already."""
        only = len(self.answers) == 1 and answer.question == self.title
        return "Answer" if only else answer.question

    @property
    def made(self) -> str:
        """When, and from what."""
        moment = f"{self.exported_at:%Y-%m-%d %H:%M %Z}".strip()
        return f"Exported {moment} from generation {self.generation} of the archive"


def made_by(answer: Answer) -> str:
    """Which answerer spoke, and what that means."""
    if answer.answerer == EXTRACTIVE:
        return "Every sentence of the answer stands word for word in the post it cites."
    return (
        f"The sentences were written by {answer.answerer}; each was checked against the posts it "
        "cites."
    )


def refusal_of(answer: Answer) -> str | None:
    """What stands in place of an answer; None where there is one."""
    match answer.status:
        case Status.ANSWERED:
            return None
        case Status.NOT_FOUND:
            return NOT_FOUND
        case Status.WITHDRAWN:
            return WITHDRAWN


def author_of(post: Post, thread: ThreadSummary) -> str | None:
    """Who speaks: a handle with "@", a name as it is; None where the source does not say."""
    author = post.author or thread.author
    if author is None or any(map(str.isspace, author)):
        return author
    return f"@{author.removeprefix('@')}"


def date_of(hit: Hit) -> str | None:
    """When it was posted, as precisely as the source says; None where it does not."""
    moment = hit.post.created_at
    if moment is None:
        return None
    if moment.tzinfo is None and not (moment.hour or moment.minute or moment.second):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M %Z}".strip()


def position_of(post: Post, thread: ThreadSummary) -> str | None:
    """Where the post stands in its thread: "post 6 of 7"; None where nothing says so."""
    if post.position is None:
        return None
    if thread.declared_length is None:
        return f"post {post.position}"
    return f"post {post.position} of {thread.declared_length}"


def source_of(hit: Hit) -> str:
    """The post's lines in its source: "a.txt:6" or "a.txt:6-8"."""
    post = hit.post
    last = "" if post.last_line == post.first_line else f"-{post.last_line}"
    return f"{post.source}:{post.first_line}{last}"


def facts_of(hit: Hit) -> list[str]:
    """Who, when, and where in the thread, as far as it is known."""
    return [
        fact
        for fact in (
            author_of(hit.post, hit.thread),
            date_of(hit),
            position_of(hit.post, hit.thread),
        )
        if fact is not None
    ]


def web_address(hit: Hit) -> str | None:
    """The post's own address, if it is one of the web; what no address may hold is encoded."""
    url = hit.post.url
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    if url is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return quote(url.strip(), safe="%:/?#[]@!$&'()*+,;=~-._", errors="replace")


def printable(text: str) -> str:
    """A text without what could command a terminal or turn the direction of other text."""
    return UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
