"""Reading what models reply with, whole and in pieces."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.replies import Draft, DraftQuote, ReplyReader


def draft(text: str, *quotes: tuple[str, str]) -> Draft:
    return Draft(text=text, quotes=tuple(DraftQuote(post=p, quote=q) for p, q in quotes))


def sentence(text: str, *quotes: tuple[str, str]) -> dict[str, object]:
    return {"quotes": [{"post": post, "quote": quote} for post, quote in quotes], "text": text}


ONE = sentence("The levy pays.", ("p1", "a levy pays"))
TWO = sentence('It is "half", he says.', ("p1", "{half}"), ("p2", 'so "he" says'))
DRAFTS = [
    draft("The levy pays.", ("p1", "a levy pays")),
    draft('It is "half", he says.', ("p1", "{half}"), ("p2", 'so "he" says')),
]
REPLY = json.dumps({"answered": True, "sentences": [ONE, TWO]})


def read(text: str, piece: int = 5) -> tuple[list[Draft], ReplyReader]:
    reader = ReplyReader()
    found = [d for at in range(0, len(text), piece) for d in reader.feed(text[at : at + piece])]
    return found, reader


@pytest.mark.parametrize("piece", [1, 2, 7, 10_000])
def test_a_reply_in_pieces_of_any_length_is_read_the_same(piece: int) -> None:
    found, reader = read(REPLY, piece)
    assert found == DRAFTS
    assert (reader.answered, reader.unreadable, reader.length) == (True, 0, len(REPLY))


def test_a_sentence_is_given_with_the_brace_that_ends_it() -> None:
    reader = ReplyReader()
    end = REPLY.index('"The levy pays."') + len('"The levy pays."')
    assert reader.feed(REPLY[:end]) == []
    assert reader.feed("}") == DRAFTS[:1]


@pytest.mark.parametrize(
    "text",
    [
        f'Here is what the posts say: {REPLY}\n\nDon\'t hesitate to ask "more"!',
        f"```json\n{json.dumps(json.loads(REPLY), indent=2)}\n```",
        f'<think>Is it {{p1}}? {json.dumps(ONE)} "no</think>{REPLY}',
        REPLY.replace("}, {", "},\n{").replace("]}", ",\n]}").replace('"}', '" , }'),
        REPLY.replace('"sentences"', '"result"'),
        json.dumps([ONE, TWO]).removeprefix("["),
        f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n",
        json.dumps({"answer": {"sentences": [ONE, TWO]}, "confidence": "high"}),
        json.dumps({"answered": True, "sentences": [{**ONE, "score": 1}, {**TWO, "why": None}]}),
        REPLY.replace('"p1"', '"[P1]"').replace('"p2"', '"#p2"'),
        REPLY.replace("The levy pays.", "The levy\\n  pays.").replace("{half}", "{half}"),
    ],
)
def test_what_stands_around_sentences_does_not_matter(text: str) -> None:
    found, reader = read(text)
    assert found == DRAFTS
    assert reader.unreadable == 0


def test_a_line_break_within_a_string_is_taken_for_one() -> None:
    found, _ = read('{"quotes": [{"post": "p1", "quote": "two\nlines"}], "text": "So.\n"}')
    assert found == [draft("So.", ("p1", "two\nlines"))]


@pytest.mark.parametrize("end", range(len(REPLY)))
def test_a_reply_that_breaks_off_keeps_the_sentences_that_are_whole(end: int) -> None:
    ends = [REPLY.index(json.dumps(one)) + len(json.dumps(one)) for one in (ONE, TWO)]
    found, _ = read(REPLY[:end])
    assert found == DRAFTS[: sum(end >= whole for whole in ends)]


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ('{"answered": false, "sentences": []}', False),
        ('{"answered" :\nfalse}', False),
        ('```\n{"answered": false,', False),
        ('{"sentences": [], "answered": false}', False),
        ('{"answered": true, "sentences": []}', True),
        ('{"answered": "false", "sentences": []}', None),
        ('I would say "answered": false here.', None),
        ('<think>{"answered": false}</think>{"answered": true,', True),
        ('{"answered": fal', None),
        ("", None),
    ],
)
def test_whether_a_model_answers_is_known_as_soon_as_it_says_so(
    text: str, answered: bool | None
) -> None:
    found, reader = read(text, 1)
    assert found == []
    assert reader.answered is answered


@pytest.mark.parametrize(
    ("text", "unreadable"),
    [
        ('{"text": "No quotes."}', 1),
        ('{"text": "No quotes.", "quotes": []}', 1),
        ('{"text": "", "quotes": [{"post": "p1", "quote": "q"}]}', 1),
        ('{"text": 7, "quotes": [{"post": "p1", "quote": "q"}]}', 1),
        ('{"text": "A.", "quotes": "p1"}', 1),
        ('{"text": "A.", "quotes": [{"post": 1, "quote": "q"}]}', 1),
        ('{"text": "A.", "quotes": [{"post": "p1", "quote": null}]}', 1),
        ('{"text": "A.", "quotes": ["p1", "q"]}', 1),
        ('{"text": "He said "no".", "quotes": []}', 1),
        ("{'text': 'A.', 'quotes': [{'post': 'p1', 'quote': 'q'}]}", 0),
        ("Nobody knows.", 0),
        ("{}{}}}{{", 0),
        ('{"quotes" "text" nonsense}', 1),
        ("", 0),
    ],
)
def test_what_is_no_sentence_gives_none_and_is_counted(text: str, unreadable: int) -> None:
    found, reader = read(text)
    assert found == []
    assert reader.unreadable == unreadable


def test_objects_within_objects_without_end_are_no_trouble() -> None:
    for text in ("{" * 50_000, '{"a":' * 20_000 + "}" * 20_000, "[{" * 5_000 + "}]" * 5_000):
        assert read(text, 1000)[0] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
drafts = st.builds(
    lambda text, quotes: sentence(text, *quotes),
    st.text(min_size=1, max_size=30).filter(str.strip),
    st.lists(
        st.tuples(st.sampled_from(["p1", "p2"]), st.text(max_size=20)), min_size=1, max_size=3
    ),
)


@given(st.lists(drafts, max_size=4), st.booleans(), st.integers(1, 40), st.booleans())
def test_every_sentence_of_a_reply_is_read_as_json_reads_it(
    sentences: list[dict[str, object]], ascii_only: bool, piece: int, commas: bool
) -> None:
    text = json.dumps({"answered": True, "sentences": sentences}, ensure_ascii=ascii_only)
    if commas:
        text = text.removesuffix("]}") + ("," if sentences else "") + "] , }"
    found, reader = read(text, piece)
    assert [d.text for d in found] == [" ".join(str(one["text"]).split()) for one in sentences]
    assert [[{"post": q.post, "quote": q.quote} for q in d.quotes] for d in found] == [
        one["quotes"] for one in sentences
    ]
    assert reader.unreadable == 0


@given(st.text(alphabet='{}[]",:\\ <>/thinkantextquotesed\n', max_size=200), st.integers(1, 9))
def test_no_text_is_too_odd_to_be_read(text: str, piece: int) -> None:
    found, reader = read(text, piece)
    assert (found, reader.unreadable) == (read(text, 1)[0], read(text, 1)[1].unreadable)


@given(json_values, st.integers(1, 9))
def test_json_of_another_form_is_no_sentence(value: object, piece: int) -> None:
    found, _ = read(json.dumps(value), piece)
    assert found == []
