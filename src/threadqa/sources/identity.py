"""Ids that stay the same when a file is read again."""

from __future__ import annotations

import base64
import hashlib

__all__ = ["stable_id"]

_ID_LENGTH = 12


def stable_id(*parts: str) -> str:
    """A name for what the parts identify: 12 base32 characters, 60 bits of their BLAKE2b hash."""
    # Each part with its length, so that no two lists of parts run together to the same bytes.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    content = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
    digest = hashlib.blake2b(content, digest_size=8).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:_ID_LENGTH]
