"""The page that reports and exports have in common."""

from __future__ import annotations

import re
from importlib import resources

import pytest


def schemes() -> list[dict[str, str]]:
    """The colours by name: light, dark, in print; three digits written as six."""
    style = resources.files("threadqa.markup").joinpath("page.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    found = [dict(re.findall(r"--([a-z]+): #([0-9a-f]+);", block)) for block in blocks]
    return [
        {name: c if len(c) == 6 else "".join(d * 2 for d in c) for name, c in scheme.items()}
        for scheme in found
    ]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark", "print"])
def test_every_text_stands_out_from_what_is_behind_it(scheme: dict[str, str]) -> None:
    pairs = [
        (ink, paper) for ink in ("ink", "quiet", "accent", "wrong") for paper in ("paper", "panel")
    ]
    for ink, paper in [*pairs, ("ink", "marked")]:
        lighter, darker = sorted((luminance(scheme[ink]), luminance(scheme[paper])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, paper)
