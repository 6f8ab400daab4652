"""What every encoder does, whatever runs it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.stub_encoder import StubEncoder
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.encoders.registry import Runtime

TEXTS = (
    "Staff and money are missing.",
    "",
    "The river is full of boats, and the boats are full of music: " * 12,
    "reform",
    "Ελλάδα 東京 😀 money",
    "A second post about the reform.",
)
KINDS = tuple(TextKind)

Encoders = Callable[[str, Runtime], Encoder]


@pytest.fixture(
    params=[
        "stub",
        "plain openvino",
        "plain sentence-transformers",
        "prompts openvino",
        "prompts sentence-transformers",
        "cls openvino",
        "dense auto",
        "packaged openvino",
        "packaged sentence-transformers",
    ]
)
def encoder(request: pytest.FixtureRequest, encoders: Encoders) -> Encoder:
    name, _, runtime = str(request.param).partition(" ")
    return StubEncoder() if name == "stub" else encoders(name, Runtime(runtime))


@pytest.mark.parametrize("kind", KINDS)
def test_each_text_gets_a_unit_row_of_float32(encoder: Encoder, kind: TextKind) -> None:
    vectors = encoder.encode(TEXTS, kind)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_no_texts_give_no_rows(encoder: Encoder, kind: TextKind) -> None:
    assert encoder.encode([], kind).shape == (0, encoder.dimension)


@pytest.mark.parametrize(("kind", "tolerance"), [(TextKind.QUERY, 1e-5), (TextKind.DOCUMENT, 1e-3)])
def test_a_vector_does_not_depend_on_the_other_texts_nor_on_their_order(
    encoder: Encoder, kind: TextKind, tolerance: float
) -> None:
    together = encoder.encode(TEXTS, kind)
    backwards = encoder.encode(TEXTS[::-1], kind)[::-1]
    alone = np.concatenate([encoder.encode([text], kind) for text in TEXTS])
    np.testing.assert_allclose(np.sum(together * alone, axis=1), 1, atol=tolerance)
    np.testing.assert_allclose(np.sum(together * backwards, axis=1), 1, atol=tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_finds_itself_at_similarity_one(encoder: Encoder, kind: TextKind) -> None:
    vectors = encoder.encode(TEXTS, kind)
    similarities = encoder.encode(TEXTS, kind) @ vectors.T
    assert similarities.argmax(axis=1).tolist() == list(range(len(TEXTS)))
    np.testing.assert_allclose(similarities.diagonal(), 1, atol=1e-4)


def test_the_fingerprint_and_the_dimension_stay(encoder: Encoder) -> None:
    before = (encoder.fingerprint, encoder.dimension)
    encoder.encode(TEXTS[:1], TextKind.QUERY)
    assert (encoder.fingerprint, encoder.dimension) == before


@pytest.mark.parametrize("name", ["plain", "prompts", "packaged"])
def test_both_runtimes_have_the_same_fingerprint(name: str, encoders: Encoders) -> None:
    fast = encoders(name, Runtime.OPENVINO)
    assert fast.fingerprint == encoders(name, Runtime.SENTENCE_TRANSFORMERS).fingerprint


def test_the_stub_counts_words() -> None:
    stub = StubEncoder(["staff", "money"])
    vectors = stub.encode(["Staff, staff and money!", "", "boats"], TextKind.DOCUMENT)
    expected = np.array([[2, 1, 1], [0, 0, 1], [0, 0, 1]]) / [[6**0.5], [1], [1]]
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)
    assert stub.encoded == ["Staff, staff and money!", "", "boats"]
    assert stub.fingerprint == "stub-3"
