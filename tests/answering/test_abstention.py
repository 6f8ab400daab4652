"""Features of a search and the model over them, worked by hand."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.abstention import (
    AbstentionModel,
    Features,
    ModelInUse,
    default_model,
    features,
    model_in_use,
    remove_own_model,
    write_own_model,
)
from threadqa.answers import Hit
from threadqa.encoders.cross_encoder import FOLDER
from threadqa.posts import Post, ThreadSummary
from threadqa.questions.evidence import Evidence
from threadqa.questions.terms import QuestionTerms

NOTHING = Features(
    lexical_gap=0.0,
    dense_top=0.0,
    dense_gap=0.0,
    pairs=0.0,
    in_thread=0.0,
    alike=0.0,
    dates=0.0,
    reading=0.0,
)
TERMS = QuestionTerms(weights={"staff": 3.0, "money": 1.0})


def hit(dense: float, lexical: float, *matched: str, score: float = 1.0) -> Hit:
    thread = ThreadSummary(
        id="t",
        title="Title",
        author=None,
        source="a.txt",
        declared_length=None,
        post_count=1,
        positions=(),
    )
    return Hit(
        post=Post(id="p", text="words", source="a.txt", first_line=1, last_line=1),
        thread=thread,
        score=score,
        dense=dense,
        lexical=lexical,
        matched_terms=matched,
    )


def showing(*, pairs: float = 0.0, alike: float = 0.0, in_thread: float = 0.0) -> Evidence:
    return Evidence(
        dense=0.0,
        lexical=0.0,
        words=0.0,
        focus=0.0,
        pairs=pairs,
        kind=0.0,
        author=0.0,
        asks=0.0,
        goes_on=0.0,
        length=0.0,
        alike=alike,
        in_thread=in_thread,
        dates=1.0,
        posted=0.0,
        echo=0.0,
    )


def test_a_search_that_finds_nothing_has_no_features() -> None:
    assert features(TERMS, [], []) == NOTHING


def test_the_features_of_a_search_are_shares_and_gaps() -> None:
    hits = [
        hit(0.75, 2.0, "money", score=1.0),
        hit(0.875, 6.0, "staff", score=0.5),
        hit(0.5, 5.0, score=0.25),
        hit(0.5, 1.0, "staff", "money", score=0.25),
        hit(0.25, 0.0, score=0.0),
        hit(0.125, 0.0, score=0.0),
    ]
    shown = [showing(pairs=0.5, alike=0.25, in_thread=0.75), *[showing(pairs=1.0, alike=1.0)] * 3]
    assert features(TERMS, hits, shown) == Features(
        lexical_gap=(6 - 5) / 4,
        dense_top=7 / 8,
        dense_gap=3 / 4 - 1 / 4,
        pairs=1 / 2,  # of the first alone, as are the others
        in_thread=3 / 4,
        alike=1 / 4,
        dates=1.0,
        reading=0.0,  # nothing was read
    )


def test_what_the_cross_encoder_said_is_a_feature_as_it_is() -> None:
    assert features(TERMS, [hit(0.5, 1.0)], [], -2.5).reading == -2.5


def test_a_lone_hit_is_ahead_of_nothing() -> None:
    found = features(TERMS, [hit(0.5, 4.0, "staff", "money", score=0.25)], [showing()])
    assert found == replace(NOTHING, dense_top=1 / 2, dates=1.0)


def test_hits_for_which_nothing_is_shown_have_what_the_search_says_alone() -> None:
    found = features(TERMS, [hit(0.5, 1.0, "staff")], [])
    assert found == replace(NOTHING, dense_top=1 / 2)


def test_fewer_than_five_hits_are_measured_against_the_last() -> None:
    found = features(TERMS, [hit(0.75, 1.0), hit(0.5, 1.0), hit(0.25, 1.0)], [showing()] * 3)
    assert found.dense_gap == 3 / 4 - 1 / 4


def test_hits_after_the_tenth_do_not_count() -> None:
    ten, shown = [hit(0.5, 1.0)] * 10, [showing(alike=0.5, pairs=0.5)] * 10
    more = features(TERMS, [*ten, hit(1.0, 9.0)], [*shown, showing(alike=1.0, pairs=1.0)])
    assert more == features(TERMS, ten, shown)


def test_a_question_without_words_has_finite_features() -> None:
    hits = [hit(0.5, 0.0), hit(0.25, 0.0)]
    found = features(QuestionTerms(weights={}), hits, [showing(), showing()])
    assert found == replace(NOTHING, dense_top=1 / 2, dense_gap=1 / 4, dates=1.0)


def model(*, intercept: float = 0.0, **coefficients: float) -> AbstentionModel:
    return AbstentionModel(coefficients=coefficients, intercept=intercept, threshold=0.5)


def test_probability_is_logistic_in_the_log_odds() -> None:
    found = replace(NOTHING, lexical_gap=0.5, dense_top=0.75, dense_gap=0.25, alike=1.0)
    assert model().probability(found) == 1 / 2
    assert model(intercept=math.log(3)).probability(NOTHING) == pytest.approx(3 / 4)
    assert model(intercept=-math.log(3)).probability(NOTHING) == pytest.approx(1 / 4)
    # Odds 3 to the power 2 * 1/2 + 4 * 1/4 - 1 * 1 = 1 over an even start.
    weighed = model(lexical_gap=2 * math.log(3), dense_gap=4 * math.log(3), alike=-1 * math.log(3))
    assert weighed.probability(found) == pytest.approx(3 / 4)


@given(one=st.floats(-1e6, 1e6), other=st.floats(-1e6, 1e6))
def test_probability_is_in_range_and_grows_with_the_log_odds(one: float, other: float) -> None:
    low, high = sorted([one, other])
    below = model(intercept=low).probability(NOTHING)
    above = model(intercept=high).probability(NOTHING)
    assert 0.0 <= below <= above <= 1.0


def test_a_model_that_weighs_a_feature_that_is_none_is_not_used_in_silence() -> None:
    with pytest.raises(KeyError, match="luck"):
        model(luck=1.0).probability(NOTHING)


@pytest.mark.parametrize("reads", [True, False])
def test_the_shipped_model_weighs_features_that_exist_and_its_threshold_is_a_probability(
    reads: bool,
) -> None:
    shipped = default_model(reads=reads)
    assert set(shipped.coefficients) <= {field.name for field in fields(Features)}
    assert 0.0 < shipped.threshold < 1.0


def test_the_shipped_model_says_on_how_many_questions_of_which_sets_it_was_fitted() -> None:
    file = resources.files("threadqa.answering").joinpath("abstention.json")
    shipped = json.loads(file.read_text("utf-8"))
    assert set(shipped["fitted_on"]) < set(shipped["figures"])
    for figures in shipped["figures"].values():
        assert 0 < figures["answerable"] < figures["questions"]


@pytest.mark.parametrize("reads", [True, False])
def test_the_shipped_model_does_not_answer_from_nothing(
    reads: bool,
) -> None:
    shipped = default_model(reads=reads)
    assert shipped.probability(NOTHING) < shipped.threshold


@pytest.mark.parametrize("reads", [True, False])
def test_the_shipped_model_answers_where_a_post_holds_the_whole_question(
    reads: bool,
) -> None:
    shipped = default_model(reads=reads)
    found = Features(
        lexical_gap=1.0,
        dense_top=0.9,
        dense_gap=0.3,
        pairs=1.0,
        in_thread=1.0,
        alike=1.0,
        dates=1.0,
        reading=4.0 if reads else 0.0,
    )
    assert shipped.probability(found) > shipped.threshold


NAMES = [field.name for field in fields(Features)]
OWN = AbstentionModel(coefficients=dict.fromkeys(NAMES, 0.5), intercept=-1.0, threshold=0.25)
RECORD = {"fitted_on": {"name": "mine"}, "date": "2026-01-02"}


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_model_is_of_finite_numbers(number: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        model(dense_top=number)
    with pytest.raises(ValueError, match="not finite"):
        model(intercept=number)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, math.nan])
def test_a_threshold_is_a_probability(threshold: float) -> None:
    with pytest.raises(ValueError, match=r"is not in \[0, 1\]"):
        AbstentionModel(coefficients={}, intercept=0.0, threshold=threshold)


def test_an_index_without_a_model_of_its_own_is_asked_with_the_shipped_one(tmp_path: Path) -> None:
    assert model_in_use(tmp_path, "stub-8", reads=True) == ModelInUse(
        model=default_model(reads=True), origin="shipped"
    )


def test_a_model_that_was_saved_with_an_index_is_used(tmp_path: Path) -> None:
    write_own_model(tmp_path, OWN, "stub-8", RECORD, reads=True)
    assert model_in_use(tmp_path, "stub-8", reads=True) == ModelInUse(
        model=OWN, origin="own, fitted on mine on 2026-01-02"
    )


def test_a_saved_model_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    write_own_model(tmp_path, OWN, "other", RECORD, reads=True)
    write_own_model(tmp_path, OWN, "stub-8", RECORD, reads=True)
    assert model_in_use(tmp_path, "stub-8", reads=True).model == OWN
    assert [file.name for file in tmp_path.iterdir()] == ["abstention.json"]


def test_a_removed_model_is_used_no_more(tmp_path: Path) -> None:
    write_own_model(tmp_path, OWN, "stub-8", RECORD, reads=True)
    assert remove_own_model(tmp_path)
    assert not remove_own_model(tmp_path)
    assert model_in_use(tmp_path, "stub-8", reads=True).origin == "shipped"


def not_used(folder: Path, encoder: str | None = "stub-8", *, reads: bool = True) -> str:
    found = model_in_use(folder, encoder, reads=reads)
    assert (found.model, found.origin) == (default_model(reads=reads), "shipped")
    return found.problem


@pytest.mark.parametrize("encoder", ["other", None])
def test_a_model_fitted_with_another_encoder_is_not_used(
    tmp_path: Path, encoder: str | None
) -> None:
    write_own_model(tmp_path, OWN, "stub-8", RECORD, reads=True)
    assert not_used(tmp_path, encoder) == f"it was fitted with the encoder stub-8, not {encoder}"


def test_a_model_fitted_with_the_cross_encoder_is_not_used_without_it(tmp_path: Path) -> None:
    write_own_model(tmp_path, OWN, "stub-8", RECORD, reads=True)
    assert not_used(tmp_path, reads=False) == "it was fitted with the cross-encoder"
    write_own_model(tmp_path, OWN, "stub-8", RECORD, reads=False)
    assert not_used(tmp_path) == "it was fitted without the cross-encoder"
    assert model_in_use(tmp_path, "stub-8", reads=False).model == OWN


@pytest.mark.parametrize("before", [True, "of an earlier threadqa"])
def test_a_model_fitted_with_another_cross_encoder_is_not_used(
    tmp_path: Path, before: object
) -> None:
    file = write_own_model(tmp_path, OWN, "stub-8", RECORD, reads=True)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"cross_encoder": before}))
    assert not_used(tmp_path) == "it was fitted with another cross-encoder"


def test_the_shipped_model_was_fitted_with_the_cross_encoder_that_is_shipped() -> None:
    file = resources.files("threadqa.answering").joinpath("abstention.json")
    weights = FOLDER / "model.bin"
    shipped = json.loads(file.read_text("utf-8"))
    assert shipped["cross_encoder"] == hashlib.sha256(weights.read_bytes()).hexdigest()


@pytest.mark.parametrize("names", [NAMES[1:], [*NAMES, "luck"]])
def test_a_model_of_other_features_is_not_used(tmp_path: Path, names: list[str]) -> None:
    other = AbstentionModel(coefficients=dict.fromkeys(names, 0.5), intercept=0.0, threshold=0.5)
    write_own_model(tmp_path, other, "stub-8", RECORD, reads=True)
    assert not_used(tmp_path) == "it was fitted by a threadqa with other features"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps({**RECORD, "encoder": "stub-8", "coefficients": [], "intercept": 0.0}).encode(),
        json.dumps(
            {**RECORD, "encoder": "stub-8", "coefficients": {}, "intercept": "x", "threshold": 0.5}
        ).encode(),
        json.dumps(
            {**RECORD, "encoder": "e", "coefficients": {}, "intercept": 10**400, "threshold": 0.5}
        ).encode(),
        json.dumps(
            {**RECORD, "encoder": "stub-8", "coefficients": {}, "intercept": 0.0, "threshold": 2.0}
        ).encode(),
    ],
)
def test_a_damaged_file_is_not_used(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "abstention.json").write_bytes(content)
    assert not_used(tmp_path) == "its file is damaged"


def test_a_file_that_cannot_be_read_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "abstention.json").mkdir()
    assert "abstention.json" in not_used(tmp_path)
