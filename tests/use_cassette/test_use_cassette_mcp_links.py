"""An MCP link over Streamable HTTP stays alive while its process records."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Elicit, Resolve
from mcp.shared.subscriptions import ToolsListChanged
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from threaded_provider import SECONDS

import harness
from harness.cassette import store
from harness.upstream.asgi_server import serve_app

pytestmark = pytest.mark.anyio

ERAS = ["legacy", "auto"]
PROVIDER = "https://provider.invalid/v1"


class City(BaseModel):
    name: str


class Server:
    """A server whose tools cannot end before the client has seen what they sent meanwhile."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.listening = asyncio.Event()
        self.mcp: Any = MCPServer("alive", log_level="CRITICAL")
        self.mcp.tool()(where)
        self.mcp.tool()(self.count)
        self.mcp.tool()(self.change)
        self.mcp.tool()(fetch)

    async def count(self, ctx: Context) -> str:
        """Report progress, and wait until the client has it."""
        await ctx.report_progress(1, 2, "one")
        await self.told.wait()
        return "counted"

    async def change(self, ctx: Context) -> str:
        """Tell on the long-lived stream that the tools changed, and wait until the client knows."""
        await ctx.session.send_tool_list_changed()
        await ctx.notify_tools_changed()
        await self.told.wait()
        return "changed"

    def app(self) -> ASGIApp:
        inner = self.mcp.streamable_http_app()

        async def noticing(scope: Scope, receive: Receive, send: Send) -> None:
            async def sent(message: Message) -> None:
                await send(message)
                if scope["method"] == "GET" and message["type"] == "http.response.start":
                    self.listening.set()

            await inner(scope, receive, sent)

        return noticing


def ask_city() -> Elicit[City]:
    return Elicit("Which city?", City)


async def where(city: Annotated[City, Resolve(ask_city)]) -> str:
    """Ask the client in the middle of the call."""
    return f"in {city.name}"


async def fetch() -> str:
    """Ask a provider that is not on this machine."""
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, text="from the provider"))
    async with httpx2.AsyncClient(transport=transport) as client:
        return (await client.get(PROVIDER)).text


async def choose_city(*_: Any) -> types.ElicitResult:
    return types.ElicitResult(action="accept", content={"name": "Ulm"})


@asynccontextmanager
async def linked(era: str) -> AsyncIterator[tuple[Server, Client]]:
    """Serve on loopback in this very event loop, and connect to it."""
    server = Server()

    async def on_message(message: Any) -> None:
        if isinstance(message, types.ToolListChangedNotification):
            server.told.set()

    app = server.app()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(asyncio.timeout(SECONDS))
        await stack.enter_async_context(server.mcp.session_manager.run())
        base = await stack.enter_async_context(serve_app(app))
        client = Client(
            f"{base}/mcp", mode=era, elicitation_callback=choose_city, message_handler=on_message
        )
        yield server, await stack.enter_async_context(client)


async def use_everything(server: Server, client: Client, era: str) -> None:
    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        server.told.set()

    assert text(await client.call_tool("where", {})) == "in Ulm"
    assert text(await client.call_tool("count", {}, progress_callback=on_progress)) == "counted"
    server.told.clear()
    if era == "legacy":
        await server.listening.wait()
        assert text(await client.call_tool("change", {})) == "changed"
    else:
        async with client.listen(tools_list_changed=True) as changes:
            call = asyncio.create_task(client.call_tool("change", {}))
            assert isinstance(await anext(changes), ToolsListChanged)
            server.told.set()
            assert text(await call) == "changed"
    assert text(await client.call_tool("fetch", {})) == "from the provider"


def text(result: types.CallToolResult) -> str:
    (part,) = result.content
    assert isinstance(part, types.TextContent)
    return part.text


@pytest.mark.parametrize("era", ERAS)
async def test_a_link_that_is_not_recorded_stays_alive_while_its_servers_upstream_is(
    era: str, tmp_path: Path
) -> None:
    with harness.use_cassette(path := tmp_path / "a.yaml", record_mode="all"):
        async with linked(era) as (server, client):
            await use_everything(server, client, era)
    assert [item.request.url for item in store.load(path) or []] == [PROVIDER]


@pytest.mark.parametrize("era", ERAS)
async def test_a_link_that_is_recorded_stays_alive(era: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with harness.use_cassette(path, record_mode="all", ignore_localhost=False):
        async with linked(era) as (server, client):
            await use_everything(server, client, era)
    kept = store.load(path) or []
    methods = [json.loads(item.request.body).get("method") for item in kept if item.request.body]
    assert methods.count("tools/call") == (4 if era == "legacy" else 5)
    (provided,) = [item for item in kept if item.request.url == PROVIDER]
    assert provided.response is not None
    assert provided.response.body == b"from the provider"
    (stream,) = [item for item in kept if item.response and b"list_changed" in item.response.body]
    assert stream.request.method == ("GET" if era == "legacy" else "POST")
    assert stream.failure == "truncated", "the client hung up on a stream without an end"
    assert len(stream.chunks) >= 1
    called = [item for item in kept if item.response and b"notifications/progress" in
              item.response.body]  # fmt: skip
    assert [item.failure for item in called] == [None]


@pytest.mark.parametrize("era", ERAS)
async def test_a_link_may_outlive_the_cassette_and_be_older_than_it(
    era: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.yaml"
    async with linked(era) as (server, client):
        with harness.use_cassette(path, record_mode="all", ignore_localhost=False):
            await use_everything(server, client, era)
        recorded = len(store.load(path) or [])
        assert text(await client.call_tool("where", {})) == "in Ulm"
    assert recorded
    assert len(store.load(path) or []) == recorded
