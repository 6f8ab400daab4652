"""Progress on a terminal: a bar with its rate and the time left; silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadqa.indexing.progress import NoProgress, Progress

if TYPE_CHECKING:
    from rich import progress as rich_progress

__all__ = ["progress_on_terminal"]


@contextmanager
def progress_on_terminal() -> Iterator[Progress]:
    """Shows progress on standard error while a block runs, where that is a terminal."""
    if not sys.stderr.isatty():
        yield NoProgress()
        return
    from rich import progress as rich_progress
    from rich.console import Console

    with rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        _rate_column(),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        yield TerminalProgress(bars)


class TerminalProgress:
    """One bar at a time."""

    def __init__(self, bars: rich_progress.Progress) -> None:
        self._bars = bars
        self._task: rich_progress.TaskID | None = None

    def start(self, step: str, total: int | None) -> None:
        """Begins a step."""
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(step, total=total)

    def advance(self, count: int) -> None:
        """Counts what is done."""
        if self._task is not None:
            self._bars.advance(self._task, count)


def _rate_column() -> rich_progress.ProgressColumn:
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")

    return RateColumn()
