"""Encoders that are shared by the whole suite: importing torch takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from threadqa.encoders.protocol import Encoder
from threadqa.encoders.registry import LazyEncoder, Runtime, open_encoder

from .tiny_models import tiny_model

PROMPTS = {"query": "query: ", "document": "document of the "}


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Tiny models by name, each made when it is first asked for."""
    root = tmp_path_factory.mktemp("models")
    made: dict[str, Path] = {}
    recipes: dict[str, Callable[[Path], Path]] = {
        "plain": tiny_model,
        "prompts": lambda path: tiny_model(path, prompts=PROMPTS, normalize=False),
        "cls": lambda path: tiny_model(path, pooling="cls"),
        "prompt-left-out": lambda path: tiny_model(path, prompts=PROMPTS, include_prompt=False),
        "query-length": lambda path: tiny_model(path, query_length=8),
        "dense": lambda path: tiny_model(path, dense=True),
    }

    def model(name: str) -> Path:
        if name not in made:
            made[name] = recipes[name](root / name)
        return made[name]

    return model


@pytest.fixture(scope="session")
def encoders(models: Callable[[str], Path], cache_dir: Path) -> Callable[[str, Runtime], Encoder]:
    """Encoders by model and runtime; "packaged" is the default model."""
    opened: dict[tuple[str, Runtime], LazyEncoder] = {}

    def encoder(name: str, runtime: Runtime) -> LazyEncoder:
        if (name, runtime) not in opened:
            model = None if name == "packaged" else str(models(name))
            opened[name, runtime] = open_encoder(model, runtime=runtime, cache_dir=cache_dir)
        return opened[name, runtime]

    return encoder
