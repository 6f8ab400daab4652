"""The list of conversations, the first view, files to keep, and words for facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.markup.pages import parsed
from tests.web.samples import ANSWER, HIT, HOSTILE, THREAD
from threadqa.conversations import ConversationSummary
from threadqa.exports import Export, Format
from threadqa.web import words
from threadqa.web.conversation_list import conversation_list
from threadqa.web.exporting import export_file, form_named
from threadqa.web.start import empty_start, signed_in_as, start

MOMENT = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)


def conversation(name: str, answers: int = 1) -> ConversationSummary:
    return ConversationSummary(
        id=name, title=f"Title {name}", started_at=MOMENT, changed_at=MOMENT, answers=answers
    )


def test_a_conversation_is_listed_with_its_day_and_length() -> None:
    listed = parsed(conversation_list([conversation("a", 2), conversation("b")], "b"))
    opened, here = listed.all("button", class_="tq-open")
    assert opened.text == "Title a1 May 2024 · 2 answers"
    assert opened.attributes["data-conversation"] == "a"
    assert "aria-current" not in opened.attributes
    assert here.attributes["aria-current"] == "true"


def test_a_conversation_can_be_renamed_and_deleted_once_that_is_confirmed() -> None:
    item = parsed(conversation_list([conversation("a")], ""))
    form = item.one("form")
    assert form.one("input").attributes["value"] == "Title a"
    (delete,) = [b for b in item.all("button") if b.attributes.get("data-act") == "confirm"]
    assert delete.attributes["data-then"] == "delete_conversation"
    assert "“Title a” and its answers are deleted for good." in delete.attributes["data-note"]


def test_only_the_open_conversation_offers_its_export() -> None:
    assert parsed(conversation_list([conversation("a")], "")).all("details") == []
    listed = parsed(conversation_list([conversation("a")], "a"))
    assert [
        choice.attributes["data-conversation"] for choice in listed.one("details").all("button")
    ] == ["a"] * 3


def test_an_empty_list_says_why_it_is_empty() -> None:
    assert parsed(conversation_list([], "")).text == "Your questions are kept here."
    assert parsed(conversation_list([], "", "boats")).text == "No conversation has these words."


def test_no_title_becomes_markup() -> None:
    hostile = replace(conversation("a"), title=HOSTILE)
    assert parsed(conversation_list([hostile], "a")).all("img") == []
    assert parsed(start([HOSTILE])).all("img") == []


def test_suggested_questions_are_asked_with_the_filters() -> None:
    (button,) = parsed(start(["Who pays?"])).all("button")
    assert button.attributes["data-question"] == "Who pays?"
    assert "data-filtered" in button.attributes


def test_who_is_signed_in_can_sign_out() -> None:
    assert signed_in_as("") == ""
    page = parsed(signed_in_as(HOSTILE))
    assert HOSTILE in page.text
    assert page.all("img") == []
    assert page.one("a").attributes["href"] == "/sign-out"


def test_an_empty_archive_offers_the_examples_where_they_are_there() -> None:
    def offered(*, with_examples: bool) -> list[str]:
        page = parsed(empty_start(with_examples=with_examples))
        return [button.attributes["data-act"] for button in page.all("button")]

    assert offered(with_examples=True) == ["go_to_archive", "add_examples"]
    assert offered(with_examples=False) == ["go_to_archive"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Who pays for the boats?", "who-pays-for-the-boats.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("???", "answer.md"),
        ("é" * 80, f"{'é' * 60}.md"),
    ],
)
def test_a_file_is_named_by_its_title_and_safe_anywhere(title: str, name: str) -> None:
    export = Export(title=title, answers=(ANSWER,), exported_at=MOMENT, generation=1)
    made = export_file(export, Format.MARKDOWN)
    assert made.name == name
    assert made.type == "text/markdown; charset=utf-8"
    assert "The staff pay for it" in made.content


def test_a_form_is_chosen_by_its_name() -> None:
    assert [form_named(name) for name in ("html", "csl", "markdown", "exe")] == [
        Format.HTML,
        Format.CSL,
        Format.MARKDOWN,
        Format.MARKDOWN,
    ]


@pytest.mark.parametrize(
    ("author", "shown"), [("ann", "@ann"), ("@ann", "@ann"), ("Ann Boat", "Ann Boat")]
)
def test_a_handle_has_its_sign_and_a_name_has_none(author: str, shown: str) -> None:
    assert words.author_of(replace(HIT.post, author=author), THREAD.summary) == shown


def test_the_author_of_the_thread_speaks_where_a_post_names_none() -> None:
    assert words.author_of(HIT.post, THREAD.summary) == "@ann_boats"
    assert words.author_of(HIT.post, replace(THREAD.summary, author=None)) is None


@pytest.mark.parametrize(
    ("position", "length", "shown"),
    [(6, 7, "post 6 of 7"), (6, None, "post 6"), (None, 7, None)],
)
def test_a_position_is_said_as_far_as_it_is_known(
    position: int | None, length: int | None, shown: str | None
) -> None:
    post = replace(HIT.post, position=position)
    assert words.position_of(post, replace(THREAD.summary, declared_length=length)) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (3_456_000, "3.5 MB"), (5e9, "5.0 GB")],
)
def test_a_size_is_said_in_three_digits_or_so(size: int, shown: str) -> None:
    assert words.size(size) == shown
