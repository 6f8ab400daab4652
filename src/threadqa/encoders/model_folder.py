"""From the name of a model to a folder that is safe to load: no code, no pickles."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from threadqa.encoders.packaged_model import (
    PACKAGED_MODEL_NAME,
    packaged_model_folder,
    verify_weights,
)
from threadqa.errors import EncoderError

__all__ = ["ModelFolder", "refuse_unsafe", "resolve_model"]

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_LIBRARY_CLASS = re.compile(r"sentence_transformers(\.[A-Za-z_]\w*)+")
_MODEL_FILES = ["*.json", "*.txt", "*.model", "*.safetensors"]
_OTHER_BUILDS = ["onnx/*", "openvino/*", "coreml/*", "tf/*"]
_HUB_TIMEOUT = 5.0  # seconds
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A model's files on this machine.

    Attributes:
        name: What people call the model.
        path: The folder with its files.
    """

    name: str
    path: Path


def resolve_model(model: str | None, cache_dir: Path) -> ModelFolder:
    """Finds a model's folder and refuses one that is unsafe to load.

    Args:
        model: A folder, or a name on the Hugging Face hub, which is downloaded once unless it is
            there already. None for the packaged model.
        cache_dir: threadqa's cache folder.

    Raises:
        EncoderError: The model is not there, cannot be fetched, is damaged, or is unsafe.
    """
    if model is None:
        folder = verify_weights(packaged_model_folder(), cache_dir)
        return ModelFolder(name=PACKAGED_MODEL_NAME, path=folder)
    path = Path(model).expanduser()
    if path.is_dir():
        found = ModelFolder(name=path.resolve().name, path=path.resolve())
    elif _HUB_NAME.fullmatch(model):
        found = ModelFolder(name=model.rpartition("/")[2], path=_from_hub(model))
    else:
        raise EncoderError(
            f"expected a model folder or a hub name, found neither at {model!r}; check the path"
        )
    refuse_unsafe(found.path)
    return found


def _from_hub(name: str) -> Path:
    """The folder of a hub model: from the local hub cache, else downloaded."""
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    with suppress(Exception):  # whatever is wrong with the cached copy, a download settles it
        folder = Path(
            snapshot_download(repository, allow_patterns=_MODEL_FILES, local_files_only=True)
        )
        if _has_weights(folder):
            return folder
    try:
        return Path(
            snapshot_download(
                repository,
                allow_patterns=_MODEL_FILES,
                ignore_patterns=_OTHER_BUILDS,
                etag_timeout=_HUB_TIMEOUT,
            )
        )
    except Exception as error:
        reason = "the hub is off (HF_HUB_OFFLINE)" if _offline() else type(error).__name__
        raise EncoderError(
            f"expected the model {repository!r} in the hub's local cache or on the hub, found "
            f"neither ({reason}); give the path of a model folder, or run once with a network"
        ) from error


def _offline() -> bool:
    return any(
        os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"}
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )


def _has_weights(folder: Path) -> bool:
    return (folder / "config.json").is_file() and next(folder.rglob("*.safetensors"), None) is not (
        None
    )


def refuse_unsafe(folder: Path) -> None:
    """Refuses a model folder that asks for code of its own, or whose weights are pickles.

    sentence-transformers 6 imports only classes whose path begins with ``sentence_transformers.``
    unless remote code is trusted, and it never is here; this check comes before it, and says so in
    one line.

    Args:
        folder: The model's folder.

    Raises:
        EncoderError: It asks for code, has no safetensors weights, or has a broken config file.
    """
    for path in sorted(folder.rglob("*.json")):
        if path.name == "tokenizer.json" or path.name.endswith(".index.json"):
            continue
        content = _config(path)
        if any("auto_map" in mapping for mapping in _mappings(content)):
            raise EncoderError(
                f"expected a model without code of its own, found 'auto_map' in {path}; "
                "choose a model whose classes are part of transformers"
            )
        if path.name in {"modules.json", "router_config.json"}:
            _refuse_foreign_classes(path, content)
    _refuse_pickles(folder)


def _config(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"expected JSON in {path}, found: {error}; copy or download the model again"
        ) from error


def _mappings(value: object) -> Iterator[dict[str, object]]:
    """Every mapping in a JSON value, at any depth."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _mappings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _mappings(item)


def _refuse_foreign_classes(path: Path, content: object) -> None:
    for mapping in _mappings(content):
        types = mapping.get("types")  # a router's: module name -> class
        named = [mapping.get("type"), *(types.values() if isinstance(types, dict) else ())]
        for name in named:
            if name is None or isinstance(name, dict | list):
                continue
            if not _LIBRARY_CLASS.fullmatch(str(name)):
                raise EncoderError(
                    f"expected classes of sentence_transformers in {path}, found {name!r}; choose "
                    "a model without code of its own"
                )


def _refuse_pickles(folder: Path) -> None:
    """Every folder of weights must have them as safetensors."""
    if next(folder.rglob("*.safetensors"), None) is None:
        raise EncoderError(
            f"expected .safetensors weights in {folder}, found none; save the model again with "
            "safe_serialization=True, or choose another"
        )
    modules = _config(folder / "modules.json") if (folder / "modules.json").is_file() else []
    parts = {str(mapping["path"]) for mapping in _mappings(modules) if "path" in mapping}
    for part in sorted({"", *parts}):
        files = [file for file in (folder / part).glob("*") if file.is_file()]
        safe = any(file.suffix == ".safetensors" for file in files)
        if not safe and any(file.suffix in _PICKLES for file in files):
            raise EncoderError(
                f"expected .safetensors weights in {folder / part}, found pickled ones only; save "
                "the model again with safe_serialization=True, or choose another"
            )
