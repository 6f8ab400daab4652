"""CSL-JSON by the rules of its schema, and the text for the clipboard."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.payloads import PAYLOADS
from threadqa.answers import Answer, Citation, Sentence, Status
from threadqa.exports import csl_json, plain_text
from threadqa.posts import Post, Thread

from .samples import ANSWER, REFUSAL, WITHDRAWN, answer_over, conversation, export_of, hit_of

# csl-data.json of the schema's repository: additionalProperties is false everywhere, `type` and
# `id` are required. These are the variables that we use, with their kinds.
STRINGS = {"title", "container-title", "note", "URL"}


def assert_valid(items: Any) -> None:  # noqa: ANN401
    assert isinstance(items, list)
    for item in items:
        assert item["type"] == "post"
        assert isinstance(item["id"], str)
        assert set(item) <= {"id", "type", "author", "issued", *STRINGS}
        assert all(isinstance(item[name], str) for name in STRINGS & set(item))
        for name in item.get("author", []):
            assert set(name) == {"literal"}
            assert isinstance(name["literal"], str)
        if "issued" in item:
            assert set(item["issued"]) == {"date-parts"}
            ((year, month, day),) = item["issued"]["date-parts"]
            assert all(type(part) is int for part in (year, month, day))


def test_each_cited_post_is_one_item() -> None:
    items = json.loads(csl_json(export_of(ANSWER, REFUSAL, ANSWER)))
    assert_valid(items)
    assert items == [
        {
            "id": "p2",
            "type": "post",
            "title": "Staff leave for good. Money is short.",
            "container-title": "A thread on staff",
            # printf '2/4 Staff leave for good.\nMoney is short.' | sha256sum
            "note": "In the archive as a.txt:3-4; post 2 of 4; SHA-256 "
            "095d92b640caa2e413e00b0f79e2e32312d073f7917974f566f0b4c95757b056",
            "author": [{"literal": "@ann"}],
            "issued": {"date-parts": [[2021, 3, 31]]},
            "URL": "https://example.org/2",
        },
        {
            "id": "p9",
            "type": "post",
            "title": "The boat sank.",
            "container-title": "The boat sank.",
            # printf 'The boat sank.' | sha256sum
            "note": "In the archive as b.txt:1; SHA-256 "
            "427ed8157bc2e0dad5daee9a63c18683cd9c033862732e5cb00a7fd4661a02b6",
        },
    ]


def test_a_refusal_has_no_bibliography() -> None:
    assert json.loads(csl_json(export_of(REFUSAL, WITHDRAWN))) == []


def test_a_long_post_is_titled_by_its_first_twenty_words() -> None:
    text = " ".join(f"w{n}" for n in range(25))
    (item,) = json.loads(csl_json(export_of(answer_over(text))))
    assert item["title"] == " ".join(f"w{n}" for n in range(20)) + " …"


@pytest.mark.parametrize("payload", [*PAYLOADS, "<i>x</i> a < b <3"])
def test_no_payload_becomes_rich_text(payload: str) -> None:
    items = json.loads(csl_json(export_of(answer_over(payload, author=payload, source=payload))))
    assert_valid(items)
    for text in (items[0]["title"], items[0]["container-title"], items[0]["note"]):
        assert not re.search(r"<[a-zA-Z/!?]", text)
        assert "\n" not in text
    assert "URL" not in items[0]


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_any_text_gives_a_valid_item(text: str) -> None:
    assert_valid(json.loads(csl_json(export_of(answer_over(text, author=text, id=text)))))


def test_the_clipboard_gets_the_answer_its_references_and_its_notices() -> None:
    assert plain_text(ANSWER) == (
        "Staff leave for good. [1] The boat sank. [2][1]\n\n"
        "[1] @ann, 2021-03-31 09:30 UTC, post 2 of 4 in “A thread on staff”. a.txt:3-4. "
        "https://example.org/2\n"
        "[2] “The boat sank.”. b.txt:1\n\n"
        "Note: “A thread on staff” is partial: 1 of 4 posts, missing 1, 3–4.\n"
    )


def test_the_clipboard_says_when_there_is_no_answer_or_a_model_wrote_it() -> None:
    assert plain_text(REFUSAL) == "The archive does not answer this.\n"
    assert plain_text(WITHDRAWN) == (
        "This answer was withdrawn.\n\nNote: It rested on posts that are gone.\n"
    )
    assert plain_text(answer_over("x", answerer="qwen3")).endswith(
        "\n\nNote: x\nNote: The sentences were written by qwen3; each was checked against the "
        "posts it cites.\n"
    )


def test_the_clipboard_gets_nothing_that_commands_a_terminal() -> None:
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", plain_text(answer_over("\x1b[2J\u202e"))
    )


def test_a_date_without_a_time_and_a_name_are_shown_as_they_are() -> None:
    post = Post(
        id="p",
        text="x",
        source="a.txt",
        first_line=1,
        last_line=1,
        author="Jane Doe",
        created_at=datetime(2021, 3, 31),
        position=3,
    )
    hit = hit_of(post, Thread(id="t", title="T", posts=(post,)))
    answer = Answer(
        question="q",
        standalone_question="q",
        status=Status.ANSWERED,
        confidence=1,
        sentences=(Sentence(text="x", citations=(1,)),),
        citations=(Citation(number=1, hit=hit, spans=((0, 1),)),),
        answerer="extractive",
        encoder="stub",
    )
    assert plain_text(answer) == "x [1]\n\n[1] Jane Doe, 2021-03-31, post 3 in “T”. a.txt:1\n"
    (item,) = json.loads(csl_json(export_of(answer)))
    assert item["author"] == [{"literal": "Jane Doe"}]


def test_an_export_needs_an_answer_and_a_zone() -> None:
    with pytest.raises(ValueError, match="needs an answer"):
        export_of()
    with pytest.raises(ValueError, match="needs a zone"):
        type(conversation())(
            title="x",
            answers=(ANSWER,),
            exported_at=datetime(2024, 5, 1),
            generation=1,
        )
