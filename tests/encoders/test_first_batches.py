"""The first batches of a process, which two threads embed at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
from threadqa.encoders.protocol import TextKind
from threadqa.encoders.registry import Runtime, open_encoder
texts = [f"post {number} about staff and money" for number in range(200)]
print(open_encoder(runtime=Runtime.OPENVINO).encode(texts, TextKind.DOCUMENT).shape)
"""


@pytest.mark.parametrize("attempt", range(3))
def test_the_first_documents_of_a_process_do_not_deadlock(attempt: int) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    assert run.stdout.strip() == "(200, 384)"
