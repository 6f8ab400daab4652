"""An experiment: a small reader trained on TweetQA, as reranker, span finder and abstention signal.

    python tools/train_reader.py ../shared --cache build/indexes --out eval/results/reader.json

The first layers of the packaged MiniLM read a question and a post together. One head scores the
post, another points at the span that answers. Training is on questions about posts that no
development question asks about: the right post against hard negatives from threadqa's own search.
docs/experiments.md has what came of it. Nothing of threadqa uses the result.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from evaluate import sets_at_hand
from fit_ranking import Search, figures
from question_sets import DevelopmentSet, examples_set, serving
from threadqa.encoders.packaged_model import packaged_model_folder
from threadqa.evaluation.marking import mark_relevant
from threadqa.evaluation.questions import answerable
from threadqa.retrieval.reranking import default_ranking

CANDIDATES = 20
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
AT_MOST = 600
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A training question.

    Attributes:
        question: What is asked.
        post: The text that answers.
        span: Half-open character range of the answer in it; None where it is not verbatim.
        others: Texts that the search found and that do not answer, best first.
    """

    question: str
    post: str
    span: tuple[int, int] | None
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A development question with what was found.

    Attributes:
        question: What is asked.
        texts: Of the hits, best first by the ranking model.
        values: The ranking model's, shape (n,).
        relevant: Shape (n,).
        relevant_count: Relevant posts, found or not.
        answerable: Whether the archive answers; None where the set does not say.
        features: Of the search, for abstention.
    """

    question: str
    texts: tuple[str, ...]
    values: np.ndarray
    relevant: np.ndarray
    relevant_count: int
    answerable: bool | None
    features: list[float] = field(default_factory=list)


class Reader(nn.Module):  # type: ignore[misc] # torch comes without types here
    """Scores pairs of question and post, and points at spans."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        folder = packaged_model_folder()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False)
        self.encoder.encoder.layer = self.encoder.encoder.layer[:layers]
        width = self.encoder.config.hidden_size
        self.score = nn.Linear(2 * width, 1)
        self.span = nn.Linear(width, 2)

    def tokens(self, questions: Sequence[str], posts: Sequence[str]) -> Any:
        """Pairs as the encoder takes them, posts cut at 96 tokens together with the question."""
        return self.tokenizer(
            list(questions),
            list(posts),
            truncation="only_second",
            max_length=96,
            padding=True,
            return_tensors="pt",
            return_offsets_mapping=True,
        )

    def forward(self, tokens: Any) -> tuple[Any, Any]:
        """Scores, shape (n,), and span logits, shape (n, length, 2)."""
        lengths = tokens["attention_mask"].sum(1)
        order = torch.argsort(lengths)
        scores, spans = [], []
        # Pairs of like length go together: half of a batch would be padding else.
        for rows in order.split(12):
            longest = int(lengths[rows].max())
            names = ("input_ids", "attention_mask", "token_type_ids")
            hidden = self.encoder(**{n: tokens[n][rows, :longest] for n in names})[0].float()
            mask = tokens["attention_mask"][rows, :longest].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            scores.append(self.score(torch.cat([hidden[:, 0], mean], 1)).squeeze(1))
            missing = tokens["input_ids"].shape[1] - longest
            spans.append(functional.pad(self.span(hidden), (0, 0, 0, missing)))
        back = torch.argsort(order)
        return torch.cat(scores)[back], torch.cat(spans)[back]


def letters(text: str) -> str:
    """What makes two copies of a post the same."""
    return "".join(filter(str.isalnum, text.lower()))


def lessons(train: Path, tweetqa: DevelopmentSet, cache: Path, most: int | None) -> list[Lesson]:
    """The training questions, each with what the search finds for it among the posts."""
    found = []
    with serving(tweetqa.posts, cache / tweetqa.name) as subject:
        for line in train.read_text("utf-8").splitlines()[:most]:
            given = json.loads(line)
            seen = {letters(given["post"])}
            others = []
            for hit in subject.assistant.search(given["question"], CANDIDATES):
                if letters(hit.post.text) not in seen:
                    seen.add(letters(hit.post.text))
                    others.append(hit.post.text)
            found.append(
                Lesson(
                    question=given["question"],
                    post=given["post"],
                    span=verbatim(given["answers"], given["post"]),
                    others=tuple(others),
                )
            )
    return found


