"""The ablation's table, and that a part which is off is off until the block ends, and no longer."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from ablation import (
    Remembering,
    Row,
    ablation_table,
    measured,
    ordered,
    parts,
    reading,
    rows,
    searching,
    turned_off,
)
from evaluate import with_table
from question_sets import DevelopmentSet, serving
from threadqa.evaluation.values import Question, QuestionSet, Turn
from threadqa.indexing.context import in_thread_texts, in_thread_vectors
from threadqa.questions.evidence import Evidence
from threadqa.retrieval.reranking import default_ranking
from threadqa.retrieval.retriever import RERANKED

PARTS = {part.name: part for part in parts()}


def row(off: str, locomo: float, scifact: float) -> Row:
    return Row(off=off, measures={"locomo": {"nDCG@10": locomo}, "scifact": {"nDCG@10": scifact}})


def test_a_cell_shows_the_measure_and_its_difference_from_the_first_row() -> None:
    found = [
        row("nothing", 0.6669, 1.0),
        row("reranking", 0.6101, 1.0),
        row("evidence: pairs", 0.6671, 0.9996),
        row("evidence: asks", 0.7, 0.5),
    ]
    assert ablation_table({"locomo": 1997, "scifact": 809}, found) == (
        "| off | LoCoMo, 1,997 | SciFact, 809 |\n"
        "| --- | --- | --- |\n"
        "| nothing | .667 | 1.000 |\n"
        "| reranking | .610 (-.057) | 1.000 (.000) |\n"
        "| evidence: pairs | .667 (.000) | 1.000 (.000) |\n"
        "| evidence: asks | .700 (+.033) | .500 (-.500) |"
    )


def test_a_row_has_the_means_over_the_questions_of_a_set() -> None:
    (found,) = rows(
        {"examples": {"nothing": [{"nDCG@10": 1.0, "R@5": 1.0}, {"nDCG@10": 0.5, "R@5": 0.0}]}},
        [PARTS["nothing"]],
    )
    assert found == Row(off="nothing", measures={"examples": {"nDCG@10": 0.75, "R@5": 0.5}})


def test_a_table_goes_between_the_marks_of_its_command_only() -> None:
    page = (
        "<!-- make eval writes this -->\nkept\n<!-- to here -->\n"
        "<!-- make ablation writes this -->\n\n<!-- to here -->\nthe end\n"
    )
    written = with_table(page, r"| \1 |", "make ablation")
    assert written == (
        "<!-- make eval writes this -->\nkept\n<!-- to here -->\n"
        "<!-- make ablation writes this -->\n| \\1 |\n<!-- to here -->\nthe end\n"
    )
    assert with_table(written, r"| \1 |", "make ablation") == written


def test_every_kind_of_evidence_is_off_once_and_the_others_as_shipped() -> None:
    shipped = default_ranking().coefficients
    for kind in fields(Evidence):
        ranking = PARTS[f"evidence: {kind.name}"].ranking
        assert ranking is not None
        assert ranking.coefficients == {**shipped, kind.name: 0.0}


def test_a_half_that_is_off_weighs_nothing_in_the_fused_score_and_in_the_ranking_model() -> None:
    for name, kind, dense_weight in [
        ("the dense half", "dense", 0.0),
        ("the lexical half", "lexical", 1.0),
    ]:
        part = PARTS[name]
        assert part.search.settings == {"dense_weight": dense_weight}
        assert part.ranking is not None
        assert part.ranking.coefficients[kind] == 0.0


def test_the_neighbours_are_out_of_the_vectors_until_the_block_ends() -> None:
    vectors = np.eye(2, dtype=np.float32)
    before = in_thread_vectors(vectors)
    with turned_off(PARTS["the thread in the vectors"].search.constants):
        assert in_thread_vectors(vectors).tolist() == [[1, 0], [0, 1]]
    assert in_thread_vectors(vectors).tolist() == before.tolist() != [[1, 0], [0, 1]]


def test_the_neighbours_are_out_of_the_words_until_the_block_ends() -> None:
    before = in_thread_texts(["one", "two"])
    with turned_off(PARTS["the thread in the words"].search.constants):
        assert in_thread_texts(["one", "two"]) == ["one\none\none\none", "two\ntwo\ntwo\ntwo"]
    assert in_thread_texts(["one", "two"]) == before != ["one", "two"]


def test_hashtags_stay_together_until_the_block_ends() -> None:
    repeated = "\n".join(["#SocialCare"] * 4)
    with turned_off(PARTS["hashtags and handles apart"].search.constants):
        assert in_thread_texts(["#SocialCare"]) == [repeated]
    assert in_thread_texts(["#SocialCare"]) == ["\n".join(["#SocialCare Social Care"] * 4)]


POSTS = (
    ("care", "Read what we say on #SocialCare."),
    ("care", "It needs 4,000 nurses by spring."),
    ("bread", "Bread wants patience, and salt."),
)
QUESTION = "how many nurses does social care need?"


@pytest.fixture
def given(tmp_path: Path) -> DevelopmentSet:
    """Three posts, and of three questions one that stands alone and has a relevant post."""
    file = tmp_path / "posts.jsonl"
    lines = [
        json.dumps({"id": f"p{number}", "thread": thread, "text": text})
        for number, (thread, text) in enumerate(POSTS)
    ]
    file.write_text("\n".join(lines), "utf-8")
    questions = (
        Question(id="alone", question=QUESTION, relevance={"p1": 1}),
        Question(
            id="follow-up",
            question="by when?",
            relevance={"p1": 1},
            history=(Turn(role="user", content=QUESTION),),
        ),
        Question(id="unanswerable", question="who bakes it?", relevance={"p2": 0}),
    )
    return DevelopmentSet(
        name="small", posts=file, questions=QuestionSet(name="", digest="", questions=questions)
    )


def test_the_order_with_nothing_off_is_the_one_that_users_get(
    given: DevelopmentSet, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    with serving(given.posts, index) as subject:
        users = [hit.post.id for hit in subject.assistant.search(QUESTION, 10)]
    whole = PARTS["nothing"]
    with searching(given, whole.search, index) as subject:
        shown = subject.assistant.evidence(QUESTION, RERANKED)
        read = reading(Remembering(), subject.archive, QUESTION, shown)
        assert ordered(shown, whole.ranking, read) == users
    assert users[0] == "p1"


def test_an_index_is_built_again_without_the_part_and_the_first_one_stays(
    given: DevelopmentSet, tmp_path: Path
) -> None:
    index = tmp_path / "index"

    def lexical(part: str) -> dict[str, float]:
        with searching(given, PARTS[part].search, index) as subject:
            shown = subject.assistant.evidence("social", RERANKED)
        return {hit.post.id: hit.lexical for hit, _ in shown}

    with_all = lexical("nothing")
    assert with_all["p0"] > with_all["p1"] > with_all["p2"] == 0
    assert lexical("hashtags and handles apart") == {"p0": 0, "p1": 0, "p2": 0}
    without_thread = lexical("the thread in the words")
    assert without_thread["p0"] > without_thread["p1"] == without_thread["p2"] == 0
    assert lexical("nothing") == with_all


def test_questions_that_do_not_stand_alone_or_have_no_relevant_post_are_left_out(
    given: DevelopmentSet, tmp_path: Path
) -> None:
    chosen = [PARTS["nothing"], PARTS["the lexical half"]]
    found = measured(given, chosen, tmp_path / "index")
    assert found.keys() == {"nothing", "the lexical half"}
    assert [each["nDCG@10"] for each in found["nothing"]] == [1.0]
    assert len(found["the lexical half"]) == 1
