"""What tells Ollama, llama.cpp and vLLM apart, as their documentation and sources show it.

None of them runs here: these are replies written in their shape, played by the scripted server.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.model_server import ModelServer, error, events
from threadqa.errors import ContextLengthError, LanguageModelError
from threadqa.language_models.openai_compatible import OpenAICompatible
from threadqa.language_models.protocol import Message, Role
from threadqa.language_models.servers import Server


def ask(url: str) -> str:
    model = OpenAICompatible(Server(base_url=url, model="m"))
    return "".join(model.stream(ASKED, {}, seconds=10))


ASKED = [Message(role=Role.USER, content="Who pays?")]
Delta = Mapping[str, Any]


def chunk(delta: Delta | None, finish: str | None = None, **more: object) -> str:
    """A chunk of a chat completion; without a delta, one without a choice."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    common = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return json.dumps({**common, "choices": [] if delta is None else [choice], **more})


OLLAMA = [
    chunk({"role": "assistant", "content": "", "reasoning": "Let me see:"}),
    chunk({"role": "assistant", "content": "The "}, system_fingerprint="fp_ollama"),
    chunk({"role": "assistant", "content": "levy."}, system_fingerprint="fp_ollama"),
    chunk({"role": "assistant", "content": ""}, "stop", system_fingerprint="fp_ollama"),
]
LLAMA_CPP = [
    chunk({"role": "assistant", "content": None}),
    chunk({"reasoning_content": "Let me see:"}),
    chunk({"content": "The "}),
    chunk({"content": "levy."}),
    chunk({}, "stop", timings={"prompt_n": 12, "predicted_per_second": 17.2}),
]
VLLM = [
    chunk({"role": "assistant", "content": "", "reasoning_content": None}),
    chunk({"reasoning": "Let me see:", "reasoning_content": "Let me see:"}),
    chunk({"content": "The "}),
    chunk({"content": "levy."}),
    chunk({"content": ""}, "stop", stop_reason=None),
    chunk(None, usage={"prompt_tokens": 9, "total_tokens": 12, "completion_tokens": 3}),
]


@pytest.mark.parametrize("dialect", [OLLAMA, LLAMA_CPP, VLLM], ids=["ollama", "llama.cpp", "vllm"])
def test_a_reply_is_read_without_thoughts_and_trimmings(dialect: Sequence[str]) -> None:
    with ModelServer(events(*dialect)) as server:
        assert ask(server.base_url) == "The levy."


UNKNOWN: dict[str, dict[str, Any]] = {
    "ollama": {"error": {"message": "model 'm' not found", "type": "not_found_error"}},
    "vllm": {
        "error": {"message": "The model `m` does not exist.", "type": "NotFoundError", "code": 404}
    },
    "vllm before 0.11": {
        "object": "error",
        "message": "The model `m` does not exist.",
        "type": "NotFoundError",
        "code": 404,
    },
}


@pytest.mark.parametrize("dialect", UNKNOWN)
def test_a_model_that_is_not_there_is_named_in_the_servers_words(dialect: str) -> None:
    body = UNKNOWN[dialect]
    with ModelServer(error(404, body)) as server, pytest.raises(LanguageModelError) as raised:
        ask(server.base_url)
    said = body.get("error", body)
    assert isinstance(said, dict)
    assert f"(status 404), which says “{said['message']}”" in str(raised.value)


TOO_LONG = {
    "llama.cpp": {
        "error": {
            "code": 400,
            "message": "request (4476 tokens) exceeds the available context size (4096 tokens)",
            "type": "exceed_context_size_error",
            "n_prompt_tokens": 4476,
            "n_ctx": 4096,
        }
    },
    "vllm": {
        "error": {
            "message": "This model's maximum context length is 4096 tokens. However, your request "
            "has 4476 input tokens.",
            "type": "BadRequestError",
            "code": 400,
        }
    },
    "a cloud": {
        "error": {
            "message": "Your input is too long.",
            "type": "invalid_request_error",
            "code": "context_length_exceeded",
        }
    },
}


@pytest.mark.parametrize("dialect", TOO_LONG)
def test_a_prompt_that_is_too_long_is_known_in_every_dialect(dialect: str) -> None:
    with ModelServer(error(400, TOO_LONG[dialect])) as server, pytest.raises(ContextLengthError):
        ask(server.base_url)


def test_a_model_that_is_still_loading_is_waited_for() -> None:
    loading = {
        "error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}
    }  # llama.cpp
    with ModelServer(error(503, loading, retry_after_ms="1"), events(*LLAMA_CPP)) as server:
        assert ask(server.base_url) == "The levy."
