"""The pipeline from a question to an answer, on indexes whose vectors can be worked out by hand."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.stub_encoder import StubEncoder
from threadqa.answering.abstention import AbstentionModel, Features, write_own_model
from threadqa.answers import Answer, Exchange, Status
from threadqa.archive import Archive
from threadqa.assistant import Assistant
from threadqa.errors import ArchiveError, EncoderError, UsageError
from threadqa.indexing.derived import build_generation
from threadqa.indexing.opening import open_index
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.posts import Completeness
from threadqa.settings import READING_RERANKER, Settings

POSTS = {
    "staff.txt": "1/3 Staff are what a reform needs.\n2/3 Money for staff is late.\n"
    "3/3 A recipe for trouble.\n",
    "boats.txt": "1/5 The boat is on the river.\n2/5 Music from the boat is loud.\n",
    "people.jsonl": '{"author": "ann", "text": "Ann says that the boat is green.",'
    ' "created_at": "2021-03-31T12:00:00Z"}\n'
    '{"author": "bob", "text": "Bob says that the boat is red.",'
    ' "created_at": "2022-03-31T12:00:00Z"}\n',
}
Ask = Callable[..., Answer]


@pytest.fixture
def threads(tmp_path: Path) -> Path:
    folder = tmp_path / "threads"
    folder.mkdir()
    for name, text in POSTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path, threads: Path) -> Path:
    folder = tmp_path / "index"
    bring_up_to_date(threads, folder)
    return folder


def bring_up_to_date(threads: Path, index: Path) -> None:
    sync([threads], index, StubEncoder(), NoProgress(), max_file_bytes=1_000_000)


@contextmanager
def assistant(
    index: Path, threshold: float | None = 0.0, reranker: str = READING_RERANKER
) -> Iterator[Assistant]:
    settings = Settings(index=index, answer_threshold=threshold, reranker=reranker)
    with ExitStack() as resources:
        opened = resources.enter_context(open_index(index))
        with Assistant(opened, StubEncoder(), settings, resources.pop_all()) as found:
            yield found


@pytest.fixture
def ask(index: Path) -> Ask:
    """Asks with a threshold of confidence: 0 always answers, 1 never does."""

    def ask(question: str, threshold: float = 0.0) -> Answer:
        with assistant(index, threshold) as opened:
            return opened.ask(question)

    return ask


def cited(answer: Answer) -> set[str]:
    return {citation.hit.post.text for citation in answer.citations}


def notices(answer: Answer) -> list[str]:
    """Without the one about low confidence: the fitted model says what confidence is."""
    return [notice for notice in answer.notices if not notice.startswith("Confidence is low")]


def test_an_answer_cites_the_post_that_holds_it(ask: Ask) -> None:
    answer = ask("Is the money for staff late?")
    assert answer.status is Status.ANSWERED
    assert "Money for staff is late." in answer.text
    first = answer.citations[0]
    assert first.hit.post.text == "2/3 Money for staff is late."
    quoted = " ".join(first.hit.post.text[start:end] for start, end in first.spans)
    assert "Money for staff is late." in quoted
    assert answer.nearest == ()
    assert notices(answer) == []
    assert (answer.answerer, answer.encoder) == ("extractive", "stub-8")
    assert set(answer.timings_ms) == {"retrieve", "answer"}


def test_a_question_that_stands_alone_is_answered_alike_with_a_history(index: Path) -> None:
    before = Exchange(question="What do Ann and Bob say?", answer="That the boat is red.")
    with assistant(index) as opened:
        alone = opened.ask("Is the money for staff late?")
        asked = opened.ask("Is the money for staff late?", [before])
        *_, streamed = opened.stream("Is the money for staff late?", [before])
    untimed = [replace(answer, timings_ms={}) for answer in (alone, asked, streamed)]
    assert untimed[0] == untimed[1] == untimed[2]


def test_an_answer_in_posts_own_words_comes_whole(index: Path) -> None:
    question = "What do Ann and Bob say of the boat?"
    with assistant(index, reranker="linear") as opened:  # which finds both as good
        (streamed,) = opened.stream(question)
        whole = opened.ask(question)
        (nothing,) = opened.stream("from:nobody what is the boat?")
    assert len(whole.sentences) > 1
    assert (streamed.sentences, streamed.citations) == (whole.sentences, whole.citations)
    assert nothing.status is Status.NOT_FOUND


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        ("from:ann what is the boat?", {"Ann says that the boat is green."}),
        ("from:bob what is the boat?", {"Bob says that the boat is red."}),
        ("since:2022 what is the boat?", {"Bob says that the boat is red."}),
        ("until:2021-03 what is the boat?", {"Ann says that the boat is green."}),
        ("source:people -green what is the boat?", {"Bob says that the boat is red."}),
        ('what is the boat? "boat is red"', {"Bob says that the boat is red."}),
        ('thread:"boat river" what is the boat?', set(POSTS["boats.txt"].splitlines())),
    ],
)
def test_operators_restrict_what_an_answer_may_cite(
    ask: Ask, question: str, allowed: set[str]
) -> None:
    answer = ask(question)
    assert answer.status is Status.ANSWERED
    assert cited(answer) <= allowed
    assert answer.question == question
    assert answer.standalone_question.startswith("what is the boat?")


def test_operators_that_leave_no_post_are_named_as_the_reason(ask: Ask) -> None:
    answer = ask("from:nobody what is the boat?")
    assert answer.status is Status.NOT_FOUND
    assert answer.nearest == ()
    assert notices(answer) == ["No post is left by the operators of the question."]


def test_quoted_words_that_no_post_has_in_this_order_are_searched_as_words(ask: Ask) -> None:
    answer = ask('Is the "late money for staff" coming?')
    assert "No post has the words in quotation marks in this order." in answer.notices
    assert "2/3 Money for staff is late." in cited(answer)
    found = ask('Is the "money for staff" late?')
    assert notices(found) == []
    assert cited(found) == {"2/3 Money for staff is late."}


def test_an_answer_from_a_partial_thread_says_which_posts_are_missing(ask: Ask) -> None:
    answer = ask("source:boats is the music from the boat loud?")
    assert {c.hit.thread.completeness for c in answer.citations} == {Completeness.PARTIAL}
    assert notices(answer) == ["“The boat is on the river.” is partial: 2 of 5 posts, missing 3–5."]


def test_what_is_not_answered_shows_the_three_nearest_posts_and_no_sentence(ask: Ask) -> None:
    answer = ask("Is the money for staff late?", threshold=1.0)
    assert answer.status is Status.NOT_FOUND
    assert (answer.sentences, answer.citations) == ((), ())
    assert len(answer.nearest) == 3
    assert answer.nearest[0].post.text == "2/3 Money for staff is late."


@pytest.mark.parametrize("question", ["", "   ", "from:", "since:soon boat"])
def test_a_question_that_cannot_be_asked_is_refused(ask: Ask, question: str) -> None:
    with pytest.raises(UsageError):
        ask(question)


def test_operators_alone_are_no_question_and_are_a_search(index: Path) -> None:
    with assistant(index) as opened:
        with pytest.raises(UsageError, match="operators only"):
            opened.ask("source:boats")
        hits = opened.search("source:boats", 10)
    assert [hit.post.text for hit in hits] == POSTS["boats.txt"].splitlines()


def test_a_search_returns_at_most_its_limit_best_first(index: Path) -> None:
    with assistant(index) as opened:
        hits = opened.search("money for staff", 4)
    assert len(hits) == 4
    assert hits[0].post.text == "2/3 Money for staff is late."
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert set(hits[0].matched_terms) == {"money", "staff"}


def test_a_deleted_post_is_never_cited_again(index: Path, ask: Ask) -> None:
    post = ask("Is the money for staff late?").citations[0].hit.post
    with Archive.open_for_writing(index) as archive, archive.transaction():
        archive.delete_post(post.id)
        archive.bump_generation()
        build_generation(archive, NoProgress())
    answer = ask("Is the money for staff late?")
    assert post.text not in cited(answer) | {hit.post.text for hit in answer.nearest}
    assert "late" not in answer.text
    assert notices(answer) == [
        "“Staff are what a reform needs.” is partial: 2 of 3 posts, missing 2.",
    ]


def test_a_post_deleted_without_new_search_indexes_has_them_built_again(
    index: Path, ask: Ask
) -> None:
    post = ask("Is the money for staff late?").citations[0].hit.post
    with Archive.open_for_writing(index) as archive, archive.transaction():
        archive.delete_post(post.id)
        archive.bump_generation()
    answer = ask("Is the money for staff late?")
    assert post.text not in cited(answer)
    assert answer.notices[0].startswith("The search indexes were built again: ")


def test_damaged_search_indexes_are_built_again_with_a_notice_and_the_same_answer(
    index: Path, ask: Ask
) -> None:
    before = ask("Is the money for staff late?")
    shutil.rmtree(index / "generations")
    mended = ask("Is the money for staff late?")
    assert mended.notices[0].startswith("The search indexes were built again: ")
    assert notices(mended)[1:] == notices(before)
    assert without_timings(replace(mended, notices=before.notices)) == without_timings(before)
    assert notices(ask("Is the money for staff late?")) == []


def without_timings(answer: Answer) -> Answer:
    return replace(answer, timings_ms={})


@pytest.mark.parametrize(
    "question",
    ["Is the money for staff late?", "What is the boat?", "from:ann what is the boat?", "opera"],
)
def test_a_reopened_index_and_a_fresh_one_give_the_same_answer(
    index: Path, threads: Path, tmp_path: Path, ask: Ask, question: str
) -> None:
    first = without_timings(ask(question))
    assert without_timings(ask(question)) == first
    bring_up_to_date(threads, tmp_path / "fresh")
    with assistant(tmp_path / "fresh") as opened:
        assert without_timings(opened.ask(question)) == first
        assert without_timings(opened.ask(question)) == first


def test_an_open_assistant_answers_from_one_state(index: Path, threads: Path) -> None:
    with assistant(index) as opened:
        before = without_timings(opened.ask("Is the money for staff late?"))
        (threads / "staff.txt").unlink()
        bring_up_to_date(threads, index)
        assert without_timings(opened.ask("Is the money for staff late?")) == before
    with assistant(index) as opened:
        assert cited(before).isdisjoint(cited(opened.ask("Is the money for staff late?")))


def test_opening_without_an_archive_or_with_another_encoder_is_refused(
    index: Path, tmp_path: Path
) -> None:
    with pytest.raises(ArchiveError, match="run `threadqa index PATH…` first"):
        Assistant.open(Settings(index=tmp_path / "none"))
    with pytest.raises(EncoderError, match="was embedded with stub-8"):
        Assistant.open(Settings(index=index, encoder="packaged"))


def test_features_are_those_that_the_confidence_rests_on(index: Path) -> None:
    with assistant(index) as opened:
        near = opened.features("Is the money for staff late?")
        assert near == opened.features("Is the money for staff late?")
        assert near != opened.features("opera")


def listing(*authors: str) -> str:
    """A list that runs over the posts of a thread, one post a line."""
    texts = ["Three reasons why staff leave the boat.", "First, the money.", "Second, the river."]
    return "".join(
        f'{{"thread": "list", "author": "{author}", "text": "{text}"}}\n'
        for author, text in zip(authors, texts, strict=True)
    )


def reasons(tmp_path: Path, posts: str, question: str) -> list[str]:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "list.jsonl").write_text(posts, encoding="utf-8")
    bring_up_to_date(folder, tmp_path / "lists-index")
    with assistant(tmp_path / "lists-index") as opened:
        return [sentence.text for sentence in opened.ask(question).sentences]


def test_a_list_is_followed_into_the_next_posts_of_its_author(tmp_path: Path) -> None:
    assert reasons(tmp_path, listing("ann", "ann", "ann"), "Why do staff leave the boat?") == [
        "Three reasons why staff leave the boat.",
        "First, the money.",
        "Second, the river.",
    ]


def test_a_list_ends_where_somebody_else_speaks(tmp_path: Path) -> None:
    assert reasons(tmp_path, listing("ann", "ann", "bob"), "Why do staff leave the boat?") == [
        "Three reasons why staff leave the boat.",
        "First, the money.",
    ]


def test_a_list_is_not_followed_past_the_operators_of_the_question(tmp_path: Path) -> None:
    question = "Why do staff leave the boat? -river"
    assert reasons(tmp_path, listing("ann", "ann", "ann"), question) == [
        "Three reasons why staff leave the boat.",
        "First, the money.",
    ]


def own_model(index: Path, intercept: float, encoder: str = "stub-8") -> None:
    """Saves a model with the index by which every question has the same probability."""
    none = dict.fromkeys((field.name for field in fields(Features)), 0.0)
    write_own_model(
        index,
        AbstentionModel(coefficients=none, intercept=intercept, threshold=0.5),
        encoder,
        {"fitted_on": {"name": "mine"}, "date": "2026-01-02"},
        reads=True,
    )


def test_the_model_that_was_fitted_for_an_index_decides(index: Path, threads: Path) -> None:
    question = "Is the money for staff late?"
    own_model(index, math.log(3))
    with assistant(index, threshold=None) as opened:
        answer = opened.ask(question)
        assert opened.encoder == "stub-8"
    assert (answer.status, answer.notices) == (Status.ANSWERED, ())
    assert answer.confidence == pytest.approx(3 / 4)
    own_model(index, -math.log(3))
    (threads / "boats.txt").unlink()
    bring_up_to_date(threads, index)  # leaves the model where it is
    with assistant(index, threshold=None) as opened:
        answer = opened.ask(question)
    assert (answer.status, answer.notices) == (Status.NOT_FOUND, ())
    assert answer.confidence == pytest.approx(1 / 4)


def test_a_model_that_does_not_fit_the_index_is_passed_over_with_a_notice(
    index: Path, ask: Ask
) -> None:
    question = "Is the money for staff late?"
    shipped = ask(question).confidence
    own_model(index, math.log(3), encoder="other")
    answer = ask(question)
    assert answer.confidence == shipped
    assert notices(answer) == [
        "The abstention model of this index is not used: it was fitted with the encoder other, not "
        "stub-8. Fit it again with `threadqa eval fit QUESTIONS`, or remove it with `threadqa eval "
        "fit --reset`."
    ]
