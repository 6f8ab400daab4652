"""What speaks for a post, worked by hand.

The question is "How many nurses left the council?" unless a test says otherwise. Its terms weigh
1, 2, 1 and 4: 8 together.
"""

from __future__ import annotations

import math
from dataclasses import astuple, replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answers import Hit
from threadqa.archive.records import PostBefore
from threadqa.posts import Post, ThreadSummary
from threadqa.questions.answer_type import AnswerType
from threadqa.questions.evidence import Candidate, Evidence, Wording, evidence, wording
from threadqa.questions.post_words import post_words
from threadqa.questions.terms import QuestionTerms
from threadqa.questions.word_vectors import word_vectors
from threadqa.search_indexes.lexical import analyse

QUESTION = "How many nurses left the council?"
TERMS = QuestionTerms(
    weights={"mani": 1.0, "nurs": 2.0, "left": 1.0, "council": 4.0},
    focus=frozenset({"nurs", "left"}),
)
ASKED = wording(QUESTION, TERMS)
SOME_TEXT = st.text(min_size=1).filter(lambda text: bool(text.strip()))


def asked(text: str) -> Wording:
    """A question whose terms weigh 1 each and are all its focus."""
    terms = analyse(text)
    return wording(text, QuestionTerms(weights=dict.fromkeys(terms, 1.0), focus=frozenset(terms)))


def hit(
    text: str,
    *matched: str,
    author: str | None = None,
    thread_author: str | None = None,
    dense: float = 0.0,
    lexical: float = 0.0,
) -> Hit:
    return Hit(
        post=Post(id="p", text=text, source="a.txt", first_line=1, last_line=1, author=author),
        thread=ThreadSummary(
            id="t",
            title="Title",
            author=thread_author,
            source="a.txt",
            declared_length=None,
            post_count=1,
            positions=(),
        ),
        score=0.0,
        dense=dense,
        lexical=lexical,
        matched_terms=matched,
    )


def candidate(found: Hit, *, goes_on: bool = False) -> Candidate:
    author = found.post.author or found.thread.author
    own = post_words(found.post.text, found.post.position, author, found.thread.title)
    before = PostBefore("Before.", None, by_same_author=True) if goes_on else None
    return Candidate(hit=found, words=own, before=before)


def of_one(question: Wording, found: Hit, *, goes_on: bool = False) -> Evidence:
    (one,) = evidence(question, [candidate(found, goes_on=goes_on)])
    return one


def shown(text: str, question: Wording = ASKED) -> Evidence:
    return of_one(question, hit(text))


def test_a_wording_has_the_words_of_content_with_the_weights_of_their_stems() -> None:
    assert ASKED.words == {"many": 1.0, "nurses": 2.0, "left": 1.0, "council": 4.0}
    assert ASKED.kind is AnswerType.NUMBER
    assert (ASKED.text, ASKED.terms) == (QUESTION, TERMS)


def test_the_words_of_a_wording_are_in_lower_case_and_without_accents() -> None:
    assert asked("Is the CAFÉ in Øresund?").words == {"cafe": 1.0, "oresund": 1.0}


def test_the_pairs_of_a_wording_are_neighbours_unless_both_are_stop_words() -> None:
    assert ASKED.pairs == {
        ("how", "many"),
        ("many", "nurses"),
        ("nurses", "left"),
        ("left", "the"),
        ("the", "council"),
    }
    assert asked("What is in the plan?").pairs == {("the", "plan")}


def test_a_question_of_stop_words_alone_has_them_as_its_words_and_no_pairs() -> None:
    question = asked("Who is it?")
    assert set(question.words) == {"who", "is", "it"}
    assert question.pairs == frozenset()


def test_a_question_without_words_has_no_wording_and_nothing_speaks_for_a_post() -> None:
    question = asked("?")
    assert (dict(question.words), question.pairs) == ({}, frozenset())
    found = of_one(question, hit("Boats.", dense=0.5, lexical=2.0))
    assert found == Evidence(
        dense=1 / 2,
        lexical=0.0,
        words=0.0,
        focus=0.0,
        pairs=0.0,
        kind=1.0,  # nothing is asked for
        author=0.0,
        asks=0.0,
        goes_on=0.0,
        length=math.log(2),
        alike=0.0,
        in_thread=0.0,
        dates=1.0,  # none is named
        posted=1.0,
        echo=0.0,
    )


