"""Whether a GPU is there that torch can use, without importing torch where none can be."""

from __future__ import annotations

import platform
import sys
from functools import cache
from pathlib import Path

__all__ = ["finds_accelerator"]

DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/kfd"))


@cache
def finds_accelerator() -> bool:
    """Whether sentence-transformers would run a model on a GPU."""
    if not _may_have_one():
        return False
    import torch

    return bool(torch.cuda.is_available() or torch.backends.mps.is_available())


def _may_have_one() -> bool:
    """Cheap signs; importing torch to be sure takes seconds."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        if version("torch").endswith("+cpu"):
            return False
    except PackageNotFoundError:
        return False
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return sys.platform == "win32" or any(driver.exists() for driver in DRIVERS)
