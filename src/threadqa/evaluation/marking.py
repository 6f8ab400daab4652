"""Which posts of an archive are relevant to a question: those it names, and those it quotes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from threadqa.archive.archive import Archive
from threadqa.errors import UsageError
from threadqa.evaluation.values import Question

__all__ = ["Marked", "find_quotes", "mark_relevant", "stored_texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The relevant posts of a question set in one archive.

    Attributes:
        relevance: By question id, the grades by post id; None where the set marks no posts. A
            quote that no post holds stands for the post that is missing, and is never found.
        missing: Relevant posts and quotes that the archive does not hold.
    """

    relevance: Mapping[str, Mapping[str, int] | None]
    missing: int


def mark_relevant(questions: Sequence[Question], archive: Archive) -> Marked:
    """Looks up the relevant posts of questions; reads the archive once for all quotes."""
    holders = find_quotes(
        {q for question in questions for q in question.relevant_quotes or ()}, archive
    )
    named = {
        post
        for question in questions
        for post, grade in (question.relevance or {}).items()
        if grade > 0
    }
    missing = sum(not posts for posts in holders.values())
    missing += len(named - stored_texts(named, archive).keys())
    return Marked(
        relevance={question.id: _relevance(question, holders) for question in questions},
        missing=missing,
    )


def stored_texts(posts: Iterable[str], archive: Archive) -> dict[str, str]:
    """Verbatim texts by post id; posts that the archive does not hold are left out."""
    rows = [row for post in posts if (row := _row(post, archive)) is not None]
    return {post.id: post.text for post, _ in archive.posts(rows).values()}


def find_quotes(quotes: Iterable[str], archive: Archive) -> dict[str, tuple[str, ...]]:
    """Finds the posts whose verbatim text contains a quote; white space may differ.

    Args:
        quotes: With words in them.
        archive: Read once from end to end, one thread in memory at a time.

    Returns:
        Post ids by quote, in archive order; none for a quote that no post holds.
    """
    rows: dict[str, list[int]] = {quote: [] for quote in quotes}
    if not rows:
        return {}
    by_word = _by_word(rows)
    for row, text in _texts(archive):
        words = text.split()
        spaced = " ".join(words)
        candidates = {q for word in ("", *words) for q in by_word.get(word, ())}
        for quote in candidates:
            if " ".join(quote.split()) in spaced:
                rows[quote].append(row)
    posts = archive.posts([row for held in rows.values() for row in held])
    return {quote: tuple(posts[row][0].id for row in held) for quote, held in rows.items()}


def _by_word(quotes: Iterable[str]) -> Mapping[str, list[str]]:
    """Quotes by a word that each post with the quote has: their longest inner one; "" for none.

    The first and the last word do not serve: a quote may begin and end within a word.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for quote in quotes:
        found[max(quote.split()[1:-1], key=len, default="")].append(quote)
    return found


def _texts(archive: Archive) -> Iterator[tuple[int, str]]:
    for thread in archive.iter_threads_for_indexing():
        yield from zip(thread.rows.tolist(), thread.texts, strict=True)


def _relevance(
    question: Question, holders: Mapping[str, tuple[str, ...]]
) -> Mapping[str, int] | None:
    if question.relevance is None and question.relevant_quotes is None:
        return None
    grades = dict(question.relevance or {})
    for quote in question.relevant_quotes or ():
        for post in holders[quote] or (f"(no post holds “{quote}”)",):
            grades[post] = max(grades.get(post, 0), 1)
    return grades


def _row(post: str, archive: Archive) -> int | None:
    try:
        return archive.row_of(post)
    except UsageError:
        return None
