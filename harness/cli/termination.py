"""SIGTERM ends a command as Ctrl-C does, so that the servers that it started end as well."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED, TERMINATED = 130, 143
"""Exit codes: 128 and the number of SIGINT, of SIGTERM."""


class Termination:
    """Whether SIGTERM came."""

    def __init__(self) -> None:
        self.has_come = False

    def code(self, code: int) -> int:
        """Return the exit code of a command that ended with `code`."""
        return TERMINATED if self.has_come and code == INTERRUPTED else code

    def on_signal(self, _number: int, frame: FrameType | None) -> None:
        """Do what Ctrl-C does at this moment, also where a shell has it ignored.

        `timeout` sends SIGTERM twice, to the process and to its group: the second is no request to
        give up tidying.
        """
        if self.has_come:
            return
        self.has_come = True
        handler = signal.getsignal(signal.SIGINT)
        if not callable(handler):
            handler = signal.default_int_handler
        handler(signal.SIGINT, frame)


@contextmanager
def termination() -> Iterator[Termination]:
    """Yield what tells whether SIGTERM came in this block, of which it makes an interruption."""
    found = Termination()
    before = signal.signal(signal.SIGTERM, found.on_signal)
    try:
        yield found
    finally:
        signal.signal(signal.SIGTERM, before)
