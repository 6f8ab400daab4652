"""ask(question, history) -> Answer: the pipeline, as it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from threadqa.answering.abstention import (
    AbstentionModel,
    Features,
    ModelInUse,
    features,
    model_in_use,
)
from threadqa.answering.extractive import Question, extract
from threadqa.answering.generation import Generation
from threadqa.answering.grounding import Grounded, ground
from threadqa.answering.notices import (
    generation_notices,
    partial_thread_notices,
    voice_notices,
)
from threadqa.answering.shown import with_neighbours
from threadqa.answers import EXTRACTIVE, Answer, Exchange, Hit, Status
from threadqa.archive.archive import Archive
from threadqa.encoders.cross_encoder import packaged_cross_encoder
from threadqa.encoders.protocol import Encoder
from threadqa.errors import UsageError
from threadqa.indexing.opening import OpenIndex, open_encoder_for, open_index
from threadqa.language_models.servers import Server, configured_server
from threadqa.posts import Post
from threadqa.questions.evidence import Evidence
from threadqa.questions.followups.completion import FollowUp, complete
from threadqa.questions.phrasings import asking
from threadqa.questions.terms import weight
from threadqa.resources import Resource
from threadqa.retrieval.operators import ParsedQuery, parse_query
from threadqa.retrieval.reranking import default_ranking
from threadqa.retrieval.retriever import Context, Retrieved, Retriever, Rows
from threadqa.search_indexes.lexical import analyse
from threadqa.settings import NO_RERANKER, Settings

if TYPE_CHECKING:
    from threadqa.answering.generative import Generative

__all__ = ["Assistant"]

DEPTH = 10
NEAREST = 3
FOLLOWING = 4
EVEN_ODDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What was found for a question.

    Attributes:
        question: As asked.
        query: Parsed.
        follow_up: What it leans on in the conversation, if it does.
        found: The posts.
        confidence: Estimated probability that they answer, in [0, 1].
        is_answerable: Whether that is enough to answer.
        timings: Milliseconds by step, as far as they are done.
    """

    question: str
    query: ParsedQuery
    follow_up: FollowUp
    found: Retrieved
    confidence: float
    is_answerable: bool
    timings: dict[str, float]


