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
from harness.upstream.asgi_request import keep_silent, read_request
from harness.upstream.asgi_server import serve_app
from harness.upstream.faults import parse_fault
from harness.upstream.simulators import Answer, simulate

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
    answer = _answer(await read_request(scope, receive))
    if answer.ending == "silent":
        await keep_silent(receive)
    else:
        await _send(answer, send)


def _answer(request: HttpRequest) -> Answer:
    """Simulate, or say in plain text what is wrong with the fault header."""
    text = request.header(FAULT_HEADER)
    kept = tuple(line for line in request.headers if line[0].lower() != FAULT_HEADER)
    try:
        fault = None if text is None else parse_fault(text)
        return simulate(request.model_copy(update={"headers": kept}), fault)
    except ValueError as error:
        return Answer(
            status=400,
            headers=(("content-type", "text/plain; charset=utf-8"),),
            chunks=(f"{FAULT_HEADER}: {error}\n".encode(),),
        )


async def _send(answer: Answer, send: Send) -> None:
    """Send each chunk as its own message; a cut answer ends without the closing one.

    Nothing here sets a content-length, so the server sends chunked: without the terminating
    chunk the client can tell that the body is not whole.
    """
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    for chunk in answer.chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    if answer.ending == "complete":
        await send({"type": "http.response.body", "body": b"", "more_body": False})
