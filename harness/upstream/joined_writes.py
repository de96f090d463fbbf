"""Writes of one turn of the event loop leave together: fifty frames are one system call.

What the client receives stays the same byte for byte, each frame in a chunk of its own; only frames
with a wait between them leave apart.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

JOINED_BYTES = 64 * 1024
"""More than this is not held back."""


class JoinedWrites:
    """A transport whose `write` waits for the end of the turn; anything else is done at once."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._waiting: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """Return what the transport itself has, once everything was written."""
        self.flush()
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write `data` with the rest of this turn."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.flush)
        self._waiting.append(data)
        self._size += len(data)
        if self._size > JOINED_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        if waiting and not self._transport.is_closing():
            self._transport.write(b"".join(waiting))

    def abort(self) -> None:
        """Close the connection without sending what waits."""
        self._waiting.clear()
        self._transport.abort()

    def is_closing(self) -> bool:
        """Tell whether the connection is closed, or about to be."""
        closing: bool = self._transport.is_closing()
        return closing


class JoiningProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's own, over a transport that joins its writes."""

    def connection_made(self, transport: Any) -> None:
        """Take a new connection."""
        super().connection_made(JoinedWrites(transport))
