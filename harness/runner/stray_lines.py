"""Gathering what a server prints to its stdout besides the protocol, while a scenario runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.cassette.redact import Redactor
from harness.connection import Connection
from harness.records.stray_output import StrayLine
from harness.server_process import MOST_STRAY

LENGTH = 200
"""Characters of a line that are kept."""


@dataclass
class StrayLines:
    """The lines of one scenario, without secrets."""

    redactor: Redactor
    lines: list[StrayLine] = field(default_factory=list)

    def hear(self, connection: Connection, step: int) -> None:
        """Keep what came until the end of `step`, counted from 1; 0 is the server's start."""
        room = MOST_STRAY - len(self.lines)
        for line in connection.take_stray()[:room]:
            text = self.redactor.text(line)
            shown = text if len(text) <= LENGTH else f"{text[:LENGTH]}…"
            self.lines.append(StrayLine(step=step, text=shown))
