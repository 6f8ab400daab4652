"""Which posts a language model is shown, in which order, and which gaps are marked."""

from __future__ import annotations

from collections.abc import Callable

from tests.answering.threads import hit, thread
from threadqa.answering.shown import Gap, ShownPost, in_threads, with_neighbours
from threadqa.answers import Hit
from threadqa.posts import Thread

LETTERS = thread("a", {n: f"{n}/8 Post {n} of a." for n in range(1, 9)}, length=8)
PARTIAL = thread("b", {n: f"{n}/25 Post {n} of b." for n in (1, 2, 3, 7)}, length=25)
PLAIN = thread("c", ["Post 1 of c.", "Post 2 of c.", "\u200b\u2060", "Post 4 of c."])
THREADS = {one.id: one for one in (LETTERS, PARTIAL, PLAIN)}


def read(thread_id: str) -> Thread:
    return THREADS[thread_id]


def ids(hits: list[Hit]) -> list[str]:
    return [one.post.id for one in hits]


def shown(*hits: Hit) -> list[list[str | Gap]]:
    return [
        [f"{i.label}={i.hit.post.id}" if isinstance(i, ShownPost) else i for i in found.items]
        for found in in_threads(hits, read)
    ]


def test_the_posts_around_a_hit_come_after_all_hits() -> None:
    found = with_neighbours([hit(LETTERS, 5), hit(PARTIAL, 1)], read, lambda post: True)
    assert ids(found) == ["a5", "b1", "a4", "a6", "a7", "b2", "b3"]
    assert [one.score for one in found] == [1, 1, 0, 0, 0, 0, 0]


def test_a_neighbour_that_was_found_itself_keeps_its_place_and_score() -> None:
    found = with_neighbours([hit(LETTERS, 5), hit(LETTERS, 6, score=0.5)], read, lambda post: True)
    assert ids(found) == ["a5", "a6", "a4", "a7", "a8"]
    assert found[1].score == 0.5


def test_neighbours_that_the_operators_rule_out_are_not_shown() -> None:
    found = with_neighbours([hit(LETTERS, 5)], read, lambda post: post.position != 6)
    assert ids(found) == ["a5", "a4", "a7"]


def test_a_post_in_which_nothing_can_be_seen_is_not_shown() -> None:
    everything: Callable[[object], bool] = lambda post: True  # noqa: E731
    assert ids(with_neighbours([hit(PLAIN, 3)], read, everything)) == ["c2", "c4"]


def test_posts_stand_in_the_order_of_their_thread_and_the_best_thread_comes_first() -> None:
    assert shown(hit(LETTERS, 7), hit(PARTIAL, 2), hit(LETTERS, 1), hit(PARTIAL, 1)) == [
        ["p1=a1", Gap(held=5, missing=()), "p2=a7", Gap(held=1, missing=())],
        ["p3=b1", "p4=b2", Gap(held=2, missing=(4, 5, 6, *range(8, 26)))],
    ]


def test_a_gap_says_what_the_archive_holds_and_what_it_does_not() -> None:
    assert shown(hit(PARTIAL, 2), hit(PARTIAL, 7)) == [
        [
            Gap(held=1, missing=()),
            "p1=b2",
            Gap(held=1, missing=(4, 5, 6)),
            "p2=b7",
            Gap(held=0, missing=tuple(range(8, 26))),
        ]
    ]


def test_a_thread_without_numbers_has_gaps_of_held_posts_only() -> None:
    assert shown(hit(PLAIN, 2)) == [[Gap(held=1, missing=()), "p1=c2", Gap(held=2, missing=())]]


def test_a_whole_thread_has_no_gap() -> None:
    (found,) = shown(*(hit(LETTERS, n) for n in (3, 1, 2, 8, 7, 6, 5, 4)))
    assert found == [f"p{n}=a{n}" for n in range(1, 9)]
