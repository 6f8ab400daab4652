"""How the exported networks are compiled."""

from __future__ import annotations

import locale
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from threadqa.encoders.cross_encoder import FOLDER
from threadqa.encoders.openvino_cache import export_folder
from threadqa.encoders.openvino_compile import compile_network, known_options
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.encoders.registry import Runtime

PLAIN_ATTENTION = {"SNIPPETS_MODE": "DISABLE"}


def test_only_options_and_values_that_openvino_knows_are_kept() -> None:
    asked = {"NUM_STREAMS": "2", "NO_SUCH_OPTION": "1", "INFERENCE_PRECISION_HINT": "no such value"}
    assert known_options(asked) == {"NUM_STREAMS": "2"}


def test_networks_that_are_compiled_at_once_leave_the_locale_as_it_was(tmp_path: Path) -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        with ThreadPoolExecutor(2) as pool:
            # Each has a cache of its own, so that each compiles.
            list(pool.map(lambda n: compile_network(FOLDER, {}, tmp_path / str(n)), range(16)))
        assert locale.setlocale(locale.LC_ALL) == before
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_attention_is_compiled_to_plain_products_and_a_softmax_a_layer(
    encoders: Callable[[str, Runtime], Encoder], cache_dir: Path
) -> None:
    encoder = encoders("plain", Runtime.OPENVINO)
    encoder.encode(["the boat"], TextKind.QUERY)
    folder = export_folder(encoder.fingerprint, cache_dir)
    network = compile_network(folder, known_options(PLAIN_ATTENTION))
    kinds = [
        node.get_rt_info()["layerType"].astype(str)
        for node in network.get_runtime_model().get_ops()
    ]
    assert kinds.count("Softmax") == 2  # the tiny model's two layers
    assert "Subgraph" not in kinds
