"""The extractive answerer: an answer made only of sentences that stand in posts.

Sentences of the best posts are scored against the question; few are chosen, near-duplicates left
out, lists completed, and each is cited with its place. One post that answers is preferred over
three that circle it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from threadqa.answering.enumeration import continuation
from threadqa.answering.grounding import Claim
from threadqa.answering.sentences import PostSentence, split_post
from threadqa.answers import Hit, Span
from threadqa.questions.answer_type import expected_type, satisfies
from threadqa.questions.terms import Analyse, QuestionTerms

__all__ = ["FollowingPosts", "Question", "extract"]

FollowingPosts = Callable[[Hit], Sequence[Hit]]
"""The posts that come after a hit's in its thread, in order; a few are enough."""

POSTS = 6
# A sentence's score is the log-odds of its post, plus these: the first cited post and what the
# answer holds change little over a grid from 0 to 2 (docs/evaluation.md).
COVERAGE_WEIGHT = 1.0
FOCUS_WEIGHT = 1.0
TYPE_WEIGHT = 1.0
QUESTION_PENALTY = 1.5
SAME_POST_MARGIN = 0.5
OTHER_POST_MARGIN = 0.2
LEAST_ODDS = 1e-9
DUPLICATE_OVERLAP = 0.7
# Characters up to which the best sentence brings those around it in its post: a post is short, and
# what answers is often said in two sentences.
PASSAGE_LENGTH = 280
ASKS = re.compile(r"\?[\"'”’)\]]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence that may answer.

    Attributes:
        hit: Its post.
        order: Its place in the post, from 0.
        sentence: Its text and spans.
        terms: Its stemmed words.
        score: How well it answers, in log-odds: higher is better; comparable in a question only.
    """

    hit: Hit
    order: int
    sentence: PostSentence
    terms: frozenset[str]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What sentences are scored against.

    Attributes:
        text: As searched.
        terms: Its words and their weights.
        analyse: Stems a text as the question's words were stemmed.
    """

    text: str
    terms: QuestionTerms
    analyse: Analyse


def extract(
    question: Question, hits: Sequence[Hit], following: FollowingPosts, *, max_sentences: int
) -> list[Claim]:
    """Chooses the sentences that answer a question.

    Args:
        question: What is asked.
        hits: Best first.
        following: Gives the posts after one, for lists that go on there.
        max_sentences: Most sentences chosen for themselves; the items of a list that one of them
            announces come on top.

    Returns:
        The best sentence's post first with what belongs to it, the others in reading order; the
        sentences of a post as they stand in it.
    """
    candidates = _scored(question, hits[:POSTS])
    if not candidates:
        return []
    chosen = _chosen(candidates, max_sentences)
    best, *others = chosen
    others.sort(key=lambda c: (c.hit.thread.id != best.hit.thread.id, _place(c)))
    found = {hit.post.id: hit for hit in hits}
    claims: dict[tuple[str, tuple[Span, ...]], Claim] = {}
    for candidate in [best, *others]:
        # A post that was found itself keeps its scores where a list leads to it.
        after = [found.get(hit.post.id, hit) for hit in following(candidate.hit)]
        own = _passage(candidate, PASSAGE_LENGTH if candidate is best else 0)
        for claim in [*own, *_rest_of_list(candidate, after)]:
            claims.setdefault((claim.hit.post.id, claim.spans), claim)
    return _in_post_order(list(claims.values()))


def _scored(question: Question, hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the hits, best first."""
    kind = expected_type(question.text)
    candidates = []
    for hit in hits:
        for order, sentence in enumerate(split_post(hit.post)):
            terms = frozenset(question.analyse(sentence.text))
            score = math.log(max(hit.score, LEAST_ODDS)) + _lexical_score(question.terms, terms)
            if satisfies(sentence.text, kind, question.text):
                score += TYPE_WEIGHT
            if ASKS.search(sentence.text):
                score -= QUESTION_PENALTY
            candidates.append(
                Candidate(hit=hit, order=order, sentence=sentence, terms=terms, score=score)
            )
    return sorted(candidates, key=_best_first)


def _lexical_score(asked: QuestionTerms, terms: frozenset[str]) -> float:
    return COVERAGE_WEIGHT * asked.coverage(terms) + FOCUS_WEIGHT * asked.focus_coverage(terms)


def _best_first(candidate: Candidate) -> tuple[float, str, int]:
    return (-candidate.score, candidate.hit.post.id, candidate.order)


def _place(candidate: Candidate) -> tuple[str, int, int]:
    """Where a sentence stands, for reading order."""
    post = candidate.hit.post
    return (post.source, post.first_line, candidate.order)


def _chosen(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """The best sentence, and those nearly as good that say something else."""
    best = candidates[0]
    chosen = [best]
    for candidate in candidates[1:]:
        if len(chosen) == most:
            break
        same_post = candidate.hit.post.id == best.hit.post.id
        margin = SAME_POST_MARGIN if same_post else OTHER_POST_MARGIN
        if candidate.score < best.score - margin or _asks(candidate):
            continue
        if not any(_overlap(candidate.terms, c.terms) >= DUPLICATE_OVERLAP for c in chosen):
            chosen.append(candidate)
    return chosen


def _asks(candidate: Candidate) -> bool:
    return ASKS.search(candidate.sentence.text) is not None


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over those of the shorter sentence, in [0, 1]: a part repeats its whole."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 1.0


def _passage(candidate: Candidate, most: int) -> list[Claim]:
    """A sentence with those around it in its post, up to so many characters together.

    What follows comes first, then what leads up to it.
    """
    sentences = split_post(candidate.hit.post)
    first = last = candidate.order
    length = len(sentences[first].text)
    for order in [*range(last + 1, len(sentences)), *range(first - 1, -1, -1)]:
        length += 1 + len(sentences[order].text)
        if length > most:
            break
        first, last = min(first, order), max(last, order)
    return [
        Claim(text=sentence.text, hit=candidate.hit, spans=sentence.spans)
        for sentence in sentences[first : last + 1]
    ]


def _rest_of_list(candidate: Candidate, after: Sequence[Hit]) -> list[Claim]:
    """Sentences that go on with a list the candidate announces or stands in.

    Args:
        candidate: The sentence.
        after: The posts that come after its own.
    """
    hits = [candidate.hit, *after]
    sentences = [(hit, sentence) for hit in hits for sentence in split_post(hit.post)]
    texts = [sentence.text for _, sentence in sentences]
    return [
        Claim(text=sentence.text, hit=hit, spans=sentence.spans)
        for hit, sentence in (sentences[i] for i in continuation(texts, candidate.order))
    ]


def _in_post_order(claims: list[Claim]) -> list[Claim]:
    """Keeps the posts in order of first use, and the sentences of each as they stand in it."""
    first_use = {c.hit.post.id: i for i, c in reversed(list(enumerate(claims)))}
    return sorted(claims, key=lambda c: (first_use[c.hit.post.id], c.spans))
