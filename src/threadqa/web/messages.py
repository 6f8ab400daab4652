"""The chat's messages: a question and its answer, as HTML. Pure functions of values."""

from __future__ import annotations

from collections.abc import Iterator

from threadqa.answers import Answer, Citation, Sentence, Status
from threadqa.conversations import Rating
from threadqa.exports import plain_text
from threadqa.markup.html import Content, Html, element, joined
from threadqa.retrieval.operators import operators_in, parse_query, without_operator
from threadqa.web import words
from threadqa.web.evidence import card_id, citation_name
from threadqa.web.exporting import export_menu
from threadqa.web.shown import Shown

__all__ = ["answer_message", "failure_message", "question_message", "searching_message"]

RATINGS = ((Rating.UP, words.HELPFUL), (Rating.DOWN, words.NOT_HELPFUL))
THUMB = "M3 10h4v10H3zM7 11l4-8c1.7 0 2.6 1 2.6 2.6V9h4.9a2 2 0 0 1 2 2.3l-1.1 7a2 2 0 0 1-2 1.7H7"
"""A thumb that points up, in a square of 24 units."""


def question_message(question: str) -> Html:
    """What was asked, as it was typed."""
    return element(
        "div",
        element("span", f"{words.YOU_ASKED}: ", class_="tq-unseen"),
        element("span", question, dir="auto"),
        class_="tq-question",
    )


def searching_message() -> Html:
    """What stands where the answer will."""
    return element("p", words.SEARCHING, class_="tq-searching")


def failure_message(question: str, problem: str) -> Html:
    """Why a question was not answered, and the way to ask it again."""
    again = element(
        "button",
        words.ASK_AGAIN,
        type="button",
        class_="tq-link",
        data_act="ask",
        data_question=question,
    )
    return element(
        "div",
        element("p", words.QUESTION_FAILED, class_="tq-verdict"),
        element("p", problem, dir="auto"),
        element("p", again),
        class_="tq-answer tq-failed",
    )


def answer_message(shown: Shown) -> Html:
    """An answer, or that the archive has none, with what the reader must know of it."""
    answer = shown.answer
    answered = answer.status is Status.ANSWERED
    parts = [_sentences(shown)] if answered else list(_without_sentences(shown))
    return element(
        "div",
        element("span", f"{words.ANSWER}: ", class_="tq-unseen") if answered else None,
        *parts,
        _notices(answer.notices),
        *_how_it_was_searched(shown),
        _actions(shown) if shown.whole else None,
        class_="tq-answer" if answered else "tq-answer tq-not-found",
        data_turn=shown.turn,
        aria_busy=None if shown.whole else "true",
    )


def _sentences(shown: Shown) -> Html:
    citations = {citation.number: citation for citation in shown.answer.citations}
    pieces = [_sentence(sentence, citations, shown.turn) for sentence in shown.answer.sentences]
    return element("p", joined(pieces, " "), class_="tq-sentences", dir="auto")


def _sentence(sentence: Sentence, citations: dict[int, Citation], turn: int) -> Html:
    markers = [_marker(citations[number], turn) for number in sentence.citations]
    # The first marker stays on the line of the last word.
    return element("span", sentence.text, "\N{NO-BREAK SPACE}", *markers, class_="tq-sentence")


def _marker(citation: Citation, turn: int) -> Html:
    """A citation's number in the text; leads to its card."""
    return element(
        "a",
        f"[{citation.number}]",
        href=f"#{card_id(turn, citation.number)}",
        class_="tq-cite",
        data_act="cite",
        data_turn=turn,
        data_number=citation.number,
        aria_label=citation_name(citation),
    )


def _without_sentences(shown: Shown) -> Iterator[Html]:
    if shown.answer.status is Status.WITHDRAWN:
        yield element("p", words.WITHDRAWN, class_="tq-verdict")
        return
    yield element("p", words.NOT_IN_ARCHIVE, class_="tq-verdict")
    nearest = f" {words.NEAREST_BESIDE}" if shown.answer.nearest else None
    yield element("p", words.NOT_ANSWERED, nearest)


def _notices(notices: tuple[str, ...]) -> Html | None:
    if not notices:
        return None
    items = [element("li", notice, dir="auto") for notice in notices]
    return element("ul", *items, class_="tq-notices")


