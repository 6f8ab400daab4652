"""Compiling an exported network, with OpenVINO's cache of compiled networks made safe to share.

The cache takes a cold start from 0.49 to 0.26 s. But OpenVINO writes into it in place and maps what
it reads, so a process that reads while another one writes dies of SIGBUS. So each process fills a
folder of its own, which is then moved to its place in one step and never written to again.

It also sets the process's locale while it compiles, and sets it back to what it found: of two that
compile at once, one finds the other's, and what is read without a named encoding is ASCII from then
on. So one compiles at a time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from threadqa.encoders.cache_files import read_json, write_atomically
from threadqa.encoders.openvino_library import import_openvino
from threadqa.errors import EncoderError

__all__ = ["COMPILED", "compile_network", "cpu_has_bf16", "known_options"]

COMPILED = "compiled"
"""The folder, inside an export, of its compiled networks."""

_SIZES = "sizes.json"
_COMPILING = Lock()


def cpu_has_bf16() -> bool:
    """Whether this CPU computes in bf16 natively."""
    core = import_openvino().Core()
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def known_options(options: dict[str, str]) -> dict[str, str]:
    """Keeps the CPU options that this OpenVINO knows, of those that it does not document.

    Args:
        options: OpenVINO's properties; nothing that is compiled later is set by asking.

    Returns:
        Those that ``compile_network`` can be given.
    """
    core = import_openvino().Core()
    core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")  # loads the plugin, which then checks
    known = {}
    for name, value in options.items():
        with suppress(RuntimeError):  # an unknown name or value
            core.set_property("CPU", {name: value})
            known[name] = value
    return known


def compile_network(
    folder: Path,
    options: dict[str, str],
    cached: Path | None = None,
    otherwise: str = "remove that folder, or use the runtime sentence-transformers",
) -> Any:
    """Compiles an export's network for this CPU, or takes it from the cache.

    Args:
        folder: The export.
        options: OpenVINO's properties.
        cached: Folder for the compiled networks; None for one inside the export.
        otherwise: What to do where it cannot be run.

    Returns:
        An ``openvino.CompiledModel``.

    Raises:
        EncoderError: OpenVINO cannot run the network.
    """
    with _COMPILING:
        return _compiled(folder / "model.xml", options, cached or folder / COMPILED, otherwise)


def _compiled(network: Path, options: dict[str, str], cached: Path, otherwise: str) -> Any:
    core = import_openvino().Core()
    ready = cached / _key(core, network, options)
    if _is_whole(ready):
        with suppress(Exception):  # it is of no use, then: compiled again below
            return core.compile_model(network, "CPU", {**options, "CACHE_DIR": str(ready)})
    shutil.rmtree(ready, ignore_errors=True)
    scratch = _scratch(ready.parent)
    try:
        cache = {"CACHE_DIR": str(scratch)} if scratch else {}
        compiled = core.compile_model(network, "CPU", {**options, **cache})
        if scratch:
            _publish(scratch, ready)
    except Exception as error:
        first_line = str(error).strip().partition("\n")[0]
        raise EncoderError(
            f"expected OpenVINO to run {network}, found: {first_line}; {otherwise}"
        ) from error
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
    return compiled


def _key(core: Any, network: Path, options: dict[str, str]) -> str:
    """Names all that a compiled network depends on, so that OpenVINO finds its own key again."""
    parts = [
        str(network.resolve()),
        network.stat().st_mtime_ns if network.exists() else 0,
        sorted(options.items()),
        core.get_property("CPU", "FULL_DEVICE_NAME"),
        sorted(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")),
        core.get_property("CPU", "RANGE_FOR_STREAMS"),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _is_whole(ready: Path) -> bool:
    """Whether every file has the size it had: a mapped file that is too short is fatal."""
    sizes = read_json(ready / _SIZES)
    return isinstance(sizes, dict) and sizes == _sizes(ready)


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.glob("*.blob")}


def _scratch(parent: Path) -> Path | None:
    """A folder of this process's own; None where the cache cannot be written to."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=parent, prefix=".tmp-"))
    except OSError:
        return None


def _publish(scratch: Path, ready: Path) -> None:
    with suppress(OSError):  # another process was faster, or the disk is full: nothing is lost
        write_atomically(scratch / _SIZES, json.dumps(_sizes(scratch)))
        scratch.rename(ready)
