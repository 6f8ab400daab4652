"""Both searches and their fusion: from a parsed query to ranked hits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from threadqa.answers import Hit
from threadqa.archive.archive import Archive
from threadqa.cleaning import clean
from threadqa.encoders.cross_encoder import CrossEncoder, Passage, Scores
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.questions.evidence import Candidate, Evidence, Wording, evidence
from threadqa.questions.followups.completion import Reach
from threadqa.questions.phrasings import Phrasing, common_wording, term_shares
from threadqa.questions.post_words import PostWords, post_words
from threadqa.questions.terms import QuestionTerms
from threadqa.retrieval.fusion import fused_parts, rank
from threadqa.retrieval.operators import ParsedQuery
from threadqa.retrieval.reranking import RankingModel
from threadqa.search_indexes.dense import DenseIndex
from threadqa.search_indexes.lexical import LexicalIndex, Words, analyse

__all__ = ["Context", "Retrieved", "Retriever", "Rows", "best_first", "passage_of", "read_first"]

Rows = NDArray[np.int64]
Values = NDArray[np.float64]

CANDIDATES = 200
RERANKED = 40
# Posts that are read, at most, and the log-odds below the best one up to which they are; and the
# same where none of these answers. Two to four on average: where the best ones answer, reading more
# finds hardly more (docs/experiments.md).
READ, READ_WITHIN = 5, 1.0
READ_ON, READ_ON_WITHIN = 8, 3.0
# The cross-encoder's score below which it holds that a post does not answer.
NONE_ANSWERS = 0.0
MOST_KEPT = 2048
THREAD_ODDS = 0.25
CITED_ODDS = {Reach.WITHIN: 5.0, Reach.BEYOND: -1.5, Reach.ANYWHERE: 0.0}


class Scored(NamedTuple):
    """A row of the archive with its fused score and the two it is made of, higher is better.

    The share is how much of the fused score the lexical one gave.
    """

    row: int
    fused: float
    dense: float
    lexical: float
    lexical_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a conversation adds to a follow-up.

    Attributes:
        standalone: The question as it stands alone, which is how it is read.
        phrasings: What is searched for, at least one: the question as asked, where it has words of
            its own, as it stands alone, and among the conversation's topics.
        threads: Ids of the threads that the answer before it cites: their posts are preferred.
        cited: Ids of those posts themselves.
        reach: Whether the answer is looked for in these, or anywhere but in them.
    """

    standalone: str
    phrasings: tuple[Phrasing, ...]
    threads: frozenset[str] = frozenset()
    cited: frozenset[str] = frozenset()
    reach: Reach = Reach.ANYWHERE

    def odds(self, hit: Hit) -> float:
        """The log-odds that the conversation gives a hit over others: a preference, no lock."""
        odds = THREAD_ODDS * (hit.thread.id in self.threads)
        return odds + CITED_ODDS[self.reach] * (hit.post.id in self.cited)

    @property
    def words(self) -> Words:
        """What is searched for in the lexical index."""
        if len(self.phrasings) == 1:
            return self.phrasings[0].text
        return term_shares(self.phrasings, analyse)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Retrieved:
    """What a search found.

    Attributes:
        hits: Best first.
        terms: The question's words and their weights; none for a query of operators alone.
        evidence: What speaks for each of the first hits, in their order; none in a list that no
            question ranked.
        reading: The best of the cross-encoder's scores for the posts that it read, in log-odds that
            one answers and not none; None where it read none.
        without_phrases: Whether no post had the question's phrases, and it was searched as if they
            were not marked.
        allowed: The rows that the operators leave, ascending; None where they rule out nothing.
    """

    hits: tuple[Hit, ...]
    terms: QuestionTerms
    evidence: tuple[Evidence, ...] = ()
    allowed: Rows | None = None
    reading: float | None = None
    without_phrases: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriever:
    """Searches one archive through its two indexes.

    Attributes:
        archive: Where hits are read from.
        dense: Vectors of posts in their threads.
        lexical: Words of posts and their neighbours.
        encoder: Embeds the question; the one the archive was embedded with.
        dense_weight: Share of the dense score in the fused score, in [0, 1].
        ranking: Reranks the best hits; None leaves them in the order of the fused scores.
        cross_encoder: Reads the best of those, and has a say in their order; None reads none.
        words_of: Reads a post's words, and remembers those of the last two thousand: reading forty
            posts takes longer than comparing them with a question. It is the retriever's own, so
            that what is deleted from an archive is forgotten with the state that had it.
    """

    archive: Archive
    dense: DenseIndex
    lexical: LexicalIndex
    encoder: Encoder
    dense_weight: float
    ranking: RankingModel | None
    cross_encoder: CrossEncoder | None = None
    words_of: Callable[[str, int | None, str | None, str], PostWords] = field(
        default_factory=lambda: lru_cache(MOST_KEPT)(post_words), repr=False
    )

    def retrieve(self, query: ParsedQuery, k: int, context: Context | None = None) -> Retrieved:
        """Finds the posts most likely to answer a question.

        Args:
            query: Parsed. Without text, the posts that its operators leave are listed.
            k: Most hits.
            context: Of a follow-up, what the conversation adds to it.

        Returns:
            At most k hits, best first, ties by archive row.
        """
        allowed = self._allowed(query)
        if not query.text:
            return self._listed(allowed, k)
        without_phrases = False
        if query.phrases and allowed is not None and not allowed.size:
            # People quote words in a question without meaning an operator.
            allowed, without_phrases = self._allowed(replace(query, phrases=())), True
        if context is None:
            context = Context(standalone=query.text, phrasings=(Phrasing(query.text, 1.0),))
        found = self._scored(context, allowed, max(k, RERANKED if self.ranking else 0))
        asked = common_wording(context.phrasings, analyse, self.lexical)
        hits, candidates = self._hits(asked, found)
        shown = evidence(asked, candidates)
        reading = None
        if self.ranking and candidates:
            odds = [context.odds(candidate.hit) for candidate in candidates]
            values = np.array(odds) + [self.ranking.value(one) for one in shown]
            if self.cross_encoder:
                readings = read_first(
                    self.cross_encoder,
                    context.standalone,
                    lambda place: passage_of(candidates[place]),
                    values,
                )
                values += self.ranking.reading * readings
                reading = float(readings.max())
            hits, shown = _reranked(values, hits, shown)
        return Retrieved(
            hits=tuple(hits[:k]),
            terms=asked.terms,
            evidence=tuple(shown[:k]),
            allowed=allowed,
            reading=reading,
            without_phrases=without_phrases,
        )

    def _scored(self, context: Context, allowed: Rows | None, k: int) -> list[Scored]:
        """The k best posts by their fused scores, best first, ties by row."""
        vector, question = self._vector(context.phrasings), context.words
        depth = max(k, CANDIDATES)
        dense_rows, _ = self.dense.search(vector, depth, allowed)
        lexical_rows, _ = self.lexical.search(question, depth, allowed)
        rows = np.union1d(dense_rows, lexical_rows)
        # Each half gives its score for what only the other one found: a hit is never judged by
        # one half alone.
        dense = self.dense.scores(vector, rows).astype(np.float64)
        lexical = self.lexical.scores(question, rows).astype(np.float64)
        by_dense, by_lexical = fused_parts(dense, lexical, dense_weight=self.dense_weight)
        fused = by_dense + by_lexical
        shares = np.divide(by_lexical, fused, out=np.zeros_like(fused), where=fused > 0.0)
        return [
            Scored(int(rows[i]), *(float(of[i]) for of in (fused, dense, lexical, shares)))
            for i in rank(fused, rows)[:k]
        ]

    def _vector(self, phrasings: Sequence[Phrasing]) -> NDArray[np.float32]:
        """The phrasings' vectors by their shares, made unit: float32, shape (dimension,)."""
        vectors = self.encoder.encode([phrasing.text for phrasing in phrasings], TextKind.QUERY)
        first: NDArray[np.float32] = vectors[0]
        if len(phrasings) == 1:
            return first
        shares = np.array([phrasing.share for phrasing in phrasings], np.float32)
        mixed: NDArray[np.float32] = shares @ vectors
        length = np.float32(np.linalg.norm(mixed))
        return mixed / length if length else first

    def _hits(self, asked: Wording, found: Sequence[Scored]) -> tuple[list[Hit], list[Candidate]]:
        """Posts read from the archive, and what there is to say of those that may be reranked."""
        posts = self.archive.posts([one.row for one in found])
        before = self.archive.posts_before([one.row for one in found[:RERANKED]])
        hits: list[Hit] = []
        candidates: list[Candidate] = []
        for one in found:
            post, thread = posts[one.row]
            author = post.author or thread.author
            own = self.words_of(post.text, post.position, author, thread.title)
            hit = Hit(
                post=post,
                thread=thread,
                score=one.fused,
                dense=one.dense,
                lexical=one.lexical,
                matched_terms=_matched(asked.terms, own),
                lexical_share=one.lexical_share,
            )
            hits.append(hit)
            if len(candidates) < RERANKED:
                candidates.append(Candidate(hit=hit, words=own, before=before.get(one.row)))
        return hits, candidates

    def _listed(self, allowed: Rows | None, k: int) -> Retrieved:
        """The first posts that the operators leave, in archive order, without scores."""
        rows = self.dense.rows if allowed is None else allowed
        found = self.archive.posts(rows[:k].tolist())
        hits = tuple(
            Hit(post=post, thread=thread, score=0.0, dense=0.0, lexical=0.0)
            for post, thread in found.values()
        )
        return Retrieved(hits=hits, terms=QuestionTerms(weights={}))

    def _allowed(self, query: ParsedQuery) -> Rows | None:
        """Rows that the operators leave, ascending; None where they rule out nothing."""
        allowed: Rows | None = None
        if not query.post_filter.is_empty:
            allowed = self.archive.rows_matching(query.post_filter)
        if query.phrases or query.excluded:
            matching = self.lexical.matching(query.phrases, query.excluded)
            allowed = matching if allowed is None else np.intersect1d(allowed, matching)
        return allowed


