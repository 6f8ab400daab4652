"""Measures answers on a question set, through the same code that users run.

    python tools/measure_answers.py examples/threads examples/questions.jsonl

Follow-ups are left out: they cannot be understood without their history.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path

from question_sets import Asked, read_questions, serving
from threadqa.answers import Answer, Status


def is_relevant(answer: Answer, asked: Asked) -> bool:
    """Whether the first citation is a post that holds the answer."""
    if answer.status is Status.NOT_FOUND:
        return False
    post = answer.citations[0].hit.post
    return post.id in asked.relevant_posts or any(q in post.text for q in asked.relevant_quotes)


def contains(answer: Answer, asked: Asked) -> bool:
    """Whether all that the answer must contain stands in it."""
    return all(text.lower() in answer.text.lower() for text in asked.answer_contains)


def measure(answers: list[tuple[Asked, Answer]]) -> dict[str, float]:
    """Shares of the questions, and the median length of an answer in characters."""
    answerable = [(q, a) for q, a in answers if q.answerable]
    others = [(q, a) for q, a in answers if not q.answerable]
    lengths = [len(a.text) for _, a in answers if a.status is Status.ANSWERED]
    figures = {
        "answerable": len(answerable),
        "not answerable": len(others),
        "first citation relevant": statistics.mean(is_relevant(a, q) for q, a in answerable),
        "answer contains what it must": statistics.mean(contains(a, q) for q, a in answerable),
        "answerable refused": statistics.mean(a.status is Status.NOT_FOUND for _, a in answerable),
        "unanswerable answered": statistics.mean(a.status is Status.ANSWERED for _, a in others),
        "median length": statistics.median(lengths),
    }
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Prints and writes the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    asked = [q for q in read_questions(arguments.questions) if not q.follow_up]
    with serving(arguments.posts) as assistant:
        figures = measure([(q, assistant.ask(q.question)) for q in asked])
    for name, value in figures.items():
        print(f"{name:30} {value}")
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
