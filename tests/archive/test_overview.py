"""What the archive says of itself, for whoever wants to see what it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.archive.samples import of_posts, record, thread, write
from threadqa.archive import Archive
from threadqa.archive.records import SourceContents
from threadqa.posts import Post


def dated(identity: str, moment: str | None, author: str | None = None) -> Post:
    return Post(
        id=identity,
        text=f"words of {identity}",
        source="b.txt",
        first_line=1,
        last_line=1,
        author=author,
        created_at=None if moment is None else datetime.fromisoformat(moment),
    )


def test_a_source_is_listed_with_how_much_it_holds(archive: Archive) -> None:
    write(archive, "b.txt", of_posts("t3", dated("p", None)))
    write(archive, "a.txt", thread("t1", ["one", "two"]), thread("t2", ["three"]))
    assert archive.contents() == [
        SourceContents(record=record("a.txt"), threads=2, posts=3),
        SourceContents(record=record("b.txt"), threads=1, posts=1),
    ]


def test_authors_come_by_how_much_they_wrote(archive: Archive) -> None:
    posts = [dated("1", None, "Zoë"), dated("2", None, "@ann"), dated("3", None, "Ann")]
    write(archive, "b.txt", of_posts("t", *posts, dated("4", None, "bob")))
    # "@ann" and "Ann" are one; "bob" comes before "Zoë" by its name.
    assert archive.authors(3) == ["@ann", "bob", "Zoë"]
    assert archive.authors(1) == ["@ann"]


def test_posts_are_counted_by_their_month_in_utc(archive: Archive) -> None:
    moments = ["2021-03-31T23:30:00+00:00", "2021-03-31T23:30:00-02:00", "2020-12-01", None]
    posts = [dated(str(number), moment) for number, moment in enumerate(moments)]
    write(archive, "b.txt", of_posts("t", *posts))
    assert list(archive.posts_by_month().items()) == [
        ("2020-12", 1),
        ("2021-03", 1),
        ("2021-04", 1),
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["t1", "t2", "t3"]),
        ("MONEY", ["t1", "t3"]),
        ("money staff", ["t1"]),
        ("ann", ["t2"]),
        ("b.txt money", ["t3"]),
        ("100%", []),
    ],
)
def test_a_thread_is_found_by_words_of_its_title_author_or_source(
    archive: Archive, words: str, found: list[str]
) -> None:
    write(
        archive,
        "a.txt",
        thread("t1", ["Staff and money"]),
        thread("t2", ["The boat"], author="Ann"),
    )
    write(archive, "b.txt", replace(thread("t3", ["Money alone"], source="b.txt")))
    threads, count = archive.threads_with(words, 10)
    assert [one.id for one in threads] == found
    assert count == len(found)


def test_of_many_threads_the_first_are_given_and_all_are_counted(archive: Archive) -> None:
    write(archive, "a.txt", *(thread(f"t{number}", ["Money"]) for number in range(5)))
    threads, count = archive.threads_with("money", 2)
    assert ([one.id for one in threads], count) == (["t0", "t1"], 5)
