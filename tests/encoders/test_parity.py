"""The fast runtime gives the vectors that sentence-transformers gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from threadqa.encoders.openvino_cache import EXPORTED_FILES, Export, export_folder, read_export
from threadqa.encoders.openvino_export import MIN_COSINE, check_export
from threadqa.encoders.openvino_runtime import OpenVinoEncoder
from threadqa.encoders.protocol import Encoder, TextKind, Vectors
from threadqa.encoders.registry import Runtime, open_encoder
from threadqa.encoders.sentence_transformers_encoder import load_pipeline

from .conftest import PROMPTS

Encoders = Callable[[str, Runtime], Encoder]
LOCOMO = Path(__file__).parents[3] / "shared" / "eval" / "locomo"

TEXTS = (
    "What is missing from the reforms?",
    "",
    "  spaces\tand\nlines ",
    "Staff, money and boats! " * 60,
    "Ça coûte 3,50 € à Zürich; 東京 😀 \u200b",
)
SUBJECTS = (
    "the harbour pilots", "my sister", "a retired judge", "the night nurses", "our choir",
    "the new minister", "two beekeepers", "the ferry company", "a class of ten-year-olds",
    "the volcano observatory",
)  # fmt: skip
DEEDS = (
    "asked for higher pay before winter", "painted the old bridge green",
    "published a report on school meals", "lost a dog near the airport",
    "learned to bake sourdough bread", "voted against the water reform",
    "built a telescope from scrap", "sold the last copy of the atlas",
)  # fmt: skip
ASIDES = (
    "", " Nobody noticed until Monday.", " It cost more than the whole library, and it took them "
    "three years, two lawyers and a loan from the bank next door.",
)  # fmt: skip
POSTS = [
    f"{subject[0].upper()}{subject[1:]} {deed}.{aside}"
    for subject, deed, aside in product(SUBJECTS, DEEDS, ASIDES)
]
QUESTIONS = [f"Who {deed}?" for deed in DEEDS] + [f"What about {who}?" for who in SUBJECTS]


def top_ten_agreement(expected: Vectors, found: Vectors, queries: Vectors) -> float:
    """The share of each question's ten nearest posts that both sets of vectors agree on."""
    shares = [
        len(set(np.argsort(-one)[:10]) & set(np.argsort(-other)[:10])) / 10
        for one, other in zip(queries @ expected.T, queries @ found.T, strict=True)
    ]
    return float(np.mean(shares))


@pytest.mark.parametrize("kind", list(TextKind))
@pytest.mark.parametrize("name", ["plain", "prompts", "cls", "packaged"])
def test_fp32_vectors_are_those_of_sentence_transformers(
    name: str, kind: TextKind, encoders: Encoders, cache_dir: Path
) -> None:
    fast = encoders(name, Runtime.OPENVINO)
    fast.encode(TEXTS[:1], kind)
    folder = export_folder(fast.fingerprint, cache_dir)
    export = read_export(folder, cache_dir)
    assert isinstance(export, Export)
    exact = OpenVinoEncoder(folder, export, fast.fingerprint).encode_exactly(TEXTS, kind)
    expected = encoders(name, Runtime.SENTENCE_TRANSFORMERS).encode(TEXTS, kind)
    assert np.sum(exact * expected, axis=1).min() >= MIN_COSINE


@pytest.mark.parametrize("runtime", [Runtime.OPENVINO, Runtime.SENTENCE_TRANSFORMERS])
def test_a_models_own_prompts_go_before_the_texts(runtime: Runtime, encoders: Encoders) -> None:
    prompted = encoders("prompts", runtime)
    plain = encoders("plain", Runtime.OPENVINO)  # the same weights without prompts
    text = "the river and the boat"
    for kind in TextKind:
        by_hand = plain.encode([PROMPTS[kind] + text], TextKind.QUERY)
        similarity = float((prompted.encode([text], kind) @ by_hand.T)[0, 0])
        assert similarity == pytest.approx(1, abs=1e-3)
        assert float((plain.encode([text], kind) @ by_hand.T)[0, 0]) < 0.999


def test_documents_keep_the_top_ten_of_sentence_transformers(encoders: Encoders) -> None:
    slow = encoders("packaged", Runtime.SENTENCE_TRANSFORMERS)
    fast = encoders("packaged", Runtime.OPENVINO)
    found = fast.encode(POSTS, TextKind.DOCUMENT)
    expected = slow.encode(POSTS, TextKind.DOCUMENT)
    queries = fast.encode(QUESTIONS, TextKind.QUERY)
    assert np.sum(found * expected, axis=1).min() >= 0.999
    assert top_ten_agreement(expected, found, queries) >= 0.99


@pytest.mark.skipif(not LOCOMO.is_dir(), reason="the LoCoMo posts are not on this machine")
def test_documents_keep_the_top_ten_on_a_public_set_of_posts(encoders: Encoders) -> None:
    lines = sorted(LOCOMO.glob("*/posts.jsonl"))[0].read_text(encoding="utf-8").splitlines()
    posts = [str(json.loads(line)["text"]) for line in lines]
    slow = encoders("packaged", Runtime.SENTENCE_TRANSFORMERS).encode(posts, TextKind.DOCUMENT)
    fast = encoders("packaged", Runtime.OPENVINO)
    asked = sorted(LOCOMO.glob("*/questions.jsonl"))[0].read_text(encoding="utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in asked]
    queries = fast.encode(questions, TextKind.QUERY)
    assert top_ten_agreement(slow, fast.encode(posts, TextKind.DOCUMENT), queries) >= 0.99


def test_the_packaged_model_finds_the_post_that_answers(encoders: Encoders) -> None:
    encoder = encoders("packaged", Runtime.AUTO)
    posts = ["The ferry is late again.", "We need more nurses.", "My bread did not rise."]
    question = encoder.encode(["Which jobs are understaffed?"], TextKind.QUERY)
    ranking = (encoder.encode(posts, TextKind.DOCUMENT) @ question.T).ravel().argsort()[::-1]
    assert ranking[0] == 1


def test_an_export_with_other_vectors_is_thrown_away(
    models: Callable[[str], Path], encoders: Encoders, cache_dir: Path, tmp_path: Path
) -> None:
    fast = encoders("plain", Runtime.OPENVINO)
    fast.encode(TEXTS[:1], TextKind.QUERY)
    folder = export_folder(fast.fingerprint, cache_dir)
    export = read_export(folder, cache_dir)
    assert export is not None
    for name in EXPORTED_FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    other = load_pipeline(models("cls"), device="cpu")  # the same weights, pooled otherwise
    checked = check_export(tmp_path, other, export)
    assert checked.reason.startswith("its export differs: cosine 0.")
    assert list(tmp_path.iterdir()) == []


def test_a_long_text_is_cut_at_the_models_length(cache_dir: Path) -> None:
    encoder = open_encoder(cache_dir=cache_dir)
    words = "boat " * 300  # more than the 256 tokens of the packaged model
    vectors = encoder.encode([words, words + "and a judge"], TextKind.QUERY)
    np.testing.assert_allclose(vectors[0] @ vectors[1], 1, atol=1e-5)
