"""What is written is what is read: sources, threads, posts, their order and their ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from threadqa.archive import Archive, ArchiveCounts, ReplaceCounts
from threadqa.archive.filters import PostFilter
from threadqa.archive.records import PostBefore
from threadqa.errors import ArchiveError, UsageError
from threadqa.posts import Completeness, Post, Thread

from .samples import key, keys, of_posts, record, thread, write

FULL = Post(
    id="p1",
    text="  1/3 Ünïcode 🧵\n\twith lines, verbatim \n",
    source="a.txt",
    first_line=3,
    last_line=4,
    author="Ada",
    created_at=datetime(2024, 2, 29, 23, 59, 58, 123456, tzinfo=timezone(timedelta(hours=-3))),
    url="https://example.org/1",
    mentions=("Bob", "bob", "Zoë"),
    links=("https://example.org/?q=100%",),
    hashtags=("ICS", "Reform"),
    position=1,
)
BARE = Post(id="p2", text="bare", source="a.txt", first_line=5, last_line=5)
NAIVE = Post(
    id="p3", text="n", source="a.txt", first_line=6, last_line=6, created_at=datetime(2024, 1, 2)
)


def test_a_thread_comes_back_as_it_was_given(archive: Archive) -> None:
    given = Thread(
        id="t1",
        title="The title",
        posts=(FULL, BARE, NAIVE),
        author="Eve",
        declared_length=3,
        url="https://example.org/t",
    )
    write(archive, "a.txt", given)
    assert archive.thread("t1") == given
    assert list(archive.threads()) == [given.summary]
    rows = [archive.row_of(post.id) for post in given.posts]
    assert archive.posts(rows) == {
        row: (post, given.summary) for row, post in zip(rows, given.posts, strict=True)
    }


def test_a_new_archive_is_empty_and_of_generation_zero(archive: Archive) -> None:
    assert archive.generation == 0
    assert archive.encoder is None
    assert archive.dimension is None
    assert archive.counts() == ArchiveCounts(sources=0, threads=0, posts=0, vectors=0)
    assert archive.sources() == []
    assert list(archive.threads()) == []
    assert archive.source("a.txt") is None


def test_generation_and_encoder_are_kept(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive, archive.transaction():
        archive.set_encoder("model@1", 384)
        assert archive.bump_generation() == 1
        archive.set_encoder("model@2", 512)
        assert archive.bump_generation() == 2
    with Archive.open_for_reading(folder) as archive:
        assert (archive.generation, archive.encoder, archive.dimension) == (2, "model@2", 512)


def test_threads_come_by_source_and_by_their_place_in_it(archive: Archive) -> None:
    write(archive, "b.txt", thread("z", ["z"], source="b.txt"), thread("a", ["a"], source="b.txt"))
    write(archive, "a.txt", thread("m", ["m"]))
    assert [summary.id for summary in archive.threads()] == ["m", "z", "a"]
    assert [source.name for source in archive.sources()] == ["a.txt", "b.txt"]
    assert archive.source("b.txt") == record("b.txt")


def test_a_partial_thread_says_which_posts_are_missing(archive: Archive) -> None:
    write(archive, "a.txt", thread("t", ["one", "two"], declared=4))
    (summary,) = archive.threads()
    assert summary.completeness is Completeness.PARTIAL
    assert summary.missing == (3, 4)


def test_posts_come_in_the_order_asked_for_and_unknown_rows_are_left_out(archive: Archive) -> None:
    texts = [f"text {number}" for number in range(1200)]
    write(archive, "a.txt", thread("t", texts))
    rows = [archive.row_of(f"t.{number}") for number in range(1, 1201)]
    asked = [999_999, *reversed(rows)]
    found = archive.posts(asked)
    assert list(found) == asked[1:]
    assert [post.text for post, _ in found.values()] == texts[::-1]
    assert archive.posts([]) == {}


@pytest.mark.parametrize(
    ("middle", "before", "after", "expected"),
    [
        (3, 1, 1, [2, 3, 4]),
        (1, 2, 1, [1, 2]),
        (5, 2, 2, [3, 4, 5]),
        (3, 0, 0, [3]),
        (3, 9, 9, [1, 2, 3, 4, 5]),
    ],
)
def test_neighbours_are_those_around_a_post_in_its_thread(
    archive: Archive, middle: int, before: int, after: int, expected: list[int]
) -> None:
    write(archive, "a.txt", thread("other", ["x"]), thread("t", list("abcde")), thread("u", ["y"]))
    found = archive.neighbours(archive.row_of(f"t.{middle}"), before, after)
    assert [post.position for _, post in found] == expected
    assert [row for row, _ in found] == [archive.row_of(post.id) for _, post in found]


def test_neighbours_skip_a_deleted_post_and_an_unknown_row_has_none(archive: Archive) -> None:
    write(archive, "a.txt", thread("t", list("abcde")))
    with archive.transaction():
        archive.delete_post("t.2")
    around = archive.neighbours(archive.row_of("t.3"), 1, 1)
    assert [post.text for _, post in around] == ["a", "c", "d"]
    assert archive.neighbours(999, 1, 1) == []


def by(name: str, *authors: str | None, thread_author: str | None = None) -> Thread:
    """A thread with a post of each of some authors: ids NAME.1, NAME.2 and so on."""
    posts = thread(name, [f"{name} {number}" for number in range(len(authors))]).posts
    named = (replace(post, author=author) for post, author in zip(posts, authors, strict=True))
    return of_posts(name, *named, author=thread_author)


def going_on(archive: Archive, *names: str) -> list[str]:
    """Ids of the posts of some threads that go on from one of their author's, in thread order."""
    posts = [post.id for name in names for post in archive.thread(name).posts]
    rows = {archive.row_of(post_id): post_id for post_id in posts}
    before = archive.posts_before(list(rows))
    return [rows[row] for row in rows if row in before and before[row].by_same_author]


