"""The cross-encoder: reads a question with a post, and says how well the one answers the other.

Four layers of the packaged model, trained further by ``tools/train_cross_encoder.py``. Its own
weights, an OpenVINO network whose products are in 8 bits, lie beside this file; the embeddings of
words, larger than all else, are those of the packaged model, which training left as they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from threadqa.encoders.cache_files import default_cache_dir
from threadqa.encoders.openvino_compile import compile_network, cpu_has_bf16
from threadqa.encoders.openvino_runtime import length_sorted_batches
from threadqa.encoders.packaged_model import packaged_model_folder

__all__ = [
    "CrossEncoder",
    "PackagedCrossEncoder",
    "Passage",
    "Scores",
    "TokenIds",
    "network_inputs",
    "packaged_cross_encoder",
    "packaged_tokenizer",
    "padded",
    "token_ids",
]

Scores = NDArray[np.float32]
Ids = NDArray[np.int64]

FOLDER = Path(__file__).with_name("cross_encoder")
EMBEDDINGS = "embeddings.word_embeddings.weight"
# Tokens of each part, at most: an answer's time grows with all that is read.
QUESTION_TOKENS = 32
TITLE_TOKENS = 12
BEFORE_TOKENS = 10
BEFORE_CHARACTERS = 40
POST_TOKENS = 80
STRIDE = 40
# Of a batch, padding included: of twenty posts, the short are not padded to the length of the long.
BATCH_TOKENS = 1200
# Lengths of a batch are rounded up to this: OpenVINO prepares itself anew for each other shape.
WIDTHS = 16
CLS, SEP = "[CLS]", "[SEP]"
OTHERWISE = 'go on without it by `reranker = "linear"`'


class Passage(NamedTuple):
    """A post as it is read.

    Attributes:
        text: Who speaks, where that is known, and the post's words.
        before: The words of the post before it in its thread; "" where it opens the thread.
        title: Its thread's.
    """

    text: str
    before: str
    title: str


class TokenIds(NamedTuple):
    """A question and a passage as the network takes them.

    Attributes:
        ids: In order.
        types: 0 for the question's, 1 for the passage's.
    """

    ids: list[int]
    types: list[int]


class CrossEncoder(Protocol):
    """Scores passages against a question; any number of threads may use it."""

    def scores(self, question: str, passages: Sequence[Passage]) -> Scores:
        """How well each passage answers, against none doing so.

        Args:
            question: As it stands alone.
            passages: Any number.

        Returns:
            float32, shape (len(passages),): log-odds that the passage answers, not that none does.
        """
        ...


def token_ids(tokenizer: Any, question: str, passages: Iterable[Passage]) -> list[TokenIds]:
    """Puts a question together with each of some passages.

    Args:
        tokenizer: The packaged model's, of the library ``tokenizers``, without padding and
            truncation.
        question: Cut at 32 tokens.
        passages: What tells the subject of a post that does not name it is cut at a few tokens: the
            title, left out where the post opens its thread, and the end of the post before. Of a
            longer post, the 80 tokens are read that have most of the question's.

    Returns:
        [CLS] question [SEP] title [SEP] before [SEP] text [SEP], one a passage.
    """
    parts = [question]
    for text, before, title in passages:
        parts += [title if before else "", before[-BEFORE_CHARACTERS:], text]
    asked, *read = (one.ids for one in tokenizer.encode_batch(parts, add_special_tokens=False))
    cls, sep = tokenizer.token_to_id(CLS), tokenizer.token_to_id(SEP)
    first = [cls, *asked[:QUESTION_TOKENS], sep]
    wanted = frozenset(first)
    found = []
    for title, before, text in zip(read[::3], read[1::3], read[2::3], strict=True):
        second = [
            *title[:TITLE_TOKENS], sep, *before[:BEFORE_TOKENS], sep, *_read_of(text, wanted), sep,
        ]  # fmt: skip
        found.append(TokenIds(first + second, [0] * len(first) + [1] * len(second)))
    return found


def _read_of(text: Sequence[int], wanted: frozenset[int]) -> Sequence[int]:
    """The part of a post that is read: the first of those with most of the wanted tokens."""
    starts = range(0, max(1, len(text) - POST_TOKENS + STRIDE), STRIDE)
    parts = (text[start : start + POST_TOKENS] for start in starts)
    return max(parts, key=lambda part: len(wanted.intersection(part)))


class PackagedCrossEncoder:
    """The one that is shipped; a ``CrossEncoder``. Loads nothing before it is first asked."""

    def __init__(self, folder: Path = FOLDER, cache_dir: Path | None = None) -> None:
        """Loads nothing yet.

        Args:
            folder: With ``model.xml`` and ``model.bin``.
            cache_dir: threadqa's cache folder, for the compiled network; None for the user's.
        """
        self._folder = folder
        self._cache_dir = cache_dir or default_cache_dir()
        self._lock = Lock()
        self._opened: tuple[Any, Any, NDArray[np.float32]] | None = None

    def scores(self, question: str, passages: Sequence[Passage]) -> Scores:
        """See ``CrossEncoder``.

        Raises:
            EncoderError: OpenVINO cannot run the network, or the packaged model is missing.
        """
        scores = np.zeros(len(passages), np.float32)
        if not passages:
            return scores
        tokenizer, network, embeddings = self._open()
        pairs = token_ids(tokenizer, question, passages)
        request = network.create_infer_request()
        lengths = np.array([len(pair.ids) for pair in pairs], np.int64)
        for places in length_sorted_batches(lengths, BATCH_TOKENS):
            request.infer(network_inputs([pairs[place] for place in places], embeddings))
            scores[places] = request.get_output_tensor(0).data
        return scores

    def _open(self) -> tuple[Any, Any, NDArray[np.float32]]:
        with self._lock:
            if self._opened is None:
                options = {
                    "PERFORMANCE_HINT": "LATENCY",
                    "NUM_STREAMS": "1",
                    "INFERENCE_PRECISION_HINT": "bf16" if cpu_has_bf16() else "f32",
                }
                cached = self._cache_dir / "cross-encoder"
                self._opened = (
                    packaged_tokenizer(),
                    compile_network(self._folder, options, cached, OTHERWISE),
                    _word_embeddings(packaged_model_folder() / "model.safetensors"),
                )
            return self._opened


@cache
def packaged_cross_encoder() -> PackagedCrossEncoder:
    """The cross-encoder that is shipped, one for the whole process."""
    return PackagedCrossEncoder()


def network_inputs(pairs: Sequence[TokenIds], embeddings: NDArray[np.float32]) -> Mapping[str, Any]:
    """The network's inputs for a batch.

    Args:
        pairs: At least one.
        embeddings: Of words, shape (words, width).
    """
    ids, types, mask = padded(pairs, WIDTHS)
    return {"inputs_embeds": embeddings[ids], "attention_mask": mask, "token_type_ids": types}


def padded(pairs: Sequence[TokenIds], multiple: int = 1) -> tuple[Ids, Ids, Ids]:
    """A batch of pairs, each as long as the longest.

    Args:
        pairs: At least one.
        multiple: The common length is rounded up to a multiple of this.

    Returns:
        Token ids, their types, and 1 where a pair has a token; int64, shape (len(pairs), length).
    """
    longest = max(len(pair.ids) for pair in pairs)
    shape = (len(pairs), longest + -longest % multiple)
    ids, types, mask = (np.zeros(shape, np.int64) for _ in range(3))
    for row, pair in enumerate(pairs):
        length = len(pair.ids)
        ids[row, :length] = pair.ids
        types[row, :length] = pair.types
        mask[row, :length] = 1
    return ids, types, mask


def packaged_tokenizer() -> Any:
    """The packaged model's tokenizer, as `token_ids` needs it.

    Made from its vocabulary, in half the time that its description in JSON takes. A post that has
    "[SEP]" in its text does not get the token for it.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer

    vocabulary = packaged_model_folder() / "vocab.txt"
    tokenizer = Tokenizer(WordPiece.from_file(str(vocabulary), unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def _word_embeddings(weights: Path) -> NDArray[np.float32]:
    """The packaged model's, mapped from its file: a question touches a few hundred rows.

    The format: eight bytes that say how long the header is, the header in JSON, the arrays.
    """
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(length))[EMBEDDINGS]
    start = 8 + length + int(entry["data_offsets"][0])
    return np.memmap(weights, np.float32, "r", start, tuple(entry["shape"]))
