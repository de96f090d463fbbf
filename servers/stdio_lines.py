"""Serving stdio so that no line of a client stays without an answer.

The SDK's parser (mcp 2.3.0) refuses lines that are valid JSON, lone surrogates and deep nesting
among them, and drops what it refuses: the client would wait for ever. Such a line is read again
here with the standard library; what cannot be read then is answered with a JSON-RPC error.
"""

from __future__ import annotations

import json
import re
from typing import Any

import anyio
import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types.jsonrpc import JSONRPCError, JSONRPCRequest
from pydantic import ValidationError

_ID = re.compile(r'"id"\s*:\s*(\d{1,15}|"(?:[^"\\]|\\.){0,200}")')

Incoming = SessionMessage | Exception


async def serve_stdio(server: Server[Any]) -> None:
    """Serve one client over standard input and output until it closes the input."""
    send, receive = anyio.create_memory_object_stream[Incoming](0)

    async def pass_on() -> None:
        async with send:
            async for item in incoming:
                message = _reread(item) if isinstance(item, Exception) else item
                if isinstance(message, JSONRPCError):
                    await outgoing.send(SessionMessage(message))
                else:
                    await send.send(message)

    async with stdio_server() as (incoming, outgoing), anyio.create_task_group() as group:
        group.start_soon(pass_on)
        await server.run(receive, outgoing, server.create_initialization_options())
        group.cancel_scope.cancel()


def _reread(refused: Exception) -> SessionMessage | JSONRPCError:
    """Return the request that a refused line holds, or the error to answer it with."""
    first = refused.errors()[0] if isinstance(refused, ValidationError) else None
    if first is None or first["type"] != "json_invalid":
        return _error(types.INVALID_REQUEST, "Invalid request", None)
    line = str(first["input"])
    try:
        return SessionMessage(JSONRPCRequest.model_validate(json.loads(line)))
    except RecursionError:
        return _error(types.PARSE_ERROR, "Parse error: nested too deeply", _id(line))
    except ValidationError:
        return _error(types.INVALID_REQUEST, "Invalid request", _id(line))
    except ValueError:
        return _error(types.PARSE_ERROR, "Parse error: not JSON", _id(line))


def _id(line: str) -> Any:
    # Arguments may hold an "id" of their own: only an unmistakable one is taken.
    found = _ID.findall(line)
    return json.loads(found[0]) if len(found) == 1 else None


def _error(code: int, message: str, request_id: Any) -> JSONRPCError:
    error = types.ErrorData(code=code, message=message)
    return JSONRPCError(jsonrpc="2.0", id=request_id, error=error)