def _how_it_was_searched(shown: Shown) -> Iterator[Html]:
    """The standalone form of a follow-up, and the operators, where there are any."""
    answer = shown.answer
    operators = operators_in(answer.question)
    if _is_completed(answer):
        yield _standalone(answer.standalone_question, operators, shown.turn)
    if operators:
        chips = [_operator_chip(answer, place) for place in range(len(operators))]
        yield element("div", f"{words.SEARCHED_ONLY} ", *chips, class_="tq-chips")


def _is_completed(answer: Answer) -> bool:
    """Whether the question was a follow-up that was completed for the search."""
    return parse_query(answer.question).text != answer.standalone_question


def _standalone(question: str, operators: tuple[str, ...], turn: int) -> Html:
    """A follow-up as it was searched, which may be edited and asked again."""
    field = f"standalone-{turn}"
    line = element(
        "p",
        f"{words.UNDERSTOOD_AS} ",
        element("q", question, dir="auto"),
        " ",
        element(
            "button",
            words.EDIT_QUESTION,
            type="button",
            class_="tq-link",
            data_act="unfold",
            aria_expanded="false",
            aria_controls=f"{field}-form",
        ),
        class_="tq-standalone",
    )
    form = element(
        "form",
        element("label", words.EDITED_QUESTION, for_=field, class_="tq-unseen"),
        element("input", id=field, name="question", value=question, dir="auto", required=""),
        element("button", words.ASK_AGAIN, type="submit", class_="tq-small"),
        id=f"{field}-form",
        class_="tq-form",
        hidden="",
        data_form="ask_again",
        data_operators=" ".join(operators) or None,
    )
    return element("div", line, form)


def _operator_chip(answer: Answer, place: int) -> Html:
    """An operator of the question; its button asks again without it."""
    operators = operators_in(answer.question)
    operator = operators[place]
    if _is_completed(answer):
        others = (*operators[:place], *operators[place + 1 :])
        again = " ".join((answer.standalone_question, *others))
    else:
        again = without_operator(answer.question, place)
    remove = element(
        "button",
        words.REMOVE_SIGN,
        type="button",
        class_="tq-chip-remove",
        data_act="ask",
        data_question=again,
        data_alone="",
        aria_label=words.ASK_WITHOUT.format(operator=operator),
        title=words.ASK_WITHOUT.format(operator=operator),
    )
    return element("span", element("code", operator, dir="auto"), remove, class_="tq-chip")


def _actions(shown: Shown) -> Html:
    """What can be done with a whole answer, in one quiet line."""
    buttons: list[Content] = [
        _evidence(shown),
        _copy(shown),
        export_menu("export", data_turn=shown.turn) if shown.answer.citations else None,
        _ratings(shown),
        element("span", words.made_by(shown.answer), class_="tq-made-by"),
    ]
    return element("div", *buttons, class_="tq-actions")


def _evidence(shown: Shown) -> Html:
    """The way to the panel; an answer's markers lead there as well, where it is beside them."""
    if shown.answer.citations:
        return _button(
            words.SHOW_EVIDENCE, "show_evidence", shown.turn, class_="tq-link tq-only-narrow"
        )
    return _button(words.SHOW_NEAREST, "show_evidence", shown.turn)


def _copy(shown: Shown) -> Html | None:
    """Copies the answer with its citations; None where there is nothing to copy."""
    if not shown.answer.citations:
        return None
    return _button(
        words.COPY,
        "copy",
        shown.turn,
        data_copy=plain_text(shown.answer),
        data_copied=words.COPIED,
        data_failed=words.COPY_FAILED,
    )


def _ratings(shown: Shown) -> Html:
    buttons = [
        _button(
            element("svg", element("path", d=THUMB), viewBox="0 0 24 24", aria_hidden="true"),
            "rate",
            shown.turn,
            class_=f"tq-link tq-thumb tq-{kind.value}",
            data_rating=kind,
            aria_pressed="true" if kind is shown.rating else "false",
            aria_label=name,
            title=name,
        )
        for kind, name in RATINGS
    ]
    return element("span", *buttons, class_="tq-ratings")


def _button(
    name: Content, act: str, turn: int, *, class_: str = "tq-link", **attributes: Content
) -> Html:
    return element(
        "button", name, type="button", class_=class_, data_act=act, data_turn=turn, **attributes
    )
