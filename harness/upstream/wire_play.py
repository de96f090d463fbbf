"""Carry out the plan of an answer, on an ASGI server that can also break a connection."""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
from typing import Any

import anyio
import anyio.lowlevel
from starlette.types import Receive, Send

from harness.upstream.asgi_request import keep_silent
from harness.upstream.wire_answer import WireAnswer

_FLUSH_SECONDS = 5
_LOOK_SECONDS = 0.002
_NO_LINGER = struct.pack("ii", 1, 0)
"""On, and no time to deliver the rest: closing the socket sends a reset (socket(7), SO_LINGER)."""


async def play(answer: WireAnswer, receive: Receive, send: Send) -> None:
    """Send `answer`; stop as soon as the client hangs up.

    Needs uvicorn for every ending but `complete`: ASGI has no message for them.
    """
    if await _is_gone_within(receive, answer.delay):
        return
    if answer.status:
        await _start(answer, send)
        for number, piece in enumerate(answer.pieces):
            if await _is_gone_within(receive, piece.wait):
                return
            if number:
                # Lets uvicorn notice a client that hung up; it drops the rest by itself then. The
                # first piece leaves with the head: Node's fetch (20) hangs on a broken coding else.
                await anyio.lowlevel.checkpoint()
            await send({"type": "http.response.body", "body": piece.body, "more_body": True})
    await _end(answer, receive, send)


async def _start(answer: WireAnswer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _end(answer: WireAnswer, receive: Receive, send: Send) -> None:
    match answer.ending:
        case "complete":
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        case "closed":
            transport = _transport(receive)
            if answer.surplus and not transport.is_closing():
                transport.write(answer.surplus)
            transport.close()
        case "silent":
            await keep_silent(receive)
            _transport(receive).abort()
        case "reset":
            if answer.status:
                await _flush(_transport(receive), send)
            _reset(_transport(receive))


async def _flush(transport: Any, send: Send) -> None:
    """Wait until the client's side has everything: a reset takes back what is on its way."""
    transport.set_write_buffer_limits(0)
    # uvicorn waits for the paused transport before it sends; an empty piece is no bytes.
    await send({"type": "http.response.body", "body": b"", "more_body": True})
    with anyio.move_on_after(_FLUSH_SECONDS):
        # The kernel tells nobody when its queue is empty; it has to be asked.
        while not transport.is_closing() and _queued(transport.get_extra_info("socket")):  # noqa: ASYNC110
            await anyio.sleep(_LOOK_SECONDS)


def _queued(connection: socket.socket) -> int:
    """Return how many bytes the other side has not received yet (tcp(7), SIOCOUTQ)."""
    return int.from_bytes(fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4)), "little")


def _reset(transport: Any) -> None:
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _is_gone_within(receive: Receive, seconds: float) -> bool:
    """Wait for `seconds`, or until the client hangs up."""
    if seconds <= 0:
        return False
    with anyio.move_on_after(seconds):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False


def _transport(receive: Receive) -> Any:
    """Return the connection: uvicorn's `receive` is a method of what knows it."""
    return receive.__self__.transport  # type: ignore[attr-defined]
