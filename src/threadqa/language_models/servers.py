"""Where a language model is served: its address, and whether that is this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Server", "is_loopback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A model on an OpenAI-compatible server.

    Attributes:
        base_url: Its address, up to and with "/v1".
        model: Name of the model there.
        api_key: Its key; None where it needs none. Never shown.
    """

    base_url: str
    model: str
    api_key: str | None = None

    @property
    def host(self) -> str:
        """Name or number, without the port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, so that nothing leaves it."""
        return is_loopback(self.host)

    def __repr__(self) -> str:
        """Without the key."""
        return f"Server({self.model!r} at {self.base_url!r})"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine whatever a name server says."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
