"""Work in threads whose results are awaited, so that whoever waits can leave at any time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import closing, suppress
from functools import reduce
from typing import Generic, TypeVar

__all__ = ["in_thread"]

SOON_SECONDS = 0.05

Item = TypeVar("Item")


class _End(Generic[Item]):
    """Nothing more comes, or what went wrong instead."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error


async def in_thread(
    make: Callable[[], Generator[Item, None, None]], together: Callable[[Item, Item], Item]
) -> AsyncIterator[Item]:
    """Iterates in a thread of its own.

    Items that come within a twentieth of a second reach the reader as one: each costs a page some
    milliseconds, and one that another overtakes at once would never be seen.

    A language model may be silent for a minute. Nobody has to wait for it: who stops reading, or
    the server when it is told to stop, goes on at once. The thread learns of it with the next
    item, ends the iteration there, and is no hindrance to the end of the process.

    Args:
        make: Called in the thread; what it gives is closed there.
        together: Makes one item of two, the earlier one first.

    Yields:
        The items, in order, those that came together as one.
    """
    loop = asyncio.get_running_loop()
    items: asyncio.Queue[Item | _End[Item]] = asyncio.Queue()
    left = threading.Event()

    def put(item: Item | _End[Item]) -> bool:
        """Hands an item over; returns whether more are wanted."""
        with suppress(RuntimeError):  # the loop has ended, and whoever waited with it
            loop.call_soon_threadsafe(items.put_nowait, item)
        return not left.is_set()

    worker = threading.Thread(
        target=_iterate, args=(make, put), name="threadqa-asking", daemon=True
    )
    worker.start()
    try:
        ended: _End[Item] | None = None
        while ended is None:
            waiting = await _waiting(items)
            found = [one for one in waiting if not isinstance(one, _End)]
            if found:
                yield reduce(together, found)
            ended = next((one for one in waiting if isinstance(one, _End)), None)
        if ended.error is not None:
            raise ended.error
    finally:
        left.set()


async def _waiting(items: asyncio.Queue[Item | _End[Item]]) -> list[Item | _End[Item]]:
    """The next items: the first, and those that come soon after it, up to the end."""
    waiting = [await items.get()]
    with suppress(TimeoutError):
        async with asyncio.timeout(SOON_SECONDS):
            while not isinstance(waiting[-1], _End):
                waiting.append(await items.get())
    return waiting


def _iterate(
    make: Callable[[], Generator[Item, None, None]], put: Callable[[Item | _End[Item]], bool]
) -> None:
    """Hands over what there is, until no more is wanted, and how it ended."""
    error = None
    try:
        with closing(make()) as found:
            all(map(put, found))
    except Exception as raised:
        error = raised
    put(_End(error))
