"""Question sets: threadqa's own format, BEIR folders, TREC qrels."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.answers import Exchange
from threadqa.errors import SourceError, SourceFormatError
from threadqa.evaluation.questions import answerable, exchanges, read_questions
from threadqa.evaluation.values import Question, Turn

FULL = {
    "id": "q1",
    "question": "Who pays?",
    "history": [{"role": "user", "content": "Is it dear?"}, {"role": "assistant", "content": "No"}],
    "answerable": True,
    "relevant_posts": ["p1", "p2"],
    "relevant_quotes": ["the council pays"],
    "answer_contains": ["council"],
    "acceptable_answers": ["the council", "it does"],
    "reference_answer": "The council pays.",
    "tags": ["fact"],
}


def written(path: Path, *lines: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def beir(folder: Path, **qrels: str) -> Path:
    """A BEIR folder with two queries and judgements by split."""
    written(
        folder / "queries.jsonl",
        {"_id": "1", "text": "Who pays?", "metadata": {}},
        {"_id": "2", "text": "Who works?"},
    )
    (folder / "qrels").mkdir()
    for split, lines in qrels.items():
        text = f"query-id\tcorpus-id\tscore\n{lines}"
        (folder / "qrels" / f"{split}.tsv").write_text(text, encoding="utf-8")
    return folder


def test_a_question_is_read_with_all_its_keys(tmp_path: Path) -> None:
    found = read_questions(written(tmp_path / "mine.jsonl", FULL))
    assert found.name == "mine"
    assert found.questions == (
        Question(
            id="q1",
            question="Who pays?",
            history=(
                Turn(role="user", content="Is it dear?"),
                Turn(role="assistant", content="No"),
            ),
            answerable=True,
            relevance={"p1": 1, "p2": 1},
            relevant_quotes=("the council pays",),
            answer_contains=("council",),
            acceptable_answers=("the council", "it does"),
            reference_answer="The council pays.",
            tags=("fact",),
        ),
    )


def test_only_the_question_is_required_and_a_missing_id_is_the_line(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", "", {"question": "Who?"}, "", {"question": "Why?"})
    assert read_questions(file).questions == (
        Question(id="line-2", question="Who?"),
        Question(id="line-4", question="Why?"),
    )


def test_a_repeated_id_is_numbered(tmp_path: Path) -> None:
    ids = ["a", "a#2", "a", "b", "a"]
    file = written(tmp_path / "a.jsonl", *({"id": i, "question": "Who?"} for i in ids))
    found = read_questions(file).questions
    assert [question.id for question in found] == ["a", "a#2", "a#3", "b", "a#4"]


def test_a_folder_with_questions_has_the_name_of_the_folder(tmp_path: Path) -> None:
    file = written(tmp_path / "ours" / "questions.jsonl", FULL)
    assert read_questions(tmp_path / "ours") == read_questions(file)
    assert read_questions(file).name == "ours"


def test_the_digest_is_of_what_is_asked_and_not_of_how_the_file_is_written(tmp_path: Path) -> None:
    first = read_questions(written(tmp_path / "a.jsonl", FULL))
    shuffled = dict(reversed(FULL.items()))
    same = read_questions(written(tmp_path / "b.jsonl", "", json.dumps(shuffled, indent=None)))
    other = read_questions(written(tmp_path / "c.jsonl", FULL | {"answerable": False}))
    assert first.digest == same.digest
    assert first.digest != other.digest
    assert len(first.digest) == 64


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "expected a JSON object, found [1]"),
        ("{}", '"question" is missing'),
        ({"question": " "}, '"question" must be a text that is not empty, found " "'),
        ({"question": 1}, '"question" must be a text'),
        ({"question": "Who?", "id": 7}, '"id" must be a text'),
        ({"question": "Who?", "answerable": "yes"}, '"answerable" must be true or false'),
        ({"question": "Who?", "tags": "a"}, '"tags" must be a list of texts, found "a"'),
        ({"question": "Who?", "relevant_posts": [""]}, '"relevant_posts" must be a list of texts'),
        ({"question": "Who?", "history": ["a"]}, '"history" must be a list of objects'),
        ({"question": "Who?", "history": [{"role": "user"}]}, '"content" is missing'),
        (
            {"question": "Who?", "history": [{"role": "me", "content": "a"}]},
            "\"role\" must be one of user, assistant, found 'me'",
        ),
        ({"question": "Who?", "tags": ["a" * 99, 1]}, "…"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, reason: str) -> None:
    file = written(tmp_path / "a.jsonl", FULL, line)
    with pytest.raises(SourceFormatError) as caught:
        read_questions(file)
    assert str(caught.value).startswith(f"{file}: line 2: ")
    assert reason in str(caught.value)


def test_a_line_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"question": "Who?"}\r\n{"question": "caf\xe9"}\n')
    with pytest.raises(SourceFormatError, match="line 2: not UTF-8"):
        read_questions(file)


def test_what_is_not_a_question_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(SourceError, match="holds no questions"):
        read_questions(written(tmp_path / "empty.jsonl", ""))
    with pytest.raises(SourceError, match=r"expected a folder with questions\.jsonl, or with"):
        read_questions(tmp_path)


def test_a_beir_folder_gives_the_queries_that_have_judgements(tmp_path: Path) -> None:
    folder = beir(tmp_path / "sci", test="2\td1\t2\n2\td2\t0\n", dev="1\td1\t1\n")
    found = read_questions(folder)
    assert found.name == "sci-test"
    assert found.questions == (
        Question(id="2", question="Who works?", relevance={"d1": 2, "d2": 0}),
    )


@pytest.mark.parametrize(
    ("splits", "taken"),
    [
        (("train", "dev"), "dev"),
        (("validation", "train"), "train"),
        (("validation",), "validation"),
    ],
)
def test_beir_judgements_are_of_test_else_dev_else_train_else_the_only_ones(
    tmp_path: Path, splits: tuple[str, ...], taken: str
) -> None:
    folder = beir(tmp_path / "sci", **dict.fromkeys(splits, "1\td1\t1\n"))
    assert read_questions(folder).name == f"sci-{taken}"


@pytest.mark.parametrize(
    ("splits", "found"), [(("a", "b"), "found a.tsv, b.tsv"), ((), "found no .tsv file")]
)
def test_beir_judgements_must_be_clear(tmp_path: Path, splits: tuple[str, ...], found: str) -> None:
    folder = beir(tmp_path / "sci", **dict.fromkeys(splits, "1\td1\t1\n"))
    with pytest.raises(SourceError, match=found):
        read_questions(folder)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            "1\td1\t1\n1 d1 1\n",
            "line 3: expected 3 columns \\(query-id, corpus-id, score\\), found 1",
        ),
        ("1\td1\tgood\n", "line 2: the grade must be a whole number, found 'good'"),
        ("9\td1\t1\n", "no query has a judgement"),
    ],
)
def test_bad_beir_judgements_are_named(tmp_path: Path, lines: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read_questions(beir(tmp_path / "sci", test=lines))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("topics.tsv", ["1\tWho pays?", "2\tWho works?", "3\tWhy?"]),
        ("topics.jsonl", [{"_id": "1", "text": "Who pays?"}, {"_id": "2", "text": "Who works?"}]),
    ],
)
def test_queries_are_judged_by_trec_qrels(tmp_path: Path, name: str, lines: list[object]) -> None:
    qrels = written(tmp_path / "qrels", "1 0 d1 1", "1 0 d2 0", "2 Q0 d3 3")
    found = read_questions(written(tmp_path / name, *lines), qrels)
    assert found.name == "topics"
    assert found.questions == (
        Question(id="1", question="Who pays?", relevance={"d1": 1, "d2": 0}),
        Question(id="2", question="Who works?", relevance={"d3": 3}),
    )


def test_the_judgements_of_a_beir_folder_can_be_chosen(tmp_path: Path) -> None:
    folder = beir(tmp_path / "sci", test="1\td1\t1", train="2\td2\t1")
    assert read_questions(folder).name == "sci-test"
    train = folder / "qrels" / "train.tsv"
    chosen = read_questions(folder, train)
    assert chosen.name == "sci-train"
    assert [question.relevance for question in chosen.questions] == [{"d2": 1}]
    assert read_questions(folder / "queries.jsonl", train).questions == chosen.questions


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("1 d1 1", "4 columns (query, iteration, document, grade), found 3"),
        ("query-id\tcorpus-id\tscore\n1\td1", "3 columns (query-id, corpus-id, score), found 2"),
    ],
)
def test_judgements_that_lack_a_column_are_told_which_there_should_be(
    tmp_path: Path, line: str, columns: str
) -> None:
    qrels = written(tmp_path / "qrels", line)
    with pytest.raises(SourceFormatError, match=re.escape(f"expected {columns}")):
        read_questions(written(tmp_path / "a.tsv", "1\tWho?"), qrels)


def test_a_query_without_a_tab_is_named(tmp_path: Path) -> None:
    qrels = written(tmp_path / "qrels", "1 0 d1 1")
    with pytest.raises(SourceFormatError, match="line 2: expected an id, a tab and a text"):
        read_questions(written(tmp_path / "a.tsv", "1\tWho?", "2 Who?"), qrels)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question(id="a", question="?"), None),
        (Question(id="a", question="?", answerable=False, relevance={"p": 1}), False),
        (Question(id="a", question="?", answerable=True), True),
        (Question(id="a", question="?", relevance={"p": 1}), True),
        (Question(id="a", question="?", relevance={"p": 0}), None),
        (Question(id="a", question="?", relevance={}), None),
        (Question(id="a", question="?", relevant_quotes=("a",)), True),
    ],
)
def test_a_question_that_marks_relevant_posts_is_answerable_unless_it_says_otherwise(
    question: Question, expected: bool | None
) -> None:
    assert answerable(question) is expected


@given(st.lists(st.sampled_from(["a", "a#2", "b", "line-1"]), min_size=1, max_size=12))
def test_ids_are_unique_whatever_they_were(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str]
) -> None:
    file = tmp_path_factory.mktemp("ids") / "a.jsonl"
    written(file, *({"id": i, "question": "Who?"} for i in ids))
    found = [question.id for question in read_questions(file).questions]
    assert len(set(found)) == len(ids)
    assert [name for name in found if name in ids] != []


def test_the_turns_before_a_question_become_exchanges() -> None:
    history = [
        Turn(role="assistant", content="Ask me anything."),
        Turn(role="user", content="Who pays?"),
        Turn(role="assistant", content="The council."),
        Turn(role="assistant", content="In April."),
        Turn(role="user", content="And who works?"),
    ]
    assert exchanges(history) == (
        Exchange(question="Who pays?", answer="The council. In April."),
        Exchange(question="And who works?", answer=""),
    )
    assert exchanges(history[:1]) == exchanges([]) == ()
