"""The check of every citation: what passes, what is removed, and how the rest is numbered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.grounding import Claim, Grounded, ground
from threadqa.answers import Hit, Sentence, Span
from threadqa.posts import Post, ThreadSummary

TEXTS = {
    "p1": "1/2 Staff leave. Money\nis short.  Time runs.",
    "p2": "Boats float. Rivers flow.",
}


def hit(post_id: str, text: str | None = None, *, score: float = 1.0) -> Hit:
    thread = ThreadSummary(
        id="t",
        title="Title",
        author=None,
        source="a.txt",
        declared_length=None,
        post_count=2,
        positions=(),
    )
    post = Post(id=post_id, text=text or TEXTS[post_id], source="a.txt", first_line=1, last_line=1)
    return Hit(post=post, thread=thread, score=score, dense=1.0, lexical=1.0)


def claim(text: str, post_id: str, *spans: Span) -> Claim:
    return Claim(text=text, hit=hit(post_id), spans=spans)


LEAVE = claim("Staff leave.", "p1", (4, 16))
SHORT = claim("Money is short.", "p1", (17, 32))
RUNS = claim("Time runs.", "p1", (34, 44))
FLOAT = claim("Boats float.", "p2", (0, 12))


def test_a_claim_that_stands_is_a_sentence_with_its_citation() -> None:
    grounded = ground([LEAVE], TEXTS)
    assert grounded.sentences == (Sentence(text="Staff leave.", citations=(1,)),)
    assert [c.quotes for c in grounded.citations] == [("Staff leave.",)]
    assert grounded.removed == ()


def test_white_space_may_differ_between_a_claim_and_its_post() -> None:
    grounded = ground([SHORT], TEXTS)
    assert grounded.citations[0].quotes == ("Money\nis short.",)
    assert grounded.removed == ()


def test_no_claims_are_grounded_in_nothing() -> None:
    assert ground([], TEXTS) == Grounded()


def test_citations_are_numbered_in_order_of_first_use_one_for_each_post() -> None:
    grounded = ground([FLOAT, RUNS, LEAVE, FLOAT], TEXTS)
    assert [(s.text, s.citations) for s in grounded.sentences] == [
        ("Boats float.", (1,)),
        ("Time runs.", (2,)),
        ("Staff leave.", (2,)),
        ("Boats float.", (1,)),
    ]
    assert [(c.number, c.hit.post.id) for c in grounded.citations] == [(1, "p2"), (2, "p1")]


def test_the_spans_of_all_sentences_of_a_post_are_cited_in_order() -> None:
    grounded = ground([RUNS, LEAVE], TEXTS)
    assert grounded.citations[0].spans == ((4, 16), (34, 44))


def test_spans_that_touch_or_overlap_are_made_one() -> None:
    whole = claim("Staff leave. Money is short.", "p1", (4, 32))
    halves = claim("Boats float.", "p2", (0, 5), (5, 12))
    grounded = ground([SHORT, whole, LEAVE, halves], TEXTS)
    assert [c.spans for c in grounded.citations] == [((4, 32),), ((0, 12),)]


def test_a_claim_of_several_pieces_is_the_text_of_the_pieces() -> None:
    joined = claim("Boats flow.", "p2", (0, 6), (20, 25))
    assert ground([joined], TEXTS).citations[0].quotes == ("Boats ", "flow.")


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(claim("Staff stay.", "p1", (4, 16)), id="other words"),
        pytest.param(claim("staff leave.", "p1", (4, 16)), id="other letters"),
        pytest.param(claim("Staff leave.", "p1", (3, 15)), id="a character beside"),
        pytest.param(claim("Staff leave.", "p1"), id="no span"),
        pytest.param(claim("", "p1"), id="nothing"),
        pytest.param(claim(" ", "p1", (16, 17)), id="white space"),
        pytest.param(claim("Time runs.", "p1", (34, 99)), id="beyond the end"),
        pytest.param(claim("Time runs.", "p1", (-10, 44)), id="from behind"),
        pytest.param(claim("Staff leave.", "p1", (4, 16), (20, 20)), id="an empty span"),
        pytest.param(claim("leave. Staff", "p1", (10, 16), (3, 9)), id="descending"),
        pytest.param(claim("Staff Staff", "p1", (4, 10), (4, 9)), id="twice"),
    ],
)
def test_a_claim_that_does_not_stand_at_its_span_is_removed_and_reported(wrong: Claim) -> None:
    grounded = ground([wrong, FLOAT], TEXTS)
    assert grounded.removed == (wrong.text,)
    assert [s.text for s in grounded.sentences] == ["Boats float."]
    assert [(c.number, c.hit.post.id) for c in grounded.citations] == [(1, "p2")]


def test_a_claim_whose_post_changed_in_the_archive_is_removed() -> None:
    changed = {**TEXTS, "p1": TEXTS["p1"] + " Or not."}
    assert ground([LEAVE, FLOAT], changed).removed == ("Staff leave.",)


def test_a_claim_whose_post_is_gone_from_the_archive_is_removed() -> None:
    grounded = ground([LEAVE, FLOAT], {"p2": TEXTS["p2"]})
    assert grounded.removed == ("Staff leave.",)
    assert [s.text for s in grounded.sentences] == ["Boats float."]


def test_where_nothing_stands_nothing_is_cited() -> None:
    assert ground([LEAVE, FLOAT], {}) == Grounded(removed=("Staff leave.", "Boats float."))


@given(
    text=st.text(min_size=1).filter(lambda text: bool(text.strip())),
    claimed=st.text(),
    spans=st.lists(st.tuples(st.integers(-2, 12), st.integers(-2, 12)), max_size=3),
)
def test_a_claim_is_either_quoted_word_for_word_or_removed(
    text: str, claimed: str, spans: list[Span]
) -> None:
    made = [
        Claim(text=words, hit=hit("p", text), spans=tuple(spans))
        for words in (claimed, "".join(text[start:end] for start, end in spans))
    ]
    grounded = ground(made, {"p": text})
    assert len(grounded.sentences) + len(grounded.removed) == len(made)
    for sentence in grounded.sentences:
        quoted = "".join(text[start:end] for start, end in spans)
        assert sentence.text.split() == quoted.split()
