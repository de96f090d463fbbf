"""What a request of OpenAI's Responses API may be.

Source: https://platform.openai.com/docs/api-reference/responses/create.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.upstream.simulators.chat_validation import schema_violation
from harness.upstream.simulators.validation import Limit, Path, Violation, find_violation

LEAST_OUTPUT = 16
_LIMITS = (
    Limit("model", ("string",), is_required=True),
    Limit("input", ("string", "array"), 1, is_required=True),
    Limit("instructions", ("string",)),
    Limit("max_output_tokens", ("integer",), LEAST_OUTPUT),
    Limit("max_tool_calls", ("integer",), 1),
    Limit("temperature", ("number",), 0, 2),
    Limit("top_p", ("number",), 0, 1),
    Limit("stream", ("boolean",)),
    Limit("stream_options", ("object",)),
    Limit("store", ("boolean",)),
    Limit("background", ("boolean",)),
    Limit("parallel_tool_calls", ("boolean",)),
    Limit("previous_response_id", ("string",)),
    Limit("metadata", ("object",)),
    Limit("text", ("object",)),
    Limit("reasoning", ("object",)),
    Limit("tools", ("array",)),
    Limit("tool_choice", ("string", "object")),
    Limit("truncation", ("string",), choices=("auto", "disabled")),
    Limit("user", ("string",)),
)
_FUNCTION = (
    Limit("name", ("string",), 1, 64, is_required=True, pattern=r"[a-zA-Z0-9_-]+"),
    Limit("parameters", ("object",)),
    Limit("description", ("string",)),
    Limit("strict", ("boolean",)),
)
_FORMAT = (
    Limit("type", ("string",), is_required=True, choices=("text", "json_object", "json_schema")),
)
_JSON_FORMAT = (
    Limit("name", ("string",), is_required=True),
    Limit("schema", ("object",), is_required=True),
)
_ROLES = ("assistant", "system", "developer", "user")
_MESSAGE = (
    Limit("role", ("string",), choices=_ROLES, is_required=True),
    Limit("content", ("string", "array"), is_required=True),
)
_OUTPUT = (
    Limit("call_id", ("string",), is_required=True),
    Limit("output", ("string", "array"), is_required=True),
)


def find_response_violation(body: Any) -> Violation | None:
    """Return the first violation in a body, the top level first."""
    found = find_violation(body, _LIMITS)
    if found is not None:
        return found
    parts = (*_input(body["input"]), *_tools(body), *_choice(body), *_format(body))
    return next(filter(None, parts), None)


def _input(given: Any) -> Iterator[Violation | None]:
    for index, item in enumerate(given if isinstance(given, list) else ()):
        at: Path = ("input", index)
        if not isinstance(item, Mapping):
            yield Violation(at, "type", item, ("object",))
        elif item.get("type", "message") == "message":
            yield find_violation(item, _MESSAGE, at=at)
        elif item.get("type") == "function_call_output":
            yield find_violation(item, _OUTPUT, at=at)


def _tools(body: Mapping[str, Any]) -> Iterator[Violation | None]:
    for index, tool in enumerate(body.get("tools") or ()):
        at: Path = ("tools", index)
        found = find_violation(tool, (Limit("type", ("string",), is_required=True),), at=at)
        if found is None and tool["type"] == "function":
            parameters = tool.get("parameters")
            found = find_violation(tool, _FUNCTION, at=at)
            found = found or schema_violation(parameters, (*at, "parameters"))
        yield found


def _choice(body: Mapping[str, Any]) -> Iterator[Violation | None]:
    choice = body.get("tool_choice")
    modes = ("none", "auto", "required")
    if isinstance(choice, str):
        yield find_violation(body, (Limit("tool_choice", ("string",), choices=modes),))
    elif isinstance(choice, Mapping):
        at: Path = ("tool_choice",)
        yield find_violation(choice, (Limit("type", ("string",), is_required=True),), at=at)
        if choice.get("type") == "function":
            yield find_violation(choice, (Limit("name", ("string",), is_required=True),), at=at)


def _format(body: Mapping[str, Any]) -> Iterator[Violation | None]:
    asked = (body.get("text") or {}).get("format")
    if asked is None:
        return
    at: Path = ("text", "format")
    found = find_violation(asked, _FORMAT, at=at)
    if found is None and asked["type"] == "json_schema":
        found = find_violation(asked, _JSON_FORMAT, at=at)
        found = found or schema_violation(asked["schema"], (*at, "schema"))
    yield found
