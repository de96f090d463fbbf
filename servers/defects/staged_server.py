"""An MCP server around stages: the SDK's low-level `Server`, which validates nothing itself."""

from __future__ import annotations

from typing import Any

import mcp_types as types
from mcp.server import Server, ServerRequestContext

from servers.defects.stages import Result, Stages

Context = ServerRequestContext[Any, Any]


def staged_server(stages: Stages) -> Server[Any]:
    """Return a server that publishes the tools and sends each call through the stages."""
    names = {tool.name for tool in stages.tools}

    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(stages.tools))

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> Result:
        stages.admit(context.protocol_version)
        if params.name not in names:
            return stages.unknown(params.name)
        return await stages.call(stages, params.name, params.arguments)

    return Server("catalogue", version="1", on_list_tools=list_tools, on_call_tool=call_tool)