def test_all_posts_of_one_author_but_the_first_go_on(archive: Archive) -> None:
    write(archive, "a.txt", by("t", "Ada", "Ada", "Ada"), by("one", "Ada"))
    assert going_on(archive, "t") == ["t.2", "t.3"]
    assert going_on(archive, "one") == []


@pytest.mark.parametrize("thread_author", [None, "Ada"])
def test_posts_without_authors_go_on_as_those_of_one_author(
    archive: Archive, thread_author: str | None
) -> None:
    write(archive, "a.txt", by("t", None, None, None, thread_author=thread_author))
    assert going_on(archive, "t") == ["t.2", "t.3"]


def test_in_a_conversation_only_who_posts_twice_in_a_row_goes_on(archive: Archive) -> None:
    write(
        archive,
        "a.txt",
        by("turns", "Ada", "Bob", "Ada", "Bob"),
        by("twice", "Ada", "Bob", "Bob", "Ada", "Ada"),
        by("unknown", "Ada", None, "Ada", None, None),
    )
    assert going_on(archive, "turns") == []
    assert going_on(archive, "twice") == ["twice.3", "twice.5"]
    assert going_on(archive, "unknown") == ["unknown.5"]


def test_no_post_goes_on_from_one_of_another_thread(archive: Archive) -> None:
    write(archive, "a.txt", by("t", "Ada", "Ada"), by("u", "Ada", "Bob"), by("v", "Bob", "Bob"))
    assert going_on(archive, "t", "u", "v") == ["t.2", "v.2"]


def test_a_post_after_a_deleted_one_goes_on_from_the_one_before_it(archive: Archive) -> None:
    write(
        archive,
        "a.txt",
        by("parted", "Ada", "Bob", "Ada"),
        by("joined", "Ada", "Ada", "Bob"),
        by("opened", "Ada", "Ada", "Ada"),
    )
    with archive.transaction():
        for post_id in ("parted.2", "joined.2", "opened.1"):
            archive.delete_post(post_id)
    assert going_on(archive, "parted", "joined", "opened") == ["parted.3", "opened.3"]


def test_what_stands_before_is_given_of_posts_that_are_asked_for_and_held(archive: Archive) -> None:
    write(archive, "a.txt", by("t", "Ada", "Ada", "Ada"))
    third = archive.row_of("t.3")
    assert archive.posts_before([third, 999, third]) == {
        third: PostBefore("t 1", 2, by_same_author=True)
    }
    assert archive.posts_before([archive.row_of("t.1")]) == {}
    assert archive.posts_before([]) == {}


def test_what_the_archive_does_not_hold_is_an_error_that_names_it(archive: Archive) -> None:
    with pytest.raises(UsageError, match="no thread 'x': `threadqa threads` lists"):
        archive.thread("x")
    with pytest.raises(UsageError, match="no post 'y'"):
        archive.row_of("y")
    with archive.transaction():
        with pytest.raises(UsageError, match="no post 'y'"):
            archive.delete_post("y")
        assert archive.delete_source("z.txt") == 0


