"""The browser and the check of accessibility that the web tests use."""

from __future__ import annotations

from tests.web.conftest import axe, browser

__all__ = ["axe", "browser"]
