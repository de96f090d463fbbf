"""A server with one tool for each way in which a call ends; also a program: stdio or `--http`."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import anyio
import httpx
import mcp_types as types
import uvicorn
from mcp import MCPError
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

KEY = "TINY_KEY"
TOOLS = ("echo", "fail", "refuse", "report", "violate", "hang", "die", "fetch")
SCHEMA: dict[str, Any] = {"type": "object", "required": ["a"]}
Context = ServerRequestContext[Any, Any]


def make() -> Server[Any]:
    made_with = os.environ.get(KEY)

    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        """Two pages, so that a reader of one page only is noticed."""
        first = params is None or params.cursor is None
        names = TOOLS[:4] if first else TOOLS[4:]
        return types.ListToolsResult(
            tools=[_tool(name) for name in names], next_cursor="2" if first else None
        )

    async def call_tool(context: Context, params: types.CallToolRequestParams) -> Any:
        arguments = params.arguments or {}
        seen = {"arguments": arguments, "made_with": made_with, "env": os.environ.get(KEY)}
        return await _answer(params.name, seen, context)

    return Server("tiny", on_list_tools=list_tools, on_call_tool=call_tool)


def _tool(name: str) -> types.Tool:
    schema = SCHEMA if name == "violate" else None
    return types.Tool(name=name, input_schema={"type": "object"}, output_schema=schema)


def _text(text: str, **more: Any) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], **more)


async def _answer(name: str, seen: dict[str, Any], context: Context) -> Any:
    match name:
        case "echo":
            return _text("seen", structured_content=seen)
        case "fail":
            return _text("it failed", is_error=True)
        case "refuse":
            raise MCPError(-32602, "no such model", {"field": "model"})
        case "report":
            return await _report(context)
        case "violate":
            return _text("x", structured_content={"b": 1})
        case "hang":
            await anyio.sleep_forever()
        case "die":
            sys.stderr.write("dying on request\n")
            sys.stderr.flush()
            os._exit(7)
        case "fetch":
            async with httpx.AsyncClient(verify=False) as client:
                answer = await client.post("https://api.x.ai/v1", json=seen["arguments"])
            return _text(answer.text)
    raise MCPError(-32601, f"unknown tool {name}")


async def _report(context: Context) -> types.CallToolResult:
    await context.session.report_progress(1, 2, "one")
    await context.session.send_notification(
        types.LoggingMessageNotification(
            params=types.LoggingMessageNotificationParams(
                level="warning", logger="tiny", data={"a": 1}
            )
        ),
        context.request_id,
    )
    await context.session.report_progress(2, 2, "two")
    return _text("done")


async def make_later() -> Server[Any]:
    await anyio.lowlevel.checkpoint()
    return make()


def make_badly() -> Server[Any]:
    raise RuntimeError("TINY_KEY is not set")


def exit_at_once() -> Server[Any]:
    raise SystemExit(2)


ready = make()
not_a_server = 3


async def _stdio() -> None:
    server = make()
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


if __name__ == "__main__":
    logging.disable()
    if "--http" in sys.argv:
        uvicorn.run(
            make().streamable_http_app(host="127.0.0.1"),
            port=int(sys.argv[-1]),
            log_config=None,
            timeout_graceful_shutdown=1,
        )
    else:
        anyio.run(_stdio)
