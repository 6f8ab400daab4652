"""The extractive answerer, with an encoder whose vectors can be worked out by hand.

A sentence scores 1/2 of its post's score, 1/5 of its coverage of the question's words, and 3/10 of
its cosine similarity with the question. The question is "staff money" throughout: its vector is
(1, 1, 0, 0) / sqrt(2), and each of its two words weighs 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from threadqa.answering.extractive import Question, extract
from threadqa.answering.grounding import Claim, ground
from threadqa.answering.question import QuestionTerms
from threadqa.answers import Hit
from threadqa.encoders.protocol import TextKind, Vectors
from threadqa.posts import Post, ThreadSummary

AXES = ("staff", "money", "boat")
STOP_WORDS = frozenset({"a", "and", "are", "is", "it", "the"})


class AxisEncoder:
    """Counts three words, an axis each; a text with none of them lies on a fourth axis."""

    fingerprint = "axes"
    dimension = len(AXES) + 1

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        assert kind in TextKind
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            words = re.findall(r"\w+", text.lower())
            vectors[row, :-1] = [words.count(axis) for axis in AXES]
            vectors[row, -1] = not vectors[row].any()
            vectors[row] /= np.linalg.norm(vectors[row])
        return vectors


def analyse(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return [word for word in dict.fromkeys(words) if word not in STOP_WORDS]


def asked(encoder: AxisEncoder | None = None) -> Question:
    encoder = encoder or AxisEncoder()
    return Question(
        terms=QuestionTerms(weights={"staff": 1.0, "money": 1.0}),
        vector=AxisEncoder().encode(["staff money"], TextKind.QUERY),
        analyse=analyse,
        encoder=encoder,
    )


def hit(post_id: str, text: str, *, score: float = 1.0, thread: str = "t", line: int = 1) -> Hit:
    return Hit(
        post=Post(id=post_id, text=text, source="a.txt", first_line=line, last_line=line),
        thread=ThreadSummary(
            id=thread,
            title="Title",
            author=None,
            source="a.txt",
            declared_length=None,
            post_count=9,
            positions=(),
        ),
        score=score,
        dense=score,
        lexical=score,
    )


def nothing_follows(_: Hit) -> Sequence[Hit]:
    return []


def found(*hits: Hit, most: int = 3) -> list[tuple[str, str]]:
    """Post and text of each claim, where no list goes on in another post."""
    claims = extract(asked(), hits, nothing_follows, max_sentences=most)
    return [(claim.hit.post.id, claim.text) for claim in claims]


def test_without_hits_nothing_is_said() -> None:
    assert found() == []


def test_the_best_sentence_of_the_best_post_is_chosen() -> None:
    # 1/2 for the boats; 1/2 + 1/5 + 3/10 for staff and money.
    assert found(hit("p", "The river is wide. Staff and money are short. It is late.")) == [
        ("p", "Staff and money are short.")
    ]


def test_a_better_sentence_wins_over_a_better_post() -> None:
    # 1/2 + 1/10 + 3/10 * 1/sqrt(2) = .81 against 2/5 + 1/5 + 3/10 = .9.
    assert found(hit("p", "Staff leave."), hit("q", "Staff and money go.", score=0.8)) == [
        ("q", "Staff and money go.")
    ]


def test_a_sentence_near_the_question_wins_over_one_that_shares_as_many_words() -> None:
    # Both share both words; the boat takes the cosine similarity down to 2 / sqrt(6).
    assert found(hit("p", "Staff, money and a boat. Staff and money leave."), most=1) == [
        ("p", "Staff and money leave.")
    ]


def test_another_sentence_of_the_best_post_is_preferred_over_a_better_one_of_another() -> None:
    # The best scores 1; 1/2 + 1/5 + 3/10 * 2/sqrt(6) = .945 is enough within its post, and
    # 9/20 + 1/5 + 3/10 = .95 is not enough from another.
    best = hit("p", "Staff and money are short. Staff, money and a boat.")
    assert found(best, hit("q", "Staff and money come late.", score=0.9)) == [
        ("p", "Staff and money are short."),
        ("p", "Staff, money and a boat."),
    ]


def test_another_post_that_answers_as_well_is_brought_too() -> None:
    # 49/100 + 1/5 + 3/10 = .99.
    best = hit("p", "Staff and money are short.")
    assert found(best, hit("q", "Staff and money come late.", score=0.98)) == [
        ("p", "Staff and money are short."),
        ("q", "Staff and money come late."),
    ]


def test_a_repost_is_not_said_twice() -> None:
    text = "Staff and money are short."
    assert found(hit("p", text), hit("q", text), hit("r", text)) == [("p", text)]


def test_a_sentence_that_repeats_most_of_another_is_left_out() -> None:
    # staff, money, short: all of the shorter sentence stand in the longer one.
    text = "Staff and money are short. Staff and money are very short today."
    assert found(hit("p", text)) == [("p", "Staff and money are short.")]


def test_a_sentence_without_words_of_its_own_adds_nothing() -> None:
    assert found(hit("p", "And the. It is a."), most=3) == [("p", "And the.")]


def test_of_equally_good_sentences_the_first_post_by_id_and_its_first_is_best() -> None:
    text = "Staff and money fall. Staff and money rise."
    assert found(hit("q", text), hit("p", text), most=1) == [("p", "Staff and money fall.")]


def test_a_question_loses_against_a_statement() -> None:
    # 17/20 * (1/2 + 1/5) + 3/10 = .895 against 1.
    assert found(hit("p", "Are staff and money short? Staff and money fall.")) == [
        ("p", "Staff and money fall.")
    ]


def test_a_question_is_never_said_beside_the_best_sentence() -> None:
    # 17/20 * (1/2 + 1/5) + 3/10 = .895 would be enough beside 1/2 + 1/5 + 3/10 * 2/sqrt(6) = .945.
    assert found(hit("p", "Staff, money and a boat. “Do staff or money count?”")) == [
        ("p", "Staff, money and a boat.")
    ]
    assert len(found(hit("p", "Staff, money and a boat. “Do staff or money count.”"))) == 2


def test_where_nothing_else_is_there_a_question_is_quoted() -> None:
    assert found(hit("p", "Are staff and money short?")) == [("p", "Are staff and money short?")]


def test_the_post_of_the_best_sentence_is_cited_first() -> None:
    # 1/2 + 1/5 + 3/10 * 2/sqrt(6) = .945 against 23/50 + 1/5 + 3/10 = .96.
    first = hit("p", "Staff, money and a boat.", line=1)
    best = hit("q", "Staff and money are short.", score=0.92, line=2)
    assert found(first, best) == [
        ("q", "Staff and money are short."),
        ("p", "Staff, money and a boat."),
    ]


def test_after_the_best_come_the_others_of_its_thread_then_other_threads_in_reading_order() -> None:
    claims = found(
        hit("a", "Staff and money fall.", thread="t", line=5),
        hit("b", "Staff and money rise.", thread="u", line=1),
        hit("c", "Staff and money stay.", thread="t", line=9),
        hit("d", "Staff and money turn.", thread="t", line=2),
        most=4,
    )
    assert [post_id for post_id, _ in claims] == ["a", "d", "c", "b"]


def test_sentences_of_a_post_stand_as_they_stand_in_it() -> None:
    # The second is the best: the boat takes the first down to .945.
    assert found(hit("p", "Staff, money and a boat. Staff and money are short.")) == [
        ("p", "Staff, money and a boat."),
        ("p", "Staff and money are short."),
    ]


def test_no_more_sentences_are_chosen_than_asked_for() -> None:
    text = "Staff and money fall. Staff and money rise. Staff and money stay."
    texts = ["Staff and money fall.", "Staff and money rise.", "Staff and money stay."]
    for most in (1, 2, 3):
        assert found(hit("p", text), most=most) == [("p", said) for said in texts[:most]]


def test_a_list_that_goes_on_in_its_post_is_brought_along_beyond_the_limit() -> None:
    text = "Two things about staff and money. First, a boat. Second, a river. It is late."
    assert found(hit("p", text), most=1) == [
        ("p", "Two things about staff and money."),
        ("p", "First, a boat."),
        ("p", "Second, a river."),
    ]


def test_a_list_that_goes_on_in_the_next_post_is_brought_along_with_that_post() -> None:
    announcing = hit("p", "Two things about staff and money. First, a boat.", line=1)
    next_post = hit("q", "Second, a river. It is late.", score=0.0, line=2)
    claims = extract(
        asked(),
        [announcing],
        lambda after: [next_post] if after is announcing else [],
        max_sentences=1,
    )
    assert [(claim.hit, claim.text) for claim in claims] == [
        (announcing, "Two things about staff and money."),
        (announcing, "First, a boat."),
        (next_post, "Second, a river."),
    ]


def test_a_post_that_a_list_leads_to_keeps_the_scores_it_was_found_with() -> None:
    announcing = hit("p", "Two things about staff and money. First, a boat.", line=1)
    follower = hit("q", "Second, a river.", score=0.25, line=2)
    without_scores = hit("q", "Second, a river.", score=0.0, line=2)
    claims = extract(asked(), [announcing, follower], lambda _: [without_scores], max_sentences=1)
    assert [claim.hit.score for claim in claims] == [1.0, 1.0, 1 / 4]


def test_items_that_are_chosen_for_themselves_are_not_said_twice() -> None:
    text = "First, staff and money fall. Second, staff and money rise."
    assert found(hit("p", text)) == [
        ("p", "First, staff and money fall."),
        ("p", "Second, staff and money rise."),
    ]


def test_no_more_than_ten_sentences_are_embedded_those_that_promise_most() -> None:
    encoder = AxisEncoder()
    text = "\n".join([*(f"River {i}" for i in range(20)), "Staff and money are short."])
    claims = extract(asked(encoder), [hit("p", text)], nothing_follows, max_sentences=1)
    assert len(encoder.encoded) == 10
    assert [claim.text for claim in claims] == ["Staff and money are short."]


def test_hits_after_the_sixth_are_not_read() -> None:
    others = [hit(f"p{i}", f"River {i}.", score=0.9) for i in range(6)]
    claims = found(*others, hit("q", "Staff and money are short.", score=0.8))
    assert "q" not in {post_id for post_id, _ in claims}


@given(
    texts=st.lists(
        st.lists(
            st.sampled_from(
                [
                    "Staff",
                    " money",
                    ". ",
                    "\n",
                    "First, ",
                    "Second, ",
                    "Two things",
                    "? ",
                    " boat ",
                    "1/2 ",
                    "…",
                    "[a plan](http://a.b)",
                    "🎉",
                    ": ",
                ]
            )
            | st.text(max_size=3),
            min_size=1,
            max_size=10,
        )
        .map("".join)
        .filter(lambda text: bool(text.strip())),
        min_size=1,
        max_size=4,
    ),
    most=st.integers(1, 5),
)
@settings(deadline=None)
def test_every_claim_quotes_its_post_exactly(texts: list[str], most: int) -> None:
    hits = [hit(f"p{i}", text, line=i + 1) for i, text in enumerate(texts)]

    def following(one: Hit) -> Sequence[Hit]:
        return hits[hits.index(one) + 1 :]

    claims = extract(asked(), hits, following, max_sentences=most)
    assert claims
    assert all(_quotes(claim) for claim in claims)
    assert ground(claims, {one.post.id: one.post.text for one in hits}).removed == ()


def _quotes(claim: Claim) -> bool:
    text = claim.hit.post.text
    return "".join(text[start:end] for start, end in claim.spans).split() == claim.text.split()