def test_replacing_a_source_leaves_only_what_it_now_holds(archive: Archive) -> None:
    write(archive, "a.txt", thread("t", ["one", "two"]), thread("u", ["three"]))
    write(archive, "b.txt", thread("v", ["other"], source="b.txt"))
    old_rows = {archive.row_of(post_id) for post_id in ("t.1", "t.2", "u.1", "v.1")}
    with archive.transaction():
        done = archive.replace_source(
            record("a.txt", content_hash="h2"), [thread("t", ["one", "2"])], keys
        )
    assert done == ReplaceCounts(threads=1, posts=2, removed=3, renamed=0)
    assert [summary.id for summary in archive.threads()] == ["t", "v"]
    assert [post.text for post in archive.thread("t").posts] == ["one", "2"]
    assert archive.source("a.txt") == record("a.txt", content_hash="h2")
    # A row number is never used twice, not even for the same post.
    assert not {archive.row_of("t.1"), archive.row_of("t.2")} & old_rows


def test_row_numbers_are_not_used_again_after_everything_was_deleted(folder: Path) -> None:
    with Archive.open_for_writing(folder) as archive:
        write(archive, "a.txt", thread("t", ["one", "two"]))
        last = archive.row_of("t.2")
        with archive.transaction():
            assert archive.delete_source("a.txt") == 2
    with Archive.open_for_writing(folder) as archive:
        write(archive, "a.txt", thread("t", ["one", "two"]))
        assert archive.row_of("t.1") == last + 1


def test_deleting_a_source_deletes_all_that_hangs_on_it(archive: Archive) -> None:
    write(archive, "a.txt", of_posts("t", FULL))
    with archive.transaction():
        archive.delete_source("a.txt")
    assert archive.counts() == ArchiveCounts(sources=0, threads=0, posts=0, vectors=0)
    assert archive._database.value("SELECT count(*) FROM marks") == 0


def test_deleting_a_post_updates_its_thread_and_the_last_one_takes_it_along(
    archive: Archive,
) -> None:
    write(archive, "a.txt", thread("t", ["one", "two", "three"], declared=3))
    with archive.transaction():
        archive.delete_post("t.2")
    (summary,) = archive.threads()
    assert (summary.post_count, summary.positions, summary.missing) == (2, (1, 3), (2,))
    with archive.transaction():
        archive.delete_post("t.1")
        archive.delete_post("t.3")
    assert list(archive.threads()) == []


def test_a_thread_does_not_keep_the_words_of_its_deleted_first_post_as_its_title(
    archive: Archive,
) -> None:
    write(archive, "a.txt", thread("t", ["1/3 secret words", "2/3 the second", "3/3 the third"]))
    with archive.transaction():
        archive.delete_post("t.3")
    assert [summary.title for summary in archive.threads()] == ["1/3 secret words"]
    with archive.transaction():
        archive.delete_post("t.1")
    assert [summary.title for summary in archive.threads()] == ["the second"]
    found = PostFilter(threads=("second",)), PostFilter(threads=("secret",))
    assert [len(archive.rows_matching(one)) for one in found] == [1, 0]


def test_an_id_that_another_source_has_gets_the_source_name(archive: Archive) -> None:
    write(archive, "a.txt", thread("t", ["one", "two"]))
    with archive.transaction():
        done = archive.replace_source(
            record("b.txt"), [thread("t", ["1", "2", "3"], source="b.txt")], keys
        )
    assert (done.posts, done.renamed) == (3, 2)
    renamed = archive.thread("t@b.txt")
    assert [post.id for post in renamed.posts] == ["t.1@b.txt", "t.2@b.txt", "t.3"]
    assert [post.id for post in archive.thread("t").posts] == ["t.1", "t.2"]


def test_ids_stay_the_same_when_either_source_is_written_again(archive: Archive) -> None:
    first, second = thread("t", ["one"]), thread("t", ["1"], source="b.txt")
    write(archive, "a.txt", first)
    write(archive, "b.txt", second)
    for source, again in (("a.txt", first), ("b.txt", second), ("b.txt", second)):
        write(archive, source, again)
    assert archive.thread("t").posts[0].text == "one"
    assert archive.thread("t@b.txt").posts[0].id == "t.1@b.txt"


def test_an_id_that_one_source_uses_several_times_stays_unique(archive: Archive) -> None:
    same = [Post(id="p", text=text, source="a.txt", first_line=1, last_line=1) for text in "abc"]
    tricky = Post(id="p@a.txt", text="d", source="a.txt", first_line=1, last_line=1)
    write(archive, "a.txt", of_posts("t", *same, tricky), of_posts("t", same[0]), thread("t", "x"))
    ids = [post.id for summary in archive.threads() for post in archive.thread(summary.id).posts]
    assert ids == ["p", "p@a.txt#2", "p@a.txt#3", "p@a.txt", "p@a.txt#4", "t.1"]
    assert [summary.id for summary in archive.threads()] == ["t", "t@a.txt", "t@a.txt#2"]


