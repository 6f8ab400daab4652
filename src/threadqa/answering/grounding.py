"""The check of every citation: does what is said stand where it is said to stand?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from threadqa.answers import Citation, Hit, Sentence, Span

__all__ = ["Claim", "Grounded", "ground"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence that wants to go out, and the post that it says it quotes.

    Attributes:
        text: The sentence.
        hit: The post it rests on.
        spans: Where in the post's verbatim text: half-open, ascending.
    """

    text: str
    hit: Hit
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What passed the check.

    Attributes:
        sentences: In the order of the claims.
        citations: Numbered in order of first use.
        removed: Texts of the claims that did not pass.
    """

    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    removed: tuple[str, ...] = ()


def ground(claims: Sequence[Claim], stored: Mapping[str, str]) -> Grounded:
    """Keeps the claims whose words stand in the archive, and numbers their citations.

    Args:
        claims: In the order in which they are to be read.
        stored: Verbatim texts by post id, as the archive holds them now.

    Returns:
        Sentences and citations; one citation a post, with the spans of all sentences that use it.
    """
    passed = [claim for claim in claims if _stands(claim, stored)]
    numbers: dict[str, int] = {}
    for claim in passed:
        numbers.setdefault(claim.hit.post.id, len(numbers) + 1)
    citations = tuple(
        Citation(
            number=number,
            hit=next(claim.hit for claim in passed if claim.hit.post.id == post_id),
            spans=_merged(
                span for claim in passed if claim.hit.post.id == post_id for span in claim.spans
            ),
        )
        for post_id, number in numbers.items()
    )
    return Grounded(
        sentences=tuple(
            Sentence(text=claim.text, citations=(numbers[claim.hit.post.id],)) for claim in passed
        ),
        citations=citations,
        removed=tuple(claim.text for claim in claims if not _stands(claim, stored)),
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
