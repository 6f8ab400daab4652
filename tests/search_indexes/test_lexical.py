"""The lexical index, against BM25 written out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from threadqa.errors import SearchIndexError
from threadqa.search_indexes import LexicalDocument, LexicalIndex, analyse
from threadqa.search_indexes.lexical import build_lexical, open_lexical, words


def built(
    folder: Path, texts: dict[int, str], contexts: dict[int, str] | None = None, threads: int = 1
) -> LexicalIndex:
    documents = (
        LexicalDocument(row=row, text=text, context=(contexts or texts)[row])
        for row, text in texts.items()
    )
    path = folder / "lexical"
    assert build_lexical(path, documents, writer_threads=threads) == len(texts)
    return open_lexical(path)


def bm25(tf: int, length: int, mean: float, holding: int, count: int) -> float:
    """Robertson's BM25 with k1 = 1.2, b = 0.75, and the idf that is never negative."""
    idf = math.log(1 + (count - holding + 0.5) / (holding + 0.5))
    return idf * tf * (1.2 + 1) / (tf + 1.2 * (1 - 0.75 + 0.75 * length / mean))


CORPUS = {5: "water report water", 6: "report on the new river today", 9: "river"}
MEAN = (3 + 6 + 1) / 3


def test_scores_are_bm25_of_the_formula(tmp_path: Path) -> None:
    index = built(tmp_path, CORPUS)
    rows, scores = index.search("water river", 10)
    expected = {
        5: bm25(2, 3, MEAN, 1, 3),
        6: bm25(1, 6, MEAN, 2, 3),
        9: bm25(1, 1, MEAN, 2, 3),
    }
    assert rows.tolist() == [5, 9, 6]
    assert scores.tolist() == pytest.approx([expected[5], expected[9], expected[6]], rel=1e-5)


def test_terms_of_a_question_add_up_each_once(tmp_path: Path) -> None:
    index = built(tmp_path, CORPUS)
    expected = bm25(1, 6, MEAN, 2, 3) + bm25(1, 6, MEAN, 2, 3)
    for question in ("river report", "Which rivers? River, reported in the reports!"):
        rows, scores = index.search(question, 10)
        assert rows[0] == 6
        assert scores[0] == pytest.approx(expected, rel=1e-5)


def test_weighted_terms_count_by_their_weight(tmp_path: Path) -> None:
    index = built(tmp_path, CORPUS)
    rows, scores = index.search({"river": 0.25, "water": 1.0}, 10)
    expected = [
        bm25(2, 3, MEAN, 1, 3),
        0.25 * bm25(1, 1, MEAN, 2, 3),
        0.25 * bm25(1, 6, MEAN, 2, 3),
    ]
    assert rows.tolist() == [5, 9, 6]
    assert scores.tolist() == pytest.approx(expected, rel=1e-5)
    again = index.scores({"river": 0.25, "water": 1.0}, rows)
    assert again.tolist() == pytest.approx(expected, rel=1e-5)
    assert index.search({"river": 1.0}, 10)[1].tolist() == index.search("river", 10)[1].tolist()
    assert index.search({}, 10)[0].size == 0


def test_scores_do_not_depend_on_how_the_index_is_cut_into_segments(tmp_path: Path) -> None:
    texts = {row: f"word{row % 7} word{row % 3} common" for row in range(300)}
    one = built(tmp_path / "one", texts, threads=1)
    four = built(tmp_path / "four", texts, threads=4)
    for question in ("word1 common", "word6", "word2 word5"):
        for k in (1, 40, 300):
            left, right = one.search(question, k), four.search(question, k)
            assert left[0].tolist() == right[0].tolist()
            assert left[1].tolist() == right[1].tolist()


def test_equal_scores_are_ordered_by_row_also_at_the_cut(tmp_path: Path) -> None:
    texts = dict.fromkeys((30, 4, 17, 8, 25, 2, 11), "the same words")
    rows, scores = built(tmp_path, texts, threads=2).search("words", 3)
    assert rows.tolist() == [2, 4, 8]
    assert len(set(scores.tolist())) == 1


def test_a_post_is_ranked_by_its_context_and_its_phrases_stand_in_its_own_text(
    tmp_path: Path,
) -> None:
    texts = {1: "Three things are missing", 2: "ICS reforms need staff"}
    contexts = {1: f"{texts[1]} {texts[1]} {texts[2]}", 2: texts[2]}
    index = built(tmp_path, texts, contexts)
    assert index.search("what is missing from the ICS reform?", 5)[0].tolist() == [1, 2]
    assert index.search("missing reform", 5, phrases=("ics reforms",))[0].tolist() == [2]
    assert index.document_frequency("reform") == 2
    assert index.document_frequency("miss") == 1
    assert index.document_frequency("absent") == 0
    assert index.count == 2


