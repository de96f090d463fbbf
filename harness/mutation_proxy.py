"""An MCP proxy between client and target that does to what passes whatever the mutant says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
from mcp import MCPError
from mcp.client._transport import TransportStreams
from mcp.server import Server, ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.memory import create_client_server_memory_streams

from harness.connect import client_of, connect
from harness.connection import Connection
from harness.link_failure import CONNECTION_CLOSED, LINK_MARK
from harness.mutation.mutation import IDENTITY, Mutation
from harness.mutation.passage import Asked, Passage, Reply
from harness.records.call import Log, Outcome, Progress
from harness.targets import Era, Target

UNLIMITED = 24 * 3600.0
"""Seconds: the client ends its calls itself, and the proxy passes that on."""
_MODERN = "2026-07-28"

Context = ServerRequestContext[Any, Any]


class MutationProxy:
    """Stands between the client and every target of a session; one mutant is on at a time."""

    def __init__(self) -> None:
        self.passed: list[Passage] = []
        """The calls since `begin`, as they were before the mutant."""
        self.tools: dict[str, dict[str, Any]] = {}
        """What the targets publish, by name."""
        self._mutation = IDENTITY
        self._known: Sequence[Passage] = ()

    def begin(self, mutation: Mutation, known: Sequence[Passage] = ()) -> None:
        """Put `mutation` on for the next scenario, whose calls were `known` without a mutant."""
        self._mutation, self._known = mutation, known
        self.passed = []

    @asynccontextmanager
    async def connect(
        self, target: Target, *, era: Era = "auto", upstream: str | None = None, root: Path
    ) -> AsyncIterator[Connection]:
        """Yield a connection to `target` through this proxy, in the era that the target speaks.

        Raises:
            TargetError: the target cannot be reached, or does not list its tools.
            UsageError: `module:attribute` names no MCP server, or `{upstream}` has no value here.
        """
        async with connect(target, era=era, upstream=upstream, root=root) as inner:
            link = _Link(self, inner, await inner.list_tools())
            self.tools |= {tool["name"]: tool for tool in link.tools}
            # The process is told of by `inner`, which is nearer to it.
            outer = Connection(inner.target, None)
            spoken: Era = "modern" if inner.protocol >= _MODERN else "handshake"
            async with client_of(_served(link.server()), outer, spoken) as client:
                outer.attach(client)
                yield outer

    async def answer(self, inner: Connection, asked: Asked) -> Reply:
        """Return what the client gets for this call."""
        mutation, passed, number = self._mutation, self.passed, len(self.passed)
        known = self._known[number] if number < len(self._known) else None
        # A call that the client gives up has its place among the others.
        passed.append(Passage(asked=asked, reply=Reply(Outcome(plane="timeout"))))
        reply = await self._reply(inner, asked, known)
        passed[number] = Passage(asked=asked, reply=reply)
        return mutation.reply(asked, reply)

    async def _reply(self, inner: Connection, asked: Asked, known: Passage | None) -> Reply:
        way = self._mutation.way
        if known is not None:
            if way == "memory":
                return known.reply
            if way == "late" and known.limit is not None:
                await anyio.sleep(known.limit * 2)
            if way == "before" and known.before is not None:
                await _ask(inner, asked)
                return known.before
        if way == "broken":
            return Reply(Outcome(plane="transport_error", message="Connection closed"))
        if way == "twice":
            await _ask(inner, asked)
        return await _ask(inner, replace(asked, arguments=self._mutation.arguments(asked)))

    def listed(self, tools: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the definitions that the client gets."""
        return [dict(tool) for tool in self._mutation.tools(tools)]


async def _ask(inner: Connection, asked: Asked) -> Reply:
    answer = await inner.call(
        asked.tool, asked.arguments, wants_progress=asked.wants_progress, seconds=UNLIMITED
    )
    return Reply(answer.outcome, tuple(answer.progress), tuple(answer.logs))


class _Link:
    """The proxy's end of one connection: answers the client with what `inner` brings."""

    def __init__(
        self, proxy: MutationProxy, inner: Connection, tools: list[dict[str, Any]]
    ) -> None:
        self.tools = tools
        self._proxy, self._inner = proxy, inner
        self._schemas = {tool["name"]: tool.get("inputSchema") or {} for tool in tools}

    def server(self) -> Server[Any]:
        """Return the MCP server that the client is connected to."""
        server: Server[Any] = Server("toolreel-mutate", on_list_tools=self._list)
        # What a middleware returns is sent as it is; a handler's result would be put in order.
        server.middleware.append(self._pass)
        return server

    async def _list(
        self, _: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        tools = self._proxy.listed(self.tools)
        return types.ListToolsResult(tools=[types.Tool.model_validate(tool) for tool in tools])

    async def _pass(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        if ctx.method != "tools/call" or ctx.params is None:
            return await call_next(ctx)
        meta = ctx.params.get("_meta") or {}
        name = ctx.params["name"]
        asked = Asked(
            tool=name,
            arguments=ctx.params.get("arguments") or {},
            schema=self._schemas.get(name, {}),
            wants_progress="progressToken" in meta,
        )
        reply = await self._proxy.answer(self._inner, asked)
        await _notify(ctx, reply.progress, reply.logs)
        return _on_the_wire(reply.outcome)


async def _notify(context: Context, progress: Sequence[Progress], logs: Sequence[Log]) -> None:
    for item in progress:
        await context.session.report_progress(item.progress, item.total, item.message)
    for log in logs:
        params = types.LoggingMessageNotificationParams.model_validate(log.model_dump())
        await context.session.send_notification(
            types.LoggingMessageNotification(params=params), context.request_id
        )


def _on_the_wire(outcome: Outcome) -> dict[str, Any]:
    """Return the result that a client makes this outcome of.

    Raises:
        MCPError: the outcome is no result.
    """
    if outcome.plane in ("transport_error", "timeout"):
        raise MCPError(CONNECTION_CLOSED, outcome.message or "", LINK_MARK)
    if outcome.plane == "protocol_error":
        if outcome.code is None and isinstance(outcome.data, dict):
            return outcome.data  # a request for input, which the client refuses itself
        code = types.INTERNAL_ERROR if outcome.code is None else outcome.code
        raise MCPError(code, outcome.message or "", outcome.data)
    result = {
        "content": outcome.content,
        "isError": outcome.plane == "tool_error",
        "structuredContent": outcome.structured,
        "_meta": outcome.meta or None,
        "resultType": "complete",
    }
    return {key: value for key, value in result.items() if value is not None}


@asynccontextmanager
async def _served(server: Server[Any]) -> AsyncIterator[TransportStreams]:
    """Yield the client's end of the streams that `server` reads; what passes is JSON-RPC.

    Without streams the SDK calls an in-process server directly, and that does not tell whether
    the client asked for progress.
    """
    async with (
        create_client_server_memory_streams() as (client, ours),
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(server.run, *ours, server.create_initialization_options())
        try:
            yield client
        finally:
            tasks.cancel_scope.cancel()
