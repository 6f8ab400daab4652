"""Who may reach the server: the address it listens on, and the names it answers to."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from threadqa.errors import UsageError
from threadqa.settings import Settings

__all__ = ["Hosts", "check_access", "hosts_of", "is_loopback", "is_secure"]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """The names that a request may address the server by.

    A page elsewhere can make its own name lead to this machine (DNS rebinding), and the browser
    then takes our answers for its own; but it cannot make the Host header say another name.

    Attributes:
        names: Lower-case, without ports.
        any_address: Whether any address in figures is one, since none can be rebound.
    """

    names: frozenset[str]
    any_address: bool = False

    def allow(self, host: str) -> bool:
        """Whether a Host header names the server."""
        name = re.sub(r":\d{1,5}$", "", host.lower())
        if name.startswith("[") and name.endswith("]"):
            name = name[1:-1]
        return name in self.names or (self.any_address and _is_address(name))


def hosts_of(settings: Settings) -> Hosts:
    """The names of the server that the settings describe."""
    names = set(LOOPBACK_NAMES)
    public = _public_host(settings)
    if public is not None:
        names.add(public)
    if is_loopback(settings.web_host):
        return Hosts(names=frozenset(names))
    names |= {settings.web_host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}
    return Hosts(names=frozenset(names), any_address=True)


def check_access(settings: Settings) -> None:
    """Refuses to be reached from other machines without sign-in.

    Raises:
        UsageError: The address, or the public one, is not this machine's own, and there is no
            users file; or the public address is none.
    """
    if settings.web_users is not None:
        _public_host(settings)
        return
    for what, host in (("address", settings.web_host), ("public address", _public_host(settings))):
        if host is not None and not is_loopback(host):
            raise UsageError(
                f"the {what} {host} can be reached from other machines, and anybody could read the "
                "archive: name who may sign in with --users FILE (`threadqa users add` makes it)"
            )


def is_secure(settings: Settings) -> bool:
    """Whether browsers reach the server by https."""
    return (settings.web_public_url or "").lower().startswith("https://")


def is_loopback(host: str) -> bool:
    """Whether a name or address leads to this machine alone."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_loopback for one in found)


def _public_host(settings: Settings) -> str | None:
    address = settings.web_public_url
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        host, path = parts.hostname, parts.path
        fits = parts.scheme in {"http", "https"} and host and path in {"", "/"} and not parts.query
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(
            f"web.public_url is {address!r}: expected an address without a path, such as "
            "https://threads.example.org"
        )
    return host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
