"""How far a long command is, on stderr: a bar in a terminal, a line a phase in a log."""

from __future__ import annotations

import sys

from harness.report.open_bar import OpenBar


class PhaseProgress(OpenBar):
    """Shows the phases while they run."""

    def __init__(self) -> None:
        super().__init__(sys.stderr, "connecting", None)

    def begin(self, phase: str, total: int, unit: str = "calls") -> None:
        """Show that `phase` begins, with so many of a unit; 0 when that is not known."""
        if self._console.is_terminal:
            self._progress.reset(self._task, description=phase, total=total or None)
        else:
            self._console.print(f"{phase}: {total} {unit}" if total else phase, markup=False)

    def advance(self) -> None:
        """Show that one more of them is done."""
        self._progress.advance(self._task)
