"""The check of every citation: what passes, what is removed, and how the rest is numbered."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.grounding import (
    Cited,
    Claim,
    Grounded,
    Paraphrase,
    Reason,
    Removal,
    Said,
    Verdict,
    ground,
)
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
    grounded = ground([LEAVE, FLOAT], {})
    assert grounded.removed == ("Staff leave.", "Boats float.")
    assert (grounded.sentences, grounded.citations) == ((), ())


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


class WordCheck:
    """Holds a sentence for borne out where all its words stand in its posts.

    Attributes:
        asked: Every sentence it was asked about.
    """

    def __init__(self) -> None:
        self.asked: list[Said] = []

    def judge(self, said: Sequence[Said]) -> list[Verdict]:
        self.asked.extend(said)
        verdicts = []
        for one in said:
            held = {word for h in one.hits for word in h.post.text.lower().split()}
            missing = set(one.text.lower().split()) - held
            verdicts.append(
                Verdict(
                    reason=Reason.UNSUPPORTED if missing else None,
                    probability=0.0 if missing else 1.0,
                    detail=" ".join(sorted(missing)),
                    spans=tuple(((0, 3),) for _ in one.hits),
                )
            )
        return verdicts


def paraphrase(text: str, *cited: tuple[str, tuple[str, ...]]) -> Paraphrase:
    return Paraphrase(text=text, cited=tuple(Cited(post_id=i, quotes=q) for i, q in cited))


def grounded_of(*claims: Claim | Paraphrase, found: Sequence[Hit] | None = None) -> Grounded:
    hits = [hit("p1"), hit("p2")] if found is None else found
    return ground(claims, TEXTS, retrieved=hits, support=WordCheck())


BOTH = paraphrase("staff leave. boats float.", ("p2", ("Boats float.",)), ("p1", ("Staff leave.",)))


def test_a_paraphrase_cites_each_post_it_rests_on_where_its_quotes_stand() -> None:
    grounded = grounded_of(LEAVE, BOTH)
    assert [(s.text, s.citations) for s in grounded.sentences] == [
        ("Staff leave.", (1,)),
        ("staff leave. boats float.", (1, 2)),
    ]
    assert [c.quotes for c in grounded.citations] == [("Staff leave.",), ("Boats float.",)]
    assert grounded.removals == ()


def test_a_post_without_a_quote_is_cited_where_the_check_finds_its_support() -> None:
    grounded = grounded_of(paraphrase("rivers flow.", ("p2", ())))
    assert grounded.citations[0].spans == ((0, 3),)


def test_a_post_that_is_named_twice_is_cited_once() -> None:
    twice = paraphrase("boats float.", ("p2", ("Boats",)), ("p2", ("float.", "Rivers")))
    grounded = grounded_of(twice)
    assert grounded.sentences[0].citations == (1,)
    assert grounded.citations[0].quotes == ("Boats", "float.", "Rivers")


@pytest.mark.parametrize(
    ("wrong", "reason", "detail"),
    [
        (paraphrase("staff leave."), Reason.NO_CITATION, ""),
        (paraphrase(" ", ("p1", ())), Reason.NO_CITATION, ""),
        (paraphrase("staff leave.", ("p9", ())), Reason.NOT_RETRIEVED, "p9"),
        (paraphrase("staff leave.", ("p1", ()), ("1", ())), Reason.NOT_RETRIEVED, "1"),
        (paraphrase("staff leave.", ("p1", ("Staff left.",))), Reason.QUOTE, "Staff left."),
        (paraphrase("staff leave.", ("p1", ("Staff", ""))), Reason.QUOTE, ""),
        (paraphrase("staff leave.", ("p2", ("Staff leave.",))), Reason.QUOTE, "Staff leave."),
        (paraphrase("staff stay.", ("p1", ("Staff",))), Reason.UNSUPPORTED, "stay."),
    ],
)
def test_a_paraphrase_that_does_not_stand_is_removed_with_the_reason(
    wrong: Paraphrase, reason: Reason, detail: str
) -> None:
    grounded = grounded_of(wrong, FLOAT)
    assert grounded.removals == (Removal(text=wrong.text, reason=reason, detail=detail),)
    assert [s.text for s in grounded.sentences] == ["Boats float."]
    assert [(c.number, c.hit.post.id) for c in grounded.citations] == [(1, "p2")]


def test_what_was_removed_is_counted_by_reason() -> None:
    wrong = claim("Staff stay.", "p1", (4, 16))
    unquoted = paraphrase("staff leave.", ("p1", ("Staff left.",)))
    grounded = grounded_of(unquoted, wrong, LEAVE, unquoted)
    assert grounded.removed == (unquoted.text, wrong.text, unquoted.text)
    assert grounded.removed_by_reason == {Reason.NOT_VERBATIM: 1, Reason.QUOTE: 2}


def test_a_paraphrase_may_cite_only_what_was_found_and_still_reads_so() -> None:
    assert grounded_of(BOTH, found=[hit("p1")]).removed_by_reason == {Reason.NOT_RETRIEVED: 1}
    changed = [hit("p1"), hit("p2", "Boats float. Or not.")]
    assert grounded_of(BOTH, found=changed).removed_by_reason == {Reason.NOT_RETRIEVED: 1}


def test_only_paraphrases_whose_quotes_stand_are_judged_and_all_at_once() -> None:
    check = WordCheck()
    wrong = paraphrase("staff leave.", ("p1", ("Staff left.",)))
    flow = paraphrase("rivers flow.", ("p2", ()))
    ground([LEAVE, wrong, flow], TEXTS, retrieved=[hit("p1"), hit("p2")], support=check)
    assert check.asked == [Said(text="rivers flow.", hits=(hit("p2"),))]


def test_equal_paraphrases_are_judged_alike() -> None:
    flow = paraphrase("rivers flow.", ("p2", ()))
    assert len(grounded_of(flow, flow).sentences) == 2


def test_paraphrases_are_not_passed_unjudged() -> None:
    with pytest.raises(ValueError, match="need a check of support"):
        ground([BOTH], TEXTS, retrieved=[hit("p1"), hit("p2")])
