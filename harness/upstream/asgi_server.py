"""Serve an ASGI app on loopback, in the event loop of the caller."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 1
"""How long a call in flight may last once the server is asked to stop."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Ctrl-C belongs to the program around this server.
        yield


@asynccontextmanager
async def serve_app(app: ASGIApp, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve `app` while the block runs and give its base URL, `http://127.0.0.1:PORT`.

    Port 0 takes a free one. The socket listens before the block starts, so the first call
    cannot be refused. No lifespan events are sent, and no `date` or `server` header is added:
    an answer leaves as the app made it.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.create_server((host, port))
    server = _Server(_config(app))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        with anyio.CancelScope(shield=True):
            await serving
        listener.close()


def _config(app: ASGIApp) -> uvicorn.Config:
    # An app that breaks off an answer on purpose is an error to uvicorn: hence `critical`.
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
