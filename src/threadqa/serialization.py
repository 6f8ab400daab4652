"""The JSON forms of threads, hits and answers, the same from terminal and web (docs/formats.md)."""

from __future__ import annotations

from typing import Any

from threadqa.answers import Answer, Citation, Hit
from threadqa.posts import Post, Thread, ThreadSummary

__all__ = ["Json", "answer_json", "hit_json", "thread_json", "whole_thread_json"]

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """An answer as one JSON object."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": answer.status.value,
        "confidence": round(answer.confidence, 4),
        "answer": answer.text,
        "sentences": [
            {"text": sentence.text, "citations": list(sentence.citations)}
            for sentence in answer.sentences
        ],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "nearest": [hit_json(hit) for hit in answer.nearest],
        "notices": list(answer.notices),
        "answerer": answer.answerer,
        "encoder": answer.encoder,
        "timings_ms": {step: round(ms, 2) for step, ms in answer.timings_ms.items()},
    }


def _citation_json(citation: Citation) -> Json:
    return {
        "number": citation.number,
        **_found_post_json(citation.hit),
        "spans": [list(span) for span in citation.spans],
        "score": round(citation.hit.score, 4),
    }


def hit_json(hit: Hit) -> Json:
    """A hit, with its scores and the words that it shares with the question."""
    return {
        **_found_post_json(hit),
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "lexical": round(hit.lexical, 4),
        "matched_terms": list(hit.matched_terms),
    }


def _found_post_json(hit: Hit) -> Json:
    post, thread = hit.post, hit.thread
    return {
        "post_id": post.id,
        "thread_id": thread.id,
        "thread_title": thread.title,
        "position": post.position,
        "declared_length": thread.declared_length,
        "completeness": thread.completeness.value,
        "missing": list(thread.missing),
        "author": post.author or thread.author,
        "created_at": post.created_at.isoformat() if post.created_at else None,
        "url": post.url,
        "source": post.source,
        "first_line": post.first_line,
        "last_line": post.last_line,
        "text": post.text,
    }


def thread_json(thread: ThreadSummary) -> Json:
    """A thread as a list of threads shows it."""
    return {
        "thread_id": thread.id,
        "title": thread.title,
        "author": thread.author,
        "source": thread.source,
        "completeness": thread.completeness.value,
        "declared_length": thread.declared_length,
        "post_count": thread.post_count,
        "missing": list(thread.missing),
    }


def whole_thread_json(thread: Thread) -> Json:
    """A thread with its posts in order."""
    return {
        **thread_json(thread.summary),
        "url": thread.url,
        "posts": [_post_json(post) for post in thread.posts],
    }


def _post_json(post: Post) -> Json:
    return {
        "post_id": post.id,
        "position": post.position,
        "author": post.author,
        "created_at": post.created_at.isoformat() if post.created_at else None,
        "url": post.url,
        "mentions": list(post.mentions),
        "links": list(post.links),
        "hashtags": list(post.hashtags),
        "first_line": post.first_line,
        "last_line": post.last_line,
        "text": post.text,
    }
