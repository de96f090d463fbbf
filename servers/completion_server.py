"""What the three servers share: an MCP server of completion tools that leaks nothing.

Every text on its way out, answers, errors and progress alike, passes the redactor here.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import mcp_types as types
from mcp import MCPError
from mcp.server import Server, ServerRequestContext

from servers import __version__, provider_client
from servers.redaction import RedactedPieces, Redactor
from servers.stream_reading import StreamAssembly

logger = logging.getLogger(__name__)

NOT_SENT_META = "toolreel.dev/not-sent"
"""Result `_meta` key: list of `{argument, reason}`, arguments that the request could not carry."""

UPSTREAM_META = "toolreel.dev/upstream"
"""Error result `_meta` key: `{status, retryable, retry_after}` and, for a stream, `stream`."""

Context = ServerRequestContext[Any, Any]


@dataclass(frozen=True)
class Exchange:
    """Sends one call's request to the provider and reports its progress to the caller."""

    context: Context
    redactor: Redactor

    async def __call__(
        self, upstream: provider_client.Upstream, body: dict[str, Any], assembly: StreamAssembly
    ) -> dict[str, Any]:
        """Return the provider's answer, or raise `UpstreamFailure`."""
        pieces = RedactedPieces(self.redactor)
        last = 0

        async def report(count: int, delta: str) -> None:
            nonlocal last
            last = count
            await self.context.session.report_progress(count, None, pieces.push(delta))

        answer = await provider_client.exchange(upstream, body, assembly, report)
        if rest := pieces.rest():
            await self.context.session.report_progress(last + 1, None, rest)
        return answer


Call = Callable[[str, dict[str, Any], Exchange], Awaitable[types.CallToolResult]]
"""Answers a call: tool name, arguments as given, the way to the provider."""


def create(
    name: str,
    tools: list[types.Tool],
    call: Call,
    *,
    redactor: Redactor,
    unknown_tool_code: int,
    defect: Callable[[], types.CallToolResult],
) -> Server[Any]:
    """Return a low-level MCP server that publishes these tools exactly as given.

    Args:
        name: the server's name in the handshake.
        tools: what `tools/list` answers.
        call: answers a call of one of them; may raise `MCPError`.
        redactor: knows the credentials.
        unknown_tool_code: JSON-RPC code of the error for any other tool name.
        defect: makes the answer (or raises `MCPError`) when `call` fails unexpectedly.
    """
    names = {tool.name for tool in tools}
    answer = _with_defects_answered(call, defect)

    async def list_tools(
        context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(
        context: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            if params.name not in names:
                raise MCPError(unknown_tool_code, f"Unknown tool: {params.name}")
            way = Exchange(context, redactor)
            result = await answer(params.name, params.arguments or {}, way)
        except MCPError as error:
            data = redactor.value(error.data)
            raise MCPError(error.code, redactor.text(error.message), data) from None
        return _redacted(result, redactor)

    return Server(
        name,
        version=__version__,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=_no_resources,
        on_list_resource_templates=_no_resource_templates,
        on_list_prompts=_no_prompts,
    )


# Hosts list these of every server; the official conformance suite takes an empty list for right
# and "method not found" for a failure.
async def _no_resources(
    context: Context, params: types.PaginatedRequestParams | None
) -> types.ListResourcesResult:
    return types.ListResourcesResult(resources=[])


async def _no_resource_templates(
    context: Context, params: types.PaginatedRequestParams | None
) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(resource_templates=[])


async def _no_prompts(
    context: Context, params: types.PaginatedRequestParams | None
) -> types.ListPromptsResult:
    return types.ListPromptsResult(prompts=[])


def _with_defects_answered(call: Call, defect: Callable[[], types.CallToolResult]) -> Call:
    async def answer(
        tool: str, arguments: dict[str, Any], exchange: Exchange
    ) -> types.CallToolResult:
        try:
            return await call(tool, arguments, exchange)
        except MCPError:
            raise
        except Exception as error:
            # The class name only: the text of an unforeseen exception can hold prompts or keys.
            logger.error("%s: unexpected %s", tool, type(error).__name__)
            return defect()

    return answer


def invalid_arguments(tool: str, violations: list[str]) -> types.CallToolResult:
    """Return the tool error that lists every violation, a line each (SEP-1303)."""
    return text_result("\n".join([f"Invalid arguments for {tool}:", *violations]), is_error=True)


def text_result(
    text: str, *, is_error: bool = False, meta: dict[str, Any] | None = None
) -> types.CallToolResult:
    """Return a result with one text item; empty `_meta` values are left out."""
    meta = {key: value for key, value in (meta or {}).items() if value}
    return types.CallToolResult(
        content=[types.TextContent(text=text)], is_error=is_error, _meta=meta or None
    )


def _redacted(result: types.CallToolResult, redactor: Redactor) -> types.CallToolResult:
    content: list[types.ContentBlock] = [
        item.model_copy(update={"text": redactor.text(item.text)})
        if isinstance(item, types.TextContent)
        else item
        for item in result.content
    ]
    update = {
        "content": content,
        "structured_content": redactor.value(result.structured_content),
        "meta": redactor.value(result.meta),
    }
    return result.model_copy(update=update)
