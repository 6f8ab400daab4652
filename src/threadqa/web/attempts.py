"""How soon after failed sign-ins the next one may be tried.

Three counts, each with pauses that double: of one address for one user, of one address for all
users, of one user from all addresses. The last would let a stranger lock a user out; so it does not
hold where the user has signed in before, and its pauses stay short.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

__all__ = ["Attempts"]

FORGOTTEN_SECONDS = 3600.0
MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """After how many failures the first pause comes, and how long the longest is, in seconds."""

    free: int
    longest: float


PAIR = Limit(free=4, longest=900.0)
ADDRESS = Limit(free=20, longest=900.0)
USER = Limit(free=50, longest=30.0)


@dataclass(slots=True, kw_only=True)
class Failures:
    """Failures of one kind: how many, when the last was, until when it pauses."""

    count: int = 0
    last: float = 0.0
    until: float = 0.0


class Attempts:
    """Failed sign-ins of the last hour. Any number of threads may use it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begins without failures.

        Args:
            clock: Seconds that only go forward.
        """
        self._clock = clock
        self._lock = Lock()
        self._failures: dict[Hashable, Failures] = {}
        self._trusted: set[tuple[str, str]] = set()

    def begin(self, address: str, user: str) -> float:
        """Counts an attempt as failed until `succeeded` says otherwise, if it may be made.

        Counted first, so that many attempts at once are as many.

        Args:
            address: Where it comes from.
            user: Whose name was given.

        Returns:
            0, or in how many seconds the next may be made; this one may not, and counts nothing.
        """
        network = _network(address)
        now = self._clock()
        with self._lock:
            self._forget(now)
            limits = self._limits(network, user)
            known = [self._failures.setdefault(key, Failures()) for key, _ in limits]
            pause = max(failures.until for failures in known) - now
            if pause > 0:
                return pause
            for failures, (_, limit) in zip(known, limits, strict=True):
                failures.count += 1
                failures.last = now
                over = failures.count - limit.free
                failures.until = now + min(2.0**over, limit.longest) if over >= 0 else now
        return 0.0

    def succeeded(self, address: str, user: str) -> None:
        """Takes the attempt back, and trusts the address for this user."""
        network = _network(address)
        with self._lock:
            if len(self._trusted) >= MOST_KEPT:
                self._trusted.clear()
            self._trusted.add((network, user))
            self._failures.pop((network, user), None)
            for key in (network, ("user", user)):
                failures = self._failures.get(key)
                if failures is not None:
                    failures.count -= 1
                    failures.until = 0.0

    def _limits(self, network: str, user: str) -> list[tuple[Hashable, Limit]]:
        limits: list[tuple[Hashable, Limit]] = [((network, user), PAIR), (network, ADDRESS)]
        if (network, user) not in self._trusted:
            limits.append((("user", user), USER))
        return limits

    def _forget(self, now: float) -> None:
        if len(self._failures) < MOST_KEPT:
            return
        kept = sorted(self._failures.items(), key=lambda item: -item[1].last)[: MOST_KEPT // 2]
        self._failures = {k: one for k, one in kept if now - one.last < FORGOTTEN_SECONDS}


def _network(address: str) -> str:
    """An address; of IPv6, the half of it that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
