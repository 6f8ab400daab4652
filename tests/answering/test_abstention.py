"""Features of a search and the model over them, worked by hand."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answering.abstention import AbstentionModel, Features, default_model, features
from threadqa.answering.question import QuestionTerms
from threadqa.answers import Hit
from threadqa.posts import Post, ThreadSummary

NOTHING = Features(lexical_share=0.0, lexical_gap=0.0, dense_top=0.0, dense_gap=0.0, coverage=0.0)
TERMS = QuestionTerms(weights={"staff": 3.0, "money": 1.0})


def hit(dense: float, lexical: float, *matched: str) -> Hit:
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
        score=1.0,
        dense=dense,
        lexical=lexical,
        matched_terms=matched,
    )


def test_a_search_that_finds_nothing_has_no_features() -> None:
    assert features(TERMS, []) == NOTHING


def test_the_features_of_a_search_are_shares_and_gaps() -> None:
    hits = [
        hit(0.75, 2.0, "money"),
        hit(0.875, 6.0, "staff"),
        hit(0.5, 5.0),
        hit(0.5, 1.0, "staff", "money"),
        hit(0.25, 0.0),
        hit(0.125, 0.0),
    ]
    assert features(TERMS, hits) == Features(
        lexical_share=6 / 4,
        lexical_gap=(6 - 5) / 4,
        dense_top=7 / 8,
        dense_gap=3 / 4 - 1 / 4,
        coverage=3 / 4,  # the fourth hit does not count
    )


def test_a_lone_hit_is_ahead_of_nothing() -> None:
    assert features(TERMS, [hit(0.5, 4.0, "staff", "money")]) == Features(
        lexical_share=1.0, lexical_gap=0.0, dense_top=1 / 2, dense_gap=0.0, coverage=1.0
    )


def test_fewer_than_five_hits_are_measured_against_the_last() -> None:
    found = features(TERMS, [hit(0.75, 1.0), hit(0.5, 1.0), hit(0.25, 1.0)])
    assert found.dense_gap == 3 / 4 - 1 / 4


def test_hits_after_the_tenth_do_not_count() -> None:
    ten = [hit(0.5, 1.0)] * 10
    assert features(TERMS, [*ten, hit(1.0, 9.0)]) == features(TERMS, ten)


def test_a_question_without_words_has_finite_features() -> None:
    found = features(QuestionTerms(weights={}), [hit(0.5, 0.0), hit(0.25, 0.0)])
    assert found == Features(
        lexical_share=0.0, lexical_gap=0.0, dense_top=1 / 2, dense_gap=1 / 4, coverage=0.0
    )


def model(*, intercept: float = 0.0, **coefficients: float) -> AbstentionModel:
    return AbstentionModel(coefficients=coefficients, intercept=intercept, threshold=0.5)


def test_probability_is_logistic_in_the_log_odds() -> None:
    found = Features(
        lexical_share=2.0, lexical_gap=0.5, dense_top=0.75, dense_gap=0.25, coverage=1.0
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
    found = Features(lexical_share=2.0, lexical_gap=1.0, dense_top=0.9, dense_gap=0.3, coverage=1.0)
    assert shipped.probability(found) > shipped.threshold
