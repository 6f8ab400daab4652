"""Hits, citations, sentences and answers: what they refuse, and how an answer reads."""

from __future__ import annotations

import math

import pytest

from threadqa.answers import Answer, Citation, Exchange, Hit, Sentence, Span, Status
from threadqa.posts import Post, ThreadSummary

TEXT = "Three things are missing: staff, money and time."


def hit(post_id: str = "p", text: str = TEXT) -> Hit:
    thread = ThreadSummary(
        id="t",
        title="Title",
        author=None,
        source="a.txt",
        declared_length=None,
        post_count=1,
        positions=(),
    )
    post = Post(id=post_id, text=text, source="a.txt", first_line=1, last_line=1)
    return Hit(post=post, thread=thread, score=1.0, dense=1.0, lexical=1.0)


def citation(number: int = 1, spans: tuple[Span, ...] = ((0, 5),)) -> Citation:
    return Citation(number=number, hit=hit(), spans=spans)


def answer(
    *,
    status: Status = Status.ANSWERED,
    confidence: float = 0.5,
    sentences: tuple[Sentence, ...] = (),
    citations: tuple[Citation, ...] = (),
) -> Answer:
    return Answer(
        question="q",
        standalone_question="q",
        status=status,
        confidence=confidence,
        sentences=sentences,
        citations=citations,
        answerer="extractive",
        encoder="stub",
    )


def test_a_citation_quotes_its_spans_verbatim() -> None:
    assert citation(spans=((0, 12), (26, 31))).quotes == ("Three things", "staff")


def test_a_citation_may_end_with_its_post_and_not_after_it() -> None:
    assert citation(spans=((0, len(TEXT)),)).quotes == (TEXT,)
    with pytest.raises(ValueError, match=f"span 0-{len(TEXT) + 1} is not in post p"):
        citation(spans=((0, len(TEXT) + 1),))


@pytest.mark.parametrize("spans", [((-1, 2),), ((3, 3),), ((4, 2),), ((0, 5), (4, 8))])
def test_spans_of_a_citation_are_ranges_in_order_that_do_not_overlap(
    spans: tuple[Span, ...],
) -> None:
    with pytest.raises(ValueError, match="is not in post p"):
        citation(spans=spans)


def test_a_citation_has_a_number_from_one_and_a_span() -> None:
    with pytest.raises(ValueError, match="citation number 0 is below 1"):
        citation(number=0)
    with pytest.raises(ValueError, match="citation 1 has no span"):
        citation(spans=())


def test_a_sentence_has_text_and_a_citation() -> None:
    with pytest.raises(ValueError, match="a sentence needs text"):
        Sentence(text=" \n", citations=(1,))
    with pytest.raises(ValueError, match=r"'Staff leave.' has no citation"):
        Sentence(text="Staff leave.", citations=())


def test_an_answer_reads_as_its_sentences_with_their_citation_numbers() -> None:
    found = answer(
        sentences=(
            Sentence(text="Staff leave.", citations=(1,)),
            Sentence(text="Money is short.", citations=(2, 1)),
        ),
        citations=(citation(1), citation(2)),
    )
    assert found.text == "Staff leave. [1] Money is short. [2][1]"


def test_an_exchange_is_what_a_follow_up_needs_to_know_of_an_answer() -> None:
    found = answer(
        sentences=(Sentence(text="Staff leave.", citations=(1,)),), citations=(citation(1),)
    )
    assert found.exchange == Exchange(question="q", answer="Staff leave.", cited=("p",))
    not_found = answer(status=Status.NOT_FOUND).exchange
    assert not_found == Exchange(question="q", answer="", cited=())
    with pytest.raises(ValueError, match="an exchange needs a question"):
        Exchange(question=" ", answer="")


def test_an_answer_not_found_has_no_text() -> None:
    assert answer(status=Status.NOT_FOUND).text == ""


@pytest.mark.parametrize("confidence", [-0.01, 1.01, math.nan, math.inf])
def test_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValueError, match=r"is not in \[0, 1\]"):
        answer(status=Status.NOT_FOUND, confidence=confidence)


def test_citations_of_an_answer_are_numbered_from_one_up() -> None:
    with pytest.raises(ValueError, match=r"citations are numbered \[2\], not from 1 up"):
        answer(sentences=(Sentence(text="a", citations=(2,)),), citations=(citation(2),))


def test_an_answer_holds_the_citations_that_its_sentences_name_and_no_other() -> None:
    said = (Sentence(text="a", citations=(1,)),)
    with pytest.raises(ValueError, match=r"sentences cite \[1\], the answer holds \[1, 2\]"):
        answer(sentences=said, citations=(citation(1), citation(2)))
    with pytest.raises(ValueError, match=r"sentences cite \[1\], the answer holds \[\]"):
        answer(sentences=said)


def test_an_answer_has_sentences_exactly_when_it_was_found() -> None:
    with pytest.raises(ValueError, match="status answered with 0 sentences"):
        answer(status=Status.ANSWERED)
    with pytest.raises(ValueError, match="status not_found with 1 sentences"):
        answer(
            status=Status.NOT_FOUND,
            sentences=(Sentence(text="a", citations=(1,)),),
            citations=(citation(1),),
        )
