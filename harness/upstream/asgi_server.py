"""Serve an ASGI app on loopback, in the event loop of the caller."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
import uvicorn
from starlette.types import ASGIApp

from harness.upstream.joined_writes import JoiningProtocol

IDLE_SECONDS = 60
"""How long an idle connection is kept: longer than clients do, which send on one that they keep."""
BACKLOG = 1024
"""Connections that wait to be accepted, as many clients at once open them."""
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
        OSError: the port is taken, or `host` is no address of this machine.
    """
    listener = _listener(host, port)
    server = _Server(_config(app))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        with anyio.CancelScope(shield=True):
            await serving
        listener.close()


def _listener(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Named as TCP, which `socket.create_server` leaves open: asyncio switches Nagle's algorithm off
    only for connections of such a socket, and with it on a frame waits up to 40 ms for the
    acknowledgement of the one before.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _config(app: ASGIApp) -> uvicorn.Config:
    # An app that breaks off an answer on purpose is an error to uvicorn: hence `critical`.
    return uvicorn.Config(
        app,
        http=JoiningProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=IDLE_SECONDS,
    )
