"""Proposes questions from an archive, for a person to edit: ``threadqa eval draft``.

Answerable ones are made from single sentences by `threadqa.evaluation.drafts.templates`, or are
questions that a post itself asks and then answers. Unanswerable ones ask what one thread says of
something that is named in another only; whether the archive really has no answer, a person must
check.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from threadqa.answering.sentences import PostSentence, split_post
from threadqa.evaluation.drafts.templates import Proposal, posed_question, proposals
from threadqa.evaluation.lines import save_lines
from threadqa.evaluation.values import Question
from threadqa.posts import Post, Thread
from threadqa.questions.names import names_in, speaks
from threadqa.search_indexes.lexical import analyse

__all__ = ["draft", "draft_line", "save_drafts"]

UNANSWERABLE_SHARE = 0.2
# Stems without stop words: fewer, and any thread could be meant.
LEAST_TERMS = 3
SHORTEST_ANSWER = 5  # words
# Threads that are read for each draft wanted, where they give none: an archive may be large.
READ_AT_MOST = 200
# Threads that are read to learn which words are no names.
LEARN_FROM = 200
# Characters; a longer sentence is a table, or nothing that a person wrote.
LONGEST_SENTENCE = 600
# Not the first word of a sentence, whose capital says nothing.
INNER_WORD = re.compile(r"(?<=[A-Za-z,] )[A-Za-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A question about a sentence.

    Attributes:
        proposal: The question.
        post: The post's id.
        quote: The sentence, verbatim.
    """

    proposal: Proposal
    post: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Material:
    """What a thread gives.

    Attributes:
        text: All of it, in small letters.
        candidates: In reading order.
        names: Names of two words or more.
    """

    text: str
    candidates: tuple[_Candidate, ...]
    names: tuple[str, ...]


def draft(
    thread_ids: Iterable[str], read: Callable[[str], Thread], *, count: int, seed: int
) -> list[Question]:
    """Makes drafts of questions, spread over threads and templates.

    Args:
        thread_ids: Of the archive.
        read: Gives a thread by id. As many threads are read, in an order that the seed decides,
            as drafts are wanted and more where threads give none.
        count: Most drafts; a fifth of them are unanswerable.
        seed: The same seed and archive give the same drafts.

    Returns:
        Fewer than asked for where the archive gives no more; no question twice.
    """
    random_order = random.Random(seed)
    ids = sorted(thread_ids)
    random_order.shuffle(ids)
    small_words = _SmallWords(map(read, ids[:LEARN_FROM]))
    materials: list[_Material] = []
    giving = 0
    for thread_id in ids[: READ_AT_MOST * count]:
        material = _material(read(thread_id), small_words)
        if material.candidates or material.names:
            materials.append(material)
        giving += bool(material.candidates)
        if giving == count:
            break
    unanswerable = _unanswerable(materials, int(count * UNANSWERABLE_SHARE), random_order)
    return [*_answerable(materials, count - len(unanswerable), random_order), *unanswerable]


def draft_line(question: Question) -> str:
    """A draft as one line of a question set."""
    fields = {
        "id": question.id,
        "question": question.question,
        "answerable": question.answerable,
        "relevant_posts": list(question.relevance or ()),
        "relevant_quotes": list(question.relevant_quotes or ()),
        "answer_contains": list(question.answer_contains or ()),
        "tags": list(question.tags),
    }
    return json.dumps(
        {key: value for key, value in fields.items() if value != []}, ensure_ascii=False
    )


def save_drafts(questions: Sequence[Question], file: Path) -> None:
    """Writes drafts to a new file, one a line.

    Raises:
        UsageError: The file exists, or cannot be written.
    """
    save_lines(map(draft_line, questions), file)


class _SmallWords:
    """Words that are no names: threads write them with a small letter more often than not."""

    def __init__(self, threads: Iterable[Thread]) -> None:
        self._small: Counter[str] = Counter()
        for text in (post.text for thread in threads for post in thread.posts):
            for word in INNER_WORD.findall(text):
                self._small[word.lower()] += 1 if word[0].islower() else -1

    def __contains__(self, word: object) -> bool:
        return self._small[str(word)] > 0


