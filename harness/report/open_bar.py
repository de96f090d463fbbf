"""A progress bar that is shown while the work in a `with` block goes on."""

from __future__ import annotations

from types import TracebackType
from typing import IO, Self

from harness.report.console import bar_on, console_on


class OpenBar:
    """One bar on a stream; use as a context manager around the work."""

    def __init__(self, stream: IO[str], name: str, total: int | None) -> None:
        self._console = console_on(stream)
        self._progress = bar_on(self._console)
        self._task = self._progress.add_task(name, total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()
