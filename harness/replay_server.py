"""An MCP server that answers from the MCP side of cassettes, in whatever era it is asked."""

from __future__ import annotations

import logging
from typing import Any

import mcp_types as types
from mcp import MCPError
from mcp.server import Server, ServerRequestContext

from harness.cassette.played_calls import PlayedCalls
from harness.records.call import Outcome

logger = logging.getLogger("toolreel.serve")

Context = ServerRequestContext[Any, Any]
MISS_CODE = -32000
"""JSON-RPC code (implementation-defined range) for a call that no cassette holds."""


def create_replay_server(played: PlayedCalls) -> Server[Any]:
    """Return a server that lists the recorded tools and replays the recorded calls.

    A call that was not recorded, or that ended without an answer, is a JSON-RPC error that says so.
    """

    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[types.Tool.model_validate(tool) for tool in played.tools.values()]
        )

    async def call_tool(
        context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        arguments = params.arguments or {}
        call = played.play(params.name, arguments)
        if call is None:
            reason = played.explain(params.name, arguments)
            logger.warning("miss: %s", reason)
            raise MCPError(MISS_CODE, f"toolreel: {reason}")
        logger.info("%s: %s", call.tool, call.outcome.plane)
        for item in call.progress:
            await context.session.report_progress(item.progress, item.total, item.message)
        return _result(call.outcome)

    return Server("toolreel-replay", on_list_tools=list_tools, on_call_tool=call_tool)


def _result(outcome: Outcome) -> types.CallToolResult:
    if outcome.plane == "protocol_error":
        raise MCPError(outcome.code or MISS_CODE, outcome.message or "", outcome.data)
    if outcome.plane in ("transport_error", "timeout"):
        raise MCPError(MISS_CODE, f"toolreel: recorded without an answer: {outcome.message}")
    wire = {"content": outcome.content, "isError": outcome.plane == "tool_error"}
    if outcome.structured is not None:
        wire["structuredContent"] = outcome.structured
    if outcome.meta:
        wire["_meta"] = outcome.meta
    return types.CallToolResult.model_validate(wire)