def test_all_that_speaks_for_a_post() -> None:
    text = "Ann: 40 nurses left. Is that many?"
    near = word_vectors().nearest(("council",), [["ann", "40", "nurses", "left", "many"]])[0, 0]
    one = hit(text, "nurs", "mani", dense=0.75, lexical=6.0)
    found = of_one(ASKED, one, goes_on=True)
    assert astuple(found) == pytest.approx(
        astuple(
            Evidence(
                dense=3 / 4,
                lexical=6 / 8,
                words=(1 + 2 + 1) / 8,  # many, nurses, left
                focus=2 / 3,  # nurs of nurs and left, by what the search matched
                pairs=1 / 5,  # nurses left
                kind=1.0,  # 40
                author=0.0,
                asks=1.0,
                goes_on=1.0,
                length=math.log(1 + 5),  # ann, 40, nurses, left, many
                alike=(3 + near) / 4,  # many, nurses and left stand there
                in_thread=(1 + 2 + 1 + 4 * min(max((near - 0.4) / 0.4, 0), 1)) / 8,
                dates=1.0,
                posted=1.0,
                echo=1 / 8,  # "Is that many?"
            )
        )
    )


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The council.", 4 / 8),
        ("#CouncilNurses", 6 / 8),
        ("@nurses_council and the rest", 6 / 8),
        ("A NURSE at work.", 2 / 8),  # the last letter of "nurses" may be an ending
        ("The counci.", 4 / 8),
        ("Nursing is hard.", 0.0),
        ("man lef", 0.0),  # shorter words need all their letters
        ("Boats.", 0.0),
        ("🎉", 0.0),
    ],
)
def test_words_stand_in_a_post_inside_others_as_well(text: str, share: float) -> None:
    assert shown(text).words == share


@pytest.mark.parametrize(
    ("author", "share"),
    [
        ("Left", 3 / 8),  # whole words of all that is searched
        ("Lefty", 2 / 8),  # parts of words only of the post as it is
        ("#CouncilNews", 2 / 8),
    ],
)
def test_words_stand_inside_others_only_in_the_post_as_it_is(author: str, share: float) -> None:
    found = of_one(ASKED, hit("Nurses stay.", author=author))
    assert found.words == share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("AI and the money.", 2 / 2),
        ("#ai money", 2 / 2),
        ("They said: money.", 1 / 2),  # inside another word, two letters stand by chance
        ("#AImoney", 1 / 2),
        ("A.I. money", 1 / 2),  # two words of one letter
        ("AI", 1 / 2),
    ],
)
def test_a_short_word_counts_where_it_stands_as_a_whole_word(text: str, share: float) -> None:
    question = asked("What is AI money?")
    assert question.words == {"ai": 1.0, "money": 1.0}
    assert shown(text, question).words == share


@pytest.mark.parametrize(
    ("question", "post"),
    [
        ("Where is the cafe?", "#CAFÉnoir"),
        ("Where is the café?", "The cafe."),
        ("Who crossed Øresund?", "They crossed Øresund."),
        ("Who crossed the Oresund?", "They crossed Øresund."),
        ("Who lives in Straße?", "They live in Strasse."),
    ],
)
def test_accents_do_not_keep_a_word_from_standing_in_a_post(question: str, post: str) -> None:
    words = asked(question).words
    only = Wording(
        text=question,
        terms=TERMS,
        words={word: float(word in {"cafe", "oresund", "strasse"}) for word in words},
        pairs=frozenset(),
        kind=AnswerType.ANY,
    )
    assert sum(only.words.values()) == 1.0
    assert shown(post, only).words == 1.0


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("How many nurses left the council", 1.0),
        ("Nurses left, and the council stayed.", 2 / 5),
        ("Council nurses", 0.0),
        ("left nurses many how", 0.0),  # in this order only
        ("the council, the council", 1 / 5),  # each once
    ],
)
def test_pairs_are_the_share_of_neighbouring_words_that_are_neighbours_in_the_post(
    text: str, share: float
) -> None:
    assert shown(text).pairs == share


@pytest.mark.parametrize(
    ("text", "has_one"), [("40 left.", 1.0), ("None left.", 1.0), ("Some left.", 0.0)]
)
def test_a_post_with_the_kind_of_thing_asked_for_is_told_from_others(
    text: str, has_one: float
) -> None:
    assert shown(text).kind == has_one


def test_a_number_that_the_question_names_is_not_what_it_asks_for() -> None:
    question = asked("How many left in 2021?")
    assert shown("In 2021 some left.", question).kind == 0.0
    assert shown("In 2021, 40 left.", question).kind == 1.0


