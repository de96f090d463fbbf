"""The MCP side of a cassette: what was called, what the caller got, and what it caused upstream."""

from __future__ import annotations

from pydantic import Field

from harness.records.call import Outcome, Progress
from harness.records.json_value import JsonValue
from harness.records.record import Record


class RecordedCall(Record):
    """One tool call; `interactions` are numbers in the cassette's order of start."""

    tool: str
    arguments: JsonValue
    outcome: Outcome
    progress: tuple[Progress, ...] = ()
    interactions: tuple[int, ...] = ()
    protocol: str | None = None
    origin: str | None = None
    """`simulated` or `live`, as in the interactions."""


class McpSide(Record):
    """All calls of a cassette in their order, and the tool definitions that held for them."""

    tools: tuple[JsonValue, ...] = ()
    """As on the wire: `{"name", "description", "inputSchema", …}`."""
    calls: tuple[RecordedCall, ...] = Field(default=())
