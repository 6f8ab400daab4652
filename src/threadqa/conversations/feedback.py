"""What readers said of answers, as questions for `threadqa eval` (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadqa.answers import Answer, Status
from threadqa.archive.archive import Archive
from threadqa.conversations.store import CONVERSATIONS_NAME, Conversations
from threadqa.conversations.values import Conversation, Rating, StoredAnswer
from threadqa.serialization import Json

__all__ = ["kept_feedback", "question_rows"]


def question_rows(conversations: Iterable[Conversation]) -> Iterator[Json]:
    """The answers that have feedback, as question rows.

    A row claims what the reader said and no more:

    - Thumbs up on an answer: the archive answers the question, and the posts it cites are
      relevant, but for those called a wrong source. Where all were, it claims nothing.
    - Thumbs up on a refusal: the archive does not answer the question.
    - Thumbs down on a refusal: the archive answers the question; where, is not said.
    - Thumbs down on an answer, or a wrong source alone: neither whether the archive answers the
      question nor which posts do.

    An answer that was withdrawn has no row: what was said is about posts that are gone.

    Args:
        conversations: With their answers; those without feedback give no row.

    Yields:
        JSON objects; `wrong_sources` and `rated_at` are for people: the reader of question sets
        passes over them.
    """
    for conversation in conversations:
        for place, stored in enumerate(conversation.answers):
            if (stored.rating or stored.wrong_sources) and (
                stored.answer.status is not Status.WITHDRAWN
            ):
                yield _row(stored, conversation.answers[:place])


def kept_feedback(archive: Archive) -> list[Json]:
    """The question rows of all conversations that are kept beside an archive, if there are any."""
    if not (archive.folder / CONVERSATIONS_NAME).is_file():
        return []
    with Conversations.open(archive.folder) as conversations:
        return list(question_rows(conversations.with_feedback(archive)))


def _row(stored: StoredAnswer, before: Iterable[StoredAnswer]) -> Json:
    answer = stored.answer
    row: Json = {"id": f"feedback-{stored.id}", "question": answer.question}
    history = [turn for earlier in before for turn in _turns(earlier.answer)]
    if history:
        row["history"] = history
    row |= _claims(stored)
    cited = [citation.hit.post.id for citation in answer.citations]
    wrong = [post_id for post_id in dict.fromkeys(cited) if post_id in stored.wrong_sources]
    if wrong:
        row["wrong_sources"] = wrong
    tags = ["feedback", answer.status.value.replace("_", "-")]
    if stored.rating:
        tags.append(f"thumbs-{stored.rating.value}")
    if wrong:
        tags.append("wrong-source")
    row["tags"] = tags
    if stored.rated_at:
        row["rated_at"] = stored.rated_at.isoformat()
    return row


def _turns(answer: Answer) -> Iterator[Json]:
    yield {"role": "user", "content": answer.question}
    if answer.sentences:
        words = " ".join(sentence.text for sentence in answer.sentences)
        yield {"role": "assistant", "content": words}


def _claims(stored: StoredAnswer) -> Json:
    """`answerable` and `relevant_posts`, as far as the feedback says."""
    if stored.answer.status is Status.NOT_FOUND:
        return {"answerable": stored.rating is Rating.DOWN}
    if stored.rating is not Rating.UP:
        return {}
    cited = dict.fromkeys(citation.hit.post.id for citation in stored.answer.citations)
    relevant = [post_id for post_id in cited if post_id not in stored.wrong_sources]
    return {"answerable": True, "relevant_posts": relevant} if relevant else {}
