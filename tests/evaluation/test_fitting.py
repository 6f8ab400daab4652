"""Fitting the abstention model of an index."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.subjects import write_index
from tests.stub_encoder import StubEncoder
from threadqa.answering.abstention import AbstentionModel, Features, default_model
from threadqa.answers import Exchange
from threadqa.assistant import Assistant
from threadqa.errors import ArchiveError, UsageError
from threadqa.evaluation.fitting import (
    Examples,
    auroc,
    check_enough,
    collect,
    fit,
    fit_logistic,
    probabilities,
    record,
    reset,
    save,
    threshold_refusing,
)
from threadqa.evaluation.values import Question, QuestionSet, Turn
from threadqa.indexing.opening import open_index
from threadqa.indexing.progress import NoProgress
from threadqa.settings import Settings

NAMES = [field.name for field in fields(Features)]


def open_assistant(folder: Path) -> Assistant:
    index = write_index(folder)
    with ExitStack() as resources:
        opened = resources.enter_context(open_index(index))
        return Assistant(opened, StubEncoder(), Settings(index=index), resources.pop_all())


def examples(answerable: list[float], unanswerable: list[float]) -> Examples:
    """Questions that differ in one feature, the similarity of the best hit."""
    rows = np.zeros((len(answerable) + len(unanswerable), len(NAMES)))
    rows[:, NAMES.index("dense_top")] = [*answerable, *unanswerable]
    labels = [True] * len(answerable) + [False] * len(unanswerable)
    return Examples(features=rows, answerable=np.array(labels))


def test_questions_are_asked_for_their_features(tmp_path: Path) -> None:
    questions = [
        Question(id="a", question="Is the money late?", answerable=True),
        Question(id="b", question="Who sings opera?", answerable=False),
        Question(id="c", question="Where is the boat?", relevant_quotes=("on the river",)),
        Question(id="d", question="Where is the boat?", relevance={"a": 1}),
    ]
    with open_assistant(tmp_path) as assistant:
        found = collect(assistant, questions, NoProgress())
        rows = [list(asdict(assistant.features(q.question)).values()) for q in questions]
    assert found.features.tolist() == rows
    assert found.answerable.tolist() == [True, False, True, True]
    assert found.left_out == 0


def test_questions_of_unknown_answerability_are_left_out(tmp_path: Path) -> None:
    questions = [
        Question(id="b", question="Who sings?"),
        Question(id="c", question="Who sings?", relevance={"a": 0}),
    ]
    with open_assistant(tmp_path) as assistant:
        found = collect(assistant, questions, NoProgress())
    assert found.features.shape == (0, len(NAMES))
    assert found.left_out == 2


def test_follow_ups_are_asked_with_what_came_before(tmp_path: Path) -> None:
    before = (Turn(role="user", content="Is the money for staff late?"),)
    question = Question(id="a", question="And why is it?", history=before, answerable=True)
    with open_assistant(tmp_path) as assistant:
        (found,) = collect(assistant, [question], NoProgress()).features.tolist()
        history = [Exchange(question="Is the money for staff late?", answer="")]
        assert found == list(asdict(assistant.features(question.question, history)).values())
        assert found != list(asdict(assistant.features(question.question)).values())


def test_a_question_that_cannot_be_asked_is_named(tmp_path: Path) -> None:
    wrong = Question(id="q7", question="since:yesterday who?", answerable=True)
    with (
        open_assistant(tmp_path) as assistant,
        pytest.raises(UsageError, match=r"question q7: .*since"),
    ):
        collect(assistant, [wrong], NoProgress())


def test_classes_that_a_feature_tells_apart_have_an_auroc_of_1() -> None:
    found = fit(examples([0.8, 0.9] * 10, [0.1, 0.2] * 10), folds=5, seed=0)
    assert found.figures.auroc == 1.0
    assert (found.figures.answerable_refused, found.figures.unanswerable_answered) == (0.0, 0.0)
    assert found.folds == 5
    assert found.model.coefficients["dense_top"] > 0
    assert [name for name, weight in found.model.coefficients.items() if weight] == ["dense_top"]


def test_classes_that_nothing_tells_apart_have_an_auroc_of_about_a_half() -> None:
    values = np.random.default_rng(0).random(800).tolist()
    found = fit(examples(values[:400], values[400:]), folds=5, seed=0)
    assert abs(found.figures.auroc - 0.5) < 0.06
    # A threshold that other questions choose may refuse a little more than it was chosen for.
    assert 0.03 < found.figures.answerable_refused < 0.08
    assert found.figures.unanswerable_answered > 0.8


def test_a_threshold_is_judged_by_questions_that_did_not_choose_it() -> None:
    # Forty scores well apart: whichever stands lowest in its fold is below what the others choose.
    found = fit(examples(np.linspace(0.2, 0.9, 20).tolist(), [0.1] * 20), folds=5, seed=0)
    scores = probabilities(found.model, examples([0.2], [0.1]).features)
    assert found.figures.answerable_refused >= 1 / 20
    assert scores[0] > scores[1]


def test_too_few_questions_of_a_class_are_named_before_any_is_asked() -> None:
    with pytest.raises(
        UsageError, match="needs 10 unanswerable questions or more, and the set has 9"
    ):
        check_enough([True] * 10 + [False] * 9 + [None] * 5)


def test_the_shipped_model_is_measured_on_the_same_questions() -> None:
    # It grows with the similarity, so that here it has them the wrong way round.
    found = fit(examples([0.1] * 10, [0.9] * 10), folds=5, seed=0)
    assert found.figures.auroc == 1.0
    assert found.figures.auroc_shipped == 0.0


def test_there_are_no_more_folds_than_questions_of_a_class() -> None:
    assert fit(examples([0.9] * 10, [0.1] * 30), folds=50, seed=0).folds == 10


def test_the_same_seed_gives_the_same_fit() -> None:
    values = np.random.default_rng(1).random(60).tolist()
    drawn = examples(values[:30], values[30:])
    assert fit(drawn, folds=5, seed=3) == fit(drawn, folds=5, seed=3)


@pytest.mark.parametrize(
    ("answerable", "unanswerable", "message"),
    [
        (9, 30, '10 answerable questions or more, and the set has 9: .* "answerable": true'),
        (30, 0, '10 unanswerable questions or more, and the set has 0: .* "answerable": false'),
    ],
)
def test_too_few_questions_of_a_class_are_an_error(
    answerable: int, unanswerable: int, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        fit(examples([0.9] * answerable, [0.1] * unanswerable), folds=5, seed=0)


def test_a_fit_is_in_the_units_of_the_features() -> None:
    few = examples([3.0] * 3 + [1.0], [1.0] * 3 + [3.0])
    many = Examples(
        features=np.repeat(few.features, 5000, 0), answerable=few.answerable.repeat(5000)
    )
    model = fit_logistic(many.features, many.answerable)
    # With so many examples the penalty is nothing: odds of 3 at 3.0, of 1/3 at 1.0.
    assert probabilities(model, few.features) == pytest.approx(
        [3 / 4] * 3 + [1 / 4] * 4 + [3 / 4], abs=1e-3
    )


def test_weights_count_as_repetitions_in_any_unit() -> None:
    few = examples([3.0, 1.0], [1.0, 3.0])
    features = np.repeat(few.features, 1000, 0)
    answerable = few.answerable.repeat(1000)
    weights = np.repeat([3.0, 1.0, 3.0, 1.0], 1000)
    model = fit_logistic(features, answerable, weights)
    assert probabilities(model, few.features) == pytest.approx(
        [3 / 4, 1 / 4] * 1 + [1 / 4, 3 / 4], abs=1e-2
    )
    other = fit_logistic(features, answerable, weights * 1e-6)
    assert other.coefficients["dense_top"] == pytest.approx(model.coefficients["dense_top"])


def test_auroc_is_the_share_of_pairs_in_order_ties_one_half() -> None:
    answerable = np.array([True, True, False, False])
    # (3, 1) (3, 2) and (2, 1) are in order, (2, 2) is a tie.
    assert auroc(answerable, np.array([3.0, 2.0, 1.0, 2.0])) == (3 + 1 / 2) / 4


@pytest.mark.parametrize(("n", "refused"), [(19, 0), (20, 1), (39, 1), (140, 7)])
def test_a_threshold_refuses_a_twentieth_at_most(n: int, refused: int) -> None:
    scores = (np.arange(n) + 1) / (n + 1)
    threshold = threshold_refusing(0.05, scores[::-1])
    assert int((scores < threshold).sum()) == refused
    assert threshold == pytest.approx(scores[refused], abs=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_a_threshold_never_refuses_more_than_the_share(scores: list[float]) -> None:
    threshold = threshold_refusing(0.05, np.array(scores))
    assert 0.0 <= threshold <= 1.0
    assert sum(score < threshold for score in scores) <= 0.05 * len(scores)


def test_a_saved_model_says_what_it_was_fitted_on(tmp_path: Path) -> None:
    drawn = examples([0.9] * 10, [0.1] * 12)
    found = fit(drawn, folds=5, seed=4)
    questions = QuestionSet(name="mine", digest="abc", questions=())
    about = record(found, drawn, questions, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    saved = json.loads(save(tmp_path, found.model, "stub-8", about, reads=True).read_text("utf-8"))
    assert saved["fitted_on"] == {
        "name": "mine", "digest": "abc", "answerable": 10, "unanswerable": 12, "left_out": 0,
    }  # fmt: skip
    assert (saved["date"], saved["folds"], saved["seed"]) == ("2026-01-02T03:04:05+00:00", 5, 4)
    assert saved["figures"]["auroc"] == 1.0
    assert saved["encoder"] == "stub-8"
    assert re.fullmatch("[0-9a-f]{64}", saved["cross_encoder"])
    assert list(saved["coefficients"]) == NAMES
    assert saved["threshold"] == found.model.threshold
    assert [file.name for file in tmp_path.iterdir()] == ["abstention.json"]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    model = AbstentionModel(coefficients={}, intercept=0.0, threshold=0.5)
    with pytest.raises(ArchiveError, match="cannot be written"):
        save(tmp_path / "none", model, "stub-8", {}, reads=True)
    (tmp_path / "abstention.json").mkdir()
    with pytest.raises(ArchiveError, match="cannot be written"):
        reset(tmp_path)


def test_a_reset_says_whether_there_was_a_model(tmp_path: Path) -> None:
    model = AbstentionModel(coefficients={}, intercept=0.0, threshold=0.5)
    save(tmp_path, model, "stub-8", {}, reads=True)
    assert reset(tmp_path)
    assert not reset(tmp_path)


def test_probabilities_are_the_models() -> None:
    drawn = examples([0.9], [0.1])
    found = probabilities(default_model(reads=True), drawn.features)
    expected = [
        default_model(reads=True).probability(Features(**dict(zip(NAMES, row, strict=True))))
        for row in drawn.features.tolist()
    ]
    assert found.tolist() == expected
