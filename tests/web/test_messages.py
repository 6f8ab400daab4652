"""What the chat says: an answer, a refusal, a failure, and the ways on from each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.markup.pages import Element, parsed
from tests.web.samples import ANSWER, HIT, HOSTILE, NOT_FOUND
from threadqa.answers import Answer, Citation, Sentence, Status
from threadqa.conversations import Rating
from threadqa.web.messages import (
    answer_message,
    failure_message,
    question_message,
    searching_message,
)
from threadqa.web.shown import Shown


def message(answer: Answer, **facts: object) -> Element:
    shown = Shown(answer=answer, turn=2, **facts)  # type: ignore[arg-type]
    return parsed(answer_message(shown)).contents[0]  # type: ignore[return-value]


def act(element: Element, name: str) -> list[Element]:
    return [
        found for found in element.all("button", "a") if found.attributes.get("data-act") == name
    ]


def test_each_sentence_ends_with_the_markers_of_its_citations() -> None:
    sentences = message(ANSWER).all("span", class_="tq-sentence")
    assert [one.text for one in sentences] == [
        "The staff pay for it.\N{NO-BREAK SPACE}[1]",
        "Nobody asked them.\N{NO-BREAK SPACE}[1][2]",
    ]


def test_a_marker_leads_to_its_card_and_says_where_it_leads() -> None:
    _, _, marker = act(message(ANSWER), "cite")
    assert marker.attributes["href"] == "#source-2-2"
    assert (marker.attributes["data-turn"], marker.attributes["data-number"]) == ("2", "2")
    assert marker.attributes["aria-label"].startswith("[2] Source 2: post 2 of 9")


def test_notices_are_shown() -> None:
    notices = message(ANSWER).one("ul", class_="tq-notices")
    assert notices.text == "“Long thread” is partial: 3 of 9 posts, missing 1, 4–5, 7–9."


def test_an_answer_says_who_answered_and_how_sure_it_is() -> None:
    assert message(ANSWER).one("span", class_="tq-made-by").text == "extractive · confidence 93%"


def test_what_the_archive_does_not_answer_looks_different_and_says_so() -> None:
    refusal = message(NOT_FOUND)
    assert refusal.attributes["class"] == "tq-answer tq-not-found"
    assert refusal.one("p", class_="tq-verdict").text == "Not in the archive"
    assert "They are not an answer." in refusal.text
    assert act(refusal, "cite") == act(refusal, "copy") == act(refusal, "export") == []
    assert len(act(refusal, "rate")) == 2


def test_an_answer_whose_posts_are_gone_is_withdrawn() -> None:
    gone = replace(NOT_FOUND, status=Status.WITHDRAWN, nearest=(), notices=("Its posts are gone.",))
    withdrawn = message(gone)
    assert withdrawn.one("p", class_="tq-verdict").text == "Withdrawn"
    assert "Its posts are gone." in withdrawn.text
    assert "Not in the archive" not in withdrawn.text


def test_while_an_answer_grows_it_cannot_be_rated_copied_or_exported() -> None:
    growing = message(ANSWER, whole=False)
    assert growing.attributes["aria-busy"] == "true"
    assert growing.all("div", class_="tq-actions") == []
    assert "aria-busy" not in message(ANSWER).attributes


def test_the_rating_that_was_given_is_pressed() -> None:
    up, down = act(message(ANSWER, rating=Rating.DOWN), "rate")
    assert (up.attributes["aria-pressed"], down.attributes["aria-pressed"]) == ("false", "true")
    assert (up.attributes["aria-label"], down.attributes["aria-label"]) == (
        "Helpful",
        "Not helpful",
    )


def test_what_is_copied_has_the_citations_with_file_and_line() -> None:
    (copy,) = act(message(ANSWER), "copy")
    copied = copy.attributes["data-copy"]
    assert "The staff pay for it. [1] Nobody asked them. [1][2]" in copied
    assert "notes/a.txt:12-13" in copied


def test_the_forms_of_export_are_offered() -> None:
    assert [choice.text for choice in act(message(ANSWER), "export")] == [
        "Markdown",
        "HTML",
        "CSL-JSON",
    ]


def test_the_standalone_form_of_a_follow_up_is_shown_and_can_be_edited() -> None:
    asked = "and of those? from:ann"
    follow_up = replace(ANSWER, question=asked, standalone_question="Which of the boats sank?")
    shown = message(follow_up)
    assert shown.one("q").text == "Which of the boats sank?"
    form = shown.one("form")
    assert form.one("input").attributes["value"] == "Which of the boats sank?"
    assert form.attributes["data-operators"] == "from:ann"
    (edit,) = act(shown, "unfold")
    assert edit.attributes["aria-controls"] == form.attributes["id"]


def test_a_question_that_stands_alone_is_not_said_twice() -> None:
    with_operator = replace(ANSWER, question="Who   pays? from:ann")
    assert message(with_operator).all("q", "form") == []


def test_operators_are_shown_and_each_can_be_left_out() -> None:
    shown = message(
        replace(
            ANSWER,
            question='Who pays? from:ann "for it"',
            standalone_question="Who pays? for it",
        )
    )
    chips = shown.all("span", class_="tq-chip")
    assert [chip.one("code").text for chip in chips] == ["from:ann", '"for it"']
    assert [button.attributes["data-question"] for button in act(shown, "ask")] == [
        'Who pays? "for it"',
        "Who pays? from:ann for it",
    ]


def test_a_follow_up_is_asked_again_without_an_operator_as_it_was_completed() -> None:
    follow_up = replace(
        ANSWER,
        question="and from:ann of those -boats",
        standalone_question="Which of the boats sank?",
    )
    first, second = act(message(follow_up), "ask")
    assert first.attributes["data-question"] == "Which of the boats sank? -boats"
    assert second.attributes["data-question"] == "Which of the boats sank? from:ann"
    assert "data-alone" in first.attributes


def test_a_failed_question_says_why_and_can_be_asked_again() -> None:
    failed = parsed(failure_message("from:", "from: needs a value"))
    assert "from: needs a value" in failed.text
    (again,) = act(failed, "ask")
    assert again.attributes["data-question"] == "from:"


@pytest.mark.parametrize("text", [HOSTILE, "$$x$$ **b** [a](javascript:alert(1))"])
def test_nothing_that_is_asked_or_answered_becomes_markup(text: str) -> None:
    hit = replace(HIT, post=replace(HIT.post, text=text))
    hostile = replace(
        ANSWER,
        question=f"{text} from:{text}",
        standalone_question=text,
        sentences=(Sentence(text=text, citations=(1,)),),
        citations=(Citation(number=1, hit=hit, spans=((0, len(text)),)),),
        notices=(text,),
    )
    for shown in (
        answer_message(Shown(answer=hostile, turn=0)),
        question_message(text),
        failure_message(text, text),
    ):
        page = parsed(shown)
        assert page.all("img", "b", "strong") == []
        assert text in page.text
        assert all(link.attributes["href"].startswith("#source-") for link in page.all("a"))


def test_a_search_that_goes_on_says_so() -> None:
    assert parsed(searching_message()).text == "Searching the archive…"
