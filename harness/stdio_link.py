"""MCP's stdio transport over a process that the harness holds: one JSON-RPC message a line.

The SDK's own transport hides the process, and with it the exit code that a start-up failure must
show; the messages and the streams are the SDK's.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeGuard

import anyio
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client._transport import TransportStreams
from mcp.shared.message import SessionMessage
from mcp_types import (
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCRequest,
    JSONRPCResponse,
    jsonrpc_message_adapter,
)
from pydantic_core import PydanticSerializationError

from harness.server_process import ServerProcess

logger = logging.getLogger(__name__)

LINE_LIMIT = 64 * 1024 * 1024
"""Longest message, in bytes, that is read from a server."""


@asynccontextmanager
async def stdio_link(server: ServerProcess) -> AsyncGenerator[TransportStreams, None]:
    """Yield the message streams of `server`; they end when its stdout does."""
    to_client, from_server = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    to_server, from_client = anyio.create_memory_object_stream[SessionMessage](0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_read, server, to_client)
        tasks.start_soon(_write, server, from_client)
        try:
            yield from_server, to_server
        finally:
            tasks.cancel_scope.cancel()
            for stream in (to_client, from_server, to_server, from_client):
                stream.close()


async def _read(
    server: ServerProcess, to_client: MemoryObjectSendStream[SessionMessage | Exception]
) -> None:
    assert server.process.stdout is not None
    lines = BufferedByteReceiveStream(server.process.stdout)
    async with to_client:
        try:
            while True:
                line = await lines.receive_until(b"\n", LINE_LIMIT)
                message = _message(line)
                server.hear(line, is_message=isinstance(message, SessionMessage))
                if isinstance(message, SessionMessage) and _is_response(message.message):
                    server.answer(message.message.id)
                await to_client.send(message)
        except (anyio.IncompleteRead, anyio.EndOfStream):
            return
        except (anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.DelimiterNotFound):
            logger.debug("the link to %s is closed", server.command)


def _is_response(message: JSONRPCMessage) -> TypeGuard[JSONRPCResponse | JSONRPCError]:
    return isinstance(message, JSONRPCResponse | JSONRPCError)


def _message(line: bytes) -> SessionMessage | Exception:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError as error:
        return _reread(line) or error


def _reread(line: bytes) -> SessionMessage | None:
    """Return a message that is JSON and yet refused by the SDK's parser: surrogates, depth."""
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_python(json.loads(line)))
    except (ValueError, RecursionError):
        return None


async def _write(
    server: ServerProcess, from_client: MemoryObjectReceiveStream[SessionMessage]
) -> None:
    assert server.process.stdin is not None
    async with from_client:
        async for item in from_client:
            line = f"{_line(item.message)}\n"
            if isinstance(item.message, JSONRPCRequest):
                server.ask(item.message.id)
            try:
                await server.process.stdin.send(line.encode("utf-8"))
            except (anyio.ClosedResourceError, anyio.BrokenResourceError, OSError):
                logger.debug("%s no longer reads", server.command)
                return


def _line(message: JSONRPCMessage) -> str:
    try:
        return message.model_dump_json(by_alias=True, exclude_unset=True)
    except PydanticSerializationError:  # lone surrogates: UTF-8 has none, an escape in JSON has
        return json.dumps(message.model_dump(by_alias=True, exclude_unset=True))
