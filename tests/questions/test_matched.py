"""The words that a hit shares with its question are shown as the post writes them."""

from __future__ import annotations

from threadqa.answers import Hit
from threadqa.posts import Post, Thread
from threadqa.questions.matched import matched_as_written

POST = Post(
    id="1",
    text="Auditors' reports: the auditor REPORTED twice.",
    source="a.txt",
    first_line=1,
    last_line=1,
    author="Ann_Auditing",
)
THREAD = Thread(id="t", title="Auditors", posts=(POST,)).summary


def hit(*terms: str) -> Hit:
    return Hit(post=POST, thread=THREAD, score=1.0, dense=1.0, lexical=1.0, matched_terms=terms)


def test_a_matched_word_is_shown_as_the_post_first_writes_it() -> None:
    assert matched_as_written(hit("report", "auditor")) == ("reports", "Auditors")


def test_a_word_of_the_authors_name_is_shown_as_the_name_is_written() -> None:
    assert matched_as_written(hit("ann")) == ("Ann_Auditing",)


def test_a_word_that_stands_in_the_post_in_no_way_is_shown_as_its_stem() -> None:
    assert matched_as_written(hit("boat")) == ("boat",)
