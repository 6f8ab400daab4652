"""What only a process of its own can show: no torch, no network, two exports at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from threadqa.encoders.openvino_cache import export_folder
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.encoders.registry import Runtime

_ENCODE = """
import sys
from pathlib import Path

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        sys.stderr.write(f"NETWORK {event} {arguments}\\n")
        raise OSError("no network in this test")

sys.addaudithook(refuse)
from threadqa.encoders.protocol import TextKind
from threadqa.encoders.registry import Runtime, open_encoder

cache, runtime, task, model = sys.argv[1:]
encoder = open_encoder(model or None, runtime=Runtime(runtime), cache_dir=Path(cache))
if task == "encode":
    for kind in TextKind:
        print(encoder.encode(["the river", "a boat"], kind).shape)
else:
    print(encoder.fingerprint, encoder.dimension)
heavy = ("torch", "transformers", "sentence_transformers", "openvino", "tokenizers")
print("imported", *[name for name in heavy if name in sys.modules])
print("reporting", [name for name in sys.modules if "ovc" in name or "telemetry" in name])
"""


def start(cache: Path, task: str, model: str = "") -> subprocess.Popen[str]:
    """Encodes in a new process whose home is empty, so that nobody has opted out of anything."""
    home = cache / "home"
    home.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if key not in _OPTED_OUT}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _ENCODE, str(cache), "openvino", task, model],
        env={**kept, "HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


_OPTED_OUT = ("CI", "TF_BUILD", "JENKINS_URL")
"""OpenVINO's telemetry is silent in these environments."""


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "NETWORK" not in errors
    return output


@pytest.fixture(scope="session")
def warm_cache(encoders: Callable[[str, Runtime], Encoder], cache_dir: Path) -> Path:
    encoders("packaged", Runtime.OPENVINO).encode(["warm"], TextKind.QUERY)
    return cache_dir


def test_an_exported_model_needs_neither_torch_nor_a_network(warm_cache: Path) -> None:
    output = finish(start(warm_cache, "encode"))
    assert "(2, 384)\n(2, 384)\nimported openvino tokenizers\nreporting []" in output
    assert not (warm_cache / "home" / "intel").exists()


def test_fingerprint_and_dimension_of_an_exported_model_load_nothing(warm_cache: Path) -> None:
    output = finish(start(warm_cache, "describe"))
    assert output.splitlines()[0].startswith("all-MiniLM-L6-v2-")
    assert output.splitlines()[0].endswith(" 384")
    assert "imported\n" in output


def test_two_processes_export_at_once_without_a_network(
    models: Callable[[str], Path], tmp_path: Path
) -> None:
    both = [start(tmp_path, "encode", str(models("cls"))) for _ in range(2)]
    for output in [finish(process) for process in both]:
        assert "(2, 32)\n(2, 32)\n" in output
        assert "reporting []" in output
    exports = list((tmp_path / "openvino").iterdir())
    assert len(exports) == 1
    assert exports[0].name.startswith("cls-")
    assert exports == [export_folder(exports[0].name.partition("-ov")[0], tmp_path)]
    assert not (tmp_path / "home" / "intel").exists()
