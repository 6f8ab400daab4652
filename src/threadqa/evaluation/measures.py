"""What one answer is worth: measures of a question, all in [0, 1] but the answer's length.

A measure is left out where the question says nothing that it needs. A question that failed has the
worst value of each measure that it allows, as a crash is no better than a wrong answer; measures of
given answers (citation precision, citation validity, answer length, abstention precision) leave it
out, as they do a question that got no answer.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence

from threadqa.answers import Answer, Status
from threadqa.evaluation.questions import answerable
from threadqa.evaluation.values import Question

__all__ = ["DEPTH", "measure", "ranking_measures", "token_f1"]

DEPTH = 100
"""Posts of a ranking that are measured."""

NO_DIGIT_BEFORE, NO_DIGIT_AFTER = r"(?<!\d)(?<!\d[.,])", r"(?!\d)(?![.,]\d)"
ARTICLES = re.compile(r"\b(a|an|the)\b")
NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def measure(
    question: Question,
    relevance: Mapping[str, int] | None,
    ranking: Sequence[str],
    answer: Answer | None,
    stored: Mapping[str, str],
) -> dict[str, float]:
    """Measures what came of a question.

    Args:
        question: As in the set.
        relevance: Grades by post id, quotes looked up; None where the set marks no posts.
        ranking: Ids of the posts found, best first, 100 at most.
        answer: None where the question failed.
        stored: Verbatim texts of the cited posts by id, read from the archive anew.

    Returns:
        Values by measure.
    """
    grades = {post: grade for post, grade in (relevance or {}).items() if grade > 0}
    known = answerable(question)
    values: dict[str, float] = {}
    if grades:
        values |= ranking_measures(relevance or {}, ranking)
    if grades and known is not False:
        values |= citation_measures(frozenset(grades), answer)
    if answer is not None and answer.citations:
        values["citation validity"] = citation_validity(answer, stored)
    if known is not False:
        values |= text_measures(question, _words(answer))
    if answer is not None and answer.status is Status.ANSWERED:
        values["answer length"] = float(len(answer.text))
    if known is not None:
        values |= abstention_measures(answer, answerable=known)
    return values


def ranking_measures(relevance: Mapping[str, int], ranking: Sequence[str]) -> dict[str, float]:
    """The measures of a ranking, by ir_measures.

    Args:
        relevance: Grades by post id, at least one above 0.
        ranking: Post ids, best first.
    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    qrels = [ir_measures.Qrel("", post, grade) for post, grade in relevance.items()]
    # Ranks for scores: posts with equal scores would be put into another order than ours.
    run = [ir_measures.ScoredDoc("", post, float(-rank)) for rank, post in enumerate(ranking)]
    wanted = [nDCG @ 10, R @ 1, R @ 5, R @ 10, R @ 25, R @ 100, RR]
    found = {metric.measure: metric.value for metric in ir_measures.iter_calc(wanted, qrels, run)}
    return {str(name): float(found[name]) for name in wanted}


def citation_measures(relevant: frozenset[str], answer: Answer | None) -> dict[str, float]:
    """The measures of citations against relevant posts.

    Args:
        relevant: Ids, at least one.
        answer: None, as an answer that was not found, cites nothing.

    Returns:
        Whether the first citation is relevant; the share of cited posts that are, where any is
        cited; the share of relevant posts that are cited.
    """
    cited = [] if answer is None else [citation.hit.post.id for citation in answer.citations]
    right = relevant.intersection(cited)
    values = {
        "first citation relevant": float(bool(cited) and cited[0] in relevant),
        "citation recall": len(right) / len(relevant),
    }
    if cited:
        values["citation precision"] = len(right) / len(set(cited))
    return values


def citation_validity(answer: Answer, stored: Mapping[str, str]) -> float:
    """The share of citations that stand in the archive: the text is the post's, the spans in it.

    Args:
        answer: With citations.
        stored: Verbatim texts by post id; a post that is not there is not in the archive.
    """
    valid = 0
    for citation in answer.citations:
        text = stored.get(citation.hit.post.id)
        if text is None or text != citation.hit.post.text:
            continue
        cut = tuple(text[start:end] for start, end in citation.spans)
        valid += all(cut) and cut == citation.quotes
    return valid / len(answer.citations)


def text_measures(question: Question, words: str) -> dict[str, float]:
    """The measures of an answer's text against the texts that the question gives.

    Args:
        question: Says what the answer must contain, or what it should be.
        words: The answer's, without citation numbers; empty for none, which scores 0.
    """
    values = {}
    folded = _folded(words)
    if question.answer_contains:
        held = all(_holds(folded, text) for text in question.answer_contains)
        values["answer contains"] = float(held)
    if question.acceptable_answers:
        held = any(_holds(folded, text) for text in question.acceptable_answers)
        values["acceptable answer"] = float(held)
    references = (question.reference_answer, *(question.acceptable_answers or ()))
    if any(references):
        values["token F1"] = max(token_f1(words, text) for text in references if text)
    return values


def token_f1(answer: str, reference: str) -> float:
    """F1 of the tokens that two texts share, as SQuAD's evaluation has it (Rajpurkar et al. 2016).

    Lower case, without punctuation and articles; a token counts as often as it occurs.
    """
    given, expected = _tokens(answer), _tokens(reference)
    shared = (Counter(given) & Counter(expected)).total()
    return 2 * shared / (len(given) + len(expected)) if shared else 0.0


def abstention_measures(answer: Answer | None, *, answerable: bool) -> dict[str, float]:
    """The measures of refusing to answer; means over questions are the rates their names say.

    Args:
        answer: None where the question failed: neither an answer nor a rightful refusal.
        answerable: Whether the archive holds an answer.

    Returns:
        "abstention precision" for a refusal, and what the kind of question allows.
    """
    refused = answer is not None and answer.status is Status.NOT_FOUND
    values = {"abstention precision": float(not answerable)} if refused else {}
    if answerable:
        return values | {"answerable refused": float(answer is None or refused)}
    return values | {
        "abstention recall": float(refused),
        "unanswerable answered": float(not refused),
    }


def _words(answer: Answer | None) -> str:
    """The answer without citation numbers, which are no words of it."""
    return "" if answer is None else " ".join(sentence.text for sentence in answer.sentences)


def _holds(folded: str, text: str) -> bool:
    """Whether a text stands in a folded one, and not as part of a longer number: 4% in 14%."""
    wanted = _folded(text)
    before = NO_DIGIT_BEFORE if wanted[:1].isdigit() else ""
    after = NO_DIGIT_AFTER if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, folded) is not None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _tokens(text: str) -> list[str]:
    return ARTICLES.sub(" ", text.lower().translate(NO_PUNCTUATION)).split()