def verbatim(answers: Sequence[str], post: str) -> tuple[int, int] | None:
    """Where one of the answers stands in a post."""
    for answer in answers:
        start = post.lower().find(answer.lower())
        if start >= 0 and len(answer) > 1:
            return start, start + len(answer)
    return None


def negatives(lesson: Lesson, count: int, rng: random.Random) -> list[str]:
    """Texts that do not answer: half from the best six hits, half from below."""
    best, below = list(lesson.others[:6]), list(lesson.others[6:])
    rng.shuffle(best)
    rng.shuffle(below)
    hard = (count + 1) // 2 + 1
    return (best[:hard] + below + best[hard:])[:count]


def loss_of(reader: Reader, batch: Sequence[Lesson], others: int, rng: random.Random) -> Any:
    """Listwise and pairwise cross-entropy of the scores, and that of the span's two ends."""
    questions, posts, firsts, total = [], [], [], 0
    for lesson in batch:
        texts = [lesson.post, *negatives(lesson, others, rng)]
        firsts.append((total, len(texts)))
        total += len(texts)
        questions += [lesson.question] * len(texts)
        posts += texts
    tokens = reader.tokens(questions, posts)
    with torch.autocast("cpu", torch.bfloat16):
        scores, spans = reader(tokens)
    loss = torch.zeros(())
    for lesson, (first, count) in zip(batch, firsts, strict=True):
        own = scores[first : first + count]
        target = torch.zeros(count)
        target[0] = 1.0
        weight = torch.ones(count)
        weight[0] = 3.0
        loss = loss + functional.cross_entropy(own[None], torch.zeros(1, dtype=torch.long))
        loss = loss + functional.binary_cross_entropy_with_logits(own, target, weight=weight)
        loss = loss + 0.3 * span_loss(tokens, spans, first, lesson.span)
    return loss / len(batch)


def span_loss(tokens: Any, spans: Any, row: int, span: tuple[int, int] | None) -> Any:
    """Cross-entropy of both ends of the answer among the post's tokens; 0 where there is none."""
    if span is None:
        return torch.zeros(())
    offsets = tokens["offset_mapping"][row].tolist()
    of_post = tokens["token_type_ids"][row] == 1
    places = [i for i in range(len(offsets)) if of_post[i]]
    starts = [i for i in places if offsets[i][0] <= span[0] < offsets[i][1]]
    ends = [i for i in places if offsets[i][0] < span[1] <= offsets[i][1]]
    if not starts or not ends:
        return torch.zeros(())
    logits = spans[row].masked_fill(~of_post.unsqueeze(1), -1e4)
    return functional.cross_entropy(
        logits[:, 0][None], torch.tensor([starts[0]])
    ) + functional.cross_entropy(logits[:, 1][None], torch.tensor([ends[0]]))


def train(reader: Reader, given: list[Lesson], epochs: float, others: int, rate: float) -> None:
    """AdamW with a linear warm-up and decay; the embeddings stay as they are."""
    rng = random.Random(SEED)
    reader.train()
    for parameter in reader.encoder.embeddings.parameters():
        parameter.requires_grad_(requires_grad=False)
    learned = [p for p in reader.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=rate, weight_decay=0.01)
    steps = max(1, int(len(given) * epochs / 8))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * steps), (steps - step) / (0.94 * steps))
    )
    order: list[Lesson] = []
    losses: list[float] = []
    for step in range(steps):
        if len(order) < 8:
            order = rng.sample(given, len(given))
        loss = loss_of(reader, [order.pop() for _ in range(min(8, len(order)))], others, rng)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 50 == 49:
            print(
                f"step {step + 1} of {steps}: loss {statistics.mean(losses[-50:]):.3f}", flush=True
            )


