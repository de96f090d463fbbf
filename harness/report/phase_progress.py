"""How far a long command is, on stderr: a bar in a terminal, a line a phase in a log."""

from __future__ import annotations

import sys
from types import TracebackType

from harness.report.console import bar_on, console_on


class PhaseProgress:
    """Shows the phases while they run; use as a context manager around the work."""

    def __init__(self) -> None:
        self._console = console_on(sys.stderr)
        self._progress = bar_on(self._console)
        self._task = self._progress.add_task("connecting", total=None)

    def __enter__(self) -> PhaseProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def begin(self, phase: str, total: int, unit: str = "calls") -> None:
        """Show that `phase` begins, with so many of a unit; 0 when that is not known."""
        if self._console.is_terminal:
            self._progress.reset(self._task, description=phase, total=total or None)
        else:
            self._console.print(f"{phase}: {total} {unit}" if total else phase, markup=False)

    def advance(self) -> None:
        """Show that one more of them is done."""
        self._progress.advance(self._task)
