"""Where a language model is served: its address, and whether that is this machine."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from threadqa.errors import LanguageModelError
from threadqa.settings import Settings

__all__ = ["Server", "configured_server", "is_loopback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A model on an OpenAI-compatible server.

    Attributes:
        base_url: Its address, up to and with "/v1".
        model: Name of the model there.
        api_key_env: Name of the environment variable that holds its key; None where it needs none.
        reasoning_effort: How long the model may think, in its server's words; None leaves it alone.
    """

    base_url: str
    model: str
    api_key_env: str | None = None
    reasoning_effort: str | None = None

    @property
    def host(self) -> str:
        """Name or number, without the port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, so that nothing leaves it."""
        return is_loopback(self.host)

    @property
    def api_key(self) -> str | None:
        """The key, read when it is needed, so that nothing holds it; None where none is needed.

        Raises:
            LanguageModelError: The variable is not set.
        """
        if self.api_key_env is None:
            return None
        key = os.environ.get(self.api_key_env, "").strip()
        if not key:
            raise LanguageModelError(
                f"llm.api_key_env names the variable {self.api_key_env}, which is not set: put the "
                f"key of {self.base_url} into it"
            )
        return key


def configured_server(settings: Settings) -> Server | None:
    """The server that answers may be asked of; None where none is set, or none is allowed."""
    if settings.offline or settings.llm_base_url is None or settings.llm_model is None:
        return None
    return Server(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key_env=settings.llm_api_key_env,
        reasoning_effort=settings.llm_reasoning_effort,
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine whatever a name server says."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
