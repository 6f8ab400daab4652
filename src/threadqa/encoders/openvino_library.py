"""Importing OpenVINO without its telemetry.

``import openvino`` also imports its model converter, ``openvino.tools.ovc``, which reports the
import to its makers (``telemetry.send_event("ov", "import", ...)``) unless the user has opted out.
OpenVINO does without the converter where it is not installed, so here it is made to look so while
OpenVINO is imported. That also saves 0.24 s of the 0.34 s that the import takes.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

__all__ = ["import_openvino", "openvino_version"]

_REPORTING = ("openvino.tools.ovc", "openvino_telemetry")
_lock = Lock()


def import_openvino() -> Any:
    """Imports OpenVINO; nothing is sent.

    Returns:
        The module ``openvino``, without ``convert_model``.

    Raises:
        ImportError: OpenVINO does not run on this machine.
    """
    with _lock:
        hidden = [name for name in _REPORTING if name not in sys.modules]
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None: "not installed"
        try:
            import openvino
        finally:
            for name in hidden:
                sys.modules.pop(name, None)
        # The first array that OpenVINO hands over looks up NumPy's C interface, behind a guard
        # that it waits for while it holds the GIL. Two threads that do it at once deadlock (seen
        # in the first batch of two streams), so it is done here, by one.
        _ = openvino.Tensor(openvino.Type.f32, openvino.Shape([1])).data
    return openvino


@cache
def openvino_version() -> str | None:
    """OpenVINO's version, without importing it; None where it is not installed.

    Taken from the name of its dist-info folder: importlib.metadata would import an e-mail parser
    to read the same, at a twentieth of a cold ``threadqa ask``.
    """
    spec = find_spec("openvino")
    if spec is None or spec.origin is None:
        return None
    for folder in Path(spec.origin).parent.parent.glob("openvino-*.dist-info"):
        return folder.name.removeprefix("openvino-").removesuffix(".dist-info")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("openvino")
    except PackageNotFoundError:
        return None
