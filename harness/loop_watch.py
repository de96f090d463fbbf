"""Ends what blocks the event loop: a server in process shares it with the one who waits for it.

A task cannot end code that never awaits, and neither can a time limit of the loop. A signal can: it
is handled in the main thread between two instructions, and interrupts sleeps, locks and sockets.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

BEAT = 0.5
"""Seconds after which a loop that runs says so."""
MARGIN = 5.0
"""Seconds beyond a call's own time limit, which ends it where the loop runs."""


class LoopBlocked(Exception):
    """Raised in the code that blocks the loop."""


class LoopWatch:
    """Watches one loop while calls of servers in process run in it.

    Outside of the main thread, and where there are no interval timers (Windows), it does nothing.
    """

    def __init__(self) -> None:
        self.times = 0
        """How often the loop was blocked."""
        self._waiting: list[float] = []
        self._beat: asyncio.TimerHandle | None = None
        self._before: tuple[Any, tuple[float, float]] | None = None

    @contextmanager
    def call(self, seconds: float) -> Iterator[None]:
        """End what blocks the loop for longer than `seconds` and a margin, while this is open."""
        if not _is_possible():
            yield
            return
        self._waiting.append(seconds)
        if len(self._waiting) == 1:
            self._begin()
        try:
            yield
        finally:
            self._waiting.remove(seconds)
            if not self._waiting:
                self._end()

    def _begin(self) -> None:
        handler = signal.signal(signal.SIGALRM, self._on_alarm)
        self._before = handler, signal.getitimer(signal.ITIMER_REAL)
        self._on_beat()

    def _end(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
        if self._before is not None:
            handler, timer = self._before
            signal.setitimer(signal.ITIMER_REAL, *timer)
            signal.signal(signal.SIGALRM, handler)

    def _on_beat(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(self._waiting) + MARGIN)
        self._beat = asyncio.get_running_loop().call_later(BEAT, self._on_beat)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        self.times += 1
        seconds = max(self._waiting, default=0.0) + MARGIN
        signal.setitimer(signal.ITIMER_REAL, seconds)
        raise LoopBlocked(f"ended after {seconds:g} s, in which the event loop could not run")


def _is_possible() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False  # another loop than asyncio's, which has no such timers
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer")


WATCH = LoopWatch()
"""The one of this process: there is one timer, and one main thread."""