class Assistant(Resource):
    """Answers questions from one state of one index; a context manager that closes it."""

    def __init__(
        self, index: OpenIndex, encoder: Encoder, settings: Settings, resources: ExitStack
    ) -> None:
        """Use `open`."""
        self._index = index
        self._encoder = encoder
        self._settings = settings
        self._resources = resources
        self._abstention = model_in_use(
            index.archive.folder, encoder.fingerprint, reads=settings.reads
        )
        self._retriever = Retriever(
            archive=index.archive,
            dense=index.dense,
            lexical=index.lexical,
            encoder=encoder,
            dense_weight=settings.dense_weight,
            ranking=None if settings.reranker == NO_RERANKER else default_ranking(),
            cross_encoder=packaged_cross_encoder() if settings.reads else None,
        )
        server = configured_server(settings)
        self._generative = None if server is None else self._with_model(server)

    def _with_model(self, server: Server) -> Generative:
        """The answerer with a language model; contacts nothing yet."""
        # Here, since a question without a model needs none of it.
        from threadqa.answering.generative import Generative, Limits
        from threadqa.answering.support.check import Support
        from threadqa.answering.support.entailment import open_judge
        from threadqa.language_models.openai_compatible import OpenAICompatible

        settings = self._settings
        judge = None if settings.support_model is None else open_judge(settings.support_model)
        return Generative(
            model=OpenAICompatible(server),
            support=Support(
                self._encoder, partial(weight, vocabulary=self._index.lexical), judge=judge
            ),
            read=self._index.archive.thread,
            stored=self._stored,
            limits=Limits(
                seconds=settings.llm_timeout_seconds,
                characters=settings.llm_max_context_characters,
                sentences=settings.max_sentences,
            ),
        )

    @property
    def archive(self) -> Archive:
        """What it answers from, in the same state."""
        return self._index.archive

    @property
    def abstention(self) -> ModelInUse:
        """The model that says when to answer."""
        return self._abstention

    @property
    def reads(self) -> bool:
        """Whether the cross-encoder reads what is found."""
        return self._settings.reads

    @property
    def encoder(self) -> str:
        """Fingerprint of the encoder."""
        return self._encoder.fingerprint

    @classmethod
    def open(cls, settings: Settings, encoder: Encoder | None = None) -> Assistant:
        """Opens the index that the settings name, with the encoder it was built with.

        Args:
            settings: Name the index.
            encoder: One that is loaded already, to be used if it is the index's.

        Raises:
            ArchiveError: There is no archive, or it cannot be read.
            EncoderError: The encoder is missing, or is not the one of the archive.
            SearchIndexError: The search indexes are damaged and cannot be built again.
        """
        with ExitStack() as resources:
            index = resources.enter_context(open_index(settings.index))
            fitting = open_encoder_for(index.archive, settings, encoder)
            return cls(index, fitting, settings, resources.pop_all())

    def close(self) -> None:
        """Closes what is open."""
        self._resources.close()

    def search(
        self, question: str, limit: int, history: Sequence[Exchange] = ()
    ) -> tuple[Hit, ...]:
        """Finds posts.

        Args:
            question: With operators or without.
            limit: Most hits.
            history: What was asked and answered before it in the conversation, oldest first.

        Returns:
            Best first. A query of operators alone lists the posts they leave, in archive order.

        Raises:
            UsageError: The question is empty, or an operator is wrong.
        """
        query = _parsed(question)
        return self._found(query, complete(query.text, history), history, limit).hits

    def ask(self, question: str, history: Sequence[Exchange] = ()) -> Answer:
        """Answers a question from the archive, or says that the archive does not.

        Args:
            question: With operators or without.
            history: What was asked and answered before it in the conversation, oldest first. A
                question that stands alone is answered as without it.

        Returns:
            The answer; every citation in it was checked against the archive. Its standalone
            question is the one to ask for the same again without the history.

        Raises:
            UsageError: The question has no words, or an operator is wrong.
        """
        *_, answer = self.stream(question, history)
        return answer

    def quote(self, question: str) -> Answer:
        """Answers as `ask` does without a language model, even if one is set.

        Args:
            question: With operators or without.

        Returns:
            The extractive answer.

        Raises:
            UsageError: The question has no words, or an operator is wrong.
        """
        search = self._searched(question, ())
        return self._quotation(search, Generation())

    def stream(self, question: str, history: Sequence[Exchange] = ()) -> Iterator[Answer]:
        """Answers as `ask` does, and shows the answer as it grows.

        Args:
            question: With operators or without.
            history: What was asked and answered before it in the conversation, oldest first.

        Yields:
            The answer after each sentence that a language model says, every one checked; the last
            is whole, and may add notices only. One of posts' own sentences comes whole.

        Raises:
            UsageError: The question has no words, or an operator is wrong.
        """
        search = self._searched(question, history)
        said = Generation()
        if search.is_answerable and self._generative is not None:
            with _timed(search.timings, "answer"):
                posts = self._shown(search.found)
                asked, standalone = search.query.text, search.follow_up.standalone
                growing = self._generative.answer(asked, standalone, posts)
                with closing(growing):
                    for said in growing:
                        if not said.is_whole:
                            yield self._answer(search, said.grounded, said)
        if said.grounded.sentences or said.declined:
            yield self._answer(search, said.grounded, said)
            return
        yield self._quotation(search, said)

    def _quotation(self, search: _Search, said: Generation) -> Answer:
        """The answer in sentences of posts; after a model that gave none, or without one."""
        grounded = Grounded()
        with _timed(search.timings, "answer"):
            if search.is_answerable:
                grounded = self._quoted(search)
        return self._answer(search, grounded, said)

    def _searched(self, question: str, history: Sequence[Exchange]) -> _Search:
        """Finds posts, and decides whether they answer."""
        timings: dict[str, float] = {}
        query = _parsed(question)
        if not query.text:
            raise UsageError("the question has operators only: add what you want to know")
        with _timed(timings, "retrieve"):
            follow_up = complete(query.text, history)
            found = self._found(query, follow_up, history, DEPTH)
        with _timed(timings, "answer"):
            model = self._abstention.model
            confidence = model.probability(_features(found))
        return _Search(
            question=question,
            query=query,
            follow_up=follow_up,
            found=found,
            confidence=confidence,
            is_answerable=bool(found.hits) and confidence >= self._threshold(model),
            timings=timings,
        )

    def _answer(self, search: _Search, grounded: Grounded, said: Generation) -> Answer:
        """The answer as it stands: of a model if these are its sentences, else extractive."""
        is_generated = bool(said.grounded.sentences) or said.declined
        return Answer(
            question=search.question,
            standalone_question=search.follow_up.standalone,
            status=Status.ANSWERED if grounded.sentences else Status.NOT_FOUND,
            confidence=search.confidence,
            sentences=grounded.sentences,
            citations=grounded.citations,
            nearest=() if grounded.sentences else search.found.hits[:NEAREST],
            notices=self._notices(search, grounded, said),
            answerer=f"model {said.model}" if is_generated else EXTRACTIVE,
            encoder=self.encoder,
            timings_ms=dict(search.timings),
        )

    def features(self, question: str, history: Sequence[Exchange] = ()) -> Features:
        """What a search says about answerability; for fitting and measuring.

        Raises:
            UsageError: The question is empty, or an operator is wrong.
        """
        query = _parsed(question)
        found = self._found(query, complete(query.text, history), history, DEPTH)
        return _features(found)

    def evidence(self, question: str, limit: int) -> list[tuple[Hit, Evidence]]:
        """The best hits with what the ranking model is given of each; for fitting and measuring.

        Raises:
            UsageError: The question is empty, or an operator is wrong.
        """
        found = self._retriever.retrieve(_parsed(question), limit)
        return list(zip(found.hits, found.evidence, strict=False))

    def _found(
        self, query: ParsedQuery, follow_up: FollowUp, history: Sequence[Exchange], limit: int
    ) -> Retrieved:
        """Searches for a question, with what the conversation adds to it where it leans on that."""
        if follow_up.sign is None:
            return self._retriever.retrieve(query, limit)
        cited = next((exchange.cited for exchange in reversed(history) if exchange.cited), ())
        # Those that were deleted since are not there any more.
        posts = self._index.archive.posts_named(cited)
        context = Context(
            standalone=follow_up.standalone,
            phrasings=follow_up.phrasings,
            threads=frozenset(thread.id for _, thread in posts.values()),
            cited=frozenset(posts),
            reach=follow_up.reach,
        )
        return self._retriever.retrieve(query, limit, context)

    def _threshold(self, model: AbstentionModel) -> float:
        chosen = self._settings.answer_threshold
        return model.threshold if chosen is None else chosen

    def _quoted(self, search: _Search) -> Grounded:
        """The sentences of posts that answer, each checked against the archive."""
        found = search.found
        wording = asking(search.follow_up.phrasings)
        asked = Question(text=wording, terms=found.terms, analyse=analyse)
        claims = extract(
            asked,
            found.hits,
            partial(self._following, allowed=found.allowed),
            max_sentences=self._settings.max_sentences,
        )
        return ground(claims, self._stored([claim.hit for claim in claims]))

    def _shown(self, found: Retrieved) -> list[Hit]:
        """The posts that a language model is shown: those that were found, and those around."""
        archive, allowed = self._index.archive, found.allowed

        def is_allowed(post: Post) -> bool:
            return allowed is None or bool(np.isin(archive.row_of(post.id), allowed))

        return with_neighbours(found.hits, archive.thread, is_allowed)

    def _following(self, hit: Hit, *, allowed: Rows | None) -> list[Hit]:
        """The posts in which a hit's author may go on: without scores, since none was searched for.

        They end where somebody else speaks, and where the question's operators rule a post out.
        """
        archive = self._index.archive
        _, *after = archive.neighbours(archive.row_of(hit.post.id), 0, FOLLOWING)
        return [
            Hit(post=post, thread=hit.thread, score=0.0, dense=0.0, lexical=0.0)
            for _, post in takewhile(
                lambda found: (
                    found[1].author == hit.post.author
                    and (allowed is None or bool(np.isin(found[0], allowed)))
                ),
                after,
            )
        ]

    def _stored(self, hits: Sequence[Hit]) -> dict[str, str]:
        """Verbatim texts as the archive holds them, by post id."""
        archive = self._index.archive
        rows = [archive.row_of(post_id) for post_id in {hit.post.id: None for hit in hits}]
        return {post.id: post.text for post, _ in archive.posts(rows).values()}

    def _notices(self, search: _Search, grounded: Grounded, said: Generation) -> tuple[str, ...]:
        found, confidence = search.found, search.confidence
        notices = []
        if grounded.sentences and confidence < EVEN_ODDS:
            notices.append(
                f"Confidence is low ({confidence:.0%}): this comes near the question, and may not "
                "answer it."
            )
        if self._abstention.problem:
            notices.append(
                f"The abstention model of this index is not used: {self._abstention.problem}. Fit "
                "it again with `threadqa eval fit QUESTIONS`, or remove it with `threadqa eval fit "
                "--reset`."
            )
        if self._index.rebuilt is not None:
            notices.append(f"The search indexes were built again: {self._index.rebuilt}")
        if found.without_phrases:
            notices.append("No post has the words in quotation marks in this order.")
        if search.query.restricts and not found.hits:
            notices.append("No post is left by the operators of the question.")
        if grounded is not said.grounded and grounded.removed:
            notices.append(
                f"{len(grounded.removed)} sentences were removed: their citations did not stand."
            )
        notices.extend(voice_notices(grounded.unattributed))
        if said.is_whole:
            notices.extend(generation_notices(said))
        return (*notices, *partial_thread_notices(grounded.citations))


def _features(found: Retrieved) -> Features:
    return features(found.terms, found.hits, found.evidence, found.reading)


def _parsed(question: str) -> ParsedQuery:
    query = parse_query(question)
    if not query.text and not query.restricts:
        raise UsageError('the question is empty: write it after the command, as in "Who pays?"')
    return query


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    """Adds the milliseconds that a part of a step takes."""
    started = time.perf_counter()
    yield
    timings[step] = timings.get(step, 0.0) + (time.perf_counter() - started) * 1000.0
