"""Who else speaks in a post, and whether a sentence says so."""

from __future__ import annotations

import pytest

from threadqa.answering.grounding import Claim, ground
from threadqa.answering.notices import voice_notices
from threadqa.answering.sentences import split_post
from threadqa.answering.voices import Voice, unattributed, voices
from threadqa.answers import Hit
from threadqa.posts import Post, ThreadSummary


def post(text: str, author: str | None = None, position: int | None = None) -> Post:
    return Post(
        id="p", text=text, source="a", first_line=1, last_line=1, author=author, position=position
    )


def heard(text: str, author: str | None = None) -> list[tuple[str, str]]:
    return [(voice.speaker, voice.words) for voice in voices(post(text, author))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We lost them", a finance director told us.', [("a finance director", "We lost them")]),
        (
            "“We lost them,” said Jane Doe. “They left.”",
            [("Jane Doe", "We lost them,"), ("Jane Doe", "They left.")],
        ),
        (
            "“A plateau, then”, says @trusts. “A mere pause”, say I.",
            [("@trusts", "A plateau, then")],
        ),
        (
            'One chief executive told us: "I can work or write, not both."',
            [("One chief executive", "I can work or write, not both.")],
        ),
        (
            '@trusts says its members would "swap ribbons for a rota".',
            [("@trusts", "swap ribbons for a rota")],
        ),
        ("RT @trusts: staff are leaving now", [("@trusts", "staff are leaving now")]),
        (
            "@policy reckon it will be five years before we know.",
            [("@policy", "it will be five years before we know")],
        ),
        (
            "According to the Treasury, the levy will raise £12bn.",
            [],
        ),
        (
            "According to @treasury, the levy will raise £12bn.",
            [("@treasury", "the levy will raise £12bn")],
        ),
    ],
)
def test_who_speaks_besides_the_author(text: str, expected: list[tuple[str, str]]) -> None:
    assert heard(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "“We can't say with certainty how long it will take.",
        '"But it is already apparent that it takes years. We have said so."',
        'The standard is called "the triple aim" by law.',
        'I said "never again, please" to them.',
        "Nobody told us why staff leave.",
    ],
)
def test_a_quotation_is_somebody_elses_only_where_the_post_says_whose(text: str) -> None:
    assert heard(text) == []


def test_an_author_who_quotes_themselves_is_nobody_else() -> None:
    assert heard("As @doe says, staff are leaving us now.", author="doe") == []
    assert heard("As @doe says, staff are leaving us now.", author="roe") != []


def test_the_words_of_a_voice_stand_at_its_spans() -> None:
    text = '3/4 "It\'s a bucket\nwith a hole", a nurse told us. True.'
    (voice,) = voices(post(text, position=3))
    assert "".join(text[start:end] for start, end in voice.spans) == "It's a bucket\nwith a hole"
    assert voice.words == "It's a bucket with a hole"
    assert voice.is_quoted


BUCKET = post(
    '"It\'s a bucket with a hole in it", a director of nursing told us. "I welcome thirty new '
    'colleagues and wave goodbye to twenty-five." Our own view is that keeping people is cheap.'
)


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ('"I welcome thirty new colleagues and wave goodbye to twenty-five."', True),
        ("The author welcomes thirty new colleagues and waves goodbye to twenty-five.", True),
        ("A director of nursing welcomes thirty new colleagues.", False),
        ("One nurse told the author of thirty new colleagues.", False),
        ("Keeping people is cheap.", False),
    ],
)
def test_a_sentence_that_gives_their_words_without_them_is_found(
    sentence: str, speaker: bool
) -> None:
    found = unattributed(sentence, [post("Staff leave."), BUCKET])
    assert [(place, voice.speaker) for place, voice in found] == (
        [(1, "a director of nursing")] if speaker else []
    )


def test_an_answer_that_quotes_somebody_else_is_marked_with_the_citation() -> None:
    thread = ThreadSummary(
        id="t",
        title="T",
        author=None,
        source="a",
        declared_length=None,
        post_count=1,
        positions=(),
    )
    hit = Hit(post=BUCKET, thread=thread, score=1.0, dense=1.0, lexical=1.0)
    claims = [
        Claim(text=sentence.text, hit=hit, spans=sentence.spans) for sentence in split_post(BUCKET)
    ]
    whole = ground(claims, {"p": BUCKET.text})
    assert list(voice_notices(whole.unattributed)) == [
        "[1] quotes a director of nursing: “I welcome thirty new colleagues and wave goodbye to "
        "twenty-five.”"
    ]
    attributed = [claims[0], claims[2]]
    assert ground(attributed, {"p": BUCKET.text}).unattributed == ()


def test_a_long_quotation_is_cut_in_the_notice_at_a_word() -> None:
    voice = Voice(speaker="@doe", words="many words " * 20, is_quoted=False, spans=((0, 1),))
    (notice,) = voice_notices([(2, voice)])
    assert notice.startswith("[2] gives the view of @doe: “many words")
    assert notice.endswith("many words…”")
    assert len(notice) < 120
