"""What a server printed to its stdout, where only messages of the protocol belong.

Source: MCP, transports, stdio: "The server MUST NOT write anything to its stdout that is not a
valid MCP message."
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.records.record import Record

_TOLD = 3


class StrayLine(Record):
    """One line of stdout that is no JSON-RPC message, redacted and shortened."""

    step: int
    """The step of the scenario before whose end it came, from 1; 0 is the server's start."""
    text: str


def told_stray(lines: Sequence[StrayLine]) -> str:
    """Return the sentence about such lines: how many, the first of them, the repair."""
    count = "a line" if len(lines) == 1 else f"{len(lines)} lines"
    first = [
        f"{f'step {line.step}' if line.step else 'at its start'} {line.text!r}"
        for line in lines[:_TOLD]
    ]
    more = ", …" if len(lines) > _TOLD else ""
    return (
        f"the server printed {count} to stdout, where only JSON-RPC messages belong: "
        f"{', '.join(first)}{more}; log to stderr"
    )
