"""Ending an audit before its time: what was seen until then is judged, the rest is not tested."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

import anyio

from harness.errors import TargetError


class Stopped(TargetError):
    """No more calls are made, as somebody or a time limit ended the audit."""


class AuditStop:
    """Whether an audit shall make no more calls; one for all links of it."""

    def __init__(self) -> None:
        self.reason = ""
        """Why it shall end; empty as long as it goes on."""
        self._limit, self._deadline = inf, inf
        self._scopes: list[anyio.CancelScope] = []

    def now(self, reason: str) -> None:
        """End it: what waits for an answer waits no longer. To be called in the event loop."""
        self.reason = self.reason or reason
        for scope in self._scopes:
            scope.cancel()

    def after(self, seconds: float) -> None:
        """End it when so much time has passed. To be called in the event loop."""
        self._limit, self._deadline = seconds, anyio.current_time() + seconds

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let what is done in this block end with the audit.

        Raises:
            Stopped: the audit has ended, before the block or in it.
        """
        if anyio.current_time() >= self._deadline:
            self._end_late()
        if self.reason:
            raise Stopped(self.reason)
        with anyio.CancelScope(deadline=self._deadline) as scope:
            self._scopes.append(scope)
            try:
                yield
            finally:
                self._scopes.remove(scope)
        if scope.cancelled_caught:
            self._end_late()
            raise Stopped(self.reason)

    def _end_late(self) -> None:
        self.now(f"the time limit of {self._limit:g} s (--time-limit) was over")
