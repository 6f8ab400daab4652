"""Searches of small archives, with scores that can be worked out by hand.

Each post is a thread of its own unless a test says otherwise, so that its vector is that of its
own words: counts of "staff", "money", "boat" and a few more, and one of all others, as the stub
encoder says. The dense index keeps 11 bits of a number, so cosines are right within 1/1000.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.stub_encoder import StubEncoder
from threadqa.assistant import Assistant
from threadqa.encoders.cross_encoder import CrossEncoder, Passage
from threadqa.indexing.opening import OpenIndex, open_index
from threadqa.indexing.progress import NoProgress
from threadqa.indexing.sync import sync
from threadqa.questions.followups.completion import Reach
from threadqa.questions.phrasings import Phrasing
from threadqa.retrieval.operators import parse_query
from threadqa.retrieval.reranking import RankingModel
from threadqa.retrieval.retriever import (
    CITED_ODDS,
    READ,
    READ_WITHIN,
    RERANKED,
    THREAD_ODDS,
    Context,
    Retrieved,
    Retriever,
)
from threadqa.settings import Settings

ASKS_FIRST = RankingModel(coefficients={"asks": 1.0})
LONGEST_FIRST = RankingModel(coefficients={"length": 1.0})
WITHIN = 1e-3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@contextmanager
def indexed(folder: Path, posts: Sequence[str | Mapping[str, object]]) -> Iterator[OpenIndex]:
    """An index of posts, each with its number as its id, and as its thread unless it names one."""
    lines = [
        json.dumps(
            {"id": str(number), "thread": str(number)}
            | ({"text": post} if isinstance(post, str) else dict(post))
        )
        for number, post in enumerate(posts)
    ]
    source = folder.with_name("posts.jsonl")
    source.write_text("\n".join(lines), encoding="utf-8")
    sync([source], folder, StubEncoder(), NoProgress(), max_file_bytes=1_000_000)
    with open_index(folder) as opened:
        yield opened


def search(
    opened: OpenIndex,
    question: str,
    *,
    k: int = 10,
    ranking: RankingModel | None = None,
    dense_weight: float = 1.0,
    context: Context | None = None,
    cross_encoder: CrossEncoder | None = None,
) -> Retrieved:
    retriever = Retriever(
        archive=opened.archive,
        dense=opened.dense,
        lexical=opened.lexical,
        encoder=StubEncoder(),
        dense_weight=dense_weight,
        ranking=ranking,
        cross_encoder=cross_encoder,
    )
    return retriever.retrieve(parse_query(question), k, context)


def ids(found: Retrieved) -> list[str]:
    return [hit.post.id for hit in found.hits]


def scores(found: Retrieved) -> list[float]:
    return [hit.score for hit in found.hits]


# For "staff money", (1, 1) / sqrt(2) on their axes: 1 for the second, and for the first, with two
# other words, 2 / (sqrt(2) * sqrt(1 + 1 + 4)) = 1 / sqrt(3); 0 for the third.
THREE = ("Is staff money late?", "Staff money.", "The boat.")


def test_without_a_ranking_model_hits_are_in_the_order_of_their_fused_scores(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, "staff money")
    assert ids(found) == ["1", "0", "2"]
    assert [hit.dense for hit in found.hits] == pytest.approx([1.0, 3**-0.5, 0.0], abs=WITHIN)
    # A cosine of -1 is 0 and the highest is 1: half of the cosine and 1.
    assert scores(found) == pytest.approx([1.0, (1 + 3**-0.5) / 2, 1 / 2], abs=WITHIN)


def test_a_hit_says_how_much_of_its_fused_score_its_words_gave(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        hits = search(opened, "staff money", dense_weight=0.5).hits
        (listed, *_) = search(opened, "source:posts").hits
    best = max(hit.lexical for hit in hits)
    for hit in hits:
        by_dense, by_lexical = (hit.dense + 1) / 2 / 2, hit.lexical / best / 2
        assert hit.lexical_share == pytest.approx(by_lexical / (by_dense + by_lexical), abs=WITHIN)
    # The best by both gets half from either; the boat has neither word.
    assert hits[0].lexical_share == pytest.approx(0.5, abs=WITHIN)
    assert hits[2].lexical_share == 0.0
    assert listed.lexical_share is None


def test_a_ranking_model_orders_hits_by_their_odds_against_the_best(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, "staff money", ranking=ASKS_FIRST)
        assert ids(found) == ["0", "1", "2"]
        assert scores(found) == pytest.approx([1.0, math.exp(-1), math.exp(-1)])
        # What the hits were found with stays as it was.
        fused = {hit.post.id: hit for hit in search(opened, "staff money").hits}
        for hit in found.hits:
            before = fused[hit.post.id]
            assert (hit.dense, hit.lexical) == (before.dense, before.lexical)
            assert hit.matched_terms == before.matched_terms


def test_hits_of_equal_odds_stay_in_the_order_of_their_fused_scores(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, "staff money", ranking=RankingModel(coefficients={}))
    assert ids(found) == ["1", "0", "2"]
    assert scores(found) == [1.0, 1.0, 1.0]


def test_posts_that_are_as_good_are_in_the_order_of_the_archive(folder: Path) -> None:
    with indexed(folder, ["Staff.", "The boat.", "Staff.", "Staff."]) as opened:
        for ranking in (None, ASKS_FIRST):
            assert ids(search(opened, "staff", ranking=ranking)) == ["0", "2", "3", "1"]


def test_what_speaks_for_each_hit_comes_in_the_order_of_the_hits(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, "staff money", ranking=ASKS_FIRST)
        assert [shown.asks for shown in found.evidence] == [1.0, 0.0, 0.0]
        assert [shown.words for shown in found.evidence] == pytest.approx([1.0, 1.0, 0.0])
        assert [shown.pairs for shown in found.evidence] == [1.0, 1.0, 0.0]
        assert [shown.dense for shown in found.evidence] == [hit.dense for hit in found.hits]
        # Of three posts, one has each word: ln(1 + (3 - 2 + 1/2) / (2 + 1/2)) for either.
        total = 2 * math.log(8 / 5)
        assert [shown.lexical for shown in found.evidence] == pytest.approx(
            [hit.lexical / total for hit in found.hits]
        )
        assert len(search(opened, "staff money", k=2, ranking=ASKS_FIRST).evidence) == 2
        assert len(search(opened, "staff money", k=2).evidence) == 2


def test_a_post_that_goes_on_from_one_of_its_authors_is_told_from_those_that_open_or_reply(
    folder: Path,
) -> None:
    posts = [
        {"thread": "t", "author": author, "text": text}
        for author, text in [("ann", "Staff?"), ("bob", "The boat."), ("bob", "Staff wait.")]
    ]
    goes_on_first = RankingModel(coefficients={"goes_on": math.log(4)})
    with indexed(folder, posts) as opened:
        found = search(opened, "staff", ranking=goes_on_first)
        without_the_one_before = search(opened, "staff -boat")
        assert ids(search(opened, "staff")) == ["0", "2", "1"]
    assert ids(found) == ["2", "0", "1"]
    assert scores(found) == pytest.approx([1.0, 1 / 4, 1 / 4])
    assert [shown.goes_on for shown in found.evidence] == [1.0, 0.0, 0.0]
    # It goes on in its thread, whether or not the one before it is among what is searched.
    assert ids(without_the_one_before) == ["0", "2"]
    assert [shown.goes_on for shown in without_the_one_before.evidence] == [0.0, 1.0]


# Post i has i other words beside "staff": a cosine of 1 / sqrt(1 + i²), and i + 1 words.
LONGER_AND_LONGER = [f"staff{' x' * i}" for i in range(RERANKED + 5)]


def fused_score(i: int) -> float:
    return (1 + 1 / math.sqrt(1 + i * i)) / 2


def test_the_best_may_come_from_below_the_hits_that_are_asked_for(folder: Path) -> None:
    assert RERANKED == 40
    with indexed(folder, LONGER_AND_LONGER) as opened:
        assert ids(search(opened, "staff", k=3)) == ["0", "1", "2"]
        found = search(opened, "staff", k=3, ranking=LONGEST_FIRST)
    assert ids(found) == ["39", "38", "37"]
    # exp of ln(1 + words): 41, 40 and 39 of 41.
    assert scores(found) == pytest.approx([1.0, 40 / 41, 39 / 41])


def test_hits_that_are_not_reranked_follow_in_their_order_and_their_scores_go_on_falling(
    folder: Path,
) -> None:
    with indexed(folder, LONGER_AND_LONGER) as opened:
        found = search(opened, "staff", k=100, ranking=LONGEST_FIRST)
    assert ids(found) == [*map(str, reversed(range(40))), "40", "41", "42", "43", "44"]
    reranked, tail = scores(found)[:40], scores(found)[40:]
    assert reranked == pytest.approx([(words + 2) / 41 for words in reversed(range(40))])
    # From the least of the reranked, 2/41, as the fused scores fall from the 40th.
    falling = [2 / 41 * fused_score(i) / fused_score(39) for i in range(40, 45)]
    assert tail == pytest.approx(falling, rel=WITHIN)
    assert scores(found) == sorted(scores(found), reverse=True)
    assert len(found.evidence) == 40
    assert [shown.length for shown in found.evidence] == pytest.approx(
        [math.log(2 + words) for words in reversed(range(40))]
    )


def test_without_a_ranking_model_all_hits_asked_for_keep_their_fused_scores(folder: Path) -> None:
    with indexed(folder, LONGER_AND_LONGER) as opened:
        found = search(opened, "staff", k=100)
    assert ids(found) == [str(i) for i in range(45)]
    assert scores(found) == pytest.approx([fused_score(i) for i in range(45)], abs=WITHIN)
    assert len(found.evidence) == 40


def test_hits_that_follow_a_reranked_one_without_a_fused_score_have_none(folder: Path) -> None:
    # By words alone, one post is found; the dense half brings the others, which fuse to 0.
    with indexed(folder, ["The boat.", *LONGER_AND_LONGER]) as opened:
        model = RankingModel(coefficients={"words": math.log(4)})
        found = search(opened, "boat", k=100, ranking=model, dense_weight=0.0)
    assert found.hits[0].post.text == "The boat."
    assert scores(found) == pytest.approx([1.0, *[1 / 4] * 39, *[0.0] * 6])
    assert ids(found) == [str(i) for i in range(46)]


def test_a_post_that_only_one_half_finds_has_the_score_of_the_other_too(folder: Path) -> None:
    # The dense half stops at 200 posts, all as near as can be, and the last is the 211th.
    with indexed(folder, [*["staff x"] * 210, "money money opera"]) as opened:
        found = search(opened, "staff opera", k=1, dense_weight=0.0)
        ranked = search(opened, "money", k=3, dense_weight=0.0)
    # (1, 1) / sqrt(2) of staff and others, with (2, 1) / sqrt(5) of money and others.
    assert ids(found) == ["210"]
    assert found.hits[0].dense == pytest.approx(1 / math.sqrt(10), abs=WITHIN)
    assert ids(ranked) == ["210", "0", "1"]
    assert [hit.lexical > 0 for hit in ranked.hits] == [True, False, False]


def test_the_words_of_a_hashtag_are_found_apart_and_a_phrase_only_as_it_is_written(
    folder: Path,
) -> None:
    with indexed(folder, ["The river.", "#SocialCare is late.", "Who pays?"]) as opened:
        found = search(opened, "care that is social", dense_weight=0.0)
        quoted = search(opened, 'what is "social care"', dense_weight=0.0)
    assert found.hits[0].post.id == "1"
    assert found.hits[0].lexical > 0.0
    assert found.hits[0].matched_terms == ("care", "social")
    assert [hit.lexical for hit in found.hits[1:]] == [0.0, 0.0]
    assert quoted.without_phrases


def test_a_post_without_the_words_of_the_question_is_found_by_its_neighbours(folder: Path) -> None:
    posts = [
        {"thread": "t", "text": "What does the reform lack?"},
        {"thread": "t", "text": "It lacks staff."},
        {"thread": "u", "text": "It lacks wind."},
    ]
    with indexed(folder, posts) as opened:
        found = search(opened, "reform", dense_weight=0.5)
    assert ids(found) == ["0", "1", "2"]
    assert found.hits[1].matched_terms == ()
    assert found.hits[1].lexical > 0.0
    assert found.hits[2].lexical == 0.0


def test_a_phrase_leaves_the_posts_that_have_it(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, 'is "staff money" "late"')
    assert ids(found) == ["0"]
    assert not found.without_phrases
    assert found.allowed is not None
    assert found.allowed.size == 1


def test_phrases_that_no_post_has_are_searched_as_words(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, 'is "money staff" late', ranking=ASKS_FIRST)
        assert found.without_phrases
        assert found.allowed is None
        assert ids(found) == ids(search(opened, "is money staff late", ranking=ASKS_FIRST))


def test_phrases_are_given_up_within_what_the_other_operators_leave(folder: Path) -> None:
    posts = [{"author": "ann", "text": "Staff money."}, {"author": "bob", "text": "Money staff."}]
    with indexed(folder, posts) as opened:
        found = search(opened, 'from:ann "money staff"')
        excluding = search(opened, '-money "staff boat"')
    assert ids(found) == ["0"]
    assert found.without_phrases
    assert found.allowed is not None
    assert found.allowed.size == 1
    assert ids(excluding) == []
    assert excluding.without_phrases


@pytest.mark.parametrize("ranking", [None, ASKS_FIRST])
def test_operators_that_leave_no_post_find_nothing(
    folder: Path, ranking: RankingModel | None
) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, "from:nobody staff", ranking=ranking)
    assert (found.hits, found.evidence, found.without_phrases) == ((), (), False)
    assert found.allowed is not None
    assert found.allowed.size == 0


def test_operators_alone_list_what_they_leave_in_the_order_of_the_archive(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        found = search(opened, "-boat", ranking=ASKS_FIRST)
        assert ids(found) == ["0", "1"]
        assert ids(search(opened, "-boat", k=1)) == ["0"]
        assert ids(search(opened, "-recipe")) == ["0", "1", "2"]
    assert scores(found) == [0.0, 0.0]
    assert found.evidence == ()


def test_a_question_with_no_operator_and_no_text_lists_the_archive(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        assert ids(search(opened, "")) == ["0", "1", "2"]


@pytest.mark.parametrize(("reranker", "first"), [("none", ["1", "0", "2"]), ("linear", ["1", "0"])])
def test_the_setting_turns_the_shipped_ranking_model_off(
    folder: Path, reranker: str, first: list[str]
) -> None:
    settings = Settings(index=folder, reranker=reranker, dense_weight=1.0)
    with indexed(folder, THREE) as opened:
        fused = scores(search(opened, "staff money"))
        found = Assistant(opened, StubEncoder(), settings, ExitStack()).search("staff money", 10)
    assert [hit.post.id for hit in found][: len(first)] == first
    assert ([hit.score for hit in found] == fused) is (reranker == "none")


NEITHER = RankingModel(coefficients={})


def test_a_question_in_two_phrasings_is_searched_with_the_mean_of_their_vectors(
    folder: Path,
) -> None:
    phrasings = (Phrasing("staff", 0.75), Phrasing("boat", 0.25))
    with indexed(folder, ("Staff.", "Boat.", "Music.")) as opened:
        found = search(opened, "staff", context=Context(standalone="staff", phrasings=phrasings))
    assert ids(found) == ["0", "1", "2"]
    # (3, 1) / sqrt(10) on the axes of staff and boat.
    expected = [3 / 10**0.5, 1 / 10**0.5, 0.0]
    assert [hit.dense for hit in found.hits] == pytest.approx(expected, abs=WITHIN)


def test_the_words_of_a_phrasing_count_by_its_share(folder: Path) -> None:
    phrasings = (Phrasing("staff", 0.75), Phrasing("boat", 0.25))
    with indexed(folder, ("Staff.", "Boat.", "Music.")) as opened:
        one = search(opened, "staff", dense_weight=0.0).hits[0].lexical
        context = Context(standalone="staff", phrasings=phrasings)
        found = search(opened, "staff", dense_weight=0.0, context=context)
        weight = search(opened, "staff").terms.weights["staff"]
    assert [hit.lexical for hit in found.hits[:2]] == pytest.approx([0.75 * one, 0.25 * one])
    assert found.terms.weights == pytest.approx({"staff": 0.75 * weight, "boat": 0.25 * weight})
    assert found.terms.focus == {"staff"}


def test_one_phrasing_finds_what_the_question_finds(folder: Path) -> None:
    with indexed(folder, THREE) as opened:
        alone = search(opened, "staff money", dense_weight=0.5, ranking=ASKS_FIRST)
        context = Context(standalone="staff", phrasings=(Phrasing("staff money", 1.0),))
        found = search(opened, "staff money", dense_weight=0.5, ranking=ASKS_FIRST, context=context)
    assert (found.hits, found.evidence) == (alone.hits, alone.evidence)


def test_the_thread_that_was_cited_is_preferred_and_not_locked_to(folder: Path) -> None:
    posts = [{"text": "Boat.", "thread": thread} for thread in "aba"]
    phrasings = (Phrasing("boat", 1.0),)
    with indexed(folder, posts) as opened:
        thread = opened.archive.posts_named(["1"])["1"][1].id
        context = Context(standalone="staff", phrasings=phrasings, threads=frozenset([thread]))
        found = search(opened, "boat", ranking=NEITHER, context=context)
    assert ids(found) == ["1", "0", "2"]
    assert scores(found) == pytest.approx([1.0, math.exp(-THREAD_ODDS), math.exp(-THREAD_ODDS)])


@pytest.mark.parametrize(
    ("reach", "order"),
    [(Reach.ANYWHERE, ["0", "1"]), (Reach.WITHIN, ["1", "0"]), (Reach.BEYOND, ["0", "1"])],
)
def test_which_of_those_looks_at_what_was_cited_and_the_rest_beyond_it(
    folder: Path, reach: Reach, order: list[str]
) -> None:
    with indexed(folder, ("Boat.", "Boat.")) as opened:
        context = Context(
            standalone="staff",
            phrasings=(Phrasing("boat", 1.0),),
            cited=frozenset(["1"]),
            reach=reach,
        )
        found = search(opened, "boat", ranking=NEITHER, context=context)
    assert ids(found) == order
    assert scores(found)[1] == pytest.approx(math.exp(-abs(CITED_ODDS[reach])))


class LongestPost:
    """A cross-encoder to which a post answers the better the longer it is; keeps what it read."""

    def __init__(self) -> None:
        self.read: list[tuple[str, list[Passage]]] = []

    def scores(self, question: str, passages: Sequence[Passage]) -> np.ndarray:
        self.read.append((question, list(passages)))
        return np.array([len(passage.text) for passage in passages], np.float32)


def test_the_cross_encoder_has_a_say_in_the_order_by_its_weight(folder: Path) -> None:
    with indexed(folder, ("Boat.", "Boat boat.", "Boat")) as opened:
        found = search(
            opened,
            "boat",
            ranking=RankingModel(coefficients={}, reading=0.5),
            cross_encoder=LongestPost(),
        )
    assert ids(found) == ["1", "0", "2"]
    assert scores(found) == pytest.approx([1.0, math.exp(-5 / 2), math.exp(-6 / 2)])
    assert found.reading == len("Boat boat.")


def test_a_reading_that_weighs_nothing_leaves_the_order_and_is_told_of(folder: Path) -> None:
    with indexed(folder, ("Boat.", "Boat boat.")) as opened:
        found = search(opened, "boat", ranking=NEITHER, cross_encoder=LongestPost())
        unread = search(opened, "boat", ranking=NEITHER)
        fused = search(opened, "boat", cross_encoder=LongestPost())
    assert (ids(found), found.reading) == (["0", "1"], 10.0)
    assert (ids(unread), unread.reading) == (["0", "1"], None)
    assert fused.reading is None  # no ranking model says which posts are worth reading


def test_only_the_best_posts_are_read_and_the_others_count_as_the_worst_of_them(
    folder: Path,
) -> None:
    posts = ["Boat.", "Boat boat.", *["Boat boat boat."] * (READ - 2), "Is the boat late?"]
    reader = LongestPost()
    with indexed(folder, posts) as opened:
        found = search(
            opened,
            "boat",
            k=len(posts),
            ranking=RankingModel(coefficients={"asks": -1.0}, reading=1.0),
            cross_encoder=reader,
        )
    ((question, read),) = reader.read
    assert question == "boat"
    assert sorted({passage.text for passage in read}) == ["Boat boat boat.", "Boat boat.", "Boat."]
    # The one that was not read would have been the best: it counts as "Boat.", and asks.
    assert ids(found)[-2:] == ["0", str(len(posts) - 1)]


def test_where_none_of_the_best_answers_more_are_read(folder: Path) -> None:
    class Nothing(LongestPost):
        def scores(self, question: str, passages: Sequence[Passage]) -> np.ndarray:
            return super().scores(question, passages) - 100.0

    posts = ["Boat.", *["Boat boat boat."] * READ, "Is the boat late?"]
    ranking = RankingModel(coefficients={"asks": -READ_WITHIN - 0.5}, reading=1.0)
    sure, unsure = LongestPost(), Nothing()
    with indexed(folder, posts) as opened:
        search(opened, "boat", k=len(posts), ranking=ranking, cross_encoder=sure)
        found = search(opened, "boat", k=len(posts), ranking=ranking, cross_encoder=unsure)
    assert [len(read) for _, read in sure.read] == [READ]
    assert [len(read) for _, read in unsure.read] == [READ, len(posts) - READ]
    # The longest, which asks and stands too far below to be read at first, is the best one.
    assert (ids(found)[0], found.reading) == (str(len(posts) - 1), 17.0 - 100.0)


def test_a_post_is_read_after_what_tells_its_subject(folder: Path) -> None:
    posts = [
        {"text": "1/2 The boat leaves.", "thread": "t", "author": "ann", "position": 1},
        {"text": "2/2 Late.", "thread": "t", "author": "ann", "position": 2},
    ]
    reader = LongestPost()
    with indexed(folder, posts) as opened:
        search(opened, "boat", ranking=NEITHER, cross_encoder=reader)
    ((_, read),) = reader.read
    assert set(read) == {
        Passage(text="ann: The boat leaves.", before="", title="The boat leaves."),
        Passage(text="ann: Late.", before="The boat leaves.", title="The boat leaves."),
    }


def test_a_follow_up_is_read_as_it_stands_alone(folder: Path) -> None:
    standalone, among_topics = "when does the boat leave?", "the boat the harbour when?"
    phrasings = tuple(Phrasing(text, 0.5) for text in (standalone, among_topics))
    reader = LongestPost()
    with indexed(folder, THREE) as opened:
        context = Context(standalone=standalone, phrasings=phrasings)
        search(opened, "when?", ranking=NEITHER, context=context, cross_encoder=reader)
    assert [question for question, _ in reader.read] == [standalone]


def test_where_nothing_is_found_nothing_is_read(folder: Path) -> None:
    reader = LongestPost()
    with indexed(folder, THREE) as opened:
        found = search(opened, "from:nobody staff", ranking=NEITHER, cross_encoder=reader)
    assert (found.reading, reader.read) == (None, [])
