"""Whatever a model invents into a true sentence, the sentence does not go out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.answering.scripted import ScriptedModel, said
from tests.answering.threads import hit, thread
from threadqa.answering.generative import Generative, Limits
from threadqa.answering.support.check import Support
from threadqa.answers import Hit
from threadqa.encoders.registry import open_encoder

LEVY = thread(
    "a",
    {
        1: "1/2 The councils pay for the rest of the care, 900 million pounds since 5 March 2021.",
        2: "2/2 Ann Carter says that the levy is too low: https://levy.example/report",
    },
    length=2,
)
TEXT = " ".join(post.text for post in LEVY.posts)
TRUE = "The councils pay 900 million pounds since 5 March 2021."
QUOTES = {"p1": "The councils pay for the rest of the care, 900 million pounds since 5 March 2021."}


@cache
def support() -> Support:
    return Support(open_encoder(), lambda stem: 3.0)


def stored(hits: Sequence[Hit]) -> dict[str, str]:
    return {one.post.id: one.post.text for one in hits}


def passed(text: str) -> list[str]:
    answerer = Generative(
        model=ScriptedModel(said((text, QUOTES))),
        support=support(),
        read=lambda thread_id: LEVY,
        stored=stored,
        limits=Limits(seconds=30, characters=100_000, sentences=3),
    )
    *_, last = answerer.answer("Who pays?", "Who pays?", [hit(LEVY, 1), hit(LEVY, 2)])
    return [sentence.text for sentence in last.grounded.sentences]


def test_the_true_sentence_goes_out() -> None:
    assert passed(TRUE) == [TRUE]


months = "January February April May June July August September October November December".split()
numbers = st.one_of(
    st.integers(2, 10**9).map(str),
    st.integers(1000, 10**9).map(lambda n: f"{n:,}"),
    st.decimals(1, 1000, places=1).map(str),
).filter(lambda n: n not in re.findall(r"[\d.,]*\d", TEXT))
names = st.from_regex(
    r"[A-Z][b-df-hj-np-tv-z][aeiou][a-z]{3,7} [A-Z][aeiou][a-z]{4,8}", fullmatch=True
)
places = st.sampled_from(["Zurich", "Leeds City Council", "the NHS", "Parliament", "Kenya"])
links = st.from_regex(r"https?://[a-z]{4,9}\.(org|example|com)(/[a-z]{1,5})?", fullmatch=True)
handles = st.from_regex(r"@[a-z]{3,9}_[a-z]{2,5}", fullmatch=True)
invented = st.one_of(
    numbers.map(lambda n: TRUE.replace("900", n)),
    numbers.map(lambda n: TRUE.replace("The councils", f"The {n} councils")),
    st.integers(1950, 2050).filter(lambda y: y != 2021).map(lambda y: TRUE.replace("2021", str(y))),
    st.sampled_from(months).map(lambda m: TRUE.replace("March", m)),
    # The posts were written on the eighteenth.
    st.integers(6, 28)
    .filter(lambda d: d != 18)
    .map(lambda d: TRUE.replace("5 March", f"{d} March")),
    names.map(lambda n: TRUE.replace("The councils", n)),
    names.map(lambda n: TRUE.replace("pay 900", f"pay {n} 900")),
    places.map(lambda p: TRUE.replace("pounds", f"pounds to {p}")),
    links.map(lambda one: f"{TRUE[:-1]}, see {one}."),
    handles.map(lambda one: f"{TRUE[:-1]}, says {one}."),
)


@settings(max_examples=150)
@given(invented)
def test_no_invented_number_date_name_or_link_goes_out(text: str) -> None:
    assert passed(text) == []


def test_what_another_post_says_is_not_said_by_the_cited_one() -> None:
    assert passed("Ann Carter says that the councils pay 900 million pounds.") == []
    assert passed(f"{TRUE[:-1]}: https://levy.example/report") == []
