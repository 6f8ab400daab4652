"""The panel beside an answer: the posts that it cites, as cards. Pure functions of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threadqa.answers import Citation, Hit, Span
from threadqa.markup.html import Content, Html, element, joined, marked
from threadqa.posts import Completeness, Post, Thread, ThreadSummary
from threadqa.questions.matched import matched_as_written
from threadqa.web import words
from threadqa.web.shown import Shown

__all__ = [
    "card_id",
    "citation_name",
    "evidence_panel",
    "no_evidence",
    "thread_in_panel",
    "whole_thread",
]

DOT = " · "


def card_id(turn: int, number: int) -> str:
    """The id of a citation's card in the page, to which its marker leads."""
    return f"source-{turn}-{number}"


def no_evidence() -> Html:
    """The panel before anything was asked."""
    return _panel(words.EVIDENCE, [element("p", words.NO_EVIDENCE, class_="tq-quiet")])


def evidence_panel(shown: Shown) -> Html:
    """The posts that an answer cites, or those that came nearest where it cites none."""
    answer, turn = shown.answer, shown.turn
    if answer.citations:
        cards = [_citation_card(citation, shown) for citation in answer.citations]
        return _panel(words.EVIDENCE, cards, data_turn=turn)
    if not answer.nearest:
        nothing = element("p", words.NO_POSTS, class_="tq-quiet")
        return _panel(words.EVIDENCE, [nothing], data_turn=turn)
    note = element("p", words.NEAREST_NOTE, class_="tq-quiet")
    cards = [_nearest_card(hit, turn, place) for place, hit in enumerate(answer.nearest, 1)]
    return _panel(words.NEAREST, [note, *cards], data_turn=turn)


def thread_in_panel(thread: Thread, post_id: str, shown: Shown) -> Html:
    """A thread whole, its gaps drawn as gaps, in place of the cards.

    Args:
        thread: As the archive holds it.
        post_id: The post it is opened around.
        shown: The answer whose citations are marked in it.
    """
    citations = {citation.hit.post.id: citation for citation in shown.answer.citations}
    back = element(
        "button",
        words.BACK_TO_EVIDENCE,
        type="button",
        class_="tq-link",
        data_act="close_thread",
        data_turn=shown.turn,
        data_post=post_id,
    )
    return _panel(words.WHOLE_THREAD, [back, *_thread(thread, post_id, citations)])


def whole_thread(thread: Thread) -> Html:
    """A thread for reading, its gaps drawn as gaps."""
    body = list(_thread(thread, "", {}))
    return _panel(words.WHOLE_THREAD, body, name="reader", data_thread=thread.id)


def _thread(thread: Thread, post_id: str, citations: Mapping[str, Citation]) -> Iterator[Content]:
    summary = thread.summary
    facts = [words.author_of(thread.posts[0], summary), summary.source, _extent(summary)]
    yield element("p", summary.title, class_="tq-thread-title", dir="auto")
    yield element("p", joined((fact for fact in facts if fact), DOT), class_="tq-facts")
    yield _original(thread.url)
    items = list(_thread_items(thread, post_id, citations))
    yield element("ol", *items, class_="tq-thread", aria_label=words.POSTS)


def citation_name(citation: Citation) -> str:
    """What a marker is called for whoever cannot see where it leads."""
    post, thread = citation.hit.post, citation.hit.thread
    facts = [words.position_of(post, thread), words.author_of(post, thread), thread.title]
    place = ", ".join(fact for fact in facts if fact)
    return words.SOURCE_LABEL.format(number=citation.number, place=place)


def _panel(
    heading: str, contents: Sequence[Content], *, name: str = "evidence", **attributes: Content
) -> Html:
    title_id = f"{name}-heading"
    title = element("h2", heading, class_="tq-panel-title", id=title_id, tabindex="-1")
    return element(
        "section",
        title,
        *contents,
        class_="tq-panel",
        aria_labelledby=title_id,
        **attributes,
    )


def _citation_card(citation: Citation, shown: Shown) -> Html:
    number, turn = citation.number, shown.turn
    label = element("span", f"[{number}]", class_="tq-number")
    back = element(
        "button",
        words.BACK_TO_SENTENCE,
        type="button",
        class_="tq-link",
        data_act="back",
        data_turn=turn,
        data_number=number,
    )
    ways = [back, _wrong_source(citation.hit.post, shown)] if shown.whole else [back]
    return _card(citation.hit, label, citation.spans, card_id(turn, number), (turn, ways))


def _wrong_source(post: Post, shown: Shown) -> Html:
    """Says that the post does not support what it is cited for, or takes it back."""
    return element(
        "button",
        words.WRONG_SOURCE,
        type="button",
        class_="tq-link",
        data_act="mark_source",
        data_turn=shown.turn,
        data_post=post.id,
        aria_pressed="true" if post.id in shown.wrong_sources else "false",
    )


def _nearest_card(hit: Hit, turn: int, place: int) -> Html:
    label = element("span", f"{words.NEAREST_LABEL} {place}", class_="tq-near")
    return _card(hit, label, (), f"near-{turn}-{place}", (turn, []), class_="tq-card tq-nearest")


