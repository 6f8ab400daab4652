"""Reports, taken apart as a browser does: what all have, and that nothing in them is run."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.runs import (
    INFO,
    SUMMARY,
    citation,
    difference,
    estimate,
    json_answer,
    result,
    run,
)
from tests.evaluation.samples import COMPARED, FULL, page
from tests.markup.pages import Element
from threadqa.evaluation.reports.report import render_comparison
from threadqa.evaluation.values import Comparison, Flip, Found, Question, Run, Turn


@pytest.fixture(params=["run", "comparison", "bare run", "bare comparison"])
def any_page(request: pytest.FixtureRequest) -> Element:
    bare = Comparison(before=INFO, after=INFO, differences={}, flips=())
    pages: dict[str, Run | Comparison] = {
        "run": FULL,
        "comparison": COMPARED,
        "bare run": run(),
        "bare comparison": bare,
    }
    return page(pages[request.param])


def test_headings_begin_with_one_of_level_1_and_leave_no_level_out(any_page: Element) -> None:
    levels = [int(h.tag[1]) for h in any_page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_header_cell_a_scope(any_page: Element) -> None:
    tables = any_page.all("table")
    captions = [table.one("caption").text for table in tables]
    assert all(captions)
    assert len(set(captions)) == len(captions)
    assert all(cell.attributes["scope"] and cell.text for cell in any_page.all("th"))


def test_every_row_of_a_table_is_as_wide_as_its_header(any_page: Element) -> None:
    for table in any_page.all("table"):
        width = len(table.one("thead").all("th"))
        for line in table.all("tr"):
            cells = line.all("th", "td")
            assert sum(int(cell.attributes.get("colspan", "1")) for cell in cells) == width


def test_every_drawing_has_a_title(any_page: Element) -> None:
    assert all(drawing.one("title").text for drawing in any_page.all("svg"))
    assert all(drawing.attributes["role"] == "img" for drawing in any_page.all("svg"))


def test_ids_are_unique_and_every_link_leads_to_one(any_page: Element) -> None:
    ids = [found.attributes["id"] for found in any_page.walk() if "id" in found.attributes]
    assert len(ids) == len(set(ids))
    links = [found.attributes["href"] for found in any_page.all("a")]
    assert len(links) > 1
    assert {link.removeprefix("#") for link in links} <= set(ids)
    named = [f.attributes["aria-labelledby"] for f in any_page.all("section")]
    assert set(named) <= set(ids)


def test_the_page_has_landmarks_and_a_way_past_the_contents(any_page: Element) -> None:
    for tag in ("header", "nav", "main"):
        any_page.one(tag)
    first = any_page.one("body").all("a")[0]
    assert first.attributes == {"href": "#report", "class": "skip"}
    assert any_page.with_id("report").tag == "main"
    assert any_page.one("html").attributes["lang"] == "en"


def test_the_page_loads_nothing_and_runs_nothing(any_page: Element) -> None:
    policy = [
        meta.attributes["content"]
        for meta in any_page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert not any_page.all("script", "link", "img", "iframe", "object", "embed", "base", "form")
    for found in any_page.walk():
        assert not {"src", "srcset", "style", "xlink:href", "action"} & found.attributes.keys()
        assert not [name for name in found.attributes if name.startswith("on")]
    style = any_page.one("style").text
    assert not re.search(r"@import|url\(|https?:|</", style)


def test_the_order_of_writing_of_a_text_cannot_spill_over(any_page: Element) -> None:
    for quote in any_page.all("blockquote", "h1", "h4"):
        assert quote.attributes.get("dir") == "auto" or quote.text in {"Before", "After"}


# Untrusted text

PAYLOADS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '<a href="javascript:alert(1)">x</a>',
    "<!-- ",
    "]]><![CDATA[",
    "<iframe src='https://example.org'>",
    "&lt;b&gt; &#60;b&#62;",
    "<meta http-equiv=refresh content=0>",
    "</table></main></body></html>",
    "<base href=//example.org>",
    "{{7*7}} ${7*7} %s {0}",
]


def spoiled_run(text: str) -> Run:
    """A run with a text wherever somebody else's words go."""
    cited = citation(text, text, source=text, spans=[[0, 1]])
    asked = Question(
        id=text,
        question=text,
        history=(Turn(role=text, content=text),),
        answerable=True,
        relevant_quotes=(text,),
        answer_contains=(text,),
        acceptable_answers=(text,),
        reference_answer=text,
        tags=(text,),
    )
    wrong = result(
        asked,
        measures={"nDCG@10": 0.0},
        answer=json_answer(cited, text=text),
        ranking=(Found(post_id=text, score=1.0, text=text, relevant=True),),
        relevance={text: 1, "elsewhere": 1},
    )
    summary = replace(
        SUMMARY, measures={text: estimate(1, 1, 1)}, by_tag={text: {"R@10": estimate(1, 1, 1)}}
    )
    info = replace(
        INFO, question_set=text, encoder=text, started=text, settings={text: text, "b": [text]}
    )
    return Run(info=info, results=(wrong, result(asked, error=text)), summary=summary)


def spoiled_comparison(text: str) -> Comparison:
    flip = Flip(
        id=text,
        question=text,
        measure=text,
        before=0.0,
        after=1.0,
        answer_before=text,
        answer_after=text,
    )
    info = spoiled_run(text).info
    change = difference(0, 1, 0, 1, p=0.5, n=2)
    return Comparison(before=INFO, after=info, differences={text: change}, flips=(flip,))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_posts_and_questions_say_stays_text(payload: str) -> None:
    for spoiled, plain in (
        (spoiled_run(payload), spoiled_run("plain")),
        (spoiled_comparison(payload), spoiled_comparison("plain")),
    ):
        found, expected = page(spoiled), page(plain)
        # The same elements as with a harmless text: the payload made none, and closed none.
        assert [e.tag for e in found.walk()] == [e.tag for e in expected.walk()]
        assert [e.attributes.keys() for e in found.walk()] == [
            e.attributes.keys() for e in expected.walk()
        ]
        assert found.text.count(payload) >= 8
        assert payload in found.one("h1").text


@given(st.text(min_size=1))
def test_any_text_whatever_leaves_the_page_whole(text: str) -> None:
    found = page(spoiled_run(text))
    assert found.with_id("report").all("article")
    render_comparison(spoiled_comparison(text)).encode("utf-8")
