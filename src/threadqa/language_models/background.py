"""Running an asynchronous source of text in a thread of its own, for callers that are not.

Only cancellation keeps a time limit whatever a server does: wait, drip bytes, or ask for a retry in
an hour. An event loop can cancel all of that; a thread for it works wherever the caller runs, in a
worker of a web server or within another event loop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import suppress
from queue import SimpleQueue

__all__ = ["run_in_background"]

# A cancelled request is closed at once; a name server that does not answer may hold its thread.
LONGEST_JOIN = 1.0


def run_in_background(
    source: Callable[[], AsyncIterator[str]], *, seconds: float
) -> Generator[str]:
    """Gives out what an asynchronous source yields, as it comes.

    Args:
        source: Called in the thread.
        seconds: Limit on the time it runs.

    Yields:
        What it yields. Closing the generator cancels the source.

    Raises:
        TimeoutError: The time is up.
        BaseException: Whatever the source raised.
    """
    pieces: SimpleQueue[str | _End] = SimpleQueue()
    run = _Run(source, seconds, pieces)
    thread = threading.Thread(target=run.start, name="language model", daemon=True)
    thread.start()
    try:
        while not isinstance(piece := pieces.get(), _End):
            yield piece
        if piece.error is not None:
            raise piece.error
    finally:
        run.cancel()
        thread.join(LONGEST_JOIN)


class _End:
    """The last thing in the queue: how it ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Run:
    """One source, running in an event loop."""

    def __init__(
        self,
        source: Callable[[], AsyncIterator[str]],
        seconds: float,
        pieces: SimpleQueue[str | _End],
    ) -> None:
        self._source = source
        self._seconds = seconds
        self._pieces = pieces
        self._cancelled = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Runs to the end; called in the thread."""
        asyncio.run(self._main())

    def cancel(self) -> None:
        """Ends the run, if it still runs; called in the caller's thread."""
        self._cancelled.set()
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # the loop has closed meanwhile
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _main(self) -> None:
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        error: BaseException | None = None
        try:
            async with asyncio.timeout(0 if self._cancelled.is_set() else self._seconds):
                async for piece in self._source():
                    self._pieces.put(piece)
        except BaseException as failure:
            error = failure
        # Here and not after the loop has closed, which waits for a name server that may not answer.
        self._pieces.put(_End(error))
