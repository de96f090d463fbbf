"""As the TypeScript SDK with zod: it publishes closed objects, and drops what they do not know.

Told as fact of SDK 1.32 with zod 3: a `z.object` without `.strict()` is published with
`additionalProperties: false`, and its unknown keys are removed before the handler sees them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from servers.completion_server import text_result
from servers.defects.published_tools import CHAT_SCHEMA
from servers.defects.stages import Arguments, Result, Stages


def stripping(stages: Stages) -> Stages:
    """Drop unknown keys at every level, and refuse the rest in the SDK's words."""

    def arrange(arguments: Arguments) -> Arguments:
        known: Arguments = _known(arguments, CHAT_SCHEMA)
        return known

    return replace(stages, arrange=arrange, refuse=_refuse)


def _refuse(tool: str, found: list[str]) -> Result:
    problems = "; ".join(f"{_problem(line)}" for line in found)
    text = f"MCP error -32602: Input validation error: Invalid arguments for tool {tool}"
    return text_result(f"{text}: {problems}", is_error=True)


def _problem(line: str) -> str:
    pointer, _, what = line.partition(": ")
    return f"{what.strip().capitalize()} at {pointer.strip('/').replace('/', '.')}"


def _known(value: Any, schema: dict[str, Any]) -> Any:
    if isinstance(value, list) and "items" in schema:
        return [_known(item, schema["items"]) for item in value]
    if isinstance(value, list) and "anyOf" in schema:
        lists = (branch for branch in schema["anyOf"] if branch.get("type") == "array")
        return _known(value, next(lists, {}))
    if not isinstance(value, dict) or schema.get("additionalProperties") is not False:
        return value
    properties = schema["properties"]
    return {key: _known(item, properties[key]) for key, item in value.items() if key in properties}