def test_the_encoder_is_remembered_with_its_model(archive: Archive) -> None:
    def remembered() -> tuple[str | None, int | None, str | None]:
        return archive.encoder, archive.dimension, archive.model

    assert remembered() == (None, None, None)
    with archive.transaction():
        archive.set_encoder("tiny-1", 3, "models/tiny")
    assert remembered() == ("tiny-1", 3, "models/tiny")
    with archive.transaction():
        archive.set_encoder("packaged-1", 4)
    assert remembered() == ("packaged-1", 4, None)


def test_an_error_rolls_everything_back(archive: Archive) -> None:
    write(archive, "a.txt", thread("t", ["one"]))

    def broken() -> Iterator[Thread]:
        yield thread("u", ["new"])
        raise KeyError("the source broke off")

    def replace() -> None:
        with archive.transaction():
            archive.bump_generation()
            archive.replace_source(record("a.txt"), broken(), keys)

    with pytest.raises(KeyError, match="broke off"):
        replace()
    assert archive.generation == 1
    assert [post.text for post in archive.thread("t").posts] == ["one"]


def test_changes_outside_of_a_transaction_are_refused(archive: Archive) -> None:
    for change in (
        archive.bump_generation,
        lambda: archive.delete_source("a.txt"),
        lambda: archive.delete_post("p"),
        lambda: archive.set_encoder("e", 1),
        lambda: archive.replace_source(record("a.txt"), [], keys),
    ):
        with pytest.raises(RuntimeError, match="transaction"):
            change()


def test_every_post_needs_a_vector_key(archive: Archive) -> None:
    with pytest.raises(ValueError, match="2 posts, and 1 vector keys"), archive.transaction():
        archive.replace_source(
            record("a.txt"), [thread("t", ["one", "two"])], lambda _: [b"k" * 16]
        )


def test_a_lone_surrogate_is_named(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match=r"lone surrogate \(U\+D800\)"), archive.transaction():
        archive.replace_source(record("a.txt"), [thread("t", ["a\ud800"])], lambda _: [b"k" * 16])


def test_threads_are_found_by_id_by_its_beginning_or_by_words_of_the_title(
    archive: Archive,
) -> None:
    write(
        archive,
        "a.txt",
        of_posts("abcd-1", BARE, title="ICS Reforms: what is Missing"),
        of_posts("abcd-2", NAIVE, title="Ünrelated 100%"),
        of_posts("reforms", FULL, title="Other"),
    )

    def found(value: str) -> list[str]:
        return [summary.id for summary in archive.find_threads(value)]

    assert found("abcd-2") == ["abcd-2"]
    assert found("abcd") == ["abcd-1", "abcd-2"]
    assert found("abc") == []
    assert found("MISSING ics") == ["abcd-1"]
    assert found("missing elsewhere") == []
    assert found("ünRELATED") == ["abcd-2"]
    assert found("%") == ["abcd-2"]
    assert found("reforms") == ["reforms"]  # the id, not the title with this word
    assert found("reform") == ["abcd-1", "reforms"]  # its beginning, and a title
    assert found("  ") == []


def test_threads_stream_for_indexing_by_ascending_rows(archive: Archive) -> None:
    write(archive, "b.txt", thread("t", ["one", "two"], source="b.txt", author="Ada"))
    other = Post(id="q", text="three", source="a.txt", first_line=1, last_line=1, author="Bob")
    write(archive, "a.txt", of_posts("u", other, author="Ada"))
    first, second = archive.iter_threads_for_indexing()
    assert first.rows.tolist() == [archive.row_of("t.1"), archive.row_of("t.2")]
    assert (first.authors, first.texts, first.positions) == (("Ada", "Ada"), ("one", "two"), (1, 2))
    assert first.vector_keys == (key("one"), key("two"))
    assert first.vectors is None
    assert (second.rows.tolist(), second.authors) == ([archive.row_of("q")], ("Bob",))
    assert second.positions == (None,)


def test_dates_keep_their_zone(archive: Archive) -> None:
    zoned = Post(
        id="z",
        text="z",
        source="a.txt",
        first_line=1,
        last_line=1,
        created_at=datetime(2024, 1, 1, tzinfo=UTC),
    )
    write(archive, "a.txt", of_posts("t", zoned, NAIVE))
    stored = archive.thread("t").posts
    assert stored[0].created_at == zoned.created_at
    assert stored[1].created_at is not None
    assert stored[1].created_at.tzinfo is None
