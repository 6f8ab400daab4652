"""Vectors in the archive: their precision, who keeps them, and when they go."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from threadqa.archive import Archive
from threadqa.errors import ArchiveError

from .samples import key, keys, record, thread, write

ENCODER = "axes@1"
A, B, C = key("a"), key("b"), key("c")
AXES = np.eye(3, dtype=np.float32)


@settings(max_examples=25)
@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 5), st.integers(1, 8)),
        elements=st.floats(-1, 1, width=32),
    )
)
def test_a_vector_comes_back_within_half_a_unit_of_float16(values: NDArray[np.float32]) -> None:
    many = [key(str(number)) for number in range(len(values))]
    with tempfile.TemporaryDirectory() as folder, Archive.open_for_writing(Path(folder)) as archive:
        archive.put_vectors(ENCODER, many, values)
        stored = archive.vectors(ENCODER, many)
    assert stored.dtype == np.float32
    # Relative 2^-11 for normal numbers, absolute 2^-25 for those below 2^-14.
    np.testing.assert_allclose(stored, values, rtol=2.0**-11, atol=2.0**-25)


def test_vectors_come_in_the_order_of_the_keys_with_repeats(archive: Archive) -> None:
    archive.put_vectors(ENCODER, [A, B, C], AXES)
    np.testing.assert_array_equal(archive.vectors(ENCODER, [C, A, C]), AXES[[2, 0, 2]])
    assert archive.vectors(ENCODER, []).shape == (0, 0)


def test_a_vector_that_is_put_again_is_replaced(archive: Archive) -> None:
    archive.put_vectors(ENCODER, [A], AXES[:1])
    archive.put_vectors(ENCODER, [A], AXES[1:2])
    np.testing.assert_array_equal(archive.vectors(ENCODER, [A]), AXES[1:2])
    assert archive.counts().vectors == 1


def test_missing_vectors_are_named_once_in_order_by_encoder(archive: Archive) -> None:
    assert archive.missing_vectors(ENCODER, [B, A, B]) == [B, A]
    archive.put_vectors(ENCODER, [A], AXES[:1])
    assert archive.missing_vectors(ENCODER, [B, A, C, B]) == [B, C]
    assert archive.missing_vectors("other", [A]) == [A]
    many = [key(str(number)) for number in range(1300)]
    archive.put_vectors(ENCODER, many[::2], np.ones((650, 3), np.float32))
    assert archive.missing_vectors(ENCODER, many) == many[1::2]


def test_a_missing_vector_says_to_encode_again(archive: Archive) -> None:
    archive.put_vectors(ENCODER, [A], AXES[:1])
    write(archive, "a.txt", thread("t", ["a", "b"]))
    for ask in (
        lambda: archive.vectors(ENCODER, [A, B]),
        lambda: archive.vectors("other", [A]),
        lambda: next(archive.iter_threads_for_indexing(ENCODER)),
    ):
        with pytest.raises(ArchiveError, match=r"lacks vectors .* run `threadqa index PATH…`"):
            ask()


def test_vectors_of_two_lengths_are_refused(archive: Archive) -> None:
    archive.put_vectors(ENCODER, [A], AXES[:1])
    archive.put_vectors(ENCODER, [B], AXES[:1, :2])
    with pytest.raises(ArchiveError, match="lacks vectors"):
        archive.vectors(ENCODER, [A, B])


def test_indexing_gets_the_vectors_of_each_thread_in_its_order(archive: Archive) -> None:
    archive.put_vectors(ENCODER, [A, B, C], AXES)
    write(archive, "a.txt", thread("t", ["b", "a"]), thread("u", ["c", "b"]))
    first, second = archive.iter_threads_for_indexing(ENCODER)
    assert first.vectors is not None
    assert second.vectors is not None
    np.testing.assert_array_equal(first.vectors, AXES[[1, 0]])
    np.testing.assert_array_equal(second.vectors, AXES[[2, 1]])


def test_shapes_and_values_that_cannot_be_stored_are_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="2 keys do not fit"):
        archive.put_vectors(ENCODER, [A, B], AXES)
    with pytest.raises(ValueError, match="1 keys do not fit"):
        archive.put_vectors(ENCODER, [A], AXES[0])
    for bad in (np.nan, np.inf, 1e6):
        with pytest.raises(ValueError, match="float16 cannot hold"):
            archive.put_vectors(ENCODER, [A], np.full((1, 3), bad, np.float32))
    assert archive.counts().vectors == 0


def test_vectors_are_kept_when_a_later_transaction_fails(folder: Path) -> None:
    def fail(archive: Archive) -> None:
        with archive.transaction():
            archive.put_vectors(ENCODER, [B], AXES[:1])
            raise KeyError("the run was stopped")

    with Archive.open_for_writing(folder) as archive:
        archive.put_vectors(ENCODER, [A], AXES[:1])
        with pytest.raises(KeyError, match="stopped"):
            fail(archive)
        assert archive.missing_vectors(ENCODER, [A, B]) == [B]


def test_garbage_is_what_no_post_uses_and_what_other_encoders_made(archive: Archive) -> None:
    write(archive, "a.txt", thread("t", ["a", "b"]))
    archive.put_vectors(ENCODER, [A, B, C], AXES)
    archive.put_vectors("old", [A], AXES[:1])
    assert archive.collect_garbage(ENCODER) == 2
    assert archive.missing_vectors(ENCODER, [A, B, C]) == [C]
    with archive.transaction():
        archive.replace_source(record("a.txt"), [thread("t", ["a"])], keys)
        assert archive.collect_garbage(ENCODER) == 1
    assert archive.collect_garbage(ENCODER) == 0
    assert archive.collect_garbage(None) == 1
    assert archive.counts().vectors == 0
