"""Work in a thread whose results are awaited: in order, with its errors, and left at any time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from itertools import chain
from operator import add

import pytest

from threadqa.web.streaming import in_thread

PATIENCE = 5.0


def test_items_come_in_order_and_from_another_thread() -> None:
    threads: list[int] = []

    def numbers() -> Generator[list[int], None, None]:
        for number in range(3):
            threads.append(threading.get_ident())
            yield [number]

    async def all_of_them() -> list[list[int]]:
        return [number async for number in in_thread(numbers, add)]

    assert list(chain.from_iterable(asyncio.run(all_of_them()))) == [0, 1, 2]
    assert threading.get_ident() not in threads


def test_what_comes_while_the_reader_is_busy_reaches_it_as_one() -> None:
    read, done = threading.Event(), threading.Event()

    def letters() -> Generator[str, None, None]:
        yield "a"
        read.wait(PATIENCE)
        yield from "bcd"
        done.set()

    async def busy() -> list[str]:
        found = []
        async for item in in_thread(letters, add):
            found.append(item)
            read.set()
            await asyncio.to_thread(done.wait, PATIENCE)
            await asyncio.sleep(0)  # what the thread has handed over is taken in
        return found

    assert asyncio.run(busy()) == ["a", "bcd"]


def test_an_error_is_raised_where_the_items_are_awaited() -> None:
    def broken() -> Generator[int, None, None]:
        yield 1
        raise ValueError("broken")

    async def read() -> None:
        async for _ in in_thread(broken, add):
            pass

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(read())


def test_who_leaves_need_not_wait_and_the_work_ends_with_its_next_item() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def slow() -> Generator[int, None, None]:
        try:
            yield 1
            go_on.wait(PATIENCE)
            yield 2
            raise AssertionError("nobody reads any more")
        finally:
            ended.set()

    async def leave() -> int:
        items = in_thread(slow, add)
        first: int = await anext(items)
        waiting = asyncio.ensure_future(anext(items))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return first

    assert asyncio.run(leave()) == 1
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(PATIENCE)
