"""Models of two layers, made in a moment, and folders that only look like models."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WORDS = "the a of and staff money reform river boat music query document".split()
DIMENSION = 32
MAX_LENGTH = 24


def _tokenizer() -> Any:  # noqa: ANN401
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    pieces = [*special, *WORDS, *letters, *(f"##{letter}" for letter in letters)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=MAX_LENGTH,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def tiny_model(
    folder: Path,
    *,
    pooling: str = "mean",
    prompts: dict[str, str] | None = None,
    include_prompt: bool = True,
    normalize: bool = True,
    dense: bool = False,
    query_length: int | None = None,
) -> Path:
    """Saves a BERT of two layers with seeded weights as a sentence-transformers model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel

    tokenizer = _tokenizer()
    torch.manual_seed(20)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=DIMENSION,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.1,
    )
    base = folder.parent / f"{folder.name}-base"
    BertModel(config).save_pretrained(base)
    tokenizer.save_pretrained(base)
    modules: list[Any] = [
        Transformer(str(base), max_seq_length=MAX_LENGTH, query_length=query_length),
        Pooling(DIMENSION, pooling, include_prompt=include_prompt),
    ]
    if dense:
        modules.append(Dense(DIMENSION, 16))
    if normalize:
        modules.append(Normalize())
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save_pretrained(
        str(folder), create_model_card=False
    )
    return folder


def tiny_cross_encoder(folder: Path, labels: Sequence[str]) -> Path:
    """Saves a BERT of two layers with seeded weights that classifies pairs, as a cross-encoder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    tokenizer = _tokenizer()
    torch.manual_seed(20)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=DIMENSION,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def hollow_model(folder: Path, **files: object) -> Path:
    """Writes files that have a model's names and no model in them; a value is JSON or bytes.

    A keyword's double underscore stands for a dot, a triple one for a slash.
    """
    contents: dict[str, object] = {
        "config__json": {"model_type": "bert"},
        "modules__json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}
        ],
        "model__safetensors": b"weights",
        "tokenizer__json": {},
        **files,
    }
    for name, content in contents.items():
        if content is None:
            continue
        path = folder / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder
