"""A provider on loopback that plays raw bytes, and what tests need to talk to a server under test.

Each connection carries one request; its answer is the next script, byte for byte.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
from mcp import Client, MCPError
from mcp.server import Server
from mcp.shared.dispatcher import ProgressFnT

SECONDS = 20.0
KEY = "sk-test-0123456789"

COMPLETION = {
    "id": "c-1",
    "object": "chat.completion",
    "created": 1,
    "model": "grok-4",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}
    ],
}


class Reset:
    """A script step: reset the connection."""


class Stall:
    """A script step: say nothing more, until the client leaves."""


Step = bytes | Reset | Stall


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def response(
    body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None, reason: str = "X"
) -> bytes:
    fields = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} {reason}\r\n{head}connection: close\r\n\r\n".encode() + body


STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    b"transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
)
STREAM_END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@dataclass
class ScriptedProvider:
    requests: list[Request] = field(default_factory=list)
    scripts: list[list[Step]] = field(default_factory=list)
    departures: list[Exception] = field(default_factory=list)
    """What was met where a client left before its request or its answer was whole."""
    url: str = ""

    def plays(self, *steps: Step) -> None:
        self.scripts.append(list(steps))

    def answers(self, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.plays(response(body, status, headers))

    def streams(
        self, *events: Any, done: bool = True, end: tuple[Step, ...] = (STREAM_END,)
    ) -> None:
        """Stream these as `data:` lines (str and bytes as they are), each in a chunk of its own."""
        steps: list[Step] = [STREAM_HEAD]
        for event in events:
            if isinstance(event, bytes):
                steps.append(chunk(event))
            else:
                text = event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n"
                steps.append(chunk(text.encode()))
        if done:
            steps.append(chunk(b"data: [DONE]\n\n"))
        self.plays(*steps, *end)

    @property
    def request(self) -> Request:
        assert len(self.requests) == 1
        return self.requests[0]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await _request(reader))
            await self._play(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError) as departure:
            self.departures.append(departure)
        finally:
            writer.close()

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        steps = self.scripts.pop(0) if self.scripts else [response(json.dumps(COMPLETION).encode())]
        for step in steps:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
                await asyncio.sleep(0)
            elif isinstance(step, Reset):
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, linger
                )
                writer.transport.abort()
                return
            else:
                # The client is meant to leave; some leave with a reset.
                with suppress(ConnectionError):
                    await reader.read()


async def _request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body)


def unused_url() -> str:
    """Return the URL of a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def noting(seen: list[Any]) -> ProgressFnT:
    """Return a progress callback that keeps (count, message) and expects no total."""

    async def note(progress: float, total: float | None, message: str | None) -> None:
        assert total is None
        seen.append((progress, message))

    return note


async def call(
    server: Server[Any],
    tool: str,
    arguments: Any,
    *,
    mode: str = "legacy",
    progress: list[Any] | None = None,
) -> Any:
    """Return the result of one call on a connection of its own, or raise its `MCPError`."""

    note = noting([] if progress is None else progress)

    with anyio.fail_after(SECONDS):
        async with Client(server, mode=mode) as client:
            try:
                return await client.call_tool(tool, arguments, progress_callback=note)
            except MCPError as error:
                raised = error  # raised in here, it would come out as a group
    raise raised


def text_of(result: Any) -> str:
    (item,) = result.content
    return str(item.text)
