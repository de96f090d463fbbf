"""What was not tested is told once for each tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import mcp_types as types
from mcp.server import Server

from tests.recorded_project import Outcome

FILES = "tests.audit.test_audit_notes:make_files"


def make_files() -> Server[Any]:
    """Return a server whose tool asks a provider that no one knows, each time at another URL."""
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "folder": {"type": "string"}},
        "required": ["name"],
    }

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[types.Tool(name="read", input_schema=schema)])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        arguments = params.arguments or {}
        path = quote(f"{arguments.get('folder', '')}-{arguments.get('name', '')}")
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"https://files.example/{path}")
        content = [types.TextContent(text=f"{answer.status_code}: {answer.text}")]
        return types.CallToolResult(content=content, is_error=answer.is_error)

    return Server("files", on_list_tools=list_tools, on_call_tool=call_tool)


def test_a_tool_that_accepts_nothing_is_told_once_with_its_refusal_and_its_provider(
    toolreel: Callable[..., Outcome],
) -> None:
    phases = "mapping,errors,outputs,streaming"
    document = toolreel("audit", FILES, "--phases", phases, "--format", "json").document
    assert document["totals"]["phases"]["first"] > 1
    notes = {note["what"]: note["reason"] for note in document["not_tested"]}
    assert len(notes) == len(document["not_tested"]) == 2
    assert "GET https://files.example/" in notes["mapping, errors, outputs, streaming"]
    refusal = notes["every phase that starts from an accepted call"]
    assert refusal.startswith("no ordinary call succeeded; the last: tool_error: 404")
    assert document["findings"] == []
