"""An archive of three threads, and answers over it, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.archive.samples import thread, write
from threadqa.answers import Answer, Citation, Hit, Sentence, Span, Status
from threadqa.archive import Archive

__all__ = ["Ticking", "answer", "answer_of_two", "fill", "hit", "refusal"]

STAFF = "1/3 Staff leave for good.  Money is short."
BOATS = "1/5 The boat sank."
KEPT = "1/2 Music was played on deck."


class Ticking:
    """A clock that is a minute later each time."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def fill(archive: Archive) -> None:
    """Three sources of one thread each; those of boats and of music are partial."""
    write(archive, "staff.txt", thread("staff", [STAFF, "2/3 No.", "3/3 End."], declared=3))
    write(archive, "boats.txt", thread("boats", [BOATS], source="boats.txt", declared=5))
    write(archive, "music.txt", thread("music", [KEPT], source="music.txt", declared=2))


def hit(archive: Archive, post_id: str, score: float = 1 / 3) -> Hit:
    post, summary = archive.posts_named([post_id])[post_id]
    return Hit(
        post=post,
        thread=summary,
        score=score,
        dense=-1 / 7,
        lexical=10 / 3,
        matched_terms=("staff",),
        lexical_share=0.25,
    )


def citation(archive: Archive, number: int, post_id: str, *spans: Span) -> Citation:
    return Citation(number=number, hit=hit(archive, post_id), spans=spans)


def answer(
    archive: Archive,
    sentences: Sequence[tuple[str, tuple[int, ...]]],
    cited: Sequence[tuple[str, Span]],
    *,
    question: str = "from:ann who leaves?",
    standalone: str = "who leaves?",
    notices: Sequence[str] = (),
) -> Answer:
    """An answer of (text, citation numbers) that cites (post id, span)."""
    return Answer(
        question=question,
        standalone_question=standalone,
        status=Status.ANSWERED,
        confidence=2 / 3,
        sentences=tuple(Sentence(text=text, citations=numbers) for text, numbers in sentences),
        citations=tuple(
            citation(archive, number, post_id, span)
            for number, (post_id, span) in enumerate(cited, 1)
        ),
        notices=tuple(notices),
        answerer="extractive",
        encoder="stub",
        timings_ms={"retrieve": 10 / 3, "answer": 6.0},
    )


def answer_of_two(archive: Archive) -> Answer:
    """The boat's sentence first, then one of the staff's two; the boat's thread has a notice."""
    return answer(
        archive,
        [("The boat sank.", (1,)), ("Staff leave for good.", (2,))],
        [("boats.1", (4, 18)), ("staff.1", (4, 25))],
        notices=[
            f"“{BOATS}” is partial: 1 of 5 posts, missing 2–5.",
            "Confidence is low.",
        ],
    )


def refusal(archive: Archive, question: str = "who swims?") -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        status=Status.NOT_FOUND,
        confidence=0.125,
        nearest=(hit(archive, "boats.1"), hit(archive, "music.1")),
        answerer="extractive",
        encoder="stub",
    )
