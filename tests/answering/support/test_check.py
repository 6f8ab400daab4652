"""What turns a sentence against its posts, and what the model makes of the rest."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib import resources

import pytest

from tests.stub_encoder import StubEncoder
from threadqa.answering.grounding import Cited, Paraphrase, Reason, ground
from threadqa.answering.support.check import Support, open_support
from threadqa.answering.support.features import Features
from threadqa.answering.support.model import SupportModel, default_model

from .samples import EVERYTHING, alike, check, hit, judged, said

FOUR_HOURS = (
    "At the front door: 65% of people were admitted within four hours. The standard of 95% was "
    "last met in July 2015."
)
LISTS = "Local teams reached 97.9% of contacts, call centres reached 58.5% online."
HARBOUR = "This year 30 boats came. In May 2019, before the storm, 12 boats came."
THAT_NUMBER = HARBOUR.replace("12 boats came", "that number was 12")
PARTNERSHIP = "The partnership writes the strategy. It has no budget of its own."


@pytest.mark.parametrize(
    ("sentence", "post"),
    [
        ("95% of people were admitted within four hours.", FOUR_HOURS),
        ("The standard of 65% was last met in July 2015.", FOUR_HOURS),
        ("Local teams reached 58.5% of contacts.", LISTS),
        ("407 organisations held 217 contracts.", "There were 407 contracts, 217 organisations."),
        ("More than 80% came.", "Fewer than 80% came."),
        ("Group G2 waits three months.", "Groups wait: G1 a week, G2 a month, G3 three months."),
        ("In May 2019, 30 boats came.", HARBOUR),
        ("In May 2019, 30 boats came.", THAT_NUMBER),
        (
            "60 boats came in 2017.",
            "It began in 2016 with 60 boats. A law of 2017 closed the quay.",
        ),
    ],
)
def test_a_number_that_stands_by_other_words_in_the_post_is_refused(
    sentence: str, post: str
) -> None:
    assert judged(sentence, post).reason is Reason.NUMBER


@pytest.mark.parametrize(
    ("sentence", "post"),
    [
        ("65% of people were admitted within four hours, against 95%.", FOUR_HOURS),
        # A date holds for what follows it, and a sentence may have a number of another time.
        ("In May 2019, 12 boats came.", HARBOUR),
        ("In March 2021, 7 boats sank.", "In March 2021 a storm rose. Of the boats, 7 sank."),
        ("30 boats came, against 12 in May 2019.", HARBOUR),
        ("7 boats sank in March 2021.", "7 boats sank. All that was in March 2021."),
        ("Call centres reached 58.5%, local teams 97.9%.", LISTS),
        ("There were 217 organisations.", "There were 407 contracts, 217 organisations."),
        ("More than 80% came.", "More than 80% came."),
        ("80% came.", "More than 80% came."),
    ],
)
def test_a_number_that_stands_by_the_same_words_passes(sentence: str, post: str) -> None:
    assert judged(sentence, post).reason is None


@pytest.mark.parametrize(
    ("sentence", "post", "detail"),
    [
        ("The partnership has a budget of its own.", PARTNERSHIP, "budget, which is denied"),
        ("The partnership does not write the strategy.", PARTNERSHIP, "not write"),
        ("The plan was accepted.", "The plan was turned down.", "accepted, not reject"),
        ("The plan was accepted.", "They turned it down, the plan.", "accepted, not reject"),
        ("Waits fell in spring.", "Waits rose in spring.", "fell, not rose"),
        ("It is the lowest since then.", "It is the highest since then.", "lowest, not highest"),
        ("All tests were registered.", "Tests were registered, but few.", "all"),
        ("It definitely works.", "It works.", "definitely"),
        ("The plan will help staff.", "The plan may help staff.", "will"),
        ("It is an organisation, not a club.", "It is a club, not an organisation.", "not club"),
        ("Contracts came with competition.", "Contracts came without competition.",
         "competit, which is denied"),
    ],
)  # fmt: skip
def test_what_goes_against_the_post_is_refused(sentence: str, post: str, detail: str) -> None:
    verdict = judged(sentence, post)
    assert (verdict.reason, verdict.detail) == (Reason.CONTRADICTED, detail)


@pytest.mark.parametrize(
    ("sentence", "post"),
    [
        ("The partnership has no budget.", PARTNERSHIP),
        ("The partnership lacks a budget.", PARTNERSHIP),
        ("The plan was rejected.", "The plan was turned down."),
        ("Waits did not fall.", "Waits rose."),
        ("All tests were registered.", "Every test was registered."),
        ("The plan may help staff.", "The plan may help staff."),
        ("It will help.", "It will help, we hope."),
        ("Not only staff left.", "Staff left."),
        ("People were counted rather than cases.", "People were counted, not cases."),
    ],
)
def test_what_says_the_same_in_another_way_passes(sentence: str, post: str) -> None:
    assert judged(sentence, post).reason is None


def test_a_fact_of_one_post_with_the_number_of_another_is_refused() -> None:
    posts = ("Boats carry 12 tons of music.", "Urgent patients wait for surgery at night.")
    verdict = judged("Urgent patients wait for 12 nights of surgery.", *posts)
    assert (verdict.reason, verdict.detail) == (Reason.NUMBER, "12")
    assert judged("Boats carry 12 tons of music.", *posts).reason is None


def test_a_number_with_the_date_of_another_post_is_refused() -> None:
    posts = ("In May, 12 boats came.", "In June, many boats came.")
    assert judged("In June, 12 boats came.", *posts).reason is Reason.NUMBER
    assert judged("In May, 12 boats came.", *posts).reason is None


def test_two_facts_of_two_posts_may_stand_in_two_clauses() -> None:
    posts = ("There were 12 boats on the river.", "There were 30 recipes in the book.")
    sentence = "There were 12 boats on the river, and there were 30 recipes in the book."
    verdict = judged(sentence, *posts)
    assert verdict.reason is None
    assert verdict.spans == (((0, 33),), ((0, 34),))


def test_support_stands_in_the_sentences_that_share_most() -> None:
    post = "1/2 Music plays. Staff leave for money. Boats float."
    verdict = judged("Staff leave for money.", hit(post, position=1))
    assert verdict.spans == (((17, 39),),)


def test_features_are_those_worked_out_by_hand() -> None:
    support = check()
    post = "Staff leave. Money is short."
    (looked,) = support.look([said("Staff leave because money is late.", post)])
    # Of staff, leave, because, money, late, the post has three; of its four pairs of neighbours,
    # "staff leave". The stub counts: the sentence is (staff, money, 4 others), the post's are
    # (staff, 1 other) and (money, 2 others).
    found = looked.features
    assert (found.coverage, found.pairs, found.clauses, found.invented) == (3 / 5, 1 / 4, 0.0, 0.0)
    assert found.similarity == pytest.approx(max(5 / 36**0.5, 9 / 90**0.5))
    assert found.clause_similarity == found.similarity


def test_a_number_counts_in_coverage_as_much_as_a_rare_word() -> None:
    (looked,) = check().look([said("Staff numbered 12 then.", "There were 12 staff.")])
    # Of staff (1), numbered (1) and 12 (4), the post has 5 of 6.
    assert looked.features.coverage == 5 / 6


def test_below_the_threshold_a_sentence_is_unsupported() -> None:
    model = replace(
        EVERYTHING, coefficients={**EVERYTHING.coefficients, "coverage": 2.0}, intercept=-1.0
    )
    support = check(replace(model, threshold=0.5))
    half, less = support.judge(
        [said("Staff sing.", "Staff leave."), said("Staff sing, dance.", "Staff leave.")]
    )
    assert (half.reason, half.probability) == (None, 0.5)
    assert less.reason is Reason.UNSUPPORTED
    assert less.probability == pytest.approx(1 / (1 + math.exp(1 - 2 / 3)))


def test_all_sentences_are_embedded_in_one_go_each_text_once() -> None:
    encoder = StubEncoder()
    support = Support(encoder, alike, EVERYTHING)
    post = "Staff leave. Money is short."
    support.judge([said("Staff leave.", post), said("Money is short.", post)])
    assert sorted(encoder.encoded) == ["Money is short.", "Staff leave."]
    assert support.judge([]) == []


def test_a_sentence_that_has_nothing_of_its_post_is_unsupported_by_the_shipped_model() -> None:
    (verdict,) = Support(StubEncoder(), alike).judge(
        [said("The boat, the river.", "Music recipe.")]
    )
    assert verdict.reason is Reason.UNSUPPORTED


def test_the_check_goes_through_grounding() -> None:
    found = hit("Staff leave for money. Boats float.")
    good = Paraphrase(text="Staff leave for money.", cited=(Cited(post_id="p1"),))
    bad = Paraphrase(text="12 staff leave for money.", cited=(Cited(post_id="p1"),))
    grounded = ground([good, bad], {"p1": found.post.text}, retrieved=[found], support=check())
    assert [one.text for one in grounded.sentences] == ["Staff leave for money."]
    assert grounded.citations[0].quotes == ("Staff leave for money.",)
    assert grounded.removed_by_reason == {Reason.NUMBER: 1}


class Words:
    """Two posts, in which "staff" stands twice."""

    count = 2

    def document_frequency(self, term: str) -> int:
        return 2 if term == "staff" else 0


def test_words_are_weighed_by_how_rare_they_are_in_the_archive() -> None:
    support = open_support(StubEncoder(), Words())
    (looked,) = support.look([said("Staff sing.", "Staff leave.")])
    common, rare = math.log(1 + 0.5 / 2.5), math.log(1 + 2.5 / 0.5)
    assert looked.features.coverage == pytest.approx(common / (common + rare))


def test_the_shipped_model_is_read_once_and_more_support_is_worth_more() -> None:
    shipped = default_model()
    assert default_model() is shipped
    some = Features(
        coverage=0.5, pairs=0.5, similarity=0.5, clause_similarity=0.5, clauses=0.0, invented=0.0
    )
    for name in ("coverage", "pairs", "clause_similarity"):
        assert shipped.probability(replace(some, **{name: 1.0})) > shipped.probability(some), name
    assert shipped.probability(replace(some, invented=1.0)) < shipped.probability(some)


def test_the_shipped_models_file_says_what_it_was_fitted_on() -> None:
    file = resources.files("threadqa.answering.support").joinpath("support.json")
    saved = json.loads(file.read_text("utf-8"))
    assert saved["fitted_on"] == "wice, first half by article"
    assert saved["figures"]["AUROC, held out"] > 0.8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coefficients": {"coverage": 1.0}}, "not of the features"),
        ({"intercept": math.inf}, "not finite"),
        ({"threshold": 1.5}, "not in"),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(EVERYTHING, **change)  # type: ignore[arg-type]


def test_a_probability_does_not_overflow() -> None:
    model = SupportModel(coefficients=EVERYTHING.coefficients, intercept=-1e6, threshold=0.5)
    some = check().look([said("Staff leave.", "Staff leave.")])[0].features
    assert model.probability(some) == 0.0
