"""The check of every sentence: does what is said stand where it is said to stand?

A sentence is either a quotation, which must read as its post does, or a paraphrase, such as a
language model writes: the posts it cites must have been found, what it quotes must stand in them,
and a check of support must hold that they say what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from threadqa.answering.quotes import locate
from threadqa.answering.voices import Voice, unattributed
from threadqa.answers import Citation, Hit, Sentence, Span

__all__ = [
    "Cited",
    "Claim",
    "Grounded",
    "Paraphrase",
    "Reason",
    "Removal",
    "Said",
    "SupportCheck",
    "Verdict",
    "ground",
]


class Reason(StrEnum):
    """Why a sentence was removed."""

    NOT_VERBATIM = "not verbatim"
    """A quotation whose post does not read so, or a post that is no longer in the archive."""

    NO_CITATION = "no citation"
    """It cites nothing, or says nothing."""

    NOT_RETRIEVED = "not retrieved"
    """It cites a post that was not found for the question."""

    QUOTE = "quote"
    """It quotes what does not stand in the post it cites."""

    NUMBER = "number"
    """It has a number that the cited posts do not have, or has it of something else."""

    NAME = "name"
    """It names somebody or something that the cited posts do not name, or in another part."""

    DATE = "date"
    """It has a date that the cited posts do not have."""

    LINK = "link"
    """It has a link that the cited posts do not have."""

    CONTRADICTED = "contradicted"
    """It denies what the posts say, says what they deny, or turns a word into its opposite."""

    UNSUPPORTED = "unsupported"
    """The cited posts say too little of what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence that wants to go out as a quotation, and the post that it says it quotes.

    Attributes:
        text: The sentence.
        hit: The post it rests on.
        spans: Where in the post's verbatim text: half-open, ascending.
    """

    text: str
    hit: Hit
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A post that a paraphrase says it rests on.

    Attributes:
        post_id: As the sentence's author gives it: it may be any text.
        quotes: Words of the post that bear the sentence out, said to be verbatim; where there are
            none, the check of support says which of its sentences do.
    """

    post_id: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paraphrase:
    """A sentence in words of its own that wants to go out, and the posts that it rests on.

    Attributes:
        text: The sentence, without citation numbers.
        cited: At least one post, if it is to pass; a post named twice counts once.
    """

    text: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence and the posts that are to bear it out, as a check of support is asked about it.

    Attributes:
        text: The sentence.
        hits: The posts it cites, at least one, each once.
    """

    text: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of support finds of a sentence.

    Attributes:
        reason: Why the posts do not bear the sentence out; None where they do.
        probability: Estimated probability that they do, in [0, 1]; for measuring.
        detail: What of the sentence is not borne out, in its own words; may be empty.
        spans: For each post, where the support stands in its verbatim text: half-open, ascending,
            apart, at least one where the sentence is borne out.
    """

    reason: Reason | None
    probability: float
    detail: str = ""
    spans: tuple[tuple[Span, ...], ...] = ()


class SupportCheck(Protocol):
    """Tells whether posts say what a sentence says."""

    def judge(self, said: Sequence[Said]) -> list[Verdict]:
        """Judges sentences, each by its own posts.

        Args:
            said: Any number of sentences, none included.

        Returns:
            A verdict for each, in their order.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A sentence that did not pass.

    Attributes:
        text: The sentence.
        reason: Why.
        detail: What of it did not stand, in its own words; may be empty.
    """

    text: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What passed the check, and what did not.

    Attributes:
        sentences: In the order of the claims.
        citations: Numbered in order of first use.
        removals: The claims that did not pass, in their order.
        unattributed: Numbers of citations with what somebody else says there, and the sentences
            give without saying whose it is.
    """

    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    removals: tuple[Removal, ...] = ()
    unattributed: tuple[tuple[int, Voice], ...] = ()

    @property
    def removed(self) -> tuple[str, ...]:
        """Texts of the claims that did not pass."""
        return tuple(removal.text for removal in self.removals)

    @property
    def removed_by_reason(self) -> dict[Reason, int]:
        """How many claims did not pass, by reason; reasons in the order of their definition."""
        counted = Counter(removal.reason for removal in self.removals)
        return {reason: counted[reason] for reason in Reason if counted[reason]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A sentence whose words or quotes stand, and where: its posts, each with spans."""

    text: str
    rests_on: tuple[tuple[Hit, tuple[Span, ...]], ...]


