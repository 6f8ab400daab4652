"""A real server with a real model, that knows nothing: all it says must be dropped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model_server import closed_port
from threadqa.answers import Status
from threadqa.assistant import Assistant
from threadqa.diagnosis import Verdict, diagnose
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync_with_settings
from threadqa.settings import Settings

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples" / "threads"
QUESTION = "What did the auditors say about how many contacts were reached?"
LONGEST_START = 120.0
CHAT = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


@pytest.fixture(scope="module")
def tiny_llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of two layers with random weights, and a tokenizer that knows the examples."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from tokenizers.decoders import ByteLevel
    from transformers import (
        GenerationConfig,
        LlamaConfig,
        LlamaForCausalLM,
        PreTrainedTokenizerFast,
    )

    folder = tmp_path_factory.mktemp("tiny-llama")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevel()
    tokenizer.train(
        [str(path) for path in sorted(EXAMPLES.iterdir())],
        trainers.BpeTrainer(
            vocab_size=600,
            special_tokens=["<s>", "</s>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", chat_template=CHAT
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=600,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=16_384,
        bos_token_id=0,
        eos_token_id=1,
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(
        max_new_tokens=40, do_sample=True, bos_token_id=0, eos_token_id=1
    )
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def base_url(tiny_llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`transformers serve` on a port of the loopback interface, with a cache of its own."""
    port = closed_port()
    cache = tmp_path_factory.mktemp("cache")
    (cache / "hub").mkdir()
    process = subprocess.Popen(
        [
            *(Path(sys.executable).with_name("transformers"), "serve", tiny_llama),
            *f"--host 127.0.0.1 --port {port} --device cpu".split(),
            *"--default-seed 0 --log-level error".split(),
        ],
        env=os.environ
        | {"HF_HOME": str(cache), "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        assert process.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"{url} did not answer within {LONGEST_START:g} seconds")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples") / "index"
    sync_with_settings([EXAMPLES], Settings(index=folder), NoProgress())
    return folder


def test_gibberish_is_dropped_whole_and_the_extractive_answer_stands(
    base_url: str, tiny_llama: Path, index: Path
) -> None:
    settings = Settings(
        index=index,
        llm_base_url=base_url,
        llm_model=str(tiny_llama),
        llm_timeout_seconds=120.0,
        llm_max_context_characters=4_000,
    )
    with Assistant.open(settings) as assistant:
        answer = assistant.ask(QUESTION)
    with Assistant.open(Settings(index=index)) as assistant:
        extractive = assistant.ask(QUESTION)
    assert (answer.status, answer.answerer) == (Status.ANSWERED, "extractive")
    assert (answer.sentences, answer.citations) == (extractive.sentences, extractive.citations)
    (notice,) = set(answer.notices) - set(extractive.notices)
    assert notice.startswith("The language model did not answer: ")
    assert "cannot be reached" not in notice
    assert "did not finish" not in notice


def test_the_server_is_found_by_the_doctor(base_url: str, index: Path) -> None:
    settings = Settings(index=index, llm_base_url=base_url, llm_model="no such model")
    checks = {check.name: check for check in diagnose(settings, contact=True)}
    assert checks["language model"].verdict is Verdict.SLOW
    assert "it answers" in checks["language model"].found


def test_a_model_that_the_server_does_not_have_is_a_notice(base_url: str, index: Path) -> None:
    settings = Settings(index=index, llm_base_url=base_url, llm_model="no such model")
    with Assistant.open(settings) as assistant:
        answer = assistant.ask(QUESTION)
    assert (answer.status, answer.answerer) == (Status.ANSWERED, "extractive")
    assert any(notice.startswith("The language model did not answer") for notice in answer.notices)
