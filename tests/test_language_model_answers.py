"""Questions asked of a language model over HTTP, from the assistant and from the terminal."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.answering.scripted import declined, said
from tests.model_server import (
    ModelServer,
    Step,
    closed_port,
    cut,
    drip,
    error,
    obedient,
    page,
    redirect,
    refuse_schema,
    reply,
    wait,
)
from threadqa.answers import Answer, Exchange, Status
from threadqa.assistant import Assistant
from threadqa.cli.main import app
from threadqa.errors import EncoderError
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.serialization import answer_json
from threadqa.settings import Settings

THREADS = {
    "levy.txt": """\
1/25 A levy on wages pays for half of the care of old people.
2/25 The councils pay for the rest, 900 million pounds in 2021.
3/25 Ann Carter says that the levy is too low. https://levy.example/report
""",
    "boats.jsonl": json.dumps({"author": "bob", "text": "Bob says that the boats are green."}),
}
QUESTION = "What does the levy on wages pay for?"
HALF = "A levy on wages pays for half of the care of old people."
REST = "The councils pay for the rest, 900 million pounds in 2021."
DOUBLE = "A levy on wages pays for double of the care of young boats."
LABEL = re.compile(r'<post-\w+ id="(p\d+)"[^>]*>\n(\d/25|Bob)')


def labels(prompt: str) -> dict[str, str]:
    """Of each post, what its text begins with and the label it was shown under."""
    return {begins: label for label, begins in LABEL.findall(prompt)}


def honest(prompt: str) -> str:
    at = labels(prompt)
    return said(
        (HALF, {at["1/25"]: "levy on wages pays for half"}),
        (DOUBLE, {at["1/25"]: "levy on wages"}),
        (REST, {at["2/25"]: "councils pay for the rest, 900 million pounds in 2021"}),
    )


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*os.environ]:
        if name.startswith(("OPENAI_", "THREADQA_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("threads")
    for name, text in THREADS.items():
        (folder / name).write_text(text, encoding="utf-8")
    index = tmp_path_factory.mktemp("index")
    sync_with_settings([folder], Settings(index=index), NoProgress())
    return index


def settings(index: Path, url: str | None, **options: object) -> Settings:
    chosen = {"answer_threshold": 0.0, "llm_timeout_seconds": 20.0, **options}
    return Settings(index=index, llm_base_url=url, llm_model="m", **chosen)  # type: ignore[arg-type]


@contextmanager
def asking(
    index: Path, *script: Step, **options: object
) -> Iterator[tuple[Assistant, ModelServer]]:
    with (
        ModelServer(*script) as server,
        Assistant.open(settings(index, server.base_url, **options)) as assistant,
    ):
        yield assistant, server


@pytest.fixture(scope="module")
def extractive(index: Path) -> Answer:
    """What is answered without a language model."""
    with Assistant.open(settings(index, None)) as assistant:
        return assistant.ask(QUESTION)


def test_a_model_answers_in_its_words_and_what_its_posts_do_not_say_is_left_out(
    index: Path,
) -> None:
    with asking(index, obedient(honest)) as (assistant, server):
        answer = assistant.ask(QUESTION)
    assert (answer.status, answer.answerer) == (Status.ANSWERED, "model m")
    assert answer.text == f"{HALF} [1] {REST} [2]"
    assert [citation.hit.post.position for citation in answer.citations] == [1, 2]
    assert answer.citations[0].quotes == ("levy on wages pays for half",)
    assert answer.nearest == ()
    assert any(notice.startswith("1 of 3 sentences that the") for notice in answer.notices)
    assert any("is partial: 3 of 25 posts, missing 4–25" in notice for notice in answer.notices)
    assert set(answer.timings_ms) == {"retrieve", "answer"}
    (request,) = server.requests
    assert QUESTION in request.prompt
    assert "posts 4–25 of 25 not in the archive" in request.prompt


def test_an_answer_is_shown_as_it_grows_and_ends_with_its_notices(index: Path) -> None:
    with asking(index, obedient(honest)) as (assistant, _):
        *grown, whole = assistant.stream(QUESTION)
    assert [[s.text for s in answer.sentences] for answer in grown] == [[HALF], [HALF, REST]]
    assert {answer.answerer for answer in grown} == {"model m"}
    assert [s.text for s in whole.sentences] == [HALF, REST]
    assert not any("left out" in notice for answer in grown for notice in answer.notices)
    assert any("left out" in notice for notice in whole.notices)


def test_a_sentence_is_out_before_the_next_one_is_written(index: Path) -> None:
    def half(prompt: str) -> str:
        return honest(prompt).split('}, {"quotes": [{"post"')[0] + "},"

    def play(handler: object, request: object) -> None:
        drip(half(request.prompt), every=0.05)(handler, request)  # type: ignore[attr-defined, arg-type]

    with asking(index, play, llm_timeout_seconds=3.0) as (assistant, _):
        started = time.monotonic()
        answers = assistant.stream(QUESTION)
        assert [s.text for s in next(answers).sentences] == [HALF]
        assert time.monotonic() - started < 3.0
        *_, whole = answers
    assert [s.text for s in whole.sentences] == [HALF]
    assert whole.answerer == "model m"
    assert any(n.startswith("The answer breaks off: ") for n in whole.notices)


def test_the_json_of_an_answer_has_the_same_shape_on_both_paths(
    index: Path, extractive: Answer
) -> None:
    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(one) for key, one in value.items()}
        if isinstance(value, list):
            return [shape(value[0])] if value else []
        return None if isinstance(value, int | float | str | None) else type(value)

    with asking(index, obedient(honest)) as (assistant, _):
        generated = assistant.ask(QUESTION)
    assert shape(answer_json(generated)) == shape(answer_json(extractive))


FAILURES = {
    "an overloaded server": (error(429, {}, retry_after_ms="1"), "takes no more requests"),
    "a broken server": (error(500, {}, retry_after_ms="1"), "failed"),
    "a server that wants a key": (error(401, {}), "wants a key"),
    "a model that is not there": (error(404, {"error": {"message": "no m"}}), "has no model 'm'"),
    "a page": (page(200, "<html>Log in to the hotel</html>"), "did not answer as an OpenAI"),
    "a redirect": (redirect("http://127.0.0.1:9/v1"), "redirects elsewhere"),
    "a stream cut short": (cut('{"answered": true, ', cleanly=False), "broke off"),
    "a stream that ends early": (cut('{"answered": true, ', cleanly=True), "broke off"),
    "prose": (reply("The levy pays for a lot."), "not of the form that was asked for"),
    "malformed JSON": (reply('{"answered": tru"sentences: [}'), "not of the form"),
    "nothing": (reply(""), "not of the form that was asked for"),
    "no sentence": (reply(said()), "gave no sentence"),
    "an endless reply": (reply("so " * 70_000, piece=10_000), "without coming to an end"),
    "a prompt that is too long": (error(413, {}), "cannot read so much"),
    "a server without schemas and sense": (refuse_schema(reply("Levy!")), "not of the form"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_every_failure_is_a_notice_and_the_extractive_answer(
    index: Path, extractive: Answer, name: str
) -> None:
    step, words = FAILURES[name]
    with asking(index, step) as (assistant, _):
        answer = assistant.ask(QUESTION)
    assert (answer.status, answer.answerer) == (Status.ANSWERED, "extractive")
    assert (answer.sentences, answer.citations) == (extractive.sentences, extractive.citations)
    (notice,) = [one for one in answer.notices if one not in extractive.notices]
    assert notice.startswith("The language model did not answer: ")
    assert words in notice
    assert notice.endswith(". This answer is made without it.")
    assert "\n" not in notice


def test_a_server_that_is_down_is_a_notice(index: Path, extractive: Answer) -> None:
    down = settings(index, f"http://127.0.0.1:{closed_port()}/v1")
    with Assistant.open(down) as assistant:
        answer = assistant.ask(QUESTION)
    assert (answer.sentences, answer.answerer) == (extractive.sentences, "extractive")
    assert any("cannot be reached" in notice for notice in answer.notices)


@pytest.mark.parametrize("step", [wait(60), drip("", every=0.02), error(503, {}, retry_after="60")])
def test_an_answer_comes_within_the_time_limit(index: Path, extractive: Answer, step: Step) -> None:
    with asking(index, step, llm_timeout_seconds=1.0) as (assistant, _):
        started = time.monotonic()
        answer = assistant.ask(QUESTION)
        assert time.monotonic() - started < 4.0
    assert answer.sentences == extractive.sentences
    assert any("within 1 seconds" in notice for notice in answer.notices)


def test_sentences_that_are_all_wrong_leave_the_extractive_answer_with_a_notice(
    index: Path, extractive: Answer
) -> None:
    wrong = reply(said((DOUBLE, {"p1": "levy on wages"}), ("Boats.", {"p77": "boats"})))
    with asking(index, wrong) as (assistant, _):
        answer = assistant.ask(QUESTION)
    assert (answer.sentences, answer.answerer) == (extractive.sentences, "extractive")
    (notice,) = [one for one in answer.notices if one not in extractive.notices]
    assert notice.startswith("2 of 2 sentences that the language model m wrote were left out: ")
    assert notice.endswith("This answer is made without it.")


def test_a_model_that_finds_no_answer_is_believed_and_named(index: Path) -> None:
    with asking(index, reply(declined())) as (assistant, _):
        (answer,) = assistant.stream(QUESTION)
    assert (answer.status, answer.answerer) == (Status.NOT_FOUND, "model m")
    assert answer.nearest
    assert any("finds no answer in the" in notice for notice in answer.notices)


def test_a_question_that_the_archive_does_not_answer_is_not_sent(index: Path) -> None:
    with asking(index, obedient(honest), answer_threshold=1.0) as (assistant, server):
        answer = assistant.ask(QUESTION)
        assert server.requests == []
    assert (answer.status, answer.answerer) == (Status.NOT_FOUND, "extractive")


def test_only_posts_that_the_operators_leave_are_sent(index: Path) -> None:
    with asking(index, reply(declined())) as (assistant, server):
        assistant.ask(f"source:levy -councils {QUESTION}")
        assistant.ask(f"source:boats {QUESTION}")
    first, second = (labels(request.prompt) for request in server.requests)
    assert (set(first), set(second)) == ({"1/25", "3/25"}, {"Bob"})


def test_a_prompt_that_the_server_cannot_take_is_sent_again_with_half_the_posts(
    index: Path,
) -> None:
    too_long = error(400, {"error": {"message": "x", "code": "context_length_exceeded"}})
    with asking(index, too_long, obedient(honest_about_what_is_there)) as (assistant, server):
        answer = assistant.ask(QUESTION)
    assert [len(labels(request.prompt)) for request in server.requests] == [4, 2]
    assert (answer.answerer, len(answer.sentences)) == ("model m", 2)


def honest_about_what_is_there(prompt: str) -> str:
    at = labels(prompt)
    words = {
        "1/25": (HALF, "levy on wages pays for half"),
        "2/25": (REST, "councils pay for the rest"),
        "3/25": ("Ann Carter says that the levy is too low.", "the levy is too low"),
        "Bob": ("Bob says that the boats are green.", "the boats are green"),
    }
    return said(*((words[one][0], {at[one]: words[one][1]}) for one in at))


def test_a_follow_up_is_sent_as_it_is_worded_and_in_full(index: Path) -> None:
    before = Exchange(question=QUESTION, answer=HALF)
    with asking(index, reply(declined())) as (assistant, server):
        answer = assistant.ask("source:levy And who pays for the rest of it?", [before])
    (request,) = server.requests
    asked = request.prompt.split("is what you are asked:\n")[1].splitlines()
    assert asked == [
        "And who pays for the rest of it?",
        f"In full, with what was said before: {answer.standalone_question}",
    ]
    assert "levy" in answer.standalone_question


def test_posts_are_left_out_until_the_prompt_fits(index: Path) -> None:
    with asking(index, reply(declined())) as (assistant, server):
        assistant.ask(QUESTION)
        length = sent(server)
    limit = length - 1
    with asking(index, reply(declined()), llm_max_context_characters=limit) as (assistant, server):
        assistant.ask(QUESTION)
        assert sent(server) <= limit
        assert len(labels(server.requests[0].prompt)) == 3


def sent(server: ModelServer) -> int:
    (request,) = server.requests
    return sum(len(message["content"]) for message in request.body["messages"])


def test_a_quotation_is_made_without_the_model(index: Path, extractive: Answer) -> None:
    with asking(index, obedient(honest)) as (assistant, server):
        answer = assistant.quote(QUESTION)
        assert server.requests == []
    assert (answer.sentences, answer.answerer) == (extractive.sentences, "extractive")
    assert answer.notices == extractive.notices


def test_nothing_is_contacted_offline_or_with_half_the_settings(index: Path) -> None:
    with ModelServer(obedient(honest)) as server:
        both = settings(index, server.base_url)
        for chosen in (replace(both, offline=True), replace(both, llm_model=None)):
            with Assistant.open(chosen) as assistant:
                assert assistant.ask(QUESTION).answerer == "extractive"
        assert server.requests == []


def test_a_cross_encoder_that_is_to_judge_support_must_be_there(
    index: Path, tmp_path: Path
) -> None:
    chosen = settings(index, "http://127.0.0.1:1/v1", support_model=str(tmp_path))
    with pytest.raises(EncoderError):
        Assistant.open(chosen)
    with Assistant.open(replace(chosen, offline=True)) as assistant:  # it has nothing to judge
        assert assistant.ask(QUESTION).answerer == "extractive"


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], env=environment)


def test_the_terminal_says_who_answered_and_forbids_it_with_a_flag(index: Path) -> None:
    with ModelServer(obedient(honest)) as server:
        environment = {
            "THREADQA_LLM_BASE_URL": server.base_url,
            "THREADQA_LLM_MODEL": "m",
            "THREADQA_ANSWER_THRESHOLD": "0",
        }
        shown = run("ask", QUESTION, "--index", index, **environment)
        assert shown.exit_code == 0
        assert f"{HALF} [1] {REST} [2]" in shown.stdout
        assert "\nWritten by model m, checked against the posts.\n" in shown.stdout
        assert len(server.requests) == 1
        shown = run("ask", QUESTION, "--index", index, "--offline", **environment)
        assert "Written by" not in shown.stdout
        assert len(server.requests) == 1
        chat = CliRunner().invoke(
            app, ["chat", "--index", str(index), "--offline"], input=QUESTION, env=environment
        )
        assert (chat.exit_code, len(server.requests)) == (0, 1)
        as_json = json.loads(run("ask", QUESTION, "--index", index, "--json", **environment).stdout)
        assert as_json["answerer"] == "model m"
