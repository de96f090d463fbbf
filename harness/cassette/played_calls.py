"""Answering tool calls from the MCP side of cassettes."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from harness.canonical import canonical
from harness.difference_text import describe_differences
from harness.differences import differences
from harness.records.recorded_call import McpSide, RecordedCall


class PlayedCalls:
    """The calls of some cassettes; a repeated call gets its answers in order, then the last."""

    def __init__(self, sides: Iterable[McpSide]) -> None:
        self.tools: dict[str, Any] = {}
        """Name → definition; a tool that was called but never listed gets an open one."""
        self._calls: dict[str, list[RecordedCall]] = defaultdict(list)
        self._waiting: dict[str, deque[RecordedCall]] = defaultdict(deque)
        for side in sides:
            for tool in side.tools:
                self.tools.setdefault(tool["name"], tool)
            for call in side.calls:
                self._calls[call.tool].append(call)
                self._waiting[_key(call.tool, call.arguments)].append(call)
        for name, calls in self._calls.items():
            if any(call.outcome.plane in ("result", "tool_error") for call in calls):
                self.tools.setdefault(name, {"name": name, "inputSchema": {"type": "object"}})

    def __len__(self) -> int:
        return sum(map(len, self._calls.values()))

    def play(self, tool: str, arguments: dict[str, Any]) -> RecordedCall | None:
        """Return the recorded call with this tool and these arguments, or None."""
        waiting = self._waiting.get(_key(tool, arguments))
        if not waiting:
            return None
        return waiting.popleft() if len(waiting) > 1 else waiting[0]

    def explain(self, tool: str, arguments: dict[str, Any]) -> str:
        """Return why there is no answer: the nearest recorded call, and what differs from it."""
        calls = self._calls.get(tool)
        if not calls:
            return f"no call of {tool!r} was recorded (recorded: {', '.join(self._calls)})"
        found = min((differences(call.arguments, arguments) for call in calls), key=len)
        lines = describe_differences(tuple(found))
        return "\n  ".join([f"no recorded call of {tool!r} has these arguments; nearest:", *lines])


def _key(tool: str, arguments: Any) -> str:
    return json.dumps([tool, canonical(arguments)], sort_keys=True)
