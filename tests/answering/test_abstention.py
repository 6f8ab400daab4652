"""Features of a search and the model over them, worked by hand."""

from __future__ import annotations

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
from threadqa.posts import Post, ThreadSummary
from threadqa.questions.evidence import Evidence
from threadqa.questions.terms import QuestionTerms

NOTHING = Features(
    lexical_share=0.0,
    lexical_gap=0.0,
    dense_top=0.0,
    dense_gap=0.0,
    coverage=0.0,
    words=0.0,
    pairs=0.0,
    lead=0.0,
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


def showing(*, words: float = 0.0, pairs: float = 0.0) -> Evidence:
    return Evidence(
        dense=0.0,
        lexical=0.0,
        words=words,
        focus=0.0,
        pairs=pairs,
        kind=0.0,
        author=0.0,
        asks=0.0,
        goes_on=0.0,
        length=0.0,
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
    shown = [
        showing(words=0.25, pairs=0.5),
        showing(words=0.75, pairs=1.0),
        showing(words=0.5),
        showing(words=1.0),
    ]
    assert features(TERMS, hits, shown) == Features(
        lexical_share=6 / 4,
        lexical_gap=(6 - 5) / 4,
        dense_top=7 / 8,
        dense_gap=3 / 4 - 1 / 4,
        coverage=3 / 4,  # the fourth hit does not count
        words=3 / 4,  # nor here
        pairs=1 / 2,  # of the first alone
        lead=1 / 2,  # 1 of 1 + 1/2 + 1/4 + 1/4
    )


def test_a_lone_hit_is_ahead_of_nothing() -> None:
    found = features(TERMS, [hit(0.5, 4.0, "staff", "money", score=0.25)], [showing()])
    assert found == replace(NOTHING, lexical_share=1.0, dense_top=1 / 2, coverage=1.0, lead=1.0)


def test_hits_that_are_all_as_good_share_the_lead() -> None:
    for count in (2, 5, 10):
        found = features(TERMS, [hit(0.5, 1.0, score=0.5)] * count, [])
        assert found.lead == pytest.approx(1 / count)


def test_hits_without_scores_have_no_lead() -> None:
    assert features(TERMS, [hit(0.5, 1.0, score=0.0)] * 2, []).lead == 0.0


def test_hits_for_which_nothing_is_shown_have_no_words_and_pairs() -> None:
    found = features(TERMS, [hit(0.5, 1.0, "staff")], [])
    assert (found.words, found.pairs) == (0.0, 0.0)
    assert found.coverage == 3 / 4


def test_fewer_than_five_hits_are_measured_against_the_last() -> None:
    found = features(TERMS, [hit(0.75, 1.0), hit(0.5, 1.0), hit(0.25, 1.0)], [showing()] * 3)
    assert found.dense_gap == 3 / 4 - 1 / 4


def test_hits_after_the_tenth_do_not_count() -> None:
    ten, shown = [hit(0.5, 1.0)] * 10, [showing(words=0.5, pairs=0.5)] * 10
    more = features(TERMS, [*ten, hit(1.0, 9.0)], [*shown, showing(words=1.0, pairs=1.0)])
    assert more == features(TERMS, ten, shown)
    assert more.lead == 1 / 10


def test_a_question_without_words_has_finite_features() -> None:
    hits = [hit(0.5, 0.0), hit(0.25, 0.0)]
    found = features(QuestionTerms(weights={}), hits, [showing(), showing()])
    assert found == replace(NOTHING, dense_top=1 / 2, dense_gap=1 / 4, lead=1 / 2)


@given(scores=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12))
def test_the_lead_is_a_share_and_the_greater_the_less_the_others_have(scores: list[float]) -> None:
    ranked = [hit(0.5, 1.0, score=score) for score in sorted(scores, reverse=True)]
    lead = features(TERMS, ranked, []).lead
    assert 0.0 <= lead <= 1.0
    assert lead <= features(TERMS, ranked[:-1] or ranked, []).lead


def model(*, intercept: float = 0.0, **coefficients: float) -> AbstentionModel:
    return AbstentionModel(coefficients=coefficients, intercept=intercept, threshold=0.5)


def test_probability_is_logistic_in_the_log_odds() -> None:
    found = replace(
        NOTHING, lexical_share=2.0, lexical_gap=0.5, dense_top=0.75, dense_gap=0.25, coverage=1.0
    )
    assert model().probability(found) == 1 / 2
    assert model(intercept=math.log(3)).probability(NOTHING) == pytest.approx(3 / 4)
    assert model(intercept=-math.log(3)).probability(NOTHING) == pytest.approx(1 / 4)
    # Odds 3 to the power 2 * 1/2 + 4 * 1/4 - 1 * 1 = 1 over an even start.
    weighed = model(
        lexical_gap=2 * math.log(3), dense_gap=4 * math.log(3), coverage=-1 * math.log(3)
    )
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


def test_the_shipped_model_weighs_features_that_exist_and_its_threshold_is_a_probability() -> None:
    shipped = default_model()
    assert set(shipped.coefficients) <= {field.name for field in fields(Features)}
    assert 0.0 < shipped.threshold < 1.0


def test_the_shipped_model_says_on_how_many_questions_of_which_sets_it_was_fitted() -> None:
    file = resources.files("threadqa.answering").joinpath("abstention.json")
    shipped = json.loads(file.read_text("utf-8"))
    assert set(shipped["fitted_on"]) < set(shipped["figures"])
    for figures in shipped["figures"].values():
        assert 0 < figures["answerable"] < figures["questions"]


def test_the_shipped_model_does_not_answer_from_nothing() -> None:
    shipped = default_model()
    assert shipped.probability(NOTHING) < shipped.threshold


def test_the_shipped_model_answers_where_a_post_holds_the_whole_question() -> None:
    shipped = default_model()
    found = Features(
        lexical_share=2.0,
        lexical_gap=1.0,
        dense_top=0.9,
        dense_gap=0.3,
        coverage=1.0,
        words=1.0,
        pairs=1.0,
        lead=0.9,
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
    assert model_in_use(tmp_path, "stub-8") == ModelInUse(model=default_model(), origin="shipped")


def test_a_model_that_was_saved_with_an_index_is_used(tmp_path: Path) -> None:
    write_own_model(tmp_path, OWN, "stub-8", RECORD)
    assert model_in_use(tmp_path, "stub-8") == ModelInUse(
        model=OWN, origin="own, fitted on mine on 2026-01-02"
    )


def test_a_saved_model_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    write_own_model(tmp_path, OWN, "other", RECORD)
    write_own_model(tmp_path, OWN, "stub-8", RECORD)
    assert model_in_use(tmp_path, "stub-8").model == OWN
    assert [file.name for file in tmp_path.iterdir()] == ["abstention.json"]


def test_a_removed_model_is_used_no_more(tmp_path: Path) -> None:
    write_own_model(tmp_path, OWN, "stub-8", RECORD)
    assert remove_own_model(tmp_path)
    assert not remove_own_model(tmp_path)
    assert model_in_use(tmp_path, "stub-8").origin == "shipped"


def not_used(folder: Path, encoder: str | None = "stub-8") -> str:
    found = model_in_use(folder, encoder)
    assert (found.model, found.origin) == (default_model(), "shipped")
    return found.problem


@pytest.mark.parametrize("encoder", ["other", None])
def test_a_model_fitted_with_another_encoder_is_not_used(
    tmp_path: Path, encoder: str | None
) -> None:
    write_own_model(tmp_path, OWN, "stub-8", RECORD)
    assert not_used(tmp_path, encoder) == f"it was fitted with the encoder stub-8, not {encoder}"


@pytest.mark.parametrize("names", [NAMES[1:], [*NAMES, "luck"]])
def test_a_model_of_other_features_is_not_used(tmp_path: Path, names: list[str]) -> None:
    other = AbstentionModel(coefficients=dict.fromkeys(names, 0.5), intercept=0.0, threshold=0.5)
    write_own_model(tmp_path, other, "stub-8", RECORD)
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
