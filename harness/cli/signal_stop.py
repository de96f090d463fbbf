"""A first Ctrl-C or SIGTERM ends an audit's calls, not what it has found; a second Ctrl-C all."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from harness.cli.termination import INTERRUPTED, TERMINATED
from harness.runner.audit_stop import AuditStop

CODES = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}


class SignalStop:
    """Tells an audit when a signal comes."""

    def __init__(self) -> None:
        self.audit = AuditStop()
        self.code = 0
        """The exit code for the signal that came, 0 without one."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals in this block. To be entered in the event loop.

        `timeout` sends SIGTERM twice, to the process and to its group: the second asks for nothing.
        """
        loop = asyncio.get_running_loop()
        # Only now: the loop has its own handler of SIGINT since it runs.
        before = signal.getsignal(signal.SIGINT)

        def hear(number: int, frame: FrameType | None) -> None:
            if not self.code:
                self.code = CODES[signal.Signals(number)]
                loop.call_soon_threadsafe(self.audit.now, "interrupted")
            elif number == signal.SIGINT and callable(before):
                before(number, frame)

        handlers = {number: signal.signal(number, hear) for number in CODES}
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