def ground(
    claims: Sequence[Claim | Paraphrase],
    stored: Mapping[str, str],
    *,
    retrieved: Iterable[Hit] = (),
    support: SupportCheck | None = None,
) -> Grounded:
    """Keeps the claims that the archive bears out, and numbers their citations.

    Args:
        claims: In the order in which they are to be read.
        stored: Verbatim texts by post id, as the archive holds them now.
        retrieved: The posts that a paraphrase may cite.
        support: Judges paraphrases; may be None where there are none.

    Returns:
        Sentences and citations; one citation a post, with the spans of all sentences that use it.

    Raises:
        ValueError: There are paraphrases and nothing to judge them.
    """
    hits = {hit.post.id: hit for hit in retrieved if stored.get(hit.post.id) == hit.post.text}
    checked = [
        _quotation(claim, stored) if isinstance(claim, Claim) else _paraphrase(claim, hits)
        for claim in claims
    ]
    judged = _judged(claims, checked, support)
    standing = [found for found in judged if isinstance(found, _Standing)]
    spans: dict[str, list[Span]] = {}
    cited: dict[str, Hit] = {}
    for found in standing:
        for hit, places in found.rests_on:
            cited.setdefault(hit.post.id, hit)
            spans.setdefault(hit.post.id, []).extend(places)
    numbers = {post_id: number for number, post_id in enumerate(cited, 1)}
    return Grounded(
        sentences=tuple(
            Sentence(
                text=found.text,
                citations=tuple(sorted(numbers[hit.post.id] for hit, _ in found.rests_on)),
            )
            for found in standing
        ),
        citations=tuple(
            Citation(number=number, hit=cited[post_id], spans=_merged(spans[post_id]))
            for post_id, number in numbers.items()
        ),
        removals=tuple(found for found in judged if isinstance(found, Removal)),
        unattributed=_unattributed(standing, numbers),
    )


def _unattributed(
    standing: Sequence[_Standing], numbers: Mapping[str, int]
) -> tuple[tuple[int, Voice], ...]:
    """What others than a cited post's author say, and sentences give as if it were the author's."""
    found: dict[tuple[int, Voice], None] = {}
    for one in standing:
        posts = [hit.post for hit, _ in one.rests_on]
        for place, voice in unattributed(one.text, posts):
            found.setdefault((numbers[posts[place].id], voice))
    return tuple(found)


def _quotation(claim: Claim, stored: Mapping[str, str]) -> _Standing | Removal:
    if not _stands(claim, stored):
        return Removal(text=claim.text, reason=Reason.NOT_VERBATIM)
    return _Standing(text=claim.text, rests_on=((claim.hit, claim.spans),))


def _paraphrase(claim: Paraphrase, hits: Mapping[str, Hit]) -> _Standing | Removal:
    """A paraphrase as it stands before its support is judged."""
    quotes: dict[str, list[str]] = {}
    for cited in claim.cited:
        quotes.setdefault(cited.post_id, []).extend(cited.quotes)
    if not quotes or not claim.text.strip():
        return Removal(text=claim.text, reason=Reason.NO_CITATION)
    rests_on = []
    for post_id, said in quotes.items():
        if post_id not in hits:
            return Removal(text=claim.text, reason=Reason.NOT_RETRIEVED, detail=post_id)
        places = [locate(quote, hits[post_id].post) for quote in said]
        if () in places:
            return Removal(text=claim.text, reason=Reason.QUOTE, detail=said[places.index(())])
        rests_on.append((hits[post_id], tuple(span for found in places for span in found)))
    return _Standing(text=claim.text, rests_on=tuple(rests_on))


def _judged(
    claims: Sequence[Claim | Paraphrase],
    checked: Sequence[_Standing | Removal],
    support: SupportCheck | None,
) -> list[_Standing | Removal]:
    """What was checked, with the paraphrases left out that their posts do not bear out."""
    asked = [
        found
        for claim, found in zip(claims, checked, strict=True)
        if isinstance(claim, Paraphrase) and isinstance(found, _Standing)
    ]
    if not asked:
        return list(checked)
    if support is None:
        raise ValueError("paraphrases need a check of support")
    said = [Said(text=a.text, hits=tuple(hit for hit, _ in a.rests_on)) for a in asked]
    verdicts = {id(a): v for a, v in zip(asked, support.judge(said), strict=True)}
    return [
        _with_verdict(found, verdicts[id(found)])
        if isinstance(found, _Standing) and id(found) in verdicts
        else found
        for found in checked
    ]


def _with_verdict(found: _Standing, verdict: Verdict) -> _Standing | Removal:
    """A paraphrase that is borne out, posts without a quote cited where their support stands."""
    if verdict.reason is not None:
        return Removal(text=found.text, reason=verdict.reason, detail=verdict.detail)
    return _Standing(
        text=found.text,
        rests_on=tuple(
            (hit, spans or verdict.spans[place])
            for place, (hit, spans) in enumerate(found.rests_on)
        ),
    )


def _stands(claim: Claim, stored: Mapping[str, str]) -> bool:
    """Whether the stored post reads, at the spans, exactly what the sentence says."""
    text = stored.get(claim.hit.post.id)
    if text is None or text != claim.hit.post.text or not claim.text.strip():
        return False
    if not _are_ranges(claim.spans, len(text)):
        return False
    quoted = "".join(text[start:end] for start, end in claim.spans)
    return quoted.split() == claim.text.split()


def _are_ranges(spans: Sequence[Span], length: int) -> bool:
    """Whether spans are ascending, apart and within a text of that length."""
    end_before = 0
    for start, end in spans:
        if not end_before <= start < end <= length:
            return False
        end_before = end
    return True


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in ascending order, those that touch or overlap made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
