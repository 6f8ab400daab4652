"""Where everything stands on the page: Gradio's components, without what they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib import resources

import gradio as gr

from threadqa.markup.html import Html, element, joined
from threadqa.sources.registry import known_extensions
from threadqa.web import words
from threadqa.web.chat import Message
from threadqa.web.evidence import no_evidence

__all__ = ["Parts", "lay_out", "messages_of", "style", "theme"]

STYLES = ("base.css", "chat.css", "evidence.css", "archive.css", "narrow.css")
SANS = ("-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The components that events read and change.

    Attributes:
        conversation: Id of the open conversation; "" for a new one.
        filters: Operators that are added to each question.
        bridge: Sends what is done in HTML to the server, and downloads what it gives back.
        user: Who is signed in, and the way out.
        problem: What went wrong last, but for questions.
        new: Begins a conversation.
        search: Looks for conversations.
        listed: The list of conversations.
        begin: What stands where the conversation will.
        log: The conversation.
        filter_bar: Chips, and the form for more.
        question: What is asked next.
        ask: Asks it.
        evidence: The panel.
        archive_tab: Selected to see what the archive holds.
        overview: What it holds.
        drop: Takes files.
        report: How adding and removing goes, and went.
        thread_search: Looks for threads.
        threads: Those found.
        reader: One of them, whole.
    """

    conversation: gr.State
    filters: gr.State
    bridge: gr.HTML
    user: gr.HTML
    problem: gr.HTML
    new: gr.Button
    search: gr.Textbox
    listed: gr.HTML
    begin: gr.HTML
    log: gr.Chatbot
    filter_bar: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    evidence: gr.HTML
    archive_tab: gr.Tab
    overview: gr.HTML
    drop: gr.File
    report: gr.HTML
    thread_search: gr.Textbox
    threads: gr.HTML
    reader: gr.HTML


def lay_out() -> Parts:
    """Makes all components, within a `gr.Blocks`."""
    made: dict[str, object] = {
        "conversation": gr.State(""),
        "filters": gr.State(()),
        "bridge": gr.HTML(
            value={}, html_template="", js_on_load=_text("panel.js"), elem_id="tq-bridge"
        ),
    }
    _html(element("h1", words.TITLE), elem_id="tq-header")
    made["user"] = _html(elem_id="tq-user")
    made["problem"] = _html(elem_id="tq-problem")
    with gr.Tabs(elem_id="tq-tabs"):
        with gr.Tab(words.ASK, id="ask"), gr.Row(elem_id="tq-columns", equal_height=False):
            _conversations(made)
            _middle(made)
            with gr.Column(elem_id="tq-evidence"):
                made["evidence"] = _html(no_evidence())
        with gr.Tab(words.ARCHIVE, id="archive") as made["archive_tab"]:
            _archive(made)
    return Parts(**{field.name: made[field.name] for field in fields(Parts)})  # type: ignore[arg-type]


def _conversations(made: dict[str, object]) -> None:
    with gr.Column(elem_id="tq-side"):
        made["new"] = gr.Button(words.NEW_CONVERSATION, elem_classes="tq-plain", size="sm")
        made["search"] = gr.Textbox(
            label=words.SEARCH_CONVERSATIONS,
            placeholder=words.SEARCH_CONVERSATIONS,
            show_label=False,
            container=False,
            elem_id="tq-search",
        )
        made["listed"] = _html(elem_id="tq-listed")
        _html(
            element(
                "button",
                words.EXPORT_FEEDBACK,
                type="button",
                class_="tq-link",
                data_act="export_feedback",
            ),
            elem_id="tq-feedback",
        )


def _middle(made: dict[str, object]) -> None:
    with gr.Column(elem_id="tq-middle"):
        switch = element("button", words.CONVERSATIONS, type="button", class_="tq-link")
        _html(Html(switch.replace("<button", '<button id="tq-side-switch"', 1)))
        made["begin"] = _html(elem_id="tq-begin")
        made["log"] = gr.Chatbot(
            label=words.CONVERSATIONS,
            show_label=False,
            container=False,
            height=None,
            elem_id="tq-log",
            # Nothing that others wrote is anything but text in HTML of ours.
            render_markdown=False,
            latex_delimiters=[],
            allow_tags=False,
            sanitize_html=True,
            buttons=[],
            group_consecutive_messages=False,
            feedback_options=None,
        )
        made["filter_bar"] = _html(elem_id="tq-filters")
        with gr.Row(elem_id="tq-composer"):
            made["question"] = gr.Textbox(
                label=words.QUESTION,
                placeholder=words.QUESTION_PLACEHOLDER,
                show_label=False,
                container=False,
                lines=1,
                max_lines=6,
                max_length=2000,
                autofocus=True,
                elem_id="tq-question",
                scale=1,
            )
            made["ask"] = gr.Button(words.ASK, elem_classes="tq-main", scale=0)


def _archive(made: dict[str, object]) -> None:
    with gr.Column(elem_id="tq-archive"):
        made["overview"] = _html(elem_id="tq-overview")
        with gr.Column(elem_id="tq-adding"):
            kinds = ", ".join(known_extensions())
            hint = element("p", words.ADD_FILES_HINT.format(kinds=kinds), class_="tq-quiet")
            _html(joined([element("h3", words.ADD_FILES), hint]))
            made["drop"] = gr.File(
                label=words.ADD_FILES,
                file_count="multiple",
                file_types=list(known_extensions()),
                height=130,
                elem_id="tq-drop",
            )
            made["report"] = _html(elem_id="tq-report")
        with gr.Column(elem_id="tq-reading"):
            _html(element("h3", words.THREADS))
            made["thread_search"] = gr.Textbox(
                label=words.SEARCH_THREADS,
                placeholder=words.SEARCH_THREADS,
                show_label=False,
                container=False,
                elem_id="tq-thread-search",
            )
            made["threads"] = _html(elem_id="tq-threads")
            made["reader"] = _html(elem_id="tq-reader")


def _html(value: str = "", *, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(
        str(value), elem_id=elem_id, padding=False, apply_default_css=False, js_on_load=None
    )


def messages_of(messages: Sequence[Message]) -> list[dict[str, object]]:
    """Messages as the Chatbot takes them: each an HTML component of its own."""
    return [
        {
            "role": role,
            "content": {
                "type": "component",
                "component": "html",
                "value": str(html),
                "constructor_args": {},
                "props": MESSAGE,
            },
        }
        for role, html in messages
    ]


MESSAGE = gr.HTML(
    padding=False, apply_default_css=False, js_on_load=None, render=False
).get_config()


def style() -> str:
    """The style sheet of the page."""
    return "\n".join(_text(f"styles/{name}") for name in STYLES)


def theme() -> gr.themes.Base:
    """Gradio's own look, as far as it shows: system fonts and the colours of the style sheet."""
    return gr.themes.Base(font=list(SANS), font_mono=list(MONO)).set(
        body_background_fill="#fdfdfc",
        body_background_fill_dark="#15181b",
        body_text_color="#1d1f21",
        body_text_color_dark="#e7e7e4",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_width_dark="0px",
        block_shadow="none",
        border_color_primary="var(--tq-rule)",
        border_color_primary_dark="var(--tq-rule)",
        color_accent="var(--tq-accent)",
        input_background_fill="var(--tq-paper)",
        input_background_fill_dark="var(--tq-paper)",
        layout_gap="0px",
    )


def _text(name: str) -> str:
    return resources.files("threadqa.web").joinpath(name).read_text("utf-8")
