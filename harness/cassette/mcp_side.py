"""The MCP side in a cassette file: comment lines, which plain vcrpy reads past.

# toolreel tools: [{"name": …}]
# toolreel call: {"tool": …, "arguments": …, "outcome": …, "interactions": [0]}
"""

from __future__ import annotations

import json
from typing import Any

from harness.records.json_value import from_json, to_json
from harness.records.recorded_call import McpSide, RecordedCall

_CALL = "# toolreel call: "
_TOOLS = "# toolreel tools: "


def call_line(call: RecordedCall) -> str:
    """Return the line that keeps `call`; ASCII JSON has no line break that YAML would see."""
    return f"{_CALL}{to_json(call)}\n"


def tools_line(tools: list[dict[str, Any]]) -> str:
    """Return the line that keeps the tool definitions."""
    return f"{_TOOLS}{json.dumps(tools)}\n"


def read_mcp_side(data: bytes) -> McpSide:
    """Return the MCP side of a cassette; a later line of tools replaces an earlier one.

    Raises:
        ValueError: such a line is not what was written; the message names it by its number.
    """
    tools: tuple[Any, ...] = ()
    calls = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.startswith(b"# toolreel "):
            continue
        try:
            text = line.decode("ascii")
            if text.startswith(_CALL):
                calls.append(from_json(RecordedCall, text.removeprefix(_CALL)))
            elif text.startswith(_TOOLS):
                tools = tuple(json.loads(text.removeprefix(_TOOLS)))
        except (ValueError, TypeError) as error:
            reason = str(error).splitlines()[0]
            raise ValueError(f"line {number} is no toolreel line: {reason}") from error
    return McpSide(tools=tools, calls=tuple(calls))
