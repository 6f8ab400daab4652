"""The JSON forms: every key that the design's example has, and what stands under it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from threadqa.answers import Answer, Citation, Hit, Sentence, Status
from threadqa.posts import Post, Thread
from threadqa.serialization import answer_json, hit_json, thread_json, whole_thread_json

# DESIGN.md, "Formats".
DESIGN_ANSWER: dict[str, Any] = json.loads("""
{"question": "…", "standalone_question": "…", "status": "answered | not_found", "confidence": 0.93,
 "answer": "Three things are missing: … [1]",
 "sentences": [{"text": "…", "citations": [1]}],
 "citations": [{"number": 1, "post_id": "…", "thread_id": "…", "thread_title": "…", "position": 6,
   "declared_length": 7, "completeness": "complete", "author": null, "created_at": null,
   "url": null, "source": "004_….txt", "first_line": 6, "last_line": 6,
   "text": "the whole post, verbatim", "spans": [[0, 167]], "score": 0.83}],
 "nearest": [], "notices": ["…"], "answerer": "extractive", "encoder": "…",
 "timings_ms": {"retrieve": 4.1, "answer": 6.0}}
""")
DESIGN_THREAD_KEYS = [
    "thread_id", "title", "author", "source", "completeness", "declared_length", "post_count",
    "missing",
]  # fmt: skip

POST = Post(
    id="p2",
    text="2/4 Staff leave. Money is short.",
    source="a.txt",
    first_line=3,
    last_line=4,
    author="ann",
    created_at=datetime(2021, 3, 31, 9, 30, tzinfo=UTC),
    url="https://example.org/2",
    mentions=("bob",),
    links=("https://example.org",),
    hashtags=("nhs",),
    position=2,
)
PLAIN_POST = Post(id="p1", text="1/4 A thread", source="a.txt", first_line=1, last_line=1)
THREAD = Thread(
    id="t",
    title="A thread",
    posts=(PLAIN_POST, POST),
    author="zoe",
    declared_length=4,
    url="https://example.org/t",
)
HIT = Hit(
    post=POST,
    thread=THREAD.summary,
    score=2 / 3,
    dense=-1 / 3,
    lexical=10 / 3,
    matched_terms=("staff", "leav"),
)
ANSWER = Answer(
    question="from:ann who leaves?",
    standalone_question="who leaves?",
    status=Status.ANSWERED,
    confidence=2 / 3,
    sentences=(Sentence(text="Staff leave.", citations=(1,)),),
    citations=(Citation(number=1, hit=HIT, spans=((4, 16),)),),
    notices=("“A thread” is partial.",),
    answerer="extractive",
    encoder="stub",
    timings_ms={"retrieve": 10 / 3, "answer": 6.0},
)
POST_AS_FOUND = {
    "post_id": "p2",
    "thread_id": "t",
    "thread_title": "A thread",
    "position": 2,
    "declared_length": 4,
    "completeness": "partial",
    "missing": [1, 3, 4],
    "author": "ann",
    "created_at": "2021-03-31T09:30:00+00:00",
    "url": "https://example.org/2",
    "source": "a.txt",
    "first_line": 3,
    "last_line": 4,
    "text": "2/4 Staff leave. Money is short.",
}


def test_an_answer_has_every_key_of_the_design_and_its_values() -> None:
    assert answer_json(ANSWER) == {
        "question": "from:ann who leaves?",
        "standalone_question": "who leaves?",
        "status": "answered",
        "confidence": 0.6667,
        "answer": "Staff leave. [1]",
        "sentences": [{"text": "Staff leave.", "citations": [1]}],
        "citations": [{"number": 1, **POST_AS_FOUND, "spans": [[4, 16]], "score": 0.6667}],
        "nearest": [],
        "notices": ["“A thread” is partial."],
        "answerer": "extractive",
        "encoder": "stub",
        "timings_ms": {"retrieve": 3.33, "answer": 6.0},
    }
    written = answer_json(ANSWER)
    assert set(DESIGN_ANSWER) <= set(written)
    assert set(DESIGN_ANSWER["sentences"][0]) <= set(written["sentences"][0])
    assert set(DESIGN_ANSWER["citations"][0]) <= set(written["citations"][0])


@pytest.mark.parametrize("key", sorted(DESIGN_ANSWER))
def test_a_value_of_an_answer_has_the_type_that_the_design_shows(key: str) -> None:
    assert type(answer_json(ANSWER)[key]) is type(DESIGN_ANSWER[key])


def test_an_answer_not_found_has_the_nearest_posts_with_their_scores() -> None:
    answer = Answer(
        question="q",
        standalone_question="q",
        status=Status.NOT_FOUND,
        confidence=0.1,
        nearest=(HIT,),
        answerer="extractive",
        encoder="stub",
    )
    written = answer_json(answer)
    assert set(written) == set(answer_json(ANSWER))
    assert written["status"] == "not_found"
    assert (written["answer"], written["sentences"], written["citations"]) == ("", [], [])
    assert written["nearest"] == [hit_json(HIT)]


def test_a_hit_has_its_post_its_scores_and_the_words_it_shares() -> None:
    assert hit_json(HIT) == {
        **POST_AS_FOUND,
        "score": 0.6667,
        "dense": -0.3333,
        "lexical": 3.3333,
        "matched_terms": ["staff", "leav"],
    }


def test_a_post_without_an_author_is_by_the_author_of_its_thread() -> None:
    found = Hit(post=PLAIN_POST, thread=THREAD.summary, score=1.0, dense=1.0, lexical=0.0)
    written = hit_json(found)
    assert written["author"] == "zoe"
    assert (written["created_at"], written["url"], written["position"]) == (None, None, None)


def test_a_thread_has_every_key_of_the_design() -> None:
    written = thread_json(THREAD.summary)
    assert list(written) == DESIGN_THREAD_KEYS
    assert written == {
        "thread_id": "t",
        "title": "A thread",
        "author": "zoe",
        "source": "a.txt",
        "completeness": "partial",
        "declared_length": 4,
        "post_count": 2,
        "missing": [1, 3, 4],
    }


def test_a_whole_thread_has_its_posts_in_order() -> None:
    written = whole_thread_json(THREAD)
    assert {key: written[key] for key in DESIGN_THREAD_KEYS} == thread_json(THREAD.summary)
    assert written["url"] == "https://example.org/t"
    assert [post["post_id"] for post in written["posts"]] == ["p1", "p2"]
    assert written["posts"][1] == {
        "post_id": "p2",
        "position": 2,
        "author": "ann",
        "created_at": "2021-03-31T09:30:00+00:00",
        "url": "https://example.org/2",
        "mentions": ["bob"],
        "links": ["https://example.org"],
        "hashtags": ["nhs"],
        "first_line": 3,
        "last_line": 4,
        "text": "2/4 Staff leave. Money is short.",
    }
    assert written["posts"][0]["created_at"] is None


@pytest.mark.parametrize("written", [answer_json(ANSWER), hit_json(HIT), whole_thread_json(THREAD)])
def test_what_is_written_is_read_back_the_same(written: dict[str, Any]) -> None:
    assert json.loads(json.dumps(written)) == written
