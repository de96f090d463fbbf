"""A server without a provider: `echo` says what it was given, `play` answers as it is told to."""

from __future__ import annotations

import json
from typing import Any

import mcp_types as types
from jsonschema import Draft202012Validator
from mcp import MCPError
from mcp.server import Server, ServerRequestContext

Context = ServerRequestContext[Any, Any]
ECHO: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "number": {"type": "number"},
        "count": {"type": "integer", "minimum": 0},
        "flag": {"type": "boolean"},
        "items": {"type": "array"},
        "options": {"type": "object"},
    },
    "required": ["text"],
}
SCHEMAS: dict[str, dict[str, Any]] = {"echo": ECHO, "play": {"type": "object"}}


def make() -> Server[Any]:
    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[types.Tool(name=name, input_schema=schema) for name, schema in SCHEMAS.items()]
        )

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> Any:
        arguments = params.arguments or {}
        if params.name == "echo":
            return types.CallToolResult.model_validate(_echo(arguments))
        for number, message in enumerate(arguments.get("progress", ()), start=1):
            await context.session.report_progress(number, None, message)
        if error := arguments.get("error"):
            raise MCPError(error["code"], error["message"], error.get("data"))
        return types.CallToolResult.model_validate({"content": [], **arguments["result"]})

    return Server("scripted", on_list_tools=list_tools, on_call_tool=call_tool)


def _echo(arguments: dict[str, Any]) -> dict[str, Any]:
    errors = sorted(error.message for error in Draft202012Validator(ECHO).iter_errors(arguments))
    text = f"Invalid arguments: {errors[0]}" if errors else json.dumps(arguments)
    return {"content": [{"type": "text", "text": text}], "isError": bool(errors)}
