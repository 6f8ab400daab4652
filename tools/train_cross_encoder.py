"""Trains the cross-encoder that is shipped, and writes its network.

    python tools/train_cross_encoder.py ../shared BEFORE

The packaged model reads a question and a post together, and what tells the post's subject: the
thread's title, the end of the post before. A head scores the pair. A question's scores, and a
learned one for "none of these", go through one softmax: the loss is the cross-entropy of the post
that answers, or of "none" for a question that nothing answers, so that a score says both which post
is best and whether any does. The other posts are those that threadqa's own search found.

Trained on the lessons of eval/lessons, and on the TweetQA training questions, about posts that no
development question asks about; nothing of a development set, of examples/ or of the real threads
is read. The lessons of one file are held out to watch.

It goes on from the network that was shipped before, BEFORE: the folder
src/threadqa/encoders/cross_encoder as it is at commit cdefcaf, four layers that had learned from
the lessons that there were then (its trainer is there). At last NNCF
(``pip install threadqa[train]``) rounds its products to 8 bits, by ranges that it sees in lessons.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import AutoModel

from question_sets import (
    DevelopmentSet,
    lessons_sets,
    passages,
    serving,
    tweetqa_training_set,
)
from threadqa.encoders.cross_encoder import (
    FOLDER,
    TokenIds,
    network_inputs,
    packaged_tokenizer,
    padded,
    token_ids,
)
from threadqa.encoders.openvino_library import import_openvino
from threadqa.encoders.packaged_model import packaged_model_folder
from threadqa.evaluation.marking import mark_relevant
from threadqa.evaluation.questions import answerable

OUT = Path("eval/results/cross-encoder.json")
LAYERS = 4
# Added to the logits of attention where there is no token.
UNREAD = -1e4
EPOCHS = 2.3
TWEETS = 6574
QUESTIONS_A_STEP = 8
FOUND = 14
OTHERS = 5
HARDEST = 3
# Share of the answerable questions whose answer is taken away: TweetQA's have no near misses.
WITHOUT_ANSWER, WITHOUT_TWEET = 0.1, 0.3
ENCODER_RATE, HEAD_RATE = 2e-4, 1e-3
PAIRS_AT_ONCE = 16
# Lengths are rounded up to this: torch prepares its products anew for each other shape.
LENGTHS = 8
HELD_OUT = "lessons/works"
SEEN, AT_ONCE = 300, 5
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A training question with what was found for it.

    Attributes:
        pairs: It with each of the posts, best first.
        relevant: Which of them answer it.
        withheld: How often its answer is taken away, so that none is right.
    """

    pairs: tuple[TokenIds, ...]
    relevant: tuple[bool, ...]
    withheld: float


