"""The client against a real HTTP server: what it sends, and what each failure is called."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.model_server import (
    ModelServer,
    Step,
    closed_port,
    cut,
    drip,
    error,
    events,
    page,
    redirect,
    refuse_schema,
    reply,
    wait,
)
from threadqa.errors import ContextLengthError, LanguageModelError
from threadqa.language_models.openai_compatible import OpenAICompatible
from threadqa.language_models.protocol import Message, Role
from threadqa.language_models.servers import Server, configured_server, is_loopback
from threadqa.settings import Settings

KEY = "sk-very-secret-0123456789"
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}
ASKED = [
    Message(role=Role.SYSTEM, content="Answer."),
    Message(role=Role.USER, content="Who pays?"),
]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith("OPENAI_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KEY_OF_TESTS", KEY)


def ask(url: str, *, key: bool = False, seconds: float = 10.0, retries: int = 2) -> str:
    server = Server(base_url=url, model="m", api_key_env="KEY_OF_TESTS" if key else None)
    model = OpenAICompatible(server, retries=retries)
    return "".join(model.stream(ASKED, SCHEMA, seconds=seconds))


def failure(url: str, **options: object) -> str:
    with pytest.raises(LanguageModelError) as raised:
        ask(url, **options)  # type: ignore[arg-type]
    message = str(raised.value)
    assert "\n" not in message
    assert KEY not in message
    assert raised.value.__cause__ is None
    return message


def test_a_reply_comes_in_the_pieces_that_the_server_sends() -> None:
    with ModelServer(reply("Nobody pays.", piece=4)) as server:
        model = OpenAICompatible(Server(base_url=server.base_url, model="m"))
        assert list(model.stream(ASKED, SCHEMA, seconds=10)) == ["Nobo", "dy p", "ays."]
        (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Answer."},
            {"role": "user", "content": "Who pays?"},
        ],
        "stream": True,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
        },
    }


def test_a_model_is_told_how_long_to_think_if_that_is_set() -> None:
    with ModelServer(reply("Yes.")) as server:
        known = Server(base_url=server.base_url, model="m", reasoning_effort="none")
        list(OpenAICompatible(known).stream(ASKED, SCHEMA, seconds=10))
        assert server.requests[0].body["reasoning_effort"] == "none"


def test_a_request_says_nothing_of_the_machine_or_of_other_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-server")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-of-an-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/elsewhere")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-other: secret\nauthorization: Bearer other")
    with ModelServer(reply("Yes.")) as server:
        ask(server.base_url)
        ask(server.base_url, key=True)
        without, with_key = server.requests
    allowed = set("accept accept-encoding connection content-length content-type host".split())
    assert set(without.headers) == allowed | {"user-agent"}
    assert set(with_key.headers) == allowed | {"user-agent", "authorization"}
    assert with_key.headers["authorization"] == f"Bearer {KEY}"


def test_a_proxy_of_the_environment_is_not_asked_for_a_server_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ModelServer(reply("Yes.")) as server, ModelServer(reply("No.")) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.base_url.removesuffix("/v1"))
        assert ask(server.base_url) == "Yes."
        assert proxy.requests == []


def test_a_proxy_of_the_environment_is_asked_for_a_server_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ModelServer(reply("No.")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
        assert ask("http://models.example/v1") == "No."
        assert proxy.requests[0].headers["host"] == "models.example"


def test_a_server_that_takes_no_schema_is_asked_without_one_and_remembered() -> None:
    with ModelServer(refuse_schema(reply("Yes."))) as server:
        model = OpenAICompatible(Server(base_url=server.base_url, model="m"))
        for _ in range(2):
            assert "".join(model.stream(ASKED, SCHEMA, seconds=10)) == "Yes."
        assert ["response_format" in one.body for one in server.requests] == [True, False, False]


def test_a_request_that_is_refused_for_another_reason_does_not_turn_schemas_off() -> None:
    refused = error(400, {"error": {"message": "the moon is full"}})
    with ModelServer(refused, refused, reply("Yes.")) as server:
        model = OpenAICompatible(Server(base_url=server.base_url, model="m"))
        with pytest.raises(LanguageModelError, match="says “the moon is full”"):
            list(model.stream(ASKED, SCHEMA, seconds=10))
        assert "".join(model.stream(ASKED, SCHEMA, seconds=10)) == "Yes."
        assert ["response_format" in one.body for one in server.requests] == [True, False, True]


def test_an_overloaded_server_is_asked_again_after_a_while() -> None:
    busy = error(429, {"error": {"message": "slow down"}}, retry_after_ms="1")
    with ModelServer(busy, error(503, {}, retry_after_ms="1"), reply("Yes.")) as server:
        assert ask(server.base_url) == "Yes."
        assert len(server.requests) == 3


HTML = "<html><body><h1>Not Found</h1></body></html>"
OLLAMA_UNKNOWN = {"error": {"message": "model 'm' not found", "type": "not_found_error"}}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (error(404, OLLAMA_UNKNOWN), "has no model 'm'.*“model 'm' not found”.*llm.model"),
        (page(404, HTML), r"nothing at this address \(status 404\): correct"),
        (error(401, {"error": {"message": f"wrong: {KEY}"}}), "another key.*status 401.*api_key"),
        (error(403, {"detail": "no"}), "another key.*status 403"),
        (error(429, {}, retry_after_ms="1"), r"no more requests.*\(3 times, last with status 429"),
        (error(500, {}, retry_after_ms="1"), r"failed \(3 times, last with status 500\)"),
        (error(502, {"error": "bad\ngate\x1b[2Jway"}, retry_after_ms="1"), "“bad gate \\[2Jway”"),
        (error(418, {"error": {"message": "x" * 500}}), r"status 418\), which says “x{160}…”"),
        (redirect("http://elsewhere.example/"), "redirects.*status 307.*not followed"),
        (
            page(200, HTML),
            r"did not answer as an OpenAI-compatible server does \(ValueError\): check",
        ),
        (error(200, {"choices": []}), "did not answer as an OpenAI-compatible server does"),
        (events("not JSON"), "did not answer as an OpenAI-compatible server does"),
        (events("[1, 2]"), "did not answer as an OpenAI-compatible server does"),
        (events('{"choices": 7}'), "did not answer as an OpenAI-compatible server does"),
        (events('{"error": {"message": "out of memory"}}'), "broke off.*“out of memory”"),
        (cut("half", cleanly=False), "connection to .* broke off"),
        (cut("half", cleanly=True), "answer of .* broke off"),
        (reply("half", finish="length"), "ran out of room.*max_context_characters"),
        (reply("half", finish="content_filter"), "held the answer back"),
        (reply("half", finish="tool_calls"), r"something else than answer \(tool_calls\)"),
    ],
)
def test_every_failure_is_one_line_that_says_what_to_do(step: Step, words: str) -> None:
    with ModelServer(step) as server:
        message = failure(server.base_url, key=True)
    assert re.search(words, message), message


@pytest.mark.parametrize(
    "step",
    [
        error(400, {"error": {"message": "too long", "code": "context_length_exceeded"}}),
        error(
            400,
            {
                "error": {
                    "code": 400,
                    "message": "the request exceeds the available context size",
                    "type": "exceed_context_size_error",
                }
            },
        ),
        error(400, {"error": {"message": "This model's maximum context length is 4096 tokens."}}),
        error(400, {"object": "error", "message": "maximum model length of 2048 exceeded"}),
        error(413, {}),
    ],
)
def test_a_prompt_that_is_too_long_is_told_from_other_refusals(step: Step) -> None:
    with ModelServer(step) as server:
        with pytest.raises(ContextLengthError, match=r"llm\.max_context_characters"):
            ask(server.base_url)
        assert len(server.requests) == 1


def test_a_server_that_is_not_there_is_named() -> None:
    message = failure(f"http://127.0.0.1:{closed_port()}/v1", retries=0)
    assert message.endswith("cannot be reached: start the server, or correct llm.base_url")


def test_a_wrong_key_and_a_missing_one_are_told_apart() -> None:
    with ModelServer(error(401, {})) as server:
        assert "wants a key (status 401)" in failure(server.base_url)
        assert "wants another key than the one" in failure(server.base_url, key=True)


def test_tls_with_a_server_that_has_none_is_called_so() -> None:
    with ModelServer(reply("Yes.")) as server:
        message = failure(server.base_url.replace("http:", "https:"), retries=0)
    assert message.startswith("the TLS connection to https://127.0.0.1:")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
def test_a_certificate_is_checked_and_an_authority_can_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "server.pem"
    subprocess.run(
        [
            *"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1".split(),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    certificate.write_text((tmp_path / "key.pem").read_text() + (tmp_path / "cert.pem").read_text())
    with ModelServer(reply("Yes."), certificate=certificate) as server:
        assert "self-signed certificate" in failure(server.base_url, retries=0)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert ask(server.base_url) == "Yes."


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (wait(60), "did not finish within 0.5 seconds.*llm.timeout_seconds"),
        (drip("half", every=0.05), "did not finish within 0.5 seconds"),
        (error(429, {}, retry_after="100"), "refused within 0.5 seconds .*status 429"),
    ],
)
def test_a_time_limit_holds_whatever_the_server_does(step: Step, words: str) -> None:
    ask_once_so_that_all_is_imported()
    with ModelServer(step) as server:
        started = time.monotonic()
        message = failure(server.base_url, seconds=0.5)
        assert time.monotonic() - started < 2.0
    assert re.search(words, message), message


def ask_once_so_that_all_is_imported() -> None:
    with ModelServer(reply("Yes.")) as server:
        ask(server.base_url)


def test_what_came_before_a_break_was_given_out() -> None:
    with ModelServer(cut("half", cleanly=False)) as server:
        model = OpenAICompatible(Server(base_url=server.base_url, model="m"))
        pieces = model.stream(ASKED, SCHEMA, seconds=10)
        assert next(pieces) == "half"
        with pytest.raises(LanguageModelError):
            next(pieces)


def test_a_reply_that_nobody_wants_any_more_is_ended() -> None:
    with ModelServer(drip("half", every=0.01)) as server:
        model = OpenAICompatible(Server(base_url=server.base_url, model="m"))
        with closing(model.stream(ASKED, SCHEMA, seconds=60)) as pieces:
            assert next(pieces) == "half"
            assert running()
        assert not running()


def running() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "language model"]


def test_a_caller_may_run_an_event_loop_of_its_own() -> None:
    async def main(url: str) -> str:
        return ask(url)

    with ModelServer(reply("Yes.")) as server:
        assert asyncio.run(main(server.base_url)) == "Yes."


def test_the_models_of_a_server_are_listed() -> None:
    listed = {"object": "list", "data": [{"id": "a", "object": "model"}, {"id": "b"}]}
    with ModelServer(error(200, listed)) as server:
        model = OpenAICompatible(Server(base_url=server.base_url, model="a"))
        assert model.models(seconds=5) == ["a", "b"]
        assert server.requests[0].path == "/v1/models"


def test_a_key_is_read_when_it_is_needed_and_held_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(base_url="http://127.0.0.1:1/v1", model="m", api_key_env="KEY_OF_TESTS")
    assert server.api_key == KEY
    assert KEY not in f"{server} {server!r}"
    monkeypatch.setenv("KEY_OF_TESTS", " ")
    with ModelServer(reply("Yes.")) as model:
        message = failure(model.base_url, key=True)
        assert model.requests == []
    assert message.startswith("llm.api_key_env names the variable KEY_OF_TESTS, which is not set")


def test_a_server_is_used_only_if_address_and_model_are_set_and_nothing_forbids_it() -> None:
    url = "http://127.0.0.1:1/v1"
    both = Settings(llm_base_url=url, llm_model="m", llm_api_key_env="K")
    assert configured_server(both) == Server(base_url=url, model="m", api_key_env="K")
    assert configured_server(replace(both, offline=True)) is None
    assert configured_server(replace(both, llm_model=None)) is None
    assert configured_server(replace(both, llm_base_url=None)) is None
    assert configured_server(Settings()) is None


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("models.localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("localhost.example.org", False),
        ("api.example.org", False),
        ("", False),
    ],
)
def test_only_loopback_counts_as_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here
