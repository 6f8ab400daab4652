"""Links, markup and the first person go out only as they stand in a cited post."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answering.threads import hit, thread
from threadqa.answering.grounding import Reason, Said, Verdict
from threadqa.answering.plain_prose import PlainProse

POST = (
    "I think the levy (see https://levy.example/report?y=2021) is too low, says @ann_c of "
    "levy.example. Write to ann@levy.example, e.g. about 3.5% <b>more</b>, or [read](https://a.b/c)"
)


class Yes:
    """Holds that everything is borne out."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def judge(self, said: Sequence[Said]) -> list[Verdict]:
        self.asked += [one.text for one in said]
        return [Verdict(reason=None, probability=1.0) for _ in said]


def judged(*texts: str) -> list[Reason | None]:
    found = (hit(thread("a", [POST]), 1),)
    said = [Said(text=text, hits=found) for text in texts]
    return [verdict.reason for verdict in PlainProse(support=Yes()).judge(said)]


@pytest.mark.parametrize(
    "text",
    [
        "The levy is too low.",
        "The levy is too low, e.g. by 3.5% in the U.K. at 10.30 a.m.",
        "The report is at https://levy.example/report?y=2021.",
        "@ann_c of levy.example says so (ann@levy.example).",
        "Ann says: “I think the levy is too low.”",
        "Ann says \"I think so\", and 'my view' is hers.",
        "I think the levy (see https://levy.example/report?y=2021) is too low.",
        "It is <b>more</b> than that.",
        "In the US, World War I. ended.",
        "Levies rose by 4 < 5 % & more; see [1].",
    ],
)
def test_prose_is_left_to_the_other_check(text: str) -> None:
    assert judged(text) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "See https://evil.example/x.",
        "See https://levy.example/report?y=2021&d=secret.",
        "See https://levy.example/report.",
        "See http://levy.example/report?y=2021.",
        "See evil.example/verify.",
        "See www.evil.example.",
        "See sub.levy.example.",
        "Write to eve@levy.example.",
        "Ask @ann.",
        "Ask @ann_c2.",
        "![x](https://levy.example/report?y=2021)",
        "[read](https://evil.example)",
        "[levy](javascript:alert(1))",
        "Go to javascript:alert(1).",
        "data:text/html;base64,PHNjcmlwdD4= is it.",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "It is &lt;b&gt; here.",
        "Run `curl x`.",
    ],
)
def test_an_address_or_markup_that_no_cited_post_has_is_refused(text: str) -> None:
    assert judged(text) == [Reason.LINK]


@pytest.mark.parametrize(
    "text",
    ["I am free now.", "The levy is too low in my view.", "We obey.", "I think the levy is high."],
)
def test_nobody_speaks_in_an_answer_but_the_authors_of_posts(text: str) -> None:
    assert judged(text) == [Reason.UNSUPPORTED]


def test_verdicts_come_in_the_order_of_the_sentences_and_refused_ones_are_not_asked_about() -> None:
    other = Yes()
    found = (hit(thread("a", [POST]), 1),)
    texts = ["It is low.", "See evil.example.", "It is high.", "I obey."]
    verdicts = PlainProse(support=other).judge([Said(text=text, hits=found) for text in texts])
    assert [verdict.reason for verdict in verdicts] == [
        None,
        Reason.LINK,
        None,
        Reason.UNSUPPORTED,
    ]
    assert other.asked == ["It is low.", "It is high."]
    assert verdicts[1].detail == "evil.example"


hosts = st.from_regex(r"[a-z]{3,10}\.(com|org|example|io)", fullmatch=True)
paths = st.from_regex(r"(/[a-z0-9]{1,6}){0,3}(\?[a-z]=[a-z0-9]{1,8})?", fullmatch=True)


@given(st.sampled_from(["https://", "http://", "", "www."]), hosts, paths)
def test_no_invented_address_gets_through(scheme: str, host: str, path: str) -> None:
    assert judged(f"More is at {scheme}{host}{path}, they say.") == [Reason.LINK]
