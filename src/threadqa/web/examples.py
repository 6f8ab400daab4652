"""The threads that come with threadqa, to try it with."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import threadqa

__all__ = ["example_files"]


def example_files() -> tuple[Path, ...]:
    """The example threads, by name: from the installed package, else from the checkout.

    Returns:
        None where neither has them.
    """
    places = (
        Path(str(resources.files(threadqa))) / "examples",
        Path(threadqa.__file__).parents[2] / "examples" / "threads",
    )
    for place in places:
        files = sorted(place.glob("*.*")) if place.is_dir() else []
        if files:
            return tuple(files)
    return ()
