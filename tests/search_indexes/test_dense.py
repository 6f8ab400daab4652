"""The dense index, against axis vectors and exact numpy products."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from threadqa.errors import SearchIndexError
from threadqa.search_indexes import build_dense, open_dense
from threadqa.search_indexes.dense import DenseIndex

FLAT, LISTS = 10_000, 50  # values of ivf_above, for the 400 vectors below


def unit_vectors(count: int, dimension: int) -> NDArray[np.float32]:
    """Seeded points on the sphere; what is asserted of them comes from exact products."""
    points = np.random.default_rng(7).standard_normal((count, dimension), dtype=np.float32)
    units: NDArray[np.float32] = points / np.linalg.norm(points, axis=1, keepdims=True)
    return units


def built(
    folder: Path, rows: list[int], vectors: NDArray[np.float32], ivf_above: int = FLAT
) -> DenseIndex:
    path = folder / "dense.faiss"
    all_rows = np.array(rows, np.int64)
    half = len(rows) // 2
    batches = [(all_rows[:half], vectors[:half]), (all_rows[half:], vectors[half:])]
    build_dense(path, vectors.shape[1], len(rows), batches, ivf_above=ivf_above)
    return open_dense(path)


AXES = np.eye(4, dtype=np.float32)


@pytest.mark.parametrize(("ivf_above", "tolerance"), [(FLAT, 1e-3), (LISTS, 1e-2)])
def test_a_vector_finds_itself_at_similarity_one(
    tmp_path: Path, ivf_above: int, tolerance: float
) -> None:
    vectors = unit_vectors(400, 32)
    rows = list(range(10, 810, 2))
    index = built(tmp_path, rows, vectors, ivf_above)
    assert (index.count, index.dimension) == (400, 32)
    np.testing.assert_array_equal(index.rows, rows)
    for place in (0, 57, 399):
        found, scores = index.search(vectors[place], 1)
        assert found.tolist() == [rows[place]]
        assert scores[0] == pytest.approx(1, abs=tolerance)


@pytest.mark.parametrize("ivf_above", [FLAT, LISTS])
def test_search_gives_the_exact_order_within_the_stored_precision(
    tmp_path: Path, ivf_above: int
) -> None:
    vectors = unit_vectors(400, 32)
    index = built(tmp_path, list(range(400)), vectors, ivf_above)
    exact = vectors @ vectors[3]
    rows, scores = index.search(vectors[3], 20)
    tolerance = 1e-3 if ivf_above == FLAT else 1e-2
    np.testing.assert_allclose(scores, exact[rows], atol=tolerance)
    np.testing.assert_allclose(scores, np.sort(exact)[::-1][:20], atol=tolerance)
    assert np.all(np.diff(scores) <= 0)
    assert scores.dtype == np.float32
    assert rows.dtype == np.int64


@pytest.mark.parametrize("ivf_above", [FLAT, LISTS])
@pytest.mark.parametrize("count", [1, 5, 200])
def test_only_allowed_rows_are_found_and_all_of_them(
    tmp_path: Path, ivf_above: int, count: int
) -> None:
    vectors = unit_vectors(400, 32)
    index = built(tmp_path, list(range(400)), vectors, ivf_above)
    allowed = np.arange(0, 400, 2, dtype=np.int64)[:count]
    rows, _ = index.search(vectors[3], 400, np.append(allowed, 5000))
    assert sorted(rows.tolist()) == allowed.tolist()


def test_equal_scores_are_ordered_by_row_also_at_the_cut(tmp_path: Path) -> None:
    index = built(tmp_path, list(range(100, 140)), np.repeat(AXES, 10, axis=0))
    rows, scores = index.search(AXES[1], 3)
    assert rows.tolist() == [110, 111, 112]
    assert scores.tolist() == [1, 1, 1]
    rows, scores = index.search(AXES[1], 12)
    assert rows.tolist() == [*range(110, 120), 100, 101]
    assert scores.tolist() == [1] * 10 + [0] * 2


def test_scores_of_given_rows_are_their_inner_products(tmp_path: Path) -> None:
    vectors = np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0, -1, 0, 0.25]], np.float32)
    index = built(tmp_path, [7, 8, 20], vectors)
    query = np.array([2, 4, 0, 8], np.float32)
    assert index.scores(query, np.array([20, 7, 8, 20])).tolist() == [-2, 2, 3, -2]
    assert index.scores(query, np.array([], np.int64)).tolist() == []


@pytest.mark.parametrize("ivf_above", [FLAT, LISTS])
def test_scores_of_given_rows_are_those_of_the_search(tmp_path: Path, ivf_above: int) -> None:
    vectors = unit_vectors(400, 32)
    index = built(tmp_path, list(range(400)), vectors, ivf_above)
    rows, scores = index.search(vectors[9], 30)
    np.testing.assert_allclose(index.scores(vectors[9], rows), scores, atol=1e-5)


def test_nothing_is_found_where_nothing_may_be(tmp_path: Path) -> None:
    index = built(tmp_path, [1, 2, 3, 4], AXES)
    for rows, scores in (
        index.search(AXES[0], 0),
        index.search(AXES[0], 3, np.array([], np.int64)),
        index.search(AXES[0], 3, np.array([9])),
    ):
        assert rows.tolist() == []
        assert scores.tolist() == []


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = built(tmp_path, [], np.zeros((0, 4), np.float32))
    assert index.count == 0
    assert index.search(AXES[0], 5)[0].tolist() == []
    with pytest.raises(SearchIndexError, match="lacks rows"):
        index.scores(AXES[0], np.array([1]))


def test_a_query_of_another_length_is_refused(tmp_path: Path) -> None:
    index = built(tmp_path, [1, 2, 3, 4], AXES)
    with pytest.raises(SearchIndexError, match=r"length 4, and the question's has shape \(3,\)"):
        index.search(np.zeros(3, np.float32), 1)


def test_a_missing_file_says_to_rebuild(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="rebuild"):
        open_dense(tmp_path / "dense.faiss")


@pytest.mark.parametrize("content", [b"", b"no index at all, whatever its name says", b"IxMp"])
def test_a_file_that_is_no_index_says_to_rebuild(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dense.faiss"
    path.write_bytes(content)
    with pytest.raises(SearchIndexError, match="rebuild"):
        open_dense(path)


def test_a_foreign_index_says_to_rebuild(tmp_path: Path) -> None:
    import faiss

    path = tmp_path / "dense.faiss"
    faiss.write_index(faiss.IndexFlatIP(4), str(path))
    with pytest.raises(SearchIndexError, match="no dense index of threadqa"):
        open_dense(path)


def test_an_index_whose_rows_do_not_ascend_says_to_rebuild(tmp_path: Path) -> None:
    import faiss

    index = faiss.IndexIDMap(faiss.IndexFlatIP(2))
    index.add_with_ids(np.eye(2, dtype=np.float32), np.array([2, 1]))
    path = tmp_path / "dense.faiss"
    faiss.write_index(index, str(path))
    with pytest.raises(SearchIndexError, match="rows out of order"):
        open_dense(path)


def test_a_folder_that_is_missing_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="writing"):
        build_dense(tmp_path / "no" / "dense.faiss", 4, 0, [])


@pytest.mark.parametrize(
    ("rows", "count", "shape", "complaint"),
    [
        ([1, 3, 2], 3, (3, 4), "rows must ascend"),
        ([1, 1, 2], 3, (3, 4), "rows must ascend"),
        ([1, 2, 3], 4, (3, 4), "4 vectors were announced, and 3 came"),
        ([1, 2, 3], 3, (3, 5), "are not"),
        ([1, 2, 3], 3, (2, 4), "are not"),
    ],
)
def test_batches_that_break_the_contract_are_refused(
    tmp_path: Path, rows: list[int], count: int, shape: tuple[int, int], complaint: str
) -> None:
    batch = (np.array(rows, np.int64), np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match=complaint):
        build_dense(tmp_path / "dense.faiss", 4, count, [batch])


@pytest.mark.parametrize("ivf_above", [FLAT, 1])
def test_a_vector_that_is_not_finite_is_refused_and_leaves_no_file(
    tmp_path: Path, ivf_above: int
) -> None:
    batch = (np.array([1, 2]), np.array([[1, 0], [np.nan, 0]], np.float32))
    with pytest.raises(ValueError, match="not finite"):
        build_dense(tmp_path / "dense.faiss", 2, 2, [batch], ivf_above=ivf_above)
    assert list(tmp_path.iterdir()) == []


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        built(tmp_path / name, list(range(400)), unit_vectors(400, 32), LISTS)
    first, second = ((tmp_path / name / "dense.faiss").read_bytes() for name in ("one", "two"))
    assert first == second
