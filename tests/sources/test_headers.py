from __future__ import annotations

from datetime import datetime

import pytest

from threadqa.posts import opening_words
from threadqa.sources.headers import Header, date_in, front_matter, with_byline, with_facts
from threadqa.sources.identity import stable_id


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("10 Feb 2022 • 6 tweets", datetime(2022, 2, 10)),
        ("Mon, 22 June 2026 00:00:00 GMT", datetime(2026, 6, 22)),
        ("Jul 1, 2025", datetime(2025, 7, 1)),
        ("Sept. 3rd 2021", datetime(2021, 9, 3)),
        ("2022-07-19", datetime(2022, 7, 19)),
        ("Jun 22 •", None),
        ("31 Feb 2022", None),
        ("words", None),
    ],
)
def test_a_date_counts_only_with_its_year(text: str, date: datetime | None) -> None:
    assert date_in(text) == date


def test_a_line_of_facts_adds_what_it_says_and_keeps_the_rest() -> None:
    header = with_facts(Header(author="a"), "10 Feb 2022 • 6 tweets • 3 min read")
    assert header == Header(author="a", created_at=datetime(2022, 2, 10), declared_length=6)
    assert with_facts(header, "Jun 22 •") == header


def test_a_byline_gives_the_handle() -> None:
    assert with_byline(Header(), "Thread by @a_b on Thread Reader App") == Header(author="a_b")
    assert with_byline(Header(author="a"), "no handle") == Header(author="a")


def test_front_matter_of_a_clipper_gives_author_title_and_address() -> None:
    lines = [
        'title: "Thread by @policy on Thread Reader App"', 'source: "https://e.org/thread/1.html"',
        "author:", '  - "[[@policy]]"', '  - "[[@other]]"', "published:", "created: 2022-09-12",
        "tags:", '  - "clippings"', "note: >", "  folded words", "",
    ]  # fmt: skip
    assert front_matter(lines) == Header(
        author="policy",
        url="https://e.org/thread/1.html",
        title="Thread by @policy on Thread Reader App",
    )


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        (["author: TLDR AI", "date_published: Mon, 22 Jun 2026"],
         Header(author="TLDR AI", created_at=datetime(2026, 6, 22))),
        (["author: '[[Jane Doe]]'", "url: e.org"], Header(author="Jane Doe", url="e.org")),
        (["title: Thread by @x on Thread Reader App"],
         Header(author="x", title="Thread by @x on Thread Reader App")),
        (["tags: a"], Header()),
        (["some words"], None),
        (["title: a", "some words"], None),
        ([], None),
    ],
)  # fmt: skip
def test_front_matter_is_keys_and_values_and_nothing_else(
    lines: list[str], header: Header | None
) -> None:
    assert front_matter(lines) == header


def test_a_title_is_cut_at_a_word_without_numbering() -> None:
    assert opening_words("1/6 A  short\npost", 1) == "A short post"
    words = "word " * 30
    assert opening_words(words, None) == ("word " * 16).strip() + "…"
    assert opening_words("x" * 80, None) == "x" * 80
    assert opening_words("語" * 90, None) == "語" * 80 + "…"
    assert opening_words("a" * 75 + ", then more", None) == "a" * 75 + "…"


def test_an_id_depends_on_each_part_and_on_where_parts_end() -> None:
    assert stable_id("a", "b") == "enmhaqqgaprs"
    assert len({stable_id("a", "b"), stable_id("ab", ""), stable_id("", "ab")}) == 3
    assert len(stable_id("\ud800")) == 12
