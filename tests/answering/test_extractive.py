"""The extractive answerer, with scores that can be worked out by hand.

A sentence scores the logarithm of its post's score, its coverage of the question's words, its
coverage of the question's focus, and 1 where it has the kind of thing asked for; a question scores
3/2 less. The question is "staff money" unless a test says otherwise: each of its two words weighs
1, both are its focus, and it asks for any kind of thing. A statement of its two words in a post of
score 1 has 0 + 1 + 1 + 1 = 3, one with one of them 0 + 1/2 + 1/2 + 1 = 2, and one with neither 1.
Beside the best sentence stand those that score at most 1/2 less, of its post and of others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.extractive import PASSAGE_LENGTH, Question, extract
from threadqa.answering.grounding import Claim, ground
from threadqa.answers import Hit
from threadqa.posts import Post, ThreadSummary
from threadqa.questions.terms import QuestionTerms

STOP_WORDS = frozenset({"a", "and", "are", "is", "it", "the"})


# With a sentence of this length between them, two sentences are in no passage together.
FAR = f"It{' flows' * 50}."


def analyse(text: str) -> list[str]:
    words = re.findall(r"\w+", text.lower())
    return [word for word in dict.fromkeys(words) if word not in STOP_WORDS]


def asked(*, text: str = "staff money", focus: Sequence[str] = ("staff", "money")) -> Question:
    return Question(
        text=text,
        terms=QuestionTerms(weights={"staff": 1.0, "money": 1.0}, focus=frozenset(focus)),
        analyse=analyse,
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


def found(*hits: Hit, most: int = 3, question: Question | None = None) -> list[tuple[str, str]]:
    """Post and text of each claim, where no list goes on in another post."""
    claims = extract(question or asked(), hits, nothing_follows, max_sentences=most)
    return [(claim.hit.post.id, claim.text) for claim in claims]


def of_length(word: str, length: int) -> str:
    """A sentence of one word and as many others as make it so long."""
    return f"{word} ".ljust(length - 1, "x") + "."


def test_without_hits_nothing_is_said() -> None:
    assert found() == []


def test_the_best_sentence_of_the_best_post_is_chosen() -> None:
    # 1 for the river; 3 for staff and money.
    text = f"The river is wide. {FAR} Staff and money are short. {FAR} It is late."
    assert found(hit("p", text)) == [("p", "Staff and money are short.")]


def test_a_better_sentence_wins_over_a_better_post() -> None:
    # ln(3/4) + 3 = 2.71 against 2, which is more than 1/2 less.
    assert found(hit("p", "Staff leave."), hit("q", "Staff and money go.", score=0.75)) == [
        ("q", "Staff and money go.")
    ]


def test_a_sentence_with_the_focus_wins_over_one_with_as_much_else_of_the_question() -> None:
    # 1/2 + 1 for either, and 1 more for what is asked for.
    text = f"Staff leave. {FAR} Money goes."
    assert found(hit("p", text), most=1, question=asked(focus=["money"])) == [("p", "Money goes.")]
    assert found(hit("p", text), most=1, question=asked(focus=["staff"])) == [("p", "Staff leave.")]


def test_a_sentence_with_the_kind_of_thing_asked_for_wins_over_one_without() -> None:
    # 2 without a number against 3; where anything will do, both have 3 and the first wins.
    post = hit("p", f"Staff and money fall. {FAR} Staff and money fall by 40.")
    assert found(post, most=1, question=asked(text="how many staff? how many boats?")) == [
        ("p", "Staff and money fall by 40.")
    ]
    assert found(post, most=1) == [("p", "Staff and money fall.")]


@pytest.mark.parametrize(
    ("question", "better", "worse", "gain"),
    [
        pytest.param(asked(focus=[]), "Staff and money fall.", "Boats fall.", 1.0, id="words"),
        pytest.param(asked(focus=["money"]), "Money falls.", "Staff fall.", 1.0, id="focus"),
        pytest.param(asked(text="how many?"), "Boats: 40.", "Boats.", 1.0, id="kind"),
        pytest.param(asked(), "Boats fall.", "Do boats fall?", 1.5, id="statement"),
    ],
)
def test_what_makes_a_sentence_better_outweighs_so_much_of_the_log_of_its_posts_score(
    question: Question, better: str, worse: str, gain: float
) -> None:
    best_post = hit("p", worse)
    enough, too_low = (hit("q", better, score=math.exp(-gain + step)) for step in (0.01, -0.01))
    assert found(best_post, enough, most=1, question=question) == [("q", better)]
    assert found(best_post, too_low, most=1, question=question) == [("p", worse)]


def test_another_sentence_of_the_best_post_is_preferred_over_a_better_one_of_another() -> None:
    # The best scores 3, another of its post 1/2 + 1 + 1 = 2.5, just enough. One of another post has
    # ln(3/4) + 3 = 2.71, which is more, and too little: 1/5 below the best is as far as it may be.
    best = hit("p", f"Staff and money are short. {FAR} Staff leave.")
    other = hit("q", "Staff and money come late.", score=0.75, line=2)
    assert found(best, other, question=asked(focus=["staff"])) == [
        ("p", "Staff and money are short."),
        ("p", "Staff leave."),
    ]


def test_a_sentence_of_the_best_post_that_is_much_worse_is_left_out() -> None:
    # 2 against 3: more than 1/2 less.
    text = f"Staff and money are short. {FAR} Staff leave."
    assert found(hit("p", text)) == [("p", "Staff and money are short.")]


def test_another_post_that_answers_as_well_is_brought_too() -> None:
    # ln(5/6) = -0.18 is less than 1/5 below the best, ln(4/5) = -0.22 more.
    best = hit("p", "Staff and money are short.")
    assert found(best, hit("q", "Staff and money come late.", score=5 / 6)) == [
        ("p", "Staff and money are short."),
        ("q", "Staff and money come late."),
    ]
    assert found(best, hit("q", "Staff and money come late.", score=4 / 5)) == [
        ("p", "Staff and money are short."),
    ]


@pytest.mark.parametrize("share", [1.0, 1e-3, 1e-6])
def test_what_is_chosen_depends_on_the_shares_of_the_scores_and_not_on_their_size(
    share: float,
) -> None:
    posts = [
        hit("p", f"Staff and money are short. {FAR} Staff leave.", score=share),
        hit("q", "Staff and money come late.", score=share * 5 / 6),
        hit("r", "Staff and money go.", score=share * 4 / 5),
    ]
    assert found(*posts) == [
        ("p", "Staff and money are short."),
        ("q", "Staff and money come late."),
    ]


def test_a_post_without_a_score_is_quoted_where_nothing_else_is_there() -> None:
    assert found(hit("p", "Staff leave.", score=0.0)) == [("p", "Staff leave.")]


def test_a_repost_is_not_said_twice() -> None:
    text = "Staff and money are short."
    assert found(hit("p", text), hit("q", text), hit("r", text)) == [("p", text)]


def test_a_sentence_that_repeats_most_of_another_is_left_out() -> None:
    # All score 3. staff, money, short: all of the shorter sentence stand in the longer one.
    text = f"Staff and money are short. {FAR} Staff and money are very short today."
    assert found(hit("p", text)) == [("p", "Staff and money are short.")]
    # 3/4 of the words, more than 7/10, then 2/3, less.
    text = f"Staff and money are short today. {FAR} Staff and money are short again."
    assert found(hit("p", text)) == [("p", "Staff and money are short today.")]
    text = f"Staff and money fall. {FAR} Staff and money rise."
    assert found(hit("p", text)) == [
        ("p", "Staff and money fall."),
        ("p", "Staff and money rise."),
    ]


def test_a_sentence_without_words_of_its_own_adds_nothing() -> None:
    # Both score 1.
    assert found(hit("p", "The river flows."), hit("q", "And the.")) == [("p", "The river flows.")]
    assert found(hit("p", "And the."), hit("q", "It is a.")) == [("p", "And the.")]


def test_of_equally_good_sentences_the_first_post_by_id_and_its_first_is_best() -> None:
    text = f"Staff and money fall. {FAR} Staff and money rise."
    assert found(hit("q", text), hit("p", text), most=1) == [("p", "Staff and money fall.")]
    later = hit("p", f"{FAR} Staff and money fall.")
    assert found(hit("q", "Staff and money rise."), later, most=1) == [
        ("p", "Staff and money fall.")
    ]


def test_a_question_loses_against_a_statement() -> None:
    # 3 - 3/2 = 1.5 against 3, then against 2.
    assert found(hit("p", f"Are staff and money short? {FAR} Staff and money fall.")) == [
        ("p", "Staff and money fall.")
    ]
    assert found(hit("p", f"Are staff and money short? {FAR} Staff leave.")) == [
        ("p", "Staff leave.")
    ]


def test_a_question_is_never_chosen_beside_the_best_sentence() -> None:
    # The best scores ln(1/4) + 3 = 1.61. 3 - 3/2 = 1.5 would be enough beside it, as
    # ln(2/9) + 3 = 1.5 is for a statement.
    best = hit("p", "Staff, money and a boat.", score=1 / 4)
    asking = hit("q", "“Do staff or money count?”")
    saying = hit("q", "“Do staff or money count.”", score=2 / 9)
    assert found(best, asking) == [("p", "Staff, money and a boat.")]
    assert [post_id for post_id, _ in found(best, saying)] == ["p", "q"]


def test_where_nothing_else_is_there_a_question_is_quoted() -> None:
    assert found(hit("p", "Are staff and money short?")) == [("p", "Are staff and money short?")]


def test_the_best_sentence_brings_what_leads_up_to_it_and_what_follows_in_reading_order() -> None:
    text = "Boats float. Why? Staff and money are short. It is late. Rivers flow."
    assert found(hit("p", text)) == [
        ("p", "Boats float."),
        ("p", "Why?"),
        ("p", "Staff and money are short."),
        ("p", "It is late."),
        ("p", "Rivers flow."),
    ]


def test_the_best_sentence_brings_what_follows_before_what_leads_up_to_it() -> None:
    # 26 + 1 + 140 = 167 characters with either, 167 + 1 + 140 = 308 with both: over 280.
    before, after = of_length("Before", 140), of_length("After", 140)
    assert found(hit("p", f"{before} Staff and money are short. {after}")) == [
        ("p", "Staff and money are short."),
        ("p", after),
    ]
    assert found(hit("p", f"{before} Staff and money are short.")) == [
        ("p", before),
        ("p", "Staff and money are short."),
    ]


def test_of_what_leads_up_to_the_best_sentence_the_nearest_comes_first() -> None:
    # 26 + 1 + 140 = 167, then 167 + 1 + 140 = 308.
    early, later = of_length("Early", 140), of_length("Later", 140)
    assert found(hit("p", f"{early} {later} Staff and money are short.")) == [
        ("p", later),
        ("p", "Staff and money are short."),
    ]


def test_a_passage_is_no_longer_than_its_limit() -> None:
    # The best has 26 characters, and a blank stands between: 253 more make 280.
    assert PASSAGE_LENGTH == 280
    last_that_fits, too_long = of_length("After", 253), of_length("After", 254)
    assert found(hit("p", f"Staff and money are short. {last_that_fits}")) == [
        ("p", "Staff and money are short."),
        ("p", last_that_fits),
    ]
    assert found(hit("p", f"Staff and money are short. {too_long}")) == [
        ("p", "Staff and money are short.")
    ]


def test_a_passage_skips_no_sentence_of_its_post() -> None:
    assert found(hit("p", f"Staff and money are short. {FAR} It is late.")) == [
        ("p", "Staff and money are short.")
    ]
    assert found(hit("p", f"It is early. {FAR} Staff and money are short.")) == [
        ("p", "Staff and money are short.")
    ]


def test_a_best_sentence_longer_than_a_passage_comes_whole_and_alone() -> None:
    text = f"Staff and money{' leave' * 50}."
    assert found(hit("p", f"Boats float. {text} It is late.")) == [("p", text)]


def test_other_chosen_sentences_come_without_those_around_them() -> None:
    # ln(49/50) = -0.02 is less than 1/2 below the best.
    best = hit("p", "Staff and money are short. It is late.")
    other = hit("q", "Boats float. Staff and money come late. Rivers flow.", score=0.98)
    assert found(best, other) == [
        ("p", "Staff and money are short."),
        ("p", "It is late."),
        ("q", "Staff and money come late."),
    ]


def test_a_sentence_of_the_passage_that_is_chosen_for_itself_is_not_said_twice() -> None:
    # The first and the last score 3; 2/3 of their words are the same, less than 7/10.
    assert found(hit("p", "Staff, money and a boat. Boats float. Staff and money are short.")) == [
        ("p", "Staff, money and a boat."),
        ("p", "Boats float."),
        ("p", "Staff and money are short."),
    ]


def test_an_item_that_stands_in_the_passage_is_not_said_twice() -> None:
    # 33 + 1 + 14 + 1 + 220 = 269 characters; 1 + 16 more for the second item are too many.
    first_item = "First, a boat."
    between = of_length("Boats", 220)
    text = f"Two things about staff and money. {first_item} {between} Second, a river. It is late."
    assert found(hit("p", text), most=1) == [
        ("p", "Two things about staff and money."),
        ("p", first_item),
        ("p", between),
        ("p", "Second, a river."),
    ]


def test_the_post_of_the_best_sentence_is_cited_first() -> None:
    # ln(2/5) + 3 = 2.08 against 2, which is less than 1/2 below.
    first = hit("p", "Staff leave.", line=1)
    best = hit("q", "Staff and money are short.", score=2 / 5, line=2)
    assert found(first, best) == [("q", "Staff and money are short."), ("p", "Staff leave.")]


def test_after_the_best_come_the_others_of_its_thread_then_other_threads_in_reading_order() -> None:
    claims = found(
        hit("a", "Staff and money fall.", thread="t", line=5),
        hit("b", "Staff and money rise.", thread="u", line=1),
        hit("c", "Staff and money stay.", thread="t", line=9),
        hit("d", "Staff and money turn.", thread="t", line=2),
        most=4,
    )
    assert [post_id for post_id, _ in claims] == ["a", "d", "c", "b"]


def test_chosen_sentences_of_a_post_stand_as_they_stand_in_it() -> None:
    # The second is the best with 3; the first has 1/2 + 1 + 1 = 2.5, 1/2 less.
    text = f"Staff leave. {FAR} Staff and money are short."
    assert found(hit("p", text), question=asked(focus=["staff"])) == [
        ("p", "Staff leave."),
        ("p", "Staff and money are short."),
    ]


def test_no_more_sentences_are_chosen_than_asked_for() -> None:
    texts = ["Staff and money fall.", "Staff and money rise.", "Staff and money stay."]
    post = hit("p", f" {FAR} ".join(texts))
    for most in (1, 2, 3):
        assert found(post, most=most) == [("p", said) for said in texts[:most]]


def test_a_list_that_goes_on_in_its_post_is_brought_along_beyond_the_limits() -> None:
    # Items too long for a passage, and more of them than sentences are asked for.
    items = [f"First, a boat{' flows' * 50}.", f"Second, a river{' flows' * 50}."]
    text = f"Two things about staff and money. {' '.join(items)} It is late."
    assert found(hit("p", text), most=1) == [
        ("p", "Two things about staff and money."),
        ("p", items[0]),
        ("p", items[1]),
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
    # Both score 3; the second is an item, a choice and, but for its length, of the passage.
    items = ["First, staff and money fall.", f"Second, staff and money rise{' up' * 100}."]
    assert found(hit("p", " ".join(items))) == [("p", items[0]), ("p", items[1])]


def test_hits_after_the_sixth_are_not_read() -> None:
    # Read, it is best: ln(8/10) + 3 = 2.78 against ln(9/10) + 1 = 0.89.
    others = [hit(f"p{i}", f"River {i}.", score=0.9) for i in range(6)]
    best = hit("q", "Staff and money are short.", score=0.8)
    assert found(*others[:5], best) == [("q", "Staff and money are short.")]
    assert "q" not in {post_id for post_id, _ in found(*others, best)}


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
def test_every_claim_quotes_its_post_exactly_and_once(texts: list[str], most: int) -> None:
    hits = [hit(f"p{i}", text, line=i + 1) for i, text in enumerate(texts)]

    def following(one: Hit) -> Sequence[Hit]:
        return hits[hits.index(one) + 1 :]

    claims = extract(asked(), hits, following, max_sentences=most)
    assert claims
    assert len({(claim.hit.post.id, claim.spans) for claim in claims}) == len(claims)
    assert all(_quotes(claim) for claim in claims)
    assert ground(claims, {one.post.id: one.post.text for one in hits}).removed == ()


def _quotes(claim: Claim) -> bool:
    text = claim.hit.post.text
    return "".join(text[start:end] for start, end in claim.spans).split() == claim.text.split()


def test_a_sentence_that_its_post_says_twice_is_quoted_at_both_places() -> None:
    assert found(hit("p", "No pay. Staff and money are short. No pay.")) == [
        ("p", "No pay."),
        ("p", "Staff and money are short."),
        ("p", "No pay."),
    ]
