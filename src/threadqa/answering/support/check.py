"""The check of support: rules that admit no exception, then a fitted model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from threadqa.answering.grounding import Reason, Said, Verdict
from threadqa.answering.support.bindings import Weigh, misplaced
from threadqa.answering.support.conflicts import aligned, conflicts, scattered
from threadqa.answering.support.entailment import (
    Entailment,
    EntailmentJudge,
    Relation,
    open_judge,
)
from threadqa.answering.support.evidence import Evidence, Held, gathered
from threadqa.answering.support.features import Features, Observed, features
from threadqa.answering.support.model import SupportModel, default_model
from threadqa.answering.support.reading import Reading, read
from threadqa.answering.support.rules import invented, recombined
from threadqa.answers import Hit, Span
from threadqa.encoders.protocol import Encoder, TextKind, Vectors
from threadqa.posts import searchable_text
from threadqa.questions.terms import Vocabulary, weight

__all__ = ["Judgement", "Support", "open_support"]

Objection: TypeAlias = tuple[Reason, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A sentence and its posts as the check sees them.

    Attributes:
        held: The posts.
        near: The sentences of the posts that it rests on, best first.
        objections: What the rules have against it.
        features: What the model judges it by.
    """

    held: Evidence
    near: tuple[Held, ...]
    objections: tuple[Objection, ...]
    features: Features


class Support:
    """Judges sentences by rules and a fitted model; any number of threads may use it."""

    def __init__(
        self,
        encoder: Encoder,
        weigh: Weigh,
        model: SupportModel | None = None,
        judge: EntailmentJudge | None = None,
    ) -> None:
        """Sets up a check.

        Args:
            encoder: For the similarity of clauses and sentences.
            weigh: Weight of a stem: the rarer in the archive, the more.
            model: The fitted model; the shipped one if not given.
            judge: Decides in the fitted model's place what the rules let pass.
        """
        self._encoder = encoder
        self._weigh = weigh
        self._model = model or default_model()
        self._judge = judge

    def judge(self, said: Sequence[Said]) -> list[Verdict]:
        """Judges sentences, each by its own posts; all are embedded in one go."""
        looked = self.look(said)
        verdicts = [self.verdict(judgement) for judgement in looked]
        if self._judge is None:
            return verdicts
        open_ones = [place for place, one in enumerate(looked) if not one.objections]
        pairs = [(_premise(said[place].hits), said[place].text) for place in open_ones]
        for place, found in zip(open_ones, self._judge.judge(pairs), strict=True):
            verdicts[place] = _entailed(looked[place], found)
        return verdicts

    def look(self, said: Sequence[Said]) -> list[Judgement]:
        """What there is to say of sentences before the model judges them; for fitting."""
        readings = [read(one.text) for one in said]
        bodies = [gathered(one.hits) for one in said]
        vectors = self._vectors(said, readings, bodies)
        return [
            self._looked(reading, held, texts, vectors)
            for reading, held, texts in zip(
                readings, bodies, map(_own_texts, said, readings), strict=True
            )
        ]

    def verdict(self, judgement: Judgement) -> Verdict:
        """What rules and model make of a sentence that was looked at."""
        probability = self._model.probability(judgement.features)
        if judgement.objections:
            reason, detail = judgement.objections[0]
            return Verdict(reason=reason, probability=probability, detail=detail)
        if probability < self._model.threshold:
            return Verdict(reason=Reason.UNSUPPORTED, probability=probability)
        return Verdict(reason=None, probability=probability, spans=_spans(judgement))

    def _vectors(
        self, said: Sequence[Said], readings: Sequence[Reading], bodies: Sequence[Evidence]
    ) -> Mapping[str, Vectors]:
        texts = dict.fromkeys(t for own in map(_own_texts, said, readings) for t in own)
        texts |= dict.fromkeys(held.text for body in bodies for held in body.sentences)
        return dict(zip(texts, self._encoder.encode(list(texts), TextKind.DOCUMENT), strict=True))

    def _looked(
        self, said: Reading, held: Evidence, texts: Sequence[str], vectors: Mapping[str, Vectors]
    ) -> Judgement:
        near = aligned(said, held, self._weigh)
        inventions = list(invented(said, held))
        against = [
            *recombined(said, held),
            *((Reason.NUMBER, words) for words in misplaced(said, held, self._weigh)),
            *((Reason.NUMBER, words) for words in scattered(said, held, self._weigh)),
            *((Reason.CONTRADICTED, words) for words in conflicts(said, near, held)),
        ]
        seen = Observed(
            said=said,
            held=held,
            vectors=np.stack([vectors[text] for text in texts]),
            held_vectors=np.stack([vectors[one.text] for one in held.sentences]),
            invented=len(inventions),
        )
        return Judgement(
            held=held,
            near=tuple(near),
            objections=(*inventions, *against),
            features=features(seen, self._weigh),
        )


def _premise(hits: Sequence[Hit]) -> str:
    """Cited posts as the premise of an inference, each with who speaks."""
    return "\n".join(
        searchable_text(hit.post.text, hit.post.position, hit.post.author or hit.thread.author)
        for hit in hits
    )


def _entailed(judgement: Judgement, found: Entailment) -> Verdict:
    """The verdict of an inference."""
    if found.relation is Relation.ENTAILMENT:
        return Verdict(reason=None, probability=found.entailment, spans=_spans(judgement))
    denied = found.relation is Relation.CONTRADICTION
    return Verdict(
        reason=Reason.CONTRADICTED if denied else Reason.UNSUPPORTED, probability=found.entailment
    )


def _own_texts(said: Said, reading: Reading) -> list[str]:
    """What of a sentence is embedded: itself, and its clauses."""
    return [said.text, *(reading.clauses if len(reading.clauses) > 1 else ())]


def _spans(judgement: Judgement) -> tuple[tuple[Span, ...], ...]:
    """For each post, the places of its sentences that bear most; of one without, all of it."""
    posts = range(1 + max(held.post for held in judgement.held.sentences))
    return tuple(
        tuple(sorted(span for held in chosen for span in held.spans))
        for post in posts
        for chosen in [
            [held for held in judgement.near if held.post == post]
            or [held for held in judgement.held.sentences if held.post == post]
        ]
    )


def open_support(encoder: Encoder, vocabulary: Vocabulary, judge: str | None = None) -> Support:
    """Opens the check of support of an archive.

    Args:
        encoder: Any; the archive's own is loaded already.
        vocabulary: The archive's words: its lexical index.
        judge: An NLI cross-encoder, by name or path; None for the fitted model.

    Raises:
        EncoderError: The cross-encoder is not there, is unsafe to load, or is no NLI model.
    """
    return Support(
        encoder,
        partial(weight, vocabulary=vocabulary),
        judge=None if judge is None else open_judge(judge),
    )
