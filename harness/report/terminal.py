"""A run while it goes on: a line a scenario, and a bar in a terminal."""

from __future__ import annotations

import sys
from types import TracebackType

from harness.records.results import RunResult, ScenarioResult
from harness.report.console import bar_on, console_on
from harness.report.run_text import scenario_lines, write_summary


class TerminalReport:
    """Shows a run while it goes on; use as a context manager around the run."""

    def __init__(self, *, total: int, to_stderr: bool) -> None:
        # The stream of now: while a server works in process, what it prints goes elsewhere.
        self._console = console_on(sys.stderr if to_stderr else sys.stdout)
        self._progress = bar_on(self._console)
        self._task = self._progress.add_task("scenarios", total=total)

    def __enter__(self) -> TerminalReport:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def advance(self, result: ScenarioResult) -> None:
        """Show one finished scenario."""
        for line in scenario_lines(result):
            self._console.print(line)
        self._progress.advance(self._task)

    def summary(self, result: RunResult) -> None:
        """Show what did not pass, the table by tool, and the totals."""
        write_summary(self._console, result)
