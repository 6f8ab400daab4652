"""The extractive answerer, with an encoder whose vectors can be worked out by hand.

A sentence scores its post's score, 3/20 of its coverage of the question's words, 3/20 of its
coverage of the question's focus, 3/20 of its cosine similarity with the question, and 1/10 where it
has the kind of thing asked for; a question scores 3/20 less. The question is "staff money" unless a
test says otherwise: its vector is (1, 1, 0, 0) / sqrt(2), each of its two words weighs 1 and both
are its focus, and it asks for any kind of thing. A statement of its two words in a post of score 1
has 1 + 3 * 3/20 + 1/10 = 1.55, and one with neither word 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from threadqa.answering.extractive import PASSAGE_LENGTH, Question, extract
from threadqa.answering.grounding import Claim, ground
from threadqa.answering.question import QuestionTerms
from threadqa.answers import Hit
from threadqa.encoders.protocol import TextKind, Vectors
from threadqa.posts import Post, ThreadSummary

AXES = ("staff", "money", "boat")
STOP_WORDS = frozenset({"a", "and", "are", "is", "it", "the"})


# With a sentence of this length between them, two sentences are in no passage together.
FAR = f"It{' flows' * 50}."


class AxisEncoder:
    """Counts three words, an axis each; a text with none of them lies on a fourth axis."""

    fingerprint = "axes"
    dimension = len(AXES) + 1

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.kinds: set[TextKind] = set()

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        self.encoded.extend(texts)
        self.kinds.add(kind)
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


def asked(
    encoder: AxisEncoder | None = None,
    *,
    text: str = "staff money",
    focus: Sequence[str] = ("staff", "money"),
) -> Question:
    return Question(
        text=text,
        terms=QuestionTerms(weights={"staff": 1.0, "money": 1.0}, focus=frozenset(focus)),
        vector=AxisEncoder().encode(["staff money"], TextKind.QUERY),
        analyse=analyse,
        encoder=encoder or AxisEncoder(),
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
    # 1.1 for the river; 1.55 for staff and money.
    text = f"The river is wide. {FAR} Staff and money are short. {FAR} It is late."
    assert found(hit("p", text)) == [("p", "Staff and money are short.")]


def test_a_better_sentence_wins_over_a_better_post() -> None:
    # 1 + 1/2 * 6/20 + 3/20 * 1/sqrt(2) + 1/10 = 1.36 against 9/10 + 11/20 = 1.45.
    assert found(hit("p", "Staff leave."), hit("q", "Staff and money go.", score=0.9)) == [
        ("q", "Staff and money go.")
    ]


def test_a_sentence_near_the_question_wins_over_one_that_shares_as_many_words() -> None:
    # Both share both words; the boat takes the cosine similarity down to 2 / sqrt(6).
    text = f"Staff, money and a boat. {FAR} Staff and money leave."
    assert found(hit("p", text), most=1) == [("p", "Staff and money leave.")]


def test_a_sentence_with_the_focus_wins_over_one_with_as_much_else_of_the_question() -> None:
    # 1 + 3/40 + 3/20 * 1/sqrt(2) + 1/10 = 1.28 for staff, and 3/20 more for what is asked for.
    text = f"Staff leave. {FAR} Money goes."
    assert found(hit("p", text), most=1, question=asked(focus=["money"])) == [("p", "Money goes.")]
    assert found(hit("p", text), most=1, question=asked(focus=["staff"])) == [("p", "Staff leave.")]


def test_a_sentence_with_the_kind_of_thing_asked_for_wins_over_one_without() -> None:
    # 29/20 without a number against 31/20; where anything will do, both 31/20 and the first wins.
    post = hit("p", f"Staff and money fall. {FAR} Staff and money fall by 40.")
    assert found(post, most=1, question=asked(text="how many staff? how much money?")) == [
        ("p", "Staff and money fall by 40.")
    ]
    assert found(post, most=1) == [("p", "Staff and money fall.")]


def test_another_sentence_of_the_best_post_is_preferred_over_a_better_one_of_another() -> None:
    # The best scores 1.55. Two boats take the cosine similarity down to 2 / sqrt(12): 1.487 is
    # more than 19/20 * 1.55 = 1.4725, enough within its post; 19/20 + 11/20 = 1.5 is less than
    # 49/50 * 1.55 = 1.519, not enough from another.
    best = hit("p", f"Staff and money are short. {FAR} Staff, money, boat after boat.")
    assert found(best, hit("q", "Staff and money come late.", score=0.95)) == [
        ("p", "Staff and money are short."),
        ("p", "Staff, money, boat after boat."),
    ]


def test_a_sentence_of_the_best_post_that_is_much_worse_is_left_out() -> None:
    # Three boats, 2 / sqrt(22): 1.464 is less than 19/20 * 1.55 = 1.4725.
    text = f"Staff and money are short. {FAR} Staff, money, boat, boat after boat."
    assert found(hit("p", text)) == [("p", "Staff and money are short.")]


def test_another_post_that_answers_as_well_is_brought_too() -> None:
    # 49/50 + 11/20 = 1.53 is more than 49/50 * 1.55 = 1.519.
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
    text = f"Staff and money are short. {FAR} Staff and money are very short today."
    assert found(hit("p", text)) == [("p", "Staff and money are short.")]


def test_a_sentence_without_words_of_its_own_adds_nothing() -> None:
    # Both score 1.1.
    assert found(hit("p", "The river flows."), hit("q", "And the.")) == [("p", "The river flows.")]
    assert found(hit("p", "And the."), hit("q", "It is a.")) == [("p", "And the.")]


def test_of_equally_good_sentences_the_first_post_by_id_and_its_first_is_best() -> None:
    text = f"Staff and money fall. {FAR} Staff and money rise."
    assert found(hit("q", text), hit("p", text), most=1) == [("p", "Staff and money fall.")]


def test_a_question_loses_against_a_statement() -> None:
    # 31/20 - 3/20 = 1.4 against 1.55.
    assert found(hit("p", f"Are staff and money short? {FAR} Staff and money fall.")) == [
        ("p", "Staff and money fall.")
    ]


def test_a_question_is_never_chosen_beside_the_best_sentence() -> None:
    # 11/10 + 11/20 - 3/20 = 1.5 would be enough beside 1 + 4/10 + 3/20 * 2/sqrt(6) = 1.522, as
    # 19/20 + 11/20 = 1.5 is for a statement: 49/50 * 1.522 = 1.492.
    best = hit("p", "Staff, money and a boat.")
    asking = hit("q", "“Do staff or money count?”", score=1.1)
    saying = hit("q", "“Do staff or money count.”", score=0.95)
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
    # 49/50 + 11/20 = 1.53 is more than 49/50 * 1.55 = 1.519.
    best = hit("p", "Staff and money are short. It is late.")
    other = hit("q", "Boats float. Staff and money come late. Rivers flow.", score=0.98)
    assert found(best, other) == [
        ("p", "Staff and money are short."),
        ("p", "It is late."),
        ("q", "Staff and money come late."),
    ]


def test_a_sentence_of_the_passage_that_is_chosen_for_itself_is_not_said_twice() -> None:
    # 1 + 4/10 + 3/20 * 2/sqrt(6) = 1.522 for the boat is more than 19/20 * 1.55 = 1.4725.
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
    # 1 + 4/10 + 3/20 * 2/sqrt(6) = 1.522 against 49/50 + 11/20 = 1.53.
    first = hit("p", "Staff, money and a boat.", line=1)
    best = hit("q", "Staff and money are short.", score=0.98, line=2)
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


def test_chosen_sentences_of_a_post_stand_as_they_stand_in_it() -> None:
    # The second is the best: the boat takes the first down to 1.522.
    assert found(hit("p", f"Staff, money and a boat. {FAR} Staff and money are short.")) == [
        ("p", "Staff, money and a boat."),
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
    # Both score 1.55; the second is an item, a choice and, but for its length, of the passage.
    items = ["First, staff and money fall.", f"Second, staff and money rise{' up' * 100}."]
    assert found(hit("p", " ".join(items))) == [("p", items[0]), ("p", items[1])]


def test_no_more_than_ten_sentences_are_embedded_those_that_promise_most() -> None:
    encoder = AxisEncoder()
    text = "\n".join([*(f"River {i}" for i in range(20)), FAR, "Staff and money are short."])
    claims = extract(asked(encoder), [hit("p", text)], nothing_follows, max_sentences=1)
    assert len(encoder.encoded) == 10
    assert [claim.text for claim in claims] == ["Staff and money are short."]


def test_sentences_are_embedded_as_documents() -> None:
    encoder = AxisEncoder()
    extract(asked(encoder), [hit("p", "Staff leave.")], nothing_follows, max_sentences=1)
    assert encoder.kinds == {TextKind.DOCUMENT}


def test_hits_after_the_sixth_are_not_read() -> None:
    # Read, the seventh would be best: 8/10 + 11/20 = 1.35 against 9/10 + 1/10 = 1.
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