@pytest.mark.parametrize(
    ("author", "thread_author", "is_named"),
    [
        ("Ann Lee", None, 1.0),
        ("ANN", None, 1.0),
        (None, "ann", 1.0),
        ("bob", "ann", 0.0),  # the thread's author did not write it
        ("What Did", None, 0.0),  # stop words name nobody
        ("annie", None, 0.0),
        ("", None, 0.0),
        (None, None, 0.0),
    ],
)
def test_a_post_is_told_from_others_where_the_question_names_its_author(
    author: str | None, thread_author: str | None, is_named: float
) -> None:
    found = hit("Staff leave.", author=author, thread_author=thread_author)
    shown_of_it = of_one(asked("What did Ann say?"), found)
    assert shown_of_it.author == is_named


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who pays?", 1.0),
        ("He said: “Who pays?”", 1.0),
        ("(Who pays?) ", 1.0),
        ("Who pays?\n", 1.0),
        ("Who pays? We do.", 0.0),
        ("Who pays?!", 0.0),
        ("We pay.", 0.0),
    ],
)
def test_a_post_that_ends_in_a_question_asks(text: str, asks: float) -> None:
    assert shown(text).asks == asks


@pytest.mark.parametrize(
    ("text", "count"), [("The staff and the money.", 2), ("staff staff", 2), ("It is the", 0)]
)
def test_length_is_the_logarithm_of_one_and_the_words_of_content(text: str, count: int) -> None:
    assert shown(text).length == pytest.approx(math.log(1 + count))


def test_a_post_that_goes_on_from_one_of_its_authors_is_told_from_others() -> None:
    for goes_on in (False, True):
        found = of_one(ASKED, hit("Staff leave."), goes_on=goes_on)
        assert found == replace(shown("Staff leave."), goes_on=float(goes_on))


def test_a_word_near_in_meaning_makes_a_post_alike_and_one_that_stands_there_more_so() -> None:
    question = asked("Why did nurses quit?")
    found = [shown(f"Nurses {word}.", question).alike for word in ("quit", "resign", "float")]
    assert found == sorted(found, reverse=True)
    assert found[0] == 1.0
    assert found[1] > found[2] + 0.1


def test_what_the_other_posts_of_a_thread_hold_counts_for_each_of_them() -> None:
    thread = [hit("Nurses."), hit("The council.", "council")]
    elsewhere = replace(hit("Boats."), thread=replace(thread[0].thread, id="other"))
    one, other, apart = evidence(ASKED, [candidate(found) for found in (*thread, elsewhere)])
    assert one.in_thread == other.in_thread >= (2 + 4) / 8
    assert apart.in_thread < 1 / 8


@pytest.mark.parametrize(
    ("text", "title", "share"),
    [
        ("In March 2021 it fell.", "Title", 1.0),
        ("By 2021 it fell.", "Title", 1 / 2),
        ("It fell.", "The March figures", 1 / 2),
        ("In 2021 it fell.", "The Mar. figures", 1.0),
        ("Boats march on.", "Title", 0.0),
    ],
)
def test_dates_that_the_question_names_stand_in_the_post_or_its_threads_title(
    text: str, title: str, share: float
) -> None:
    found = hit(text)
    found = replace(found, thread=replace(found.thread, title=title))
    assert of_one(asked("What fell in March 2021?"), found).dates == share


@pytest.mark.parametrize(
    ("posted", "share"),
    [(datetime(2021, 3, 9), 1.0), (datetime(2020, 3, 9), 1 / 2), (datetime(2020, 4, 9), 0.0),
     (None, 0.0)],
)  # fmt: skip
def test_a_post_of_the_month_that_the_question_names_is_told_from_others(
    posted: datetime | None, share: float
) -> None:
    found = hit("It fell.")
    found = replace(found, post=replace(found.post, created_at=posted))
    assert of_one(asked("What fell in March 2021?"), found).posted == share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Which nurses left? Some.", 3 / 8),
        ("Nurses left. Why the council?", 4 / 8),
        ("Which nurses left the council", 0.0),
        ("Nurses? The council?", 4 / 8),  # the sentence that says most of it
        ("?", 0.0),
    ],
)
def test_a_post_that_asks_the_same_echoes_the_question(text: str, share: float) -> None:
    assert shown(text).echo == share


def test_of_no_posts_there_is_no_evidence() -> None:
    assert evidence(ASKED, []) == []


@given(question=st.text(), text=SOME_TEXT)
def test_what_speaks_for_any_post_is_finite_and_its_shares_are_shares(
    question: str, text: str
) -> None:
    found = shown(text, asked(question))
    assert all(map(math.isfinite, astuple(found)))
    assert 0.0 <= found.words <= 1.0
    assert 0.0 <= found.pairs <= 1.0
    shares = (found.alike, found.in_thread, found.dates, found.posted, found.echo)
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert {found.kind, found.author, found.asks} <= {0.0, 1.0}


@given(question=SOME_TEXT)
def test_a_post_that_repeats_the_question_has_all_its_pairs_and_its_words(question: str) -> None:
    words = asked(question)
    found = shown(question, words)
    assert found.pairs == float(bool(words.pairs))
    assert found.words == float(bool(words.words))
