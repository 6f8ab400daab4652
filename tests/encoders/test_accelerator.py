"""Whether a GPU is there, told without importing torch where none can be."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from threadqa.encoders.accelerator import finds_accelerator


def test_torch_and_this_agree_on_whether_a_gpu_is_there() -> None:
    import torch

    expected = torch.cuda.is_available() or torch.backends.mps.is_available()
    assert finds_accelerator() == expected


@pytest.mark.skipif("+cpu" not in version("torch"), reason="torch has GPU support here")
def test_a_build_of_torch_for_cpus_is_known_without_importing_it() -> None:
    code = (
        "import sys; from threadqa.encoders.accelerator import finds_accelerator; "
        "print(finds_accelerator(), 'torch' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout.split() == ["False", "False"]
