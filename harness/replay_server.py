"""An MCP server that answers from the MCP side of cassettes, in whatever era it is asked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Protocol

import mcp_types as types
from mcp import MCPError
from mcp.server import Server, ServerRequestContext

from harness.cassette.played_calls import PlayedCalls
from harness.connection import Answer
from harness.records.call import Outcome, Progress

logger = logging.getLogger("toolreel.serve")

Context = ServerRequestContext[Any, Any]
MISS_CODE = -32000
"""JSON-RPC code (implementation-defined range) for a call that no cassette holds."""


class AnswersMisses(Protocol):
    """What is asked when no cassette has the answer."""

    tools: list[dict[str, Any]]

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Answer:
        """Return the answer to one call."""


def create_replay_server(
    played: PlayedCalls, on_miss: AnswersMisses | None = None, *, name: str = "toolreel-replay"
) -> Server[Any]:
    """Return a server that lists the recorded tools and replays the recorded calls.

    A call that was not recorded goes to `on_miss`. Without it, and for a call that was recorded
    without an answer, the answer is a JSON-RPC error that says so.
    """
    definitions = (
        {**played.tools, **{tool["name"]: tool for tool in on_miss.tools}}
        if on_miss
        else (played.tools)
    )

    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[types.Tool.model_validate(tool) for tool in definitions.values()]
        )

    async def call_tool(
        context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        arguments = params.arguments or {}
        progress, outcome = await _answer(played, on_miss, params.name, arguments)
        for item in progress:
            await context.session.report_progress(item.progress, item.total, item.message)
        return _result(outcome)

    return Server(
        name, version=version("toolreel"), on_list_tools=list_tools, on_call_tool=call_tool
    )


async def _answer(
    played: PlayedCalls, on_miss: AnswersMisses | None, tool: str, arguments: dict[str, Any]
) -> tuple[tuple[Progress, ...], Outcome]:
    call = played.play(tool, arguments)
    if call is not None:
        logger.info("%s: %s, from a cassette", call.tool, call.outcome.plane)
        return call.progress, call.outcome
    if on_miss is not None:
        answer = await on_miss.call(tool, arguments)
        logger.info("%s: %s, simulated: no cassette has it", tool, answer.outcome.plane)
        return tuple(answer.progress), answer.outcome
    reason = played.explain(tool, arguments)
    logger.warning("miss: %s", reason)
    raise MCPError(MISS_CODE, f"toolreel: {reason}")


def _result(outcome: Outcome) -> types.CallToolResult:
    if outcome.plane == "protocol_error":
        raise MCPError(outcome.code or MISS_CODE, outcome.message or "", outcome.data)
    if outcome.plane in ("transport_error", "timeout"):
        raise MCPError(MISS_CODE, f"toolreel: there was no answer: {outcome.message}")
    wire = {"content": outcome.content, "isError": outcome.plane == "tool_error"}
    if outcome.structured is not None:
        wire["structuredContent"] = outcome.structured
    if outcome.meta:
        wire["_meta"] = outcome.meta
    return types.CallToolResult.model_validate(wire)