def read_first(
    cross_encoder: CrossEncoder, question: str, passage: Callable[[int], Passage], values: Values
) -> Values:
    """The cross-encoder's scores of posts; those it does not read get the lowest of the others'.

    Args:
        cross_encoder: Reads the post of the highest value, and those not far below it; where none
            of them answers, as it says, those further below as well.
        question: As it stands alone.
        passage: Gives a post by its place.
        values: Of the ranking model, shape (n,), n at least 1.

    Returns:
        Log-odds, shape (n,).
    """
    order = best_first(values)
    below = values[order[0]] - values[order]

    def read(start: int, end: int) -> Scores:
        return cross_encoder.scores(question, [passage(int(i)) for i in order[start:end]])

    first = int((below[:READ] <= READ_WITHIN).sum())
    scores = read(0, first)
    if scores.max() < NONE_ANSWERS:
        on = int((below[:READ_ON] <= READ_ON_WITHIN).sum())
        scores = np.concatenate([scores, read(first, on)])
    readings = np.full(len(values), scores.min(), np.float64)
    readings[order[: len(scores)]] = scores
    return readings


def passage_of(candidate: Candidate) -> Passage:
    """A candidate as the cross-encoder reads it."""
    before = candidate.before
    return Passage(
        text=candidate.words.text,
        before=clean(before.text, before.position).text if before else "",
        title=candidate.hit.thread.title,
    )


def _reranked(
    values: Values, hits: Sequence[Hit], shown: Sequence[Evidence]
) -> tuple[list[Hit], list[Evidence]]:
    """The first hits by their values, highest first, the others after them as they were.

    Of a reranked hit, the score is its odds against the best one; below them, scores fall from
    there as the fused ones do.
    """
    scores = np.exp(values - values.max())
    order = best_first(values)
    first = [replace(hits[i], score=float(scores[i])) for i in order]
    rest = hits[len(shown) :]
    least = first[-1].score / (hits[len(shown) - 1].score or 1.0)
    below = [replace(hit, score=least * hit.score) for hit in rest]
    return [*first, *below], [shown[i] for i in order]


def best_first(values: Values) -> Rows:
    """Places by descending values, equal ones as they stand."""
    return np.argsort(-values, kind="stable")


def _matched(asked: QuestionTerms, own: PostWords) -> tuple[str, ...]:
    """Which of the question's terms stand in a post's own text, in the question's order."""
    return tuple(term for term in asked.weights if term in own.stems)
