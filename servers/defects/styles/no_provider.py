"""A server that asks nobody: arithmetic and text."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mcp_types as types

from servers.completion_server import text_result
from servers.defects.stages import Result, Stages, enforcing

TOOLS = (
    types.Tool(
        name="calculate",
        description="Apply one operation to a list of numbers.",
        input_schema={
            "type": "object",
            "properties": {
                "operation": {"enum": ["sum", "product", "largest"]},
                "numbers": {
                    "type": "array",
                    "items": {"type": "number", "minimum": -1e6, "maximum": 1e6},
                    "minItems": 1,
                    "maxItems": 100,
                },
            },
            "required": ["operation", "numbers"],
            "additionalProperties": False,
        },
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    ),
    types.Tool(
        name="reverse_text",
        description="Return a text backwards, or its words.",
        input_schema={
            "type": "object",
            "properties": {
                "text": {"type": "string", "maxLength": 10_000},
                "by": {"enum": ["character", "word"], "default": "character"},
            },
            "required": ["text"],
        },
    ),
)
_OPERATIONS: dict[str, Callable[[list[float]], float]] = {
    "sum": math.fsum,
    "product": math.prod,
    "largest": max,
}


def no_provider(stages: Stages) -> Stages:
    """Serve two tools that need no provider."""
    judge = enforcing(TOOLS)

    async def call(stages_: Stages, tool: str, arguments: Any) -> Result:
        given = arguments or {}
        if found := judge(tool, given):
            return stages.refuse(tool, found)
        if tool == "calculate":
            return text_result(str(_OPERATIONS[given["operation"]](given["numbers"])))
        words = given["text"].split() if given.get("by") == "word" else given["text"]
        return text_result((" " if given.get("by") == "word" else "").join(reversed(words)))

    return replace(stages, tools=TOOLS, call=call)