class Network(nn.Module):  # type: ignore[misc] # torch comes without types here
    """Scores pairs of question and post, against a learned score of "none".

    The last layer is asked for the first token alone: what it makes of the others would not be
    looked at, but for their mean, which is taken one layer before it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(packaged_model_folder(), add_pooling_layer=False)
        self.encoder.encoder.layer = self.encoder.encoder.layer[:LAYERS]
        config = self.encoder.config
        self.heads = config.num_attention_heads
        width = config.hidden_size
        self.head = nn.Sequential(nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, 1))
        self.none = nn.Parameter(torch.zeros(1))
        # They stay the packaged model's, so that no copy of them need be shipped.
        self.words = self.encoder.embeddings.word_embeddings
        self.words.requires_grad_(requires_grad=False)

    def go_on_from(self, folder: Path) -> None:
        """Takes the weights of a network of as many layers that `export` wrote."""
        weights = exported_weights(folder)
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if parameter.requires_grad:
                    parameter.copy_(torch.tensor(weights[name]).reshape(parameter.shape))

    def forward(self, inputs_embeds: Any, attention_mask: Any, token_type_ids: Any) -> Any:  # noqa: ANN401
        """Scores, shape (n,)."""
        hidden = self.encoder.embeddings(inputs_embeds=inputs_embeds, token_type_ids=token_type_ids)
        unread = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * UNREAD
        *layers, last = self.encoder.encoder.layer
        for layer in layers:
            hidden = self.layer(layer, hidden, hidden, unread)
        first = self.layer(last, hidden[:, :1], hidden, unread)[:, 0].float()
        post = (attention_mask * token_type_ids).unsqueeze(-1).float()
        mean = (hidden.float() * post).sum(1) / post.sum(1)
        return self.head(torch.cat([first, mean], 1)).squeeze(-1) - self.none

    def layer(self, layer: Any, asked: Any, hidden: Any, unread: Any) -> Any:  # noqa: ANN401
        """One layer's output for some of the tokens, which look at all of them."""

        def split(states: Any) -> Any:  # noqa: ANN401
            return states.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        attention = layer.attention
        query, key, value = (
            split(part(states))
            for part, states in (
                (attention.self.query, asked),
                (attention.self.key, hidden),
                (attention.self.value, hidden),
            )
        )
        seen = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=unread)
        seen = attention.output(seen.transpose(1, 2).flatten(2), asked)
        return layer.output(layer.intermediate(seen), seen)

    def scores(self, pairs: Sequence[TokenIds]) -> Any:  # noqa: ANN401
        """Scores of any number of pairs, those of like length read together."""
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].ids))
        found = []
        for start in range(0, len(order), PAIRS_AT_ONCE):
            batch = [pairs[i] for i in order[start : start + PAIRS_AT_ONCE]]
            ids, types, mask = map(torch.from_numpy, padded(batch, LENGTHS))
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found.append(self(self.words(ids), mask, types))
        places = torch.empty(len(order), dtype=torch.long)
        places[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(found)[places]


def exported_weights(folder: Path) -> dict[str, NDArray[np.float32]]:
    """The weights of a network that `export` wrote, by their names in `Network`, unrounded again.

    NNCF scales what a product takes in, so that it is rounded better, and divides the weights by
    the same; here they are multiplied again.
    """
    found = {}
    for op in import_openvino().Core().read_model(str(folder / "model.xml")).get_ops():
        kind, name = op.get_type_name(), op.get_friendly_name()
        if kind == "Constant" and name.startswith("self."):
            found[name.removeprefix("self.").removesuffix("_compressed")] = constant(op)
        elif kind == "MatMul" and name.startswith("__module."):
            taken_in, weights = (port.get_source_output().get_node() for port in op.inputs())
            values = constant(weights)
            if taken_in.get_type_name() == "FakeQuantize":
                scaled = taken_in.input(0).get_source_output().get_node()
                values = values * constant(scaled.input(1).get_source_output().get_node())
            found[f"{name.removeprefix('__module.').partition('/')[0]}.weight"] = values
        elif kind == "Gather" and "_embeddings/" in name:
            table = op.input(0).get_source_output().get_node()
            found[f"{name.removeprefix('__module.').partition('/')[0]}.weight"] = constant(table)
    return found


def constant(op: Any) -> NDArray[np.float32]:  # noqa: ANN401
    """What an operation over constants gives."""
    if op.get_type_name() == "Constant":
        return np.asarray(op.data, np.float32)
    parts = [constant(port.get_source_output().get_node()) for port in op.inputs()]
    return np.asarray(np.prod(np.broadcast_arrays(*parts), axis=0), np.float32)


def lessons(given: DevelopmentSet, cache: Path | None, withheld: float) -> Iterator[Lesson]:
    """What threadqa's search finds for the questions of a set, where it is of use."""
    tokenizer = packaged_tokenizer()
    folder = cache / given.name if cache else None
    with serving(given.posts, folder, reranker="linear") as subject:
        marked = mark_relevant(given.questions.questions, subject.archive)
        for question in given.questions.questions:
            relevant = {p for p, grade in (marked.relevance[question.id] or {}).items() if grade}
            hits = subject.assistant.search(question.question, FOUND)
            marks = tuple(hit.post.id in relevant for hit in hits)
            if hits and (any(marks) or not answerable(question)):
                pairs = token_ids(tokenizer, question.question, passages(subject.archive, hits))
                yield Lesson(pairs=tuple(pairs), relevant=marks, withheld=withheld)


def loss_of(network: Network, step: Sequence[Lesson], rng: random.Random) -> Any:  # noqa: ANN401
    """Mean cross-entropy of some lessons."""
    pairs: list[TokenIds] = []
    parts: list[tuple[int, int, bool]] = []
    for lesson in step:
        right = [i for i, is_right in enumerate(lesson.relevant) if is_right]
        wrong = [i for i, is_right in enumerate(lesson.relevant) if not is_right]
        is_answered = bool(right) and rng.random() >= lesson.withheld
        rest = wrong[HARDEST:]
        others = wrong[:HARDEST] + rng.sample(rest, min(len(rest), OTHERS - HARDEST))
        taken = ([rng.choice(right)] if is_answered else []) + others
        if taken:
            parts.append((len(pairs), len(taken), is_answered))
            pairs += [lesson.pairs[i] for i in taken]
    scores = network.scores(pairs)
    none = torch.zeros(1)
    losses = [
        -torch.log_softmax(torch.cat([scores[start : start + count], none]), 0)[
            0 if is_answered else count
        ]
        for start, count, is_answered in parts
    ]
    return torch.stack(losses).mean()


def train(network: Network, taught: Sequence[Lesson], epochs: float) -> list[float]:
    """Trains, and gives the mean loss of each hundred steps."""
    rng = random.Random(SEED)
    steps = int(epochs * len(taught) / QUESTIONS_A_STEP)
    head = [*network.head.parameters(), network.none]
    encoder = [p for p in network.encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": ENCODER_RATE}, {"params": head, "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [ENCODER_RATE, HEAD_RATE], total_steps=steps + 1, pct_start=0.08
    )
    order: list[int] = []
    losses: list[float] = []
    started = time.perf_counter()
    network.train()
    for step in range(1, steps + 1):
        if len(order) < QUESTIONS_A_STEP:
            order = rng.sample(range(len(taught)), len(taught))
        loss = loss_of(network, [taught[order.pop()] for _ in range(QUESTIONS_A_STEP)], rng)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 100 == 0:
            seconds = time.perf_counter() - started
            loss = np.mean(losses[-100:])
            print(f"step {step} of {steps}: loss {loss:.3f}, {seconds:.0f} s", flush=True)
    return [round(float(np.mean(part)), 4) for part in np.array_split(losses, len(losses) // 100)]


def right_of(network: Network, watched: Sequence[Lesson]) -> dict[str, float]:
    """Of held-out questions, how often the best score is right, and says whether any is."""
    network.eval()
    first = says = 0
    asked = [lesson for lesson in watched if any(lesson.relevant)]
    with torch.no_grad():
        for lesson in watched:
            scores = network.scores(lesson.pairs)
            best = int(scores.argmax())
            first += lesson.relevant[best]
            says += bool(scores[best] > 0.0) == any(lesson.relevant)
    return {
        "questions": len(watched),
        "first post right, of those with an answer": round(first / len(asked), 4),
        "answered or refused rightly": round(says / len(watched), 4),
    }


def export(network: Network, folder: Path, seen: Sequence[Lesson]) -> None:
    """Writes the network for OpenVINO, products in 8 bits; nothing is reported to its makers.

    Args:
        network: Trained.
        folder: Gets ``model.xml`` and ``model.bin``.
        seen: The ranges of what is rounded are those that these call for.
    """
    openvino = import_openvino()
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    width = network.encoder.config.hidden_size
    examples = (torch.zeros(2, 9, width), torch.ones(2, 9).long(), torch.ones(2, 9).long())
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(network.float().eval(), examples, check_trace=False)
    frontend = FrontEndManager().load_by_framework("pytorch")
    decoder = TorchScriptPythonDecoder(traced)
    model = frontend.convert(frontend.load(decoder))
    names = ("inputs_embeds", "attention_mask", "token_type_ids")
    for port, name in zip(model.inputs, names, strict=True):
        is_vector = name == "inputs_embeds"
        port.get_tensor().set_names({name})
        shape = [-1, -1, width] if is_vector else [-1, -1]
        port.get_node().set_partial_shape(openvino.PartialShape(shape))
        port.get_node().set_element_type(openvino.Type.f32 if is_vector else openvino.Type.i64)
    model.validate_nodes_and_infer_types()
    nncf = importlib.import_module("nncf")
    words = network.words.weight.detach().numpy()
    rounded = nncf.quantize(
        model,
        nncf.Dataset([network_inputs(lesson.pairs[:AT_ONCE], words) for lesson in seen]),
        subset_size=len(seen),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
    )
    folder.mkdir(exist_ok=True)
    openvino.save_model(rounded, str(folder / "model.xml"), compress_to_fp16=True)


def main() -> None:
    """Trains, watches, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("before", type=Path, help="the folder of the network to go on from")
    parser.add_argument("--cache", type=Path, help="keep the indexes here")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--network", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    taught: list[Lesson] = []
    watched: list[Lesson] = []
    with TemporaryDirectory() as temporary:
        archives = arguments.cache or Path(temporary)
        for given in lessons_sets(archives / "sets"):
            found = list(lessons(given, arguments.cache, WITHOUT_ANSWER))
            (watched if given.name == HELD_OUT else taught).extend(found)
        threads = len(taught)
        tweets = tweetqa_training_set(arguments.shared, archives / "sets", TWEETS)
        taught += lessons(tweets, arguments.cache, WITHOUT_TWEET)
    print(f"{threads} lessons, {len(taught) - threads} of TweetQA, {len(watched)} held out")
    network = Network()
    network.go_on_from(arguments.before)
    # Four times as fast, backwards, as torch's fused attention of short texts on a CPU.
    with sdpa_kernel(SDPBackend.MATH):
        losses = train(network, taught, arguments.epochs)
    export(network, arguments.network, random.Random(SEED).sample(taught, SEEN))
    record = {
        "command": "python tools/train_cross_encoder.py ../shared BEFORE",
        "layers": LAYERS,
        "epochs": arguments.epochs,
        "lessons": threads,
        "questions of TweetQA": len(taught) - threads,
        "held out": right_of(network, watched),
        "losses": losses,
    }
    print(record["held out"])
    arguments.out.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
