"""The panel of evidence: what a card says of a post, and a thread with its gaps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.markup.pages import Element, parsed
from tests.web.samples import ANSWER, HIT, HOSTILE, NOT_FOUND, PARTIAL, THREAD, hit_of, post
from threadqa.answers import Answer, Citation, Hit, Sentence, Status
from threadqa.posts import Thread
from threadqa.web.evidence import (
    citation_name,
    evidence_panel,
    no_evidence,
    thread_in_panel,
    whole_thread,
)
from threadqa.web.shown import Shown


def cards(answer: Answer, **facts: object) -> list[Element]:
    panel = parsed(evidence_panel(Shown(answer=answer, turn=4, **facts)))  # type: ignore[arg-type]
    return panel.all("article")


def citing(hit: Hit) -> Answer:
    span = (0, len(hit.post.text))
    return replace(
        ANSWER,
        sentences=(Sentence(text="So it is.", citations=(1,)),),
        citations=(Citation(number=1, hit=hit, spans=(span,)),),
    )


def acts(element: Element) -> list[str]:
    return [
        found.attributes["data-act"]
        for found in element.all("button", "a")
        if "data-act" in found.attributes
    ]


def test_a_card_says_who_when_where_and_what_verbatim() -> None:
    card, _ = cards(ANSWER)
    assert card.attributes["id"] == "source-4-1"
    assert card.one("h3").text == "[1] @ann_boats"
    facts, *_ = card.all("p", class_="tq-facts")
    assert facts.text == "post 2 of 3 · 5 Mar 2021 · all 3 posts"
    assert card.one("time").attributes["datetime"] == "2021-03-05"
    assert card.one("p", class_="tq-title").text == "Money for the boats"
    assert card.one("blockquote").text == "2/3 The staff pay for it. Nobody asked them."
    assert card.one("code").text == "notes/a.txt:12-13"


def test_the_spans_that_support_the_answer_are_marked_in_the_text() -> None:
    card, _ = cards(ANSWER)
    marks = [mark.text for mark in card.all("mark")]
    assert marks == ["The staff pay for it.", "Nobody asked them."]


def test_the_original_is_linked_where_the_post_has_an_address_and_nowhere_else() -> None:
    first, second = cards(ANSWER)
    link = first.one("a", class_="tq-original")
    assert link.attributes["href"] == "https://example.org/2"
    assert link.attributes["rel"] == "noopener noreferrer"
    assert link.text.startswith("Original on example.org")
    assert second.all("a") == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://", "http://[x"]
)
def test_an_address_that_is_not_of_the_web_is_not_linked(url: str) -> None:
    hostile = replace(HIT, post=replace(HIT.post, url=url))
    (card,) = cards(citing(hostile))
    assert card.all("a") == []


def test_a_card_of_a_partial_thread_says_what_is_missing() -> None:
    first, second = cards(ANSWER)
    assert first.all("p", class_="tq-partial") == []
    partial = second.one("p", class_="tq-partial")
    assert partial.text == "3 of 9 posts, missing 1, 4–5, 7–9"


def test_why_a_post_was_found_is_said_in_shares_and_words() -> None:
    why = cards(ANSWER)[0].one("details", class_="tq-why")
    _, shares, matched = (part.text for part in why.all("summary", "p"))
    assert shares == (
        "Of its search score, 75% came from meaning (similarity 0.50) and 25% from words "
        "(BM25 12.3)."
    )
    assert matched == "Words of the question in the post: staff, pay."
    meaning, by_words = why.all("rect")
    assert (meaning.attributes["width"], by_words.attributes["width"]) == ("75.0", "25.0")


def test_a_post_that_was_followed_and_not_searched_for_says_so() -> None:
    (card,) = cards(citing(hit_of(THREAD, 2, lexical_share=None)))
    why = card.one("details", class_="tq-why")
    assert "goes on from a post that was found" in why.text
    assert why.all("svg") == []


def test_a_post_without_words_of_the_question_says_so() -> None:
    (card,) = cards(citing(replace(HIT, matched_terms=())))
    assert "none; it was found by its meaning and its thread" in card.text


def test_a_card_leads_to_its_thread_and_back_to_its_sentence() -> None:
    (card, _) = cards(ANSWER)
    assert acts(card) == ["show_thread", "back", "mark_source"]
    show, back, _ = card.all("button")
    assert (show.attributes["data-thread"], show.attributes["data-post"]) == ("t1", "p2")
    assert (back.attributes["data-turn"], back.attributes["data-number"]) == ("4", "1")


def test_a_source_that_was_called_wrong_shows_it() -> None:
    first, second = cards(ANSWER, wrong_sources=frozenset({"p2"}))
    pressed = [card.all("button")[-1].attributes["aria-pressed"] for card in (first, second)]
    assert pressed == ["true", "false"]


def test_an_answer_that_still_grows_cannot_have_a_wrong_source() -> None:
    assert "mark_source" not in acts(cards(ANSWER, whole=False)[0])


def test_nearest_posts_are_shown_as_such_and_marked_nowhere() -> None:
    panel = parsed(evidence_panel(Shown(answer=NOT_FOUND, turn=0)))
    assert panel.one("h2").text == "Nearest posts"
    assert "do not answer it" in panel.one("p", class_="tq-quiet").text
    card = panel.one("article")
    assert card.attributes["class"] == "tq-card tq-nearest"
    assert card.one("h3").text == "Nearest 1 @ann_boats"
    assert card.all("mark") == []
    assert acts(card) == ["show_thread"]


def test_where_nothing_came_near_the_panel_says_so() -> None:
    panel = parsed(evidence_panel(Shown(answer=replace(NOT_FOUND, nearest=()), turn=0)))
    assert panel.one("p").text == "No post came near."
    assert parsed(no_evidence()).one("h2").text == "Evidence"


def test_a_thread_is_shown_whole_with_its_gaps_where_they_are() -> None:
    items = parsed(whole_thread(PARTIAL)).all("li")
    assert [item.text.split("2/9")[0].split("3/9")[0].split("6/9")[0] for item in items] == [
        "post 1 is not in the archive",
        "post 2 of 9 · notes/a.txt:12",
        "post 3 of 9 · notes/a.txt:13",
        "posts 4–5 are not in the archive",
        "post 6 of 9 · notes/a.txt:16",
        "posts 7–9 are not in the archive",
    ]
    assert [item.attributes.get("class") for item in items] == [
        "tq-gap",
        None,
        None,
        "tq-gap",
        None,
        "tq-gap",
    ]


def test_a_thread_without_positions_has_no_gaps() -> None:
    one = replace(post(1, "one"), position=None)
    unnumbered = Thread(id="t", title="t", declared_length=4, posts=(one,))
    assert len(parsed(whole_thread(unnumbered)).all("li")) == 1


def test_a_thread_in_the_panel_marks_what_the_answer_cites_and_where_it_was_opened() -> None:
    panel = parsed(thread_in_panel(THREAD, "p2", Shown(answer=ANSWER, turn=4)))
    first, second, _ = panel.all("li")
    assert second.attributes["id"] == "here-p2"
    assert second.attributes["aria-current"] == "true"
    assert "cited as [1]" in second.text
    assert second.all("mark") != []
    assert first.all("mark") == []
    back = panel.all("button")[0]
    assert (back.attributes["data-act"], back.attributes["data-turn"]) == ("close_thread", "4")


def test_a_marker_is_named_by_where_it_leads() -> None:
    assert citation_name(ANSWER.citations[0]) == (
        "[1] Source 1: post 2 of 3, @ann_boats, Money for the boats. Show it."
    )


def test_nothing_that_a_post_says_becomes_markup() -> None:
    hostile_post = replace(
        HIT.post,
        text=HOSTILE,
        author=HOSTILE,
        source=f"{HOSTILE}.txt",
        id=HOSTILE,
        url=f"https://example.org/{HOSTILE}",
    )
    hostile_thread = Thread(id=HOSTILE, title=HOSTILE, posts=(hostile_post,))
    hit = replace(HIT, post=hostile_post, thread=hostile_thread.summary, matched_terms=(HOSTILE,))
    answer = replace(citing(hit), status=Status.ANSWERED)
    shown = Shown(answer=answer, turn=0)
    for panel in (
        evidence_panel(shown),
        evidence_panel(Shown(answer=replace(NOT_FOUND, nearest=(hit,)), turn=0)),
        thread_in_panel(hostile_thread, HOSTILE, shown),
        whole_thread(hostile_thread),
    ):
        assert parsed(panel).all("img") == []
        assert "<img" not in panel
        assert HOSTILE in parsed(panel).text
