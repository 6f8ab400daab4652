"""Markdown: what it says, and that nothing of a post becomes markup in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.exports.payloads import PAYLOADS
from tests.markup.pages import parsed
from threadqa.exports import markdown
from threadqa.exports.markdown import escaped

from .samples import answer_over, conversation, export_of

OURS = {"page", "h1", "h2", "h3", "p", "strong", "em", "blockquote", "br", "a"}
RENDERERS = [
    MarkdownIt("commonmark"),
    MarkdownIt("commonmark").enable(["table", "strikethrough"]),
    MarkdownIt("js-default", {"html": True, "xhtmlOut": True}),
]
# Hosts and addresses that GitHub links without any brackets.
BARE_LINK = re.compile(r"(?<!<)(?:https?://|ftp://|www\.)", re.IGNORECASE)
TEXTS = st.text(
    st.sampled_from("ab1 \t\n\r\\`*_{}[]<>()#+-.!|~&@$^=:;/?\"'%,é😀\u00a0\u2028\u202e\x1b"),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(text.strip()))


def seen(text: str) -> str:
    """What a reader sees of a text: its characters, however white space is laid out."""
    return " ".join(text.split())


def test_a_conversation_reads_as_it_should() -> None:
    assert markdown(conversation()) == (
        "# Who leaves?\n\n"
        "Exported 2024-05-01 12:00 UTC from generation 7 of the archive by threadqa\\.\n\n"
        "## from\\:ann who leaves?\n\n"
        "Searched as: who leaves?\n\n"
        "Staff leave for good. \\[1\\] The boat sank. \\[2\\]\\[1\\]\n\n"
        "*Note:* “A thread on staff” is partial: 1 of 4 posts, missing 1, 3–4.\n\n"
        "### Sources\n\n"
        "Every sentence of the answer stands word for word in the post it cites.\n\n"
        "**\\[1\\]** \\@ann · 2021-03-31 09:30 UTC · post 2 of 4 · in “A thread on staff” "
        "(1 of 4 posts, missing 1, 3–4) · a\\.txt:3-4 · <https://example.org/2>\n\n"
        "> 2/4 Staff leave for good.\\\n"
        "> Money is short.\n\n"
        "The answer rests on: “Staff leave for good.”\n\n"
        "**\\[2\\]** in “The boat sank.” (1 post, thread length unknown) · b\\.txt:1\n\n"
        "> The boat sank.\n\n"
        "## who swims?\n\n"
        "**The archive does not answer this.**\n\n"
        "### The nearest posts\n\n"
        "They come near the question and do not answer it\\.\n\n"
        "in “The boat sank.” (1 post, thread length unknown) · b\\.txt:1\n\n"
        "> The boat sank.\n\n"
        "## who paid?\n\n"
        "**This answer was withdrawn.**\n\n"
        "*Note:* It rested on posts that are gone.\n"
    )


def test_an_answer_in_a_models_words_says_so() -> None:
    written = markdown(export_of(answer_over("x", answerer="qwen3:8b")))
    assert "The sentences were written by qwen3:8b; each was checked against" in written


@pytest.mark.parametrize("renderer", RENDERERS, ids=["commonmark", "tables", "html"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_markup(renderer: MarkdownIt, payload: str) -> None:
    check(renderer, payload)


@pytest.mark.parametrize("renderer", RENDERERS, ids=["commonmark", "tables", "html"])
@given(text=TEXTS)
def test_no_text_becomes_markup(renderer: MarkdownIt, text: str) -> None:
    check(renderer, text)


def check(renderer: MarkdownIt, text: str) -> None:
    written = markdown(export_of(answer_over(text), title=text))
    assert not BARE_LINK.search(written)
    page = parsed(renderer.render(written))
    assert {found.tag for found in page.walk()} <= OURS
    assert page.all("a") == []
    shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", "\N{REPLACEMENT CHARACTER}", text)
    assert seen(page.one("blockquote").text) == seen(shown)
    assert seen(page.one("h1").text) == seen(shown)
    (notice,) = [p.text for p in page.all("p") if p.text.startswith("Note:")]
    assert seen(notice) == f"Note: {seen(shown)}"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a b>c", "https://example.org/a%20b%3Ec"),
        ("http://example.org/?q=1&r=%5B2%5D", "http://example.org/?q=1&r=%5B2%5D"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org", None),
        ("https://[", None),
        ("https://", None),
    ],
)
def test_a_link_leads_to_the_posts_own_page_or_nowhere(url: str, link: str | None) -> None:
    page = parsed(MarkdownIt("commonmark").render(markdown(export_of(answer_over("x", url=url)))))
    links = [found.attributes["href"] for found in page.all("a")]
    assert links == ([] if link is None else [link])


def test_lines_stay_lines_and_paragraphs_paragraphs() -> None:
    text = "one\n    two\n\n- three\n1. four"
    written = escaped(text)
    assert written == "one\\\n&#32;&#32;&#32;&#32;two\n\n\\- three\\\n1\\. four"
    page = parsed(MarkdownIt("commonmark").render(written))
    assert [found.tag for found in page.walk()] == ["page", "p", "br", "p", "br"]


def test_the_question_is_not_said_twice() -> None:
    page = parsed(MarkdownIt("commonmark").render(markdown(export_of(answer_over("x"), title="x"))))
    assert [heading.text for heading in page.all("h1", "h2")] == ["x", "Answer"]


def test_plain_prose_is_left_alone() -> None:
    prose = "Well-known: a reform (of 2021), 5% cheaper at 1.5m by 09:30; it’s “done”. Who pays?"
    assert escaped(prose) == prose
