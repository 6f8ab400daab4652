"""Makes the table of word vectors that is shipped, from the packaged model.

    python tools/make_word_vectors.py

Each whole word of the model's vocabulary is embedded alone, as the model embeds a post. The mean is
taken off, the first principal directions are kept, and each row is made unit and written at 8 bits.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from threadqa.encoders.packaged_model import packaged_model_folder
from threadqa.encoders.protocol import TextKind
from threadqa.encoders.registry import open_encoder
from threadqa.questions.word_vectors import FOLDER, LARGEST, VECTORS, WORDS

DIMENSION = 128
LEAST_LENGTH = 3


def vocabulary() -> list[str]:
    """The words of letters A to Z that the model's tokenizer knows whole, in order."""
    tokenizer = json.loads((packaged_model_folder() / "tokenizer.json").read_text("utf-8"))
    known = tokenizer["model"]["vocab"]
    return sorted(w for w in known if w.isascii() and w.isalpha() and len(w) >= LEAST_LENGTH)


def main() -> None:
    """Embeds, reduces, rounds and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("src/threadqa") / FOLDER)
    out = parser.parse_args().out
    words = vocabulary()
    full = open_encoder().encode(words, TextKind.DOCUMENT).astype(np.float64)
    full -= full.mean(axis=0)
    full /= np.linalg.norm(full, axis=1, keepdims=True)
    _, directions = np.linalg.eigh(full.T @ full)
    reduced = full @ directions[:, ::-1][:, :DIMENSION]
    scale = LARGEST / np.abs(reduced).max(axis=1, keepdims=True)
    (out / VECTORS).write_bytes(np.round(reduced * scale).astype(np.int8).tobytes())
    (out / WORDS).write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words of {DIMENSION} dimensions")


if __name__ == "__main__":
    main()
