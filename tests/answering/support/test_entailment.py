"""An NLI cross-encoder as the judge: tiny models that the tests make, run for real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.encoders.tiny_models import hollow_model, tiny_cross_encoder
from tests.stub_encoder import StubEncoder
from threadqa.answering.grounding import Reason
from threadqa.answering.support.check import Support, open_support
from threadqa.answering.support.entailment import Entailment, Relation, open_judge
from threadqa.errors import EncoderError

from .samples import EVERYTHING, alike, hit, said

ORDER = ("contradiction", "entailment", "neutral")
PAIRS = [("the staff left", "the staff left"), ("money is short", "boats float"), ("a", "b")]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[str]], Path]:
    root = tmp_path_factory.mktemp("nli")
    made: dict[tuple[str, ...], Path] = {}

    def model(labels: Sequence[str]) -> Path:
        key = tuple(labels)
        if key not in made:
            made[key] = tiny_cross_encoder(root / "-".join(key), key)
        return made[key]

    return model


@pytest.mark.parametrize(
    ("entailment", "contradiction", "relation"),
    [
        (0.6, 0.3, Relation.ENTAILMENT),
        (0.3, 0.6, Relation.CONTRADICTION),
        (0.3, 0.3, Relation.NEUTRAL),
        (0.5, 0.0, Relation.NEUTRAL),
        (0.5, 0.5, Relation.CONTRADICTION),
    ],
)
def test_of_relations_that_are_as_likely_the_more_careful_one_holds(
    entailment: float, contradiction: float, relation: Relation
) -> None:
    assert Entailment(entailment=entailment, contradiction=contradiction).relation is relation


def test_the_order_of_labels_is_that_of_the_models_configuration(
    models: Callable[[Sequence[str]], Path], tmp_path: Path
) -> None:
    # Both have the same weights, and so the same three columns; only their names differ.
    one = open_judge(str(models(ORDER)), tmp_path).judge(PAIRS)
    other = open_judge(str(models(("ENTAILMENT", "CONTRADICTION", "NEUTRAL"))), tmp_path).judge(
        PAIRS
    )
    for first, second in zip(one, other, strict=True):
        assert first.entailment == pytest.approx(second.contradiction, abs=1e-6)
        assert first.contradiction == pytest.approx(second.entailment, abs=1e-6)
        assert 0.0 < first.entailment + first.contradiction < 1.0
    assert len({round(found.entailment, 3) for found in one}) > 1


def test_no_pairs_are_judged_without_asking_the_model(
    models: Callable[[Sequence[str]], Path], tmp_path: Path
) -> None:
    assert open_judge(str(models(ORDER)), tmp_path).judge([]) == []


@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "neutral")])
def test_a_model_that_is_not_of_inference_is_refused(
    models: Callable[[Sequence[str]], Path], tmp_path: Path, labels: Sequence[str]
) -> None:
    with pytest.raises(EncoderError, match="expected the labels entailment, neutral and contra"):
        open_judge(str(models(labels)), tmp_path)


def test_a_model_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    folder = hollow_model(tmp_path / "evil", config__json={"auto_map": {"AutoModel": "m.Evil"}})
    with pytest.raises(EncoderError, match="without code of its own"):
        open_judge(str(folder), tmp_path)


def test_a_model_that_cannot_be_loaded_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="expected a cross-encoder in"):
        open_judge(str(hollow_model(tmp_path / "hollow")), tmp_path)


class Scripted:
    """Gives what it was told to for each hypothesis.

    Attributes:
        asked: The pairs it was asked about.
    """

    def __init__(self, **found: tuple[float, float]) -> None:
        self._found = found
        self.asked: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        self.asked.extend(pairs)
        shares = [self._found[hypothesis.split()[0].lower()] for _, hypothesis in pairs]
        return [Entailment(entailment=e, contradiction=c) for e, c in shares]


def test_what_the_rules_let_pass_is_decided_by_the_judge_and_not_by_the_model() -> None:
    judge = Scripted(staff=(0.9, 0.05), money=(0.2, 0.1), boats=(0.1, 0.8))
    nothing = replace(EVERYTHING, threshold=1.0)
    support = Support(StubEncoder(), alike, nothing, judge)
    post = hit("1/2 Staff leave. Money is short. Boats float.", position=1, author="jane")
    sentences = ["Staff leave.", "Money is short.", "Boats float.", "Staff of 12 leave."]
    verdicts = support.judge([said(sentence, post) for sentence in sentences])
    assert [verdict.reason for verdict in verdicts] == [
        None,
        Reason.UNSUPPORTED,
        Reason.CONTRADICTED,
        Reason.NUMBER,
    ]
    assert [verdict.probability for verdict in verdicts[:3]] == [0.9, 0.2, 0.1]
    assert verdicts[0].spans == (((4, 16),),)
    assert [hypothesis for _, hypothesis in judge.asked] == sentences[:3]
    assert {premise for premise, _ in judge.asked} == {
        "jane: Staff leave. Money is short. Boats float."
    }


class Words:
    """An archive without words."""

    count = 0

    def document_frequency(self, term: str) -> int:
        return 0


def test_a_named_cross_encoder_judges(models: Callable[[Sequence[str]], Path]) -> None:
    support = open_support(StubEncoder(), Words(), str(models(ORDER)))
    (verdict,) = support.judge([said("the staff left", "the staff left")])
    (expected,) = open_judge(str(models(ORDER))).judge([("the staff left", "the staff left")])
    assert verdict.probability == pytest.approx(expected.entailment, abs=1e-6)
