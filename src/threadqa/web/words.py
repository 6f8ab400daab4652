"""Every word that the web chat says by itself; what answers and errors say is theirs."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from threadqa.answers import Answer, Hit
from threadqa.exports.export import author_of, position_of
from threadqa.posts import Post

__all__ = [
    "author_of",
    "count",
    "day",
    "gap",
    "made_by",
    "original_of",
    "place_of",
    "position_of",
    "size",
    "why",
]

TITLE = "threadqa"
SIGNED_IN_AS = "Signed in as {name}"
SIGN_OUT = "Sign out"

# Asking.

ASK = "Ask"
STOP = "Stop"
QUESTION = "Your question"
QUESTION_PLACEHOLDER = "Ask the archive…"
SEARCHING = "Searching the archive…"
YOU_ASKED = "You asked"
ANSWER = "Answer"
WITHDRAWN = "Withdrawn"
NOT_IN_ARCHIVE = "Not in the archive"
NOT_ANSWERED = "The archive does not answer this question."
NEAREST_BESIDE = "The posts that come nearest stand under Evidence. They are not an answer."
UNDERSTOOD_AS = "Searched as"
EDIT_QUESTION = "Edit"
EDITED_QUESTION = "The question, as it is searched"
ASK_AGAIN = "Ask again"
SEARCHED_ONLY = "Only"
ASK_WITHOUT = "Ask again without {operator}"
SHOW_EVIDENCE = "Show evidence"
SHOW_NEAREST = "Show the nearest posts"
COPY = "Copy with citations"
COPIED = "Copied"
COPY_FAILED = "Copying was not allowed: select the text instead"
EXPORT = "Export"
HELPFUL = "Helpful"
NOT_HELPFUL = "Not helpful"
WRONG_SOURCE = "Wrong source"
SOURCE_LABEL = "[{number}] Source {number}: {place}. Show it."
QUESTION_FAILED = "This question was not answered"
NO_QUESTION = "The question is empty: write what you want to know."
NO_SUCH_ANSWER = "This conversation has no such answer: open it again from the list."

# What was being done when something went wrong.

ANSWERING = "answering"
STOPPING = "stopping"
SHOWING = "showing this"
EXPORTING = "exporting"
KEEPING = "keeping what you said"
OPENING = "opening the conversation"
DELETING = "deleting the conversation"
RENAMING = "renaming the conversation"
SEARCHING_FOR = "searching"
FILTERING = "adding the filter"
READING_ARCHIVE = "reading the archive"
ADDING = "adding the files"
REMOVING = "removing the source"
UNEXPECTED = "Something went wrong while {doing}. Nothing is lost; the log of the server says more."

# Evidence.

EVIDENCE = "Evidence"
NO_EVIDENCE = "The posts that an answer cites appear here, word for word."
NO_POSTS = "No post came near."
NEAREST = "Nearest posts"
NEAREST_NOTE = "They come near the question and do not answer it."
NEAREST_LABEL = "Nearest"
BACK_TO_SENTENCE = "Back to the answer"
SHOW_THREAD = "Show the thread"
BACK_TO_EVIDENCE = "Back to the evidence"
WHOLE_THREAD = "The whole thread"
CITED_HERE = "cited as"
WHY = "Why this post"
BY_MEANING = "meaning"
BY_WORDS = "words"
MATCHED = "Words of the question in the post"
NO_MATCHED = "none; it was found by its meaning and its thread"
FOLLOWED = "It goes on from a post that was found: the same author’s next words in the same thread."
ORIGINAL = "Original on {host}"
OPENS_ELSEWHERE = "(opens in a new tab)"
NO_AUTHOR = "Author not given"

# Filters.

FILTERS = "Filters"
ADD_FILTER = "Add a filter"
AUTHOR = "Author"
SOURCE = "Source"
THREAD = "Thread"
SINCE = "Since"
UNTIL = "Until"
ADD = "Add"
REMOVE_FILTER = "Remove the filter {operator}"
REMOVE_SIGN = "\N{MULTIPLICATION SIGN}"

# Conversations.

CONVERSATIONS = "Conversations"
NEW_CONVERSATION = "New conversation"
SEARCH_CONVERSATIONS = "Search conversations"
NO_CONVERSATIONS = "Your questions are kept here."
NO_CONVERSATION_FOUND = "No conversation has these words."
RENAME = "Rename"
DELETE = "Delete"
SAVE = "Save"
NEW_NAME = "Name of the conversation"
DELETE_CONVERSATION = "Delete this conversation?"
DELETE_CONVERSATION_NOTE = "“{}” and its answers are deleted for good."
KEEP = "Keep"
EXPORT_FEEDBACK = "Feedback as questions"
NO_FEEDBACK = "There is no feedback to download yet: rate an answer first."

# Beginning.

EMPTY_TITLE = "The archive is empty"
EMPTY_WORDS = (
    "Add threads that you have kept: text files copied from a thread reader, Markdown clippings, "
    "JSONL. Everything stays on this machine."
)
ADD_YOURS = "Add your files"
TRY_EXAMPLES = "Try it with the example threads"
START_TITLE = "What do you want to know?"
START_WORDS = "Questions that this archive answers:"

# The archive.

ARCHIVE = "Archive"
ARCHIVE_TITLE = "What the archive holds"
SOURCES = "Sources"
THREADS = "Threads"
POSTS = "Posts"
FORMAT = "Format"
SIZE = "Size"
COMPLETENESS = "Completeness"
REMOVE = "Remove"
REMOVE_SOURCE = "Remove this source?"
REMOVE_SOURCE_NOTE = (
    "“{}” goes out of the archive with its posts, and answers can no longer cite them. The "
    "file itself is not touched."
)
REMOVED = "{names} was removed, with {posts}."
ADD_FILES = "Add files"
ADD_FILES_HINT = "Text copied from thread readers, clippings or exports: {kinds}"
POSTS_OVER_TIME = "Posts over time"
NO_DATES = "No post of this archive says when it was posted."
SOME_DATES = "{dated} of {all} posts say when they were posted."
SEARCH_THREADS = "Search threads by title, author or source"
MORE_THREADS = "{more} more: search to see them."
NO_THREADS = "No thread has these words."
READING = "Reading files"
FILES = "Files"
GAPS = "Parts of these threads are not in the files:"
LEFT_OUT = "Left out:"
NUMBERS = "The numbers"
CHANGE = "Change"
NONE = "none"

# Not those of the machine's language: the page is in English.
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def count(number: int, what: str) -> str:
    """A number of things: "1 post", "1,204 posts"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def size(size_in_bytes: int) -> str:
    """A file's size: "412 bytes", "3.4 kB"."""
    amount = float(size_in_bytes)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def day(moment: datetime) -> str:
    """A day as a person writes it: "3 Mar 2021"."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def place_of(post: Post) -> str:
    """The post's lines in its source: "a.txt:6" or "a.txt:6-8"."""
    lines = str(post.first_line)
    if post.last_line != post.first_line:
        lines += f"-{post.last_line}"
    return f"{post.source}:{lines}"


def original_of(url: str | None) -> tuple[str, str] | None:
    """The address of an original and the host to name it by; None unless it is of the web."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    return url, host


def gap(first: int, last: int) -> str:
    """What is missing of a thread, from one position to another."""
    if first == last:
        return f"post {first} is not in the archive"
    return f"posts {first}–{last} are not in the archive"


def why(hit: Hit) -> str:
    """How a post's score came about, in a sentence."""
    if hit.lexical_share is None:
        return FOLLOWED
    by_words = round(hit.lexical_share * 100)
    return (
        f"Of its search score, {100 - by_words}% came from {BY_MEANING} (similarity "
        f"{hit.dense:.2f}) and {by_words}% from {BY_WORDS} (BM25 {hit.lexical:.1f})."
    )


def made_by(answer: Answer) -> str:
    """Who answered and how sure: "extractive · confidence 93%"."""
    return f"{answer.answerer} · confidence {answer.confidence:.0%}"
