"""A run while it goes on: a line a scenario, and a bar in a terminal."""

from __future__ import annotations

import sys

from harness.records.results import RunResult, ScenarioResult
from harness.report.open_bar import OpenBar
from harness.report.run_text import scenario_lines, write_summary


class TerminalReport(OpenBar):
    """Shows a run while it goes on."""

    def __init__(self, *, total: int, to_stderr: bool) -> None:
        # The stream of now: while a server works in process, what it prints goes elsewhere.
        super().__init__(sys.stderr if to_stderr else sys.stdout, "scenarios", total)

    def advance(self, result: ScenarioResult) -> None:
        """Show one finished scenario."""
        for line in scenario_lines(result):
            self._console.print(line)
        self._progress.advance(self._task)

    def summary(self, result: RunResult) -> None:
        """Show what did not pass, the table by tool, and the totals."""
        write_summary(self._console, result)