PHRASES = {
    1: "not now, said the minister",
    2: "now, not later",
    3: "The Café closes now",
    4: "nothing of the kind",
}


@pytest.mark.parametrize(
    ("phrases", "excluded", "expected"),
    [
        (("not now",), (), [1]),
        (("NOT", "now"), (), [1, 2]),
        (("the cafe",), (), [3]),
        (("closes later",), (), []),
        ((), ("now",), [4]),
        ((), ("not now", "café"), [2, 4]),
        (("now",), ("minister",), [2, 3]),
        (("…",), ("!?",), [1, 2, 3, 4]),
        ((), (), [1, 2, 3, 4]),
    ],
)
def test_phrases_must_stand_word_for_word_and_excluded_words_must_not(
    tmp_path: Path, phrases: tuple[str, ...], excluded: tuple[str, ...], expected: list[int]
) -> None:
    index = built(tmp_path, PHRASES)
    assert index.matching(phrases, excluded).tolist() == expected
    everything = "minister later cafe kind"
    rows, scores = index.search(everything, 9, phrases=phrases, excluded=excluded)
    assert sorted(rows.tolist()) == expected
    # Neither changes a score.
    np.testing.assert_array_equal(index.scores(everything, rows), scores)


@pytest.mark.parametrize("step", [1, 2, 20, 400])
@pytest.mark.parametrize("k", [1, 10, 1000])
def test_allowed_rows_are_found_with_their_scores_in_their_order(
    tmp_path: Path, step: int, k: int
) -> None:
    texts = {row: "common " + "filler " * (row % 9) + f"w{row % 5}" for row in range(1000)}
    index = built(tmp_path, texts, threads=2)
    all_rows, all_scores = index.search("common w3", 1000)
    allowed = np.arange(7, 1100, step, dtype=np.int64)
    keep = np.isin(all_rows, allowed)
    rows, scores = index.search("common w3", k, allowed)
    assert rows.tolist() == all_rows[keep][:k].tolist()
    np.testing.assert_array_equal(scores, all_scores[keep][:k])


def test_scores_of_given_rows_are_those_of_the_search_and_zero_elsewhere(tmp_path: Path) -> None:
    index = built(tmp_path, CORPUS)
    given = np.array([9, 77, 5, 6], np.int64)
    scores = index.scores("water", given)
    assert scores.tolist() == pytest.approx([0, 0, bm25(2, 3, MEAN, 1, 3), 0], rel=1e-5)
    assert index.scores("…", given).tolist() == [0, 0, 0, 0]
    assert index.scores("water", np.array([], np.int64)).tolist() == []


def test_nothing_is_found_without_words_without_room_or_without_posts(tmp_path: Path) -> None:
    index = built(tmp_path / "three", CORPUS)
    assert index.search("?!", 5)[0].tolist() == []
    assert index.search("water", 0)[0].tolist() == []
    assert index.search("absent", 5)[0].tolist() == []
    assert index.search("water", 5, np.array([], np.int64))[0].tolist() == []
    empty = built(tmp_path / "none", {})
    assert empty.count == 0
    assert empty.search("water", 5)[0].tolist() == []
    assert empty.matching().tolist() == []
    assert empty.scores("water", np.array([1])).tolist() == [0]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("What's missing from the ICS reforms?", ["miss", "ic", "reform"]),
        ("Reform, reforms, REFORMING", ["reform"]),
        ("Who are they, and why don't they?", None),
        ("", []),
        ("café CAFE cafés", ["cafe"]),
    ],
)
def test_a_question_is_analysed_into_stems_without_stop_words(
    text: str, terms: list[str] | None
) -> None:
    if terms is None:  # only stop words: they all count
        assert analyse(text) == ["who", "are", "they", "and", "whi", "don", "t"]
    else:
        assert analyse(text) == terms


def test_words_are_left_as_they_are_and_all_kept() -> None:
    assert words("What the Cafés DON’T say") == ["what", "the", "cafes", "don", "t", "say"]


def test_a_missing_folder_says_to_rebuild(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="rebuild"):
        open_lexical(tmp_path / "lexical")


def test_an_index_is_not_written_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "lexical").write_text("not a folder")
    with pytest.raises(SearchIndexError, match="writing"):
        build_lexical(tmp_path / "lexical", [])
