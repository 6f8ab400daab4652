"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A deadline times the machine, and a busy one fails a test that is right.
settings.register_profile("threadqa", deadline=None)
settings.load_profile("threadqa")
