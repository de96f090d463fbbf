"""The simulators behind a loopback HTTP door.

The first path segment names the origin: `/api.x.ai/v1/chat/completions` stands for
`https://api.x.ai/v1/chat/completions`. The header `x-toolreel-fault` asks for a fault and is
taken off before the provider sees the request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.records.http import HttpRequest
from harness.upstream.asgi_request import read_request
from harness.upstream.asgi_server import serve_app
from harness.upstream.faults import parse_fault
from harness.upstream.wire_answer import Piece, WireAnswer, simulated
from harness.upstream.wire_play import play

FAULT_HEADER = "x-toolreel-fault"


def create_app() -> ASGIApp:
    """Return the ASGI app; it keeps no state."""
    return _app


@asynccontextmanager
async def serve_simulator(port: int = 0) -> AsyncIterator[str]:
    """Serve the simulators while the block runs and give the base URL.

    Append the origin's host and the path to it: `{base}/api.openai.com/v1`.

    Raises:
        OSError: the port is taken.
    """
    async with serve_app(create_app(), port) as base:
        yield base


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise RuntimeError(f"the simulators speak HTTP only, not {scope['type']}")
    await play(_answer(await read_request(scope, receive)), receive, send)


def _answer(request: HttpRequest) -> WireAnswer:
    """Simulate, or say in plain text what is wrong with the fault header."""
    text = request.header(FAULT_HEADER)
    kept = tuple(line for line in request.headers if line[0].lower() != FAULT_HEADER)
    try:
        fault = None if text is None else parse_fault(text)
        if fault is not None and fault.kind == "refused":
            raise ValueError("a refused connection is for the forwarder to make: it has no answer")
        return simulated(request.model_copy(update={"headers": kept}), fault)
    except ValueError as error:
        return WireAnswer(
            status=400,
            headers=(("content-type", "text/plain; charset=utf-8"),),
            pieces=(Piece(f"{FAULT_HEADER}: {error}\n".encode()),),
        )