def _material(thread: Thread, small_words: _SmallWords) -> _Material:
    names = dict.fromkeys(
        name
        for post in thread.posts
        for sentence in _sentences(post)
        for name in names_in(sentence.text)
    )
    return _Material(
        text="\n".join(post.text for post in thread.posts).lower(),
        candidates=tuple(
            candidate for post in thread.posts for candidate in _candidates(post, small_words)
        ),
        names=tuple(names),
    )


def _candidates(post: Post, small_words: _SmallWords) -> Iterator[_Candidate]:
    sentences = _sentences(post)
    for sentence, after in zip_longest(sentences, sentences[1:]):
        made = [(proposal, sentence) for proposal in proposals(sentence.text, small_words)]
        for proposal, source in [*made, *_posed(sentence, after)]:
            quote = max((post.text[start:end] for start, end in source.spans), key=len).strip()
            if proposal.answer in quote and len(analyse(proposal.question)) >= LEAST_TERMS:
                yield _Candidate(proposal=proposal, post=post.id, quote=quote)


def _sentences(post: Post) -> list[PostSentence]:
    return [s for s in split_post(post) if len(s.text) <= LONGEST_SENTENCE]


def _posed(
    sentence: PostSentence, after: PostSentence | None
) -> Iterator[tuple[Proposal, PostSentence]]:
    """The question that a sentence asks, with the sentence that answers it."""
    question, rest = posed_question(sentence.text)
    answer = (rest, sentence) if rest or after is None else (after.text, after)
    if question and len(answer[0].split()) >= SHORTEST_ANSWER and "?" not in answer[0]:
        yield Proposal(template="posed", question=question), answer[1]


def _answerable(
    materials: Sequence[_Material], count: int, random_order: random.Random
) -> list[Question]:
    """One question a thread in turn, each by the template that was used least so far."""
    left = [list(material.candidates) for material in materials]
    for candidates in left:
        random_order.shuffle(candidates)
    used: Counter[str] = Counter()
    drafts: dict[str, Question] = {}
    while len(drafts) < count and any(left):
        for candidates in filter(None, left):
            # The rarest template so far, then one whose answer is known; ties as shuffled.
            best = min(candidates, key=lambda c: (used[c.proposal.template], not c.proposal.answer))
            candidates[:] = [c for c in candidates if c.quote != best.quote]
            if len(drafts) < count:
                used[best.proposal.template] += 1
                question = _question(best)
                drafts.setdefault(question.question.lower(), question)
    return list(drafts.values())


def _question(candidate: _Candidate) -> Question:
    proposal = candidate.proposal
    return Question(
        id=_id(proposal.question),
        question=proposal.question,
        answerable=True,
        relevance={candidate.post: 1},
        relevant_quotes=(candidate.quote,),
        answer_contains=(proposal.answer,) if proposal.answer else None,
        tags=("draft", proposal.template),
    )


def _unanswerable(
    materials: Sequence[_Material], count: int, random_order: random.Random
) -> list[Question]:
    """Questions about a name of one thread, asked of a name of another that lacks it."""
    named = [material for material in materials if material.names]
    joined: set[frozenset[str]] = set()
    drafts: list[Question] = []
    for one, other in zip(named, [*named[1:], *named[:1]], strict=True):
        pairs = [
            (ours, theirs)
            for ours in one.names
            for theirs in other.names
            if not (_holds(one, theirs) or _holds(other, ours) or {ours, theirs} in joined)
        ]
        if pairs and len(drafts) < count:
            ours, theirs = random_order.choice(pairs)
            joined.add(frozenset({ours, theirs}))
            drafts.append(_joining(ours, theirs))
    return drafts


def _joining(ours: str, theirs: str) -> Question:
    if speaks(ours):
        question = f"What did {ours} say about {theirs}?"
    else:
        question = f"What is the link between {ours} and {theirs}?"
    return Question(
        id=_id(question),
        question=question,
        answerable=False,
        tags=("draft", "unanswerable", "check"),
    )


def _holds(material: _Material, name: str) -> bool:
    return name.lower().removeprefix("the ") in material.text


def _id(question: str) -> str:
    """The same in every run, so that drafts of two runs can be put together."""
    return f"draft-{hashlib.sha256(question.encode()).hexdigest()[:10]}"
