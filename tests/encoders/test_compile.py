"""How the exported networks are compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from threadqa.encoders.openvino_cache import export_folder
from threadqa.encoders.openvino_compile import compile_network, known_options
from threadqa.encoders.protocol import Encoder, TextKind
from threadqa.encoders.registry import Runtime

PLAIN_ATTENTION = {"SNIPPETS_MODE": "DISABLE"}


def test_only_options_and_values_that_openvino_knows_are_kept() -> None:
    asked = {"NUM_STREAMS": "2", "NO_SUCH_OPTION": "1", "INFERENCE_PRECISION_HINT": "no such value"}
    assert known_options(asked) == {"NUM_STREAMS": "2"}


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
