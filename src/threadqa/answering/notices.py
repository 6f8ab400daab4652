"""What a reader is told beside the answer: what a language model did, and who else speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threadqa.answering.generation import Generation
from threadqa.answering.grounding import Reason
from threadqa.answering.voices import Voice
from threadqa.answers import Citation
from threadqa.posts import Completeness

__all__ = ["generation_notices", "partial_thread_notices", "voice_notices"]

LEFT_OUT = {
    Reason.NOT_VERBATIM: "citing a post that is no longer in the archive",
    Reason.NO_CITATION: "without a citation",
    Reason.NOT_RETRIEVED: "citing a post that was not found",
    Reason.QUOTE: "quoting what does not stand in the cited post",
    Reason.NUMBER: "with a number that the cited posts do not have",
    Reason.NAME: "with a name that the cited posts do not have",
    Reason.DATE: "with a date that the cited posts do not have",
    Reason.LINK: "with a link that the cited posts do not have",
    Reason.CONTRADICTED: "against what the cited posts say",
    Reason.UNSUPPORTED: "saying more than the cited posts",
}
UNREADABLE = "not in the form that was asked for"
LONGEST_QUOTE = 80
INSTEAD = "This answer is made without it."


def generation_notices(said: Generation) -> Iterator[str]:
    """Says why a language model's answer is not whole, or not given.

    Args:
        said: How it ended.
    """
    stands = bool(said.grounded.sentences)
    if said.declined:
        posts = "the post that it was shown"
        if said.shown > 1:
            posts = f"the {said.shown} posts that it was shown"
        yield (
            f"The language model {said.model} finds no answer in {posts}. Asked with --offline, "
            "the archive answers without it."
        )
        return
    if said.failure is not None and stands:
        yield f"The answer breaks off: {said.failure}."
    dropped = said.unreadable + len(said.grounded.removals)
    written = dropped + len(said.grounded.sentences)
    if dropped:
        why = f"{dropped} of {_sentences(written)} that the language model {said.model} wrote"
        are = "was" if dropped == 1 else "were"
        yield f"{why} {are} left out: {', '.join(_reasons(said))}.{'' if stands else f' {INSTEAD}'}"
    if said.failure is not None and not stands:
        yield f"The language model did not answer: {said.failure}. {INSTEAD}"


def _reasons(said: Generation) -> Iterator[str]:
    for reason, count in said.grounded.removed_by_reason.items():
        yield f"{count} {LEFT_OUT[reason]}"
    if said.unreadable:
        yield f"{said.unreadable} {UNREADABLE}"


def _sentences(count: int) -> str:
    return "1 sentence" if count == 1 else f"{count} sentences"


def voice_notices(voices: Sequence[tuple[int, Voice]]) -> Iterator[str]:
    """Names who speaks where an answer gives somebody's words as if they were the post's author's.

    Args:
        voices: Numbers of citations, with what is said there; as `Grounded.unattributed` has them.
    """
    for number, voice in voices:
        words = voice.words
        if len(words) > LONGEST_QUOTE:
            words = f"{words[: LONGEST_QUOTE - 1].rsplit(None, 1)[0]}…"
        does = "quotes" if voice.is_quoted else "gives the view of"
        yield f"[{number}] {does} {voice.speaker}: “{words}”"


def partial_thread_notices(citations: Sequence[Citation]) -> Iterator[str]:
    """One notice for each thread that the answer rests on and the archive holds a part of."""
    threads = {citation.hit.thread.id: citation.hit.thread for citation in citations}
    for thread in threads.values():
        if thread.completeness is Completeness.PARTIAL:
            yield f"“{thread.title}” is partial: {thread.extent}."
