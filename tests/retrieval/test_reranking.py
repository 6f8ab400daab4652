"""The ranking model, worked by hand, and the one that is shipped."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.questions.evidence import Evidence
from threadqa.retrieval.reranking import RankingModel, default_ranking

NOTHING = Evidence(
    dense=0.0,
    lexical=0.0,
    words=0.0,
    focus=0.0,
    pairs=0.0,
    kind=0.0,
    author=0.0,
    asks=0.0,
    goes_on=0.0,
    length=0.0,
    alike=0.0,
    in_thread=0.0,
    dates=0.0,
    posted=0.0,
    echo=0.0,
)
NAMES = {field.name for field in fields(Evidence)}


def test_the_value_of_a_hit_is_the_weighted_sum_of_what_speaks_for_it() -> None:
    model = RankingModel(coefficients={"dense": 8.0, "asks": -1.5, "length": 0.5})
    shown = replace(NOTHING, dense=0.75, asks=1.0, length=3.0, words=1.0)
    assert model.value(shown) == 8 * 3 / 4 - 3 / 2 + 1 / 2 * 3
    assert model.value(NOTHING) == 0.0


def test_without_coefficients_all_hits_are_worth_the_same() -> None:
    assert RankingModel(coefficients={}).value(replace(NOTHING, dense=1.0)) == 0.0


def test_a_model_that_weighs_evidence_that_is_none_is_not_used_in_silence() -> None:
    with pytest.raises(AttributeError, match="luck"):
        RankingModel(coefficients={"luck": 1.0}).value(NOTHING)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_model_is_of_finite_numbers(number: float) -> None:
    with pytest.raises(ValueError, match="a coefficient is not finite"):
        RankingModel(coefficients={"dense": 1.0, "asks": number})


@given(name=st.sampled_from(sorted(NAMES)), weight=st.floats(-100, 100), shown=st.floats(-1, 10))
def test_each_kind_of_evidence_counts_by_its_own_coefficient(
    name: str, weight: float, shown: float
) -> None:
    model = RankingModel(coefficients={**dict.fromkeys(NAMES, 1.0), name: weight})
    assert model.value(replace(NOTHING, **{name: shown})) == weight * shown


def test_the_shipped_model_weighs_each_kind_of_evidence_that_exists_and_is_read_once() -> None:
    shipped = default_ranking()
    assert set(shipped.coefficients) == NAMES
    assert all(map(math.isfinite, shipped.coefficients.values()))
    assert default_ranking() is shipped


@pytest.mark.parametrize("name", sorted(NAMES - {"asks", "echo", "length"}))
def test_under_the_shipped_model_a_hit_for_which_more_speaks_is_worth_more(name: str) -> None:
    model = default_ranking()
    assert model.value(replace(NOTHING, **{name: 1.0})) > model.value(NOTHING)


def test_under_the_shipped_model_a_post_that_says_is_worth_more_than_one_that_asks() -> None:
    asking = replace(NOTHING, dense=0.9, words=1.0, asks=1.0)
    assert default_ranking().value(replace(asking, asks=0.0)) > default_ranking().value(asking)


def test_the_shipped_model_says_on_which_sets_it_was_fitted_and_what_it_reaches_there() -> None:
    file = resources.files("threadqa.retrieval").joinpath("ranking.json")
    shipped = json.loads(file.read_text("utf-8"))
    assert shipped["fitted_on"]
    assert set(shipped["fitted_on"]) <= set(shipped["figures"])
    assert "tools/fit_ranking.py" in shipped["command"]
    for figures in shipped["figures"].values():
        assert figures["questions"] > 0
        measures = [figures[order] for order in ("fused", "held out", "fitted")]
        assert len({tuple(sorted(found)) for found in measures}) == 1
        assert all(0.0 < value <= 1.0 for found in measures for value in found.values())


def test_the_shipped_model_ranks_no_set_worse_than_the_fused_scores_do() -> None:
    file = resources.files("threadqa.retrieval").joinpath("ranking.json")
    for name, figures in json.loads(file.read_text("utf-8"))["figures"].items():
        assert figures["fitted"]["nDCG@10"] >= figures["fused"]["nDCG@10"]
        # LoCoMo has the only conversations: without them, nothing teaches that who asks the same
        # does not answer.
        if name != "locomo":
            assert figures["held out"]["nDCG@10"] >= figures["fused"]["nDCG@10"]
