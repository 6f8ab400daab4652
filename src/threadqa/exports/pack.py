"""The evidence pack: answers with the posts they cite, whole, in one page that can be checked.

The page loads nothing and runs nothing. All that it says stands in its `main` element, whose
SHA-256 stands below it: who changes a word of it must change that, and who was told the number
elsewhere sees it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import resources

import threadqa
from threadqa.answers import Answer, Citation, Hit, Sentence, Span, Status
from threadqa.exports.export import (
    Export,
    author_of,
    date_of,
    made_by,
    position_of,
    refusal_of,
    source_of,
    web_address,
)
from threadqa.markup.html import UNFIT, Content, Html, element, joined, marked
from threadqa.markup.page import whole_page

__all__ = ["evidence_pack"]

CHECK = (
    "python3 -c \"import hashlib,re,sys; print(hashlib.sha256(re.search(rb'<main.*</main>', "
    "open(sys.argv[1],'rb').read(), re.S)[0]).hexdigest())\" FILE"
)
REPLACED = (
    "The text has characters that a page cannot hold, shown as \N{REPLACEMENT CHARACTER}; its "
    "SHA-256 is that of the text as it stands in the archive."
)


def evidence_pack(export: Export) -> str:
    """An HTML page of one answer or of a conversation."""
    title = export.title
    style = resources.files("threadqa.exports").joinpath("pack.css").read_text("utf-8")
    sections = [
        _answer(f"a{place}", export.heading(answer), answer)
        for place, answer in enumerate(export.answers, 1)
    ]
    main = element(
        "main",
        element(
            "header",
            element("h1", title, dir="auto"),
            element("p", f"{export.made} by threadqa {threadqa.__version__}.", class_="facts"),
        ),
        _contents(export),
        *sections,
        id="evidence",
        tabindex="-1",
    )
    # As the file will have it: half a surrogate pair cannot stand in UTF-8, and none is left.
    digest = hashlib.sha256(main.encode("utf-8")).hexdigest()
    skip = element("a", "Skip to the evidence", href="#evidence", class_="skip")
    return whole_page(title, style, skip, main, _footer(digest))


def _contents(export: Export) -> Html | None:
    """The questions, where there is more than one."""
    if len(export.answers) == 1:
        return None
    links = [
        element("li", element("a", answer.question, href=f"#a{place}", dir="auto"))
        for place, answer in enumerate(export.answers, 1)
    ]
    return element("nav", element("ol", *links), aria_label="Questions")


def _answer(name: str, heading: str, answer: Answer) -> Html:
    refusal = refusal_of(answer)
    standalone = answer.standalone_question
    parts: list[Content] = [
        element("h2", heading, id=f"{name}-question", dir="auto"),
        element("p", "Searched as: ", element("q", standalone, dir="auto"), class_="facts")
        if standalone != answer.question
        else None,
        element("p", refusal, class_="refusal")
        if refusal
        else element(
            "p",
            joined((_sentence(name, s) for s in answer.sentences), " "),
            class_="answer",
            dir="auto",
        ),
        *(element("p", notice, class_="notice", dir="auto") for notice in answer.notices),
        *_evidence(name, answer),
    ]
    return element(
        "section",
        *(part for part in parts if part is not None),
        id=name,
        aria_labelledby=f"{name}-question",
    )  # fmt: skip


def _sentence(name: str, sentence: Sentence) -> Html:
    links = [
        element("a", f"[{number}]", href=f"#{name}-{number}", aria_label=f"Source {number}")
        for number in sentence.citations
    ]
    return joined([element("bdi", sentence.text), " ", *links])


def _evidence(name: str, answer: Answer) -> Iterator[Html]:
    """The cited posts; where the archive does not answer, the nearest."""
    if answer.citations:
        yield element("h3", "Sources")
        confidence = f"Estimated probability that the archive answers: {answer.confidence:.0%}."
        yield element("p", f"{made_by(answer)} {confidence}", class_="facts")
    for citation in answer.citations:
        yield _cited(name, citation)
    if answer.status is Status.NOT_FOUND and answer.nearest:
        yield element("h3", "The nearest posts")
        yield element("p", "They come near the question and do not answer it.", class_="facts")
        for place, hit in enumerate(answer.nearest, 1):
            yield _post(f"{name}-near-{place}", "", hit, ())


def _cited(name: str, citation: Citation) -> Html:
    number = citation.number
    back = element(
        "p", element("a", "Back to the answer", href=f"#{name}"), class_="back"
    )  # fmt: skip
    return _post(f"{name}-{number}", f"[{number}] ", citation.hit, citation.spans, back)


def _post(
    name: str, label: str, hit: Hit, spans: tuple[Span, ...], back: Html | None = None
) -> Html:
    """A post whole, with what supports the answer marked, and where it stands."""
    text = hit.post.text
    return element(
        "article",
        element("h4", f"{label}{hit.thread.title}", id=f"{name}-title", dir="auto"),
        element("blockquote", marked(text, spans), dir="auto"),
        element("dl", *_facts(hit)),
        element("p", REPLACED, class_="facts") if UNFIT.search(text) else None,
        back,
        id=name,
        class_="post",
        aria_labelledby=f"{name}-title",
    )


def _facts(hit: Hit) -> Iterator[Html]:
    address = web_address(hit)
    shown = [
        ("Author", author_of(hit.post, hit.thread)),
        ("Posted", date_of(hit)),
        ("Place", position_of(hit.post, hit.thread)),
        ("Thread", hit.thread.extent),
        ("Stands in", element("code", source_of(hit))),
        (
            "Original",
            None
            if address is None
            else element("a", "the post’s own page", href=address, rel="noreferrer noopener"),
        ),
        ("SHA-256", element("code", hit.post.sha256)),
    ]
    for term, value in shown:
        if value is not None:
            yield element("dt", term)
            yield element("dd", value, dir="auto")


def _footer(digest: str) -> Html:
    return element(
        "footer",
        element("h2", "How to check this page"),
        element(
            "p",
            "Each post is quoted whole and character for character; what supports the answer is "
            "marked. The SHA-256 beside it is that of its text in UTF-8, without a line feed at "
            "the end.",
        ),
        element("p", "SHA-256 of all of this page above this line:"),
        element("p", element("code", digest, class_="digest")),
        element("p", "This command computes it from the file:"),
        element("pre", element("code", CHECK)),
    )
