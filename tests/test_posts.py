"""Posts, threads and sources: what they refuse, and what they say about their completeness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.posts import Completeness, Post, Source, Thread, ThreadSummary, searchable_text


def post(number: int = 1, *, position: int | None = None, source: str = "a.txt") -> Post:
    return Post(
        id=f"p{number}",
        text=f"Text {number}",
        source=source,
        first_line=number,
        last_line=number,
        position=position,
    )


def summary(
    *positions: int, declared: int | None = None, post_count: int | None = None
) -> ThreadSummary:
    return ThreadSummary(
        id="t",
        title="Title",
        author=None,
        source="a.txt",
        declared_length=declared,
        post_count=len(positions) if post_count is None else post_count,
        positions=positions,
    )


def test_a_source_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="a source needs a name"):
        Source(name="", format="jsonl", content_hash="h")
    assert Source(name="a.jsonl", format="jsonl", content_hash="h").name == "a.jsonl"


def test_a_post_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="a post needs an id"):
        Post(id="", text="words", source="a.txt", first_line=1, last_line=1)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_post_without_words_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="post p has no text"):
        Post(id="p", text=text, source="a.txt", first_line=1, last_line=1)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (-1, -1)])
def test_lines_of_a_post_ascend_from_one(first: int, last: int) -> None:
    with pytest.raises(ValueError, match=f"lines {first}-{last} are no range from 1 up"):
        Post(id="p", text="words", source="a.txt", first_line=first, last_line=last)


def test_positions_of_posts_count_from_one() -> None:
    with pytest.raises(ValueError, match="position 0 is below 1"):
        post(position=0)
    assert post(position=1).position == 1


def test_a_thread_needs_an_id_and_posts_of_one_source() -> None:
    with pytest.raises(ValueError, match="a thread needs an id"):
        Thread(id="", title="Title", posts=(post(),))
    with pytest.raises(ValueError, match="thread t has no posts"):
        Thread(id="t", title="Title", posts=())
    with pytest.raises(ValueError, match="thread t has posts of more than one source"):
        Thread(id="t", title="Title", posts=(post(1), post(2, source="b.txt")))


def test_a_summary_refuses_what_no_thread_can_be() -> None:
    with pytest.raises(ValueError, match="thread t has no posts"):
        summary(post_count=0)
    with pytest.raises(ValueError, match="declared length 0 is below 1"):
        summary(1, declared=0)
    with pytest.raises(ValueError, match="must ascend without repeats"):
        summary(2, 1)
    with pytest.raises(ValueError, match="must ascend without repeats"):
        summary(1, 1)


def test_a_thread_says_its_positions_in_order_and_once() -> None:
    thread = Thread(
        id="t",
        title="Title",
        posts=(post(1, position=3), post(2), post(3, position=1), post(4, position=3)),
        author="ann",
        declared_length=4,
    )
    assert thread.summary == ThreadSummary(
        id="t",
        title="Title",
        author="ann",
        source="a.txt",
        declared_length=4,
        post_count=4,
        positions=(1, 3),
    )


def test_a_thread_with_every_declared_post_is_complete() -> None:
    thread = summary(1, 2, 3, declared=3)
    assert thread.missing == ()
    assert thread.completeness is Completeness.COMPLETE
    assert thread.extent == "all 3 posts"


def test_a_thread_of_one_post_is_not_called_posts() -> None:
    assert summary(1, declared=1).extent == "all 1 post"
    assert summary(1).extent == "1 post, thread length unknown"
    assert summary(3).extent == "1 post, missing 1–2"


def test_a_truncated_thread_says_which_posts_are_missing() -> None:
    thread = summary(1, 2, 3, declared=25)
    assert thread.missing == tuple(range(4, 26))
    assert thread.completeness is Completeness.PARTIAL
    assert thread.extent == "3 of 25 posts, missing 4–25"


def test_a_gap_in_the_numbering_makes_a_thread_partial_without_a_declared_length() -> None:
    thread = summary(1, 2, 4, 10)
    assert thread.missing == (3, 5, 6, 7, 8, 9)
    assert thread.completeness is Completeness.PARTIAL
    assert thread.extent == "4 posts, missing 3, 5–9"


def test_a_thread_that_declares_nothing_is_of_unknown_length() -> None:
    assert summary(post_count=2).completeness is Completeness.UNKNOWN
    assert summary(1, 2).completeness is Completeness.UNKNOWN
    assert summary(1, 2).extent == "2 posts, thread length unknown"


def test_unnumbered_posts_fewer_than_declared_are_partial_and_it_is_not_known_which() -> None:
    thread = summary(post_count=3, declared=25)
    assert thread.missing == ()
    assert thread.completeness is Completeness.PARTIAL
    assert thread.extent == "3 of 25 posts, it is not known which are missing"


def test_unnumbered_posts_as_many_as_declared_are_complete() -> None:
    assert summary(post_count=3, declared=3).completeness is Completeness.COMPLETE


def test_a_position_beyond_the_declared_length_counts() -> None:
    assert summary(1, 4, declared=2).missing == (2, 3)


@given(positions=st.sets(st.integers(1, 30), min_size=1), declared=st.none() | st.integers(1, 40))
def test_held_and_missing_positions_together_are_all_up_to_the_last(
    positions: set[int], declared: int | None
) -> None:
    thread = summary(*sorted(positions), declared=declared)
    last = max(declared or 1, *positions)
    assert sorted({*thread.missing, *positions}) == list(range(1, last + 1))
    assert positions.isdisjoint(thread.missing)


def test_searchable_text_is_the_words_without_numbering_after_who_speaks() -> None:
    assert searchable_text("2/3 Staff are short", 2, "ann") == "ann: Staff are short"
    assert searchable_text("2/3 Staff are short", 2, None) == "Staff are short"
    assert searchable_text("2 staff are short", None, None) == "2 staff are short"
