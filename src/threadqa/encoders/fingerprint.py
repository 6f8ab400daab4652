"""What tells one encoder's vectors from another's: a hash of all that shapes them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from threadqa.encoders.cache_files import file_sha256
from threadqa.encoders.model_folder import ModelFolder
from threadqa.errors import EncoderError

__all__ = ["fingerprint"]

_CONFIGS = (
    "config.json",
    "adapter_config.json",
    "modules.json",
    "config_sentence_transformers.json",
    "sentence_*_config.json",
    "router_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
_DATA = ("*.safetensors", "tokenizer.json", "vocab.txt", "vocab.json", "merges.txt", "*.model")
_PASSING = frozenset({"__version__", "_name_or_path", "transformers_version"})
_DIGITS = 12


def fingerprint(model: ModelFolder, cache_dir: Path) -> str:
    """Names a model's weights, tokenizer, pooling, prompts and maximum length.

    The runtime is left out: on the same files, OpenVINO and sentence-transformers give vectors
    that can be compared.

    Args:
        model: The model's folder.
        cache_dir: Where the weights' hash is remembered until the file changes.

    Returns:
        The model's name, a hyphen and 12 hexadecimal digits.

    Raises:
        EncoderError: A file cannot be read.
    """
    total = hashlib.sha256()
    folder = model.path
    try:
        for path in _files(folder, _CONFIGS):
            total.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            total.update(_canonical(path))
        for path in _files(folder, _DATA):
            total.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            total.update(bytes.fromhex(file_sha256(path, cache_dir)))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"expected to read the model in {folder}, found: {error}; copy or download it again"
        ) from error
    name = re.sub(r"[^\w.-]+", "-", model.name)
    return f"{name}-{total.hexdigest()[:_DIGITS]}"


def _files(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    """The files that sentence-transformers reads: in the folder and in its modules' folders."""
    found = {path for name in patterns for path in (*folder.glob(name), *folder.glob(f"*/{name}"))}
    return sorted(path for path in found if path.parent.name not in {"onnx", "openvino"})


def _canonical(path: Path) -> bytes:
    """A configuration's content, whatever its layout and the version that saved it."""
    content = json.loads(path.read_bytes())
    if isinstance(content, dict):
        content = {key: value for key, value in content.items() if key not in _PASSING}
    return json.dumps(content, sort_keys=True).encode()
