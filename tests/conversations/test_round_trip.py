"""Any answer over any posts comes back as it was given, and in JSON too."""

from __future__ import annotations

from dataclasses import fields
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from threadqa.answers import Answer, Citation, Hit, Sentence, Status
from threadqa.conversations.pieces import Quote, Title, notice_pieces, sentence_pieces
from threadqa.conversations.record_json import record_from, record_text
from threadqa.conversations.records import Found, Record, answer_from, record_of, standing
from threadqa.posts import Post, Thread, ThreadSummary
from threadqa.serialization import answer_json

WORDS = st.text(st.sampled_from("ab é😀.*[]…\n\t\u2028"), max_size=12)
TEXTS = st.tuples(WORDS, st.sampled_from("xyz"), WORDS).map("".join)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def held(texts: list[str]) -> dict[str, tuple[Post, ThreadSummary]]:
    posts = [
        Post(id=f"p{n}", text=text, source="a.txt", first_line=n + 1, last_line=n + 1)
        for n, text in enumerate(texts)
    ]
    threads = [Thread(id=f"t{post.id}", title=post.text[:7], posts=(post,)) for post in posts]
    return {p.id: (p, t.summary) for p, t in zip(posts, threads, strict=True)}


@st.composite
def spans_of(draw: st.DrawFn, text: str) -> tuple[tuple[int, int], ...]:
    """One to three spans, ascending and apart."""
    steps = draw(st.lists(st.integers(1, 5), min_size=2, max_size=6))
    ends = [end - 1 for end in accumulate(steps) if end - 1 <= len(text)]
    pairs = tuple(zip(ends[::2], ends[1::2], strict=False))
    return pairs or ((0, len(text)),)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Answer, dict[str, tuple[Post, ThreadSummary]]]:
    posts = held(draw(st.lists(TEXTS, min_size=2, max_size=5)))
    hits = [
        Hit(
            post=post,
            thread=thread,
            score=draw(NUMBERS),
            dense=draw(NUMBERS),
            lexical=draw(NUMBERS),
            matched_terms=tuple(draw(st.lists(TEXTS, max_size=2))),
            lexical_share=draw(st.none() | st.floats(0, 1)),
        )
        for post, thread in posts.values()
    ]
    cited = hits[: draw(st.integers(0, len(hits)))]
    citations = [
        Citation(number=n, hit=hit, spans=draw(spans_of(hit.post.text)))
        for n, hit in enumerate(cited, 1)
    ]
    sentences = []
    for citation in citations:
        quoted = " ".join("".join(citation.quotes).split())
        text = draw(st.sampled_from([quoted or "x", draw(TEXTS)]))
        others = tuple(draw(st.lists(st.integers(1, len(cited)), max_size=1)))
        sentences.append(Sentence(text=text, citations=(citation.number, *others)))
    titles = [thread.title for _, thread in posts.values()]
    notices = draw(st.lists(st.lists(st.sampled_from([*titles, "is", " "])).map("".join)))
    answer = Answer(
        question=draw(TEXTS),
        standalone_question=draw(TEXTS),
        status=Status.ANSWERED if sentences else Status.NOT_FOUND,
        confidence=draw(st.floats(0, 1)),
        sentences=tuple(sentences),
        citations=tuple(citations),
        nearest=() if sentences else tuple(hits),
        notices=tuple(notices),
        answerer=draw(TEXTS),
        encoder=draw(TEXTS),
        timings_ms=draw(st.dictionaries(TEXTS, NUMBERS, max_size=2)),
    )
    return answer, posts


@given(answers())
@settings(deadline=None)
def test_an_answer_comes_back_equal_and_equal_in_json(
    drawn: tuple[Answer, dict[str, tuple[Post, ThreadSummary]]],
) -> None:
    answer, posts = drawn
    (kept,) = standing([record_from(record_text(record_of(answer)))], posts)
    restored = answer_from(kept, posts)
    assert restored == answer
    assert answer_json(restored) == answer_json(answer)


@given(answers(), st.data())
@settings(deadline=None)
def test_whatever_goes_the_rest_is_a_sound_answer_and_to_purge_twice_changes_nothing(
    drawn: tuple[Answer, dict[str, tuple[Post, ThreadSummary]]], data: st.DataObject
) -> None:
    answer, posts = drawn
    gone = data.draw(st.sets(st.sampled_from(sorted(posts)), min_size=1))
    left = {post_id: pair for post_id, pair in posts.items() if post_id not in gone}
    (kept,) = standing([record_of(answer)], left)
    restored = answer_from(kept, left)  # its own validation says whether it is sound
    whole = [
        sentence.text
        for sentence in answer.sentences
        if not gone & {answer.citations[n - 1].hit.post.id for n in sentence.citations}
    ]
    assert [sentence.text for sentence in restored.sentences] == whole
    assert not gone & {found.post_id for found in kept.found}
    assert standing([kept], left)[0] is kept


def test_every_part_of_an_answer_is_kept() -> None:
    """A part that is added with a default would come back as that: let `Record` keep it first."""
    parts = {kind: {part.name for part in fields(kind)} for kind in (Answer, Sentence, Citation)}
    kept = {part.name for part in fields(Record)} - {"taken_out"}
    assert parts[Answer] == kept
    assert parts[Sentence] == {"text", "citations"}
    assert parts[Citation] == {"number", "hit", "spans"}
    found = {part.name for part in fields(Found)} - {"post_id", "digest", "spans"}
    assert {part.name for part in fields(Hit)} == found | {"post", "thread"}


def cite(text: str, *spans: tuple[int, int]) -> Citation:
    post, thread = held([text])["p0"]
    return Citation(
        number=1, hit=Hit(post=post, thread=thread, score=1, dense=1, lexical=1), spans=spans
    )


def test_a_sentence_of_the_posts_words_is_kept_as_places() -> None:
    citation = cite("1/2 Staff\nleave ... [for](x) good.", (4, 15), (21, 24), (29, 34))
    sentence = Sentence(text="Staff leave for good.", citations=(1,))
    assert sentence_pieces(sentence, [citation]) == (
        Quote(post_id="p0", start=4, end=9),
        " ",
        Quote(post_id="p0", start=10, end=15),
        " ",
        Quote(post_id="p0", start=21, end=24),
        " ",
        Quote(post_id="p0", start=29, end=34),
    )


def test_words_with_the_posts_own_spaces_are_one_place() -> None:
    sentence = Sentence(text="leave for good", citations=(1,))
    assert sentence_pieces(sentence, [cite("Staff leave for good.", (0, 21))]) == (
        Quote(post_id="p0", start=6, end=20),
    )


def test_words_of_a_models_own_are_kept_as_text() -> None:
    sentence = Sentence(text="People resign.", citations=(1,))
    assert sentence_pieces(sentence, [cite("Staff leave.", (0, 12))]) == ("People resign.",)


def test_titles_in_a_notice_are_kept_as_such_the_longest_first() -> None:
    threads = [pair[1] for pair in held(["A thread", "A thread of boats"]).values()]
    assert [thread.title for thread in threads] == ["A threa", "A threa"]
    longer = Thread(id="long", title="A threa too", posts=(held(["x"])["p0"][0],)).summary
    assert notice_pieces("“A threa too” and “A threa”.", [*threads, longer]) == (
        "“", Title(thread_id="long"), "” and “", Title(thread_id="tp1"), "”.",
    )  # fmt: skip