def collect(given: DevelopmentSet, cache: Path) -> list[Found]:
    """Questions that stand alone, with their best hits; a sample where there are many."""
    ranking = default_ranking()
    questions = [question for question in given.questions.questions if not question.history]
    if len(questions) > AT_MOST:
        questions = random.Random(SEED).sample(questions, AT_MOST)
    found = []
    with serving(given.posts, cache / given.name) as subject:
        marked = mark_relevant(questions, subject.archive)
        for question in questions:
            relevance = marked.relevance[question.id] or {}
            relevant = {post for post, grade in relevance.items() if grade}
            shown = subject.assistant.evidence(question.question, CANDIDATES)
            if not shown:
                continue
            found.append(
                Found(
                    question=question.question,
                    texts=tuple(hit.post.text for hit, _ in shown),
                    values=np.array([ranking.value(one) for _, one in shown]),
                    relevant=np.array([hit.post.id in relevant for hit, _ in shown], bool),
                    relevant_count=len(relevant),
                    answerable=answerable(question),
                    features=list(asdict(subject.assistant.features(question.question)).values()),
                )
            )
    return found


def read(reader: Reader, found: Found) -> np.ndarray:
    """The reader's scores of a question's hits, shape (n,)."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        scores, _ = reader(reader.tokens([found.question] * len(found.texts), found.texts))
    result: np.ndarray = scores.float().numpy()
    return result


def judge(found: Sequence[Found], scores: Sequence[np.ndarray]) -> dict[str, Any]:
    """Ranking measures at each weight of the reader, and abstention with and without it."""
    marked = [(f, s) for f, s in zip(found, scores, strict=True) if f.relevant_count]
    table: dict[str, Any] = {"questions": len(marked)}
    for weight in WEIGHTS:
        searches = [
            Search(
                evidence=(f.values + weight * s)[:, None],
                relevant=f.relevant,
                relevant_count=f.relevant_count,
            )
            for f, s in marked
        ]
        table[f"weight {weight}"] = figures(searches, np.ones(1))
    labels = np.array([bool(f.answerable) for f in found])
    if 10 <= labels.sum() <= len(labels) - 10:
        without = np.array([f.features for f in found])
        best = np.array(
            [[*np.sort(s)[::-1][:2], s[0]] if len(s) > 1 else [s[0]] * 3 for s in scores]
        )
        for name, features in (("without", without), ("with", np.hstack([without, best]))):
            scaled = (features - features.mean(0)) / (features.std(0) + 1e-9)
            chances = cross_val_predict(
                LogisticRegression(), scaled, labels, cv=5, method="predict_proba"
            )[:, 1]
            table[f"AUROC {name} reader"] = round(float(roc_auc_score(labels, chances)), 4)
    return table


def main() -> None:
    """Trains, judges, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="keep the indexes here")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--epochs", type=float, default=1.5)
    parser.add_argument("--negatives", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--questions", type=int, help="train on this many only")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    sets = [s for s in sets_at_hand(arguments.shared) if s.group != "mtrag-un"]
    tweetqa = next(s for s in sets if s.name == "tweetqa")
    given = lessons(
        arguments.shared / "train" / "tweetqa.jsonl", tweetqa, arguments.cache, arguments.questions
    )
    reader = Reader(arguments.layers)
    train(reader, given, arguments.epochs, arguments.negatives, arguments.rate)
    reader.eval()
    by_group: dict[str, tuple[list[Found], list[np.ndarray]]] = {}
    for one in [s for s in sets if s.name != examples_set().name] + [examples_set()]:
        found, scores = by_group.setdefault(one.group, ([], []))
        more = collect(one, arguments.cache)
        found += more
        scores += [read(reader, f) for f in more]
    timed = [f for f in by_group["tweetqa"][0] if len(f.texts) == CANDIDATES][:100]
    times = []
    for one_found in timed:
        began = time.perf_counter()
        read(reader, one_found)
        times.append((time.perf_counter() - began) * 1000)
    result = {
        "command": "python tools/train_reader.py ../shared --out eval/results/reader.json",
        "layers": arguments.layers,
        "parameters": sum(p.numel() for p in reader.parameters()),
        "training questions": len(given),
        "epochs": arguments.epochs,
        "median ms for 20 candidates, torch bf16": round(statistics.median(times), 1),
        "sets": {name: judge(*pair) for name, pair in by_group.items()},
    }
    arguments.out.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
