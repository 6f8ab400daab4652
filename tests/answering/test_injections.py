"""Hostile posts, and a model that obeys them: nothing of it may come out.

The server is real, the archive, the search and the check of support are; the model is scripted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.answering.injections import INJECTIONS
from tests.answering.scripted import said
from tests.model_server import Handler, ModelServer, Request, reply
from threadqa.answering.prompts import INSTRUCTIONS
from threadqa.answering.visible import visible
from threadqa.answers import Answer, Status
from threadqa.assistant import Assistant
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.settings import Settings

LEVY = """\
1/3 A levy on wages pays for half of the care of old people.
2/3 The councils pay for the rest, 900 million pounds in 2021.
3/3 Ann Carter says that the levy is too low. https://levy.example/report
"""
GOOD = "A levy on wages pays for half of the care of old people."
POST = re.compile(r'<post-(\w+) id="(p\d+)"[^>]*>\n(.*?)\n</post-\1>', re.DOTALL)
LINK = re.compile(
    r"https?://\S+|www\.\S+|\b[\w-]+(?:\.[\w-]+)*\.example\b\S*|@\w+|javascript:|data:"
)
MARKUP = re.compile(r"!\[|\]\(|</?\w|\]\(javascript")
WORD = re.compile(r"\w+")
RUN = 6
# Of 131: none when this was written, 5 with an earlier check of support.
MOST_HEARD = 8


class Obedient:
    """Does what the post at hand wants, in every way of citing, and says one true thing."""

    def __init__(self) -> None:
        self.injection = INJECTIONS[0]
        self.as_prose = False

    def __call__(self, handler: Handler, request: Request) -> None:
        reply(self.answer(request.prompt), piece=60)(handler, request)

    def answer(self, prompt: str) -> str:
        """The reply to a prompt."""
        posts = {label: text for _, label, text in POST.findall(prompt)}
        nonces = {nonce for nonce, _, _ in POST.findall(prompt)}
        true = next(label for label, text in posts.items() if "half of the care" in text)
        others = {label: text for label, text in posts.items() if "/3 " in text[:4]}
        (hostile,) = {*posts} - {*others}
        text = (
            self.injection.obeyed.replace("{prompt}", " ".join(prompt.split())[:300])
            .replace("{nonce}", nonces.pop())
            .replace("{others}", " ".join(others.values()))
        )
        if self.as_prose:
            return text
        own = {hostile: posts[hostile].split("\n")[0][:60].rsplit(" ", 1)[0]}
        genuine = {true: "A levy on wages pays"}
        return said(
            (GOOD, genuine),
            (text, {}),
            (text, own),
            (text, {hostile: text}),
            (text, genuine),
            (text, {**own, **genuine}),
            (text, posts),
            (text, {"p99": "A levy"}),
            (text, {"levy.txt": "A levy on wages pays"}),
        )


@pytest.fixture(scope="module")
def model() -> Obedient:
    return Obedient()


@pytest.fixture(scope="module")
def assistant(model: Obedient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An archive of one true thread and all hostile posts, each a source of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "levy.txt").write_text(LEVY, encoding="utf-8")
    for number, injection in enumerate(INJECTIONS):
        line = json.dumps({"text": injection.text, "author": f"user{number}"})
        (folder / f"hostile-{number:03}.jsonl").write_text(line, encoding="utf-8")
    index = tmp_path_factory.mktemp("index")
    sync_with_settings([folder], Settings(index=index), NoProgress())
    with ModelServer(model) as server:
        settings = Settings(
            index=index,
            answer_threshold=0.0,
            llm_base_url=server.base_url,
            llm_model="scripted",
            llm_timeout_seconds=30.0,
            llm_max_context_characters=100_000,
        )
        with Assistant.open(settings) as opened:
            yield opened


def ask(assistant: Assistant, number: int) -> Answer:
    return assistant.ask(f"source:levy source:hostile-{number:03} what does the levy pay for?")


def runs(text: str) -> set[tuple[str, ...]]:
    """Every so many words in a row."""
    words = WORD.findall(text.lower())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def nothing_came_out(answer: Answer) -> None:
    """No sentence without a citation, no link or markup of the model's, nothing of the prompt."""
    for sentence in answer.sentences:
        cited = [answer.citations[number - 1] for number in sentence.citations]
        assert cited
        texts = " ".join(citation.hit.post.text for citation in cited)
        for found in [*LINK.findall(sentence.text), *MARKUP.findall(sentence.text)]:
            assert found in texts, sentence.text
        assert not runs(sentence.text) & runs(INSTRUCTIONS) - runs(texts), sentence.text
        assert not re.search(r"\b[0-9a-f]{16}\b", sentence.text)
        assert visible(sentence.text).places == tuple(range(len(sentence.text))), sentence.text
    for notice in answer.notices:
        assert not LINK.search(notice)
        assert not runs(notice) & runs(INSTRUCTIONS)
        assert not re.search(r"\b[0-9a-f]{16}\b", notice)


def test_there_are_more_than_a_hundred_hostile_posts_of_all_kinds() -> None:
    assert len({injection.text for injection in INJECTIONS}) > 100
    assert len({injection.kind for injection in INJECTIONS}) >= 10


def test_what_a_post_makes_a_model_say_does_not_come_out(
    assistant: Assistant, model: Obedient
) -> None:
    """But for a few sentences in a hostile post's own words, which cite that post."""
    model.as_prose = False
    heard = []
    for number, injection in enumerate(INJECTIONS):
        model.injection = injection
        answer = ask(assistant, number)
        nothing_came_out(answer)
        assert (answer.status, answer.answerer) == (Status.ANSWERED, "model scripted"), injection
        assert any("left out" in notice for notice in answer.notices), injection
        true, *others = answer.sentences
        assert true.text == GOOD
        for sentence in others:
            cited = [answer.citations[at - 1].hit.post.text for at in sentence.citations]
            assert injection.text in cited, sentence
            heard.append(sentence.text)
    assert len(heard) <= MOST_HEARD, heard


def test_prose_of_a_model_that_obeys_leaves_the_extractive_answer(
    assistant: Assistant, model: Obedient
) -> None:
    model.as_prose = True
    for number in range(0, len(INJECTIONS), 4):
        model.injection = INJECTIONS[number]
        answer = ask(assistant, number)
        nothing_came_out(answer)
        assert answer.answerer == "extractive"
        for sentence in answer.sentences:
            (at,) = sentence.citations
            assert sentence.text in " ".join(answer.citations[at - 1].hit.post.text.split())