def _card(
    hit: Hit,
    label: Html,
    spans: Sequence[Span],
    identity: str,
    context: tuple[int, Sequence[Html]],
    *,
    class_: str = "tq-card",
) -> Html:
    """A post with where it stands, why it was found, and the ways on from it."""
    post, thread = hit.post, hit.thread
    turn, ways = context
    show = element(
        "button",
        words.SHOW_THREAD,
        type="button",
        class_="tq-link",
        data_act="show_thread",
        data_turn=turn,
        data_thread=thread.id,
        data_post=post.id,
    )
    return element(
        "article",
        element("h3", label, " ", _author(post, thread), id=f"{identity}-name"),
        element("p", joined(_facts(post, thread), DOT), class_="tq-facts"),
        element("p", thread.title, class_="tq-title", dir="auto"),
        element("blockquote", marked(post.text, spans), dir="auto"),
        _partial(thread),
        element("p", element("code", words.place_of(post)), class_="tq-place"),
        _why(hit),
        element("p", joined((show, _original(post.url), *ways)), class_="tq-ways"),
        class_=class_,
        id=identity,
        tabindex="-1",
        data_post=post.id,
        aria_labelledby=f"{identity}-name",
    )


def _author(post: Post, thread: ThreadSummary) -> Html:
    author = words.author_of(post, thread)
    if author is None:
        return element("span", words.NO_AUTHOR, class_="tq-quiet")
    return element("bdi", author, class_="tq-author")


def _facts(post: Post, thread: ThreadSummary) -> Iterator[Content]:
    position = words.position_of(post, thread)
    if position:
        yield position
    if post.created_at:
        yield element(
            "time", words.day(post.created_at), datetime=post.created_at.date().isoformat()
        )
    if thread.completeness is not Completeness.PARTIAL:
        yield thread.extent


def _partial(thread: ThreadSummary) -> Html | None:
    """What is missing of the post's thread, where something is."""
    if thread.completeness is not Completeness.PARTIAL:
        return None
    return element("p", thread.extent, class_="tq-partial")


def _extent(thread: ThreadSummary) -> Content:
    if thread.completeness is Completeness.PARTIAL:
        return element("span", thread.extent, class_="tq-partial")
    return thread.extent


def _original(url: str | None) -> Html | None:
    """A link to where a post or thread was published; None where the source names no such place."""
    original = words.original_of(url)
    if original is None:
        return None
    address, host = original
    return element(
        "a",
        words.ORIGINAL.format(host=host),
        element("span", f" {words.OPENS_ELSEWHERE}", class_="tq-unseen"),
        href=address,
        target="_blank",
        rel="noopener noreferrer",
        class_="tq-original",
    )


def _why(hit: Hit) -> Html:
    """What the search saw in the post."""
    contents: list[Content] = [element("summary", words.WHY)]
    if hit.lexical_share is not None:
        contents.append(_share_bar(hit.lexical_share))
    contents.append(element("p", words.why(hit)))
    if hit.lexical_share is not None:
        found = matched_as_written(hit)
        matched = joined((element("b", word, dir="auto") for word in found), ", ")
        contents.append(
            element("p", f"{words.MATCHED}: ", matched if found else words.NO_MATCHED, ".")
        )
    return element("details", *contents, class_="tq-why")


def _share_bar(by_words: float) -> Html:
    """Two bars end to end; decoration of the sentence below it."""
    split = round(100 * (1 - by_words), 1)
    return element(
        "svg",
        element("rect", class_="tq-meaning", x=0, y=0, width=split, height=4),
        element("rect", class_="tq-words", x=split, y=0, width=round(100 - split, 1), height=4),
        viewBox="0 0 100 4",
        preserveAspectRatio="none",
        class_="tq-share",
        aria_hidden="true",
    )


def _thread_items(
    thread: Thread, post_id: str, citations: Mapping[str, Citation]
) -> Iterator[Html]:
    summary = thread.summary
    expected = 1
    for post in thread.posts:
        if post.position is not None:
            yield from _gap(expected, post.position - 1)
            expected = max(expected, post.position + 1)
        yield _thread_post(post, summary, citations.get(post.id), here=post.id == post_id)
    if summary.positions and summary.declared_length:
        yield from _gap(expected, summary.declared_length)


def _gap(first: int, last: int) -> Iterator[Html]:
    if first <= last:
        yield element("li", words.gap(first, last), class_="tq-gap")


def _thread_post(
    post: Post, thread: ThreadSummary, citation: Citation | None, *, here: bool
) -> Html:
    facts: list[Content] = [words.position_of(post, thread), words.author_of(post, thread)]
    if post.created_at:
        facts.append(words.day(post.created_at))
    facts.append(element("code", words.place_of(post)))
    cited = None
    if citation is not None:
        cited = element("span", f"{words.CITED_HERE} [{citation.number}]", class_="tq-cited")
    return element(
        "li",
        element("p", joined((fact for fact in (*facts, cited) if fact), DOT), class_="tq-facts"),
        element("blockquote", marked(post.text, citation.spans if citation else ()), dir="auto"),
        _original(post.url),
        class_="tq-here" if here else None,
        id=f"here-{post.id}" if here else None,
        tabindex="-1" if here else None,
        aria_current="true" if here else None,
    )
