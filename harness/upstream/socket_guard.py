"""No way out for a transport that goes past the door while nothing may go live."""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from harness.errors import CassetteError
from harness.loopback import is_loopback

_guarded: ContextVar[str | None] = ContextVar("toolreel_guarded", default=None)


@contextmanager
def guarded(transport: str) -> Iterator[None]:
    """Refuse each connection to another machine that is opened in this block."""
    patch_sockets()
    token = _guarded.set(transport)
    try:
        yield
    finally:
        _guarded.reset(token)


@contextmanager
def unguarded() -> Iterator[None]:
    """Let connections be opened again: this request was let out on purpose."""
    if _guarded.get() is None:
        yield
        return
    token = _guarded.set(None)
    try:
        yield
    finally:
        _guarded.reset(token)


@functools.cache
def patch_sockets() -> None:
    """Patch the two ways to open a connection, once and for good."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _checked(getattr(socket.socket, name)))


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def connect(self: socket.socket, address: Any) -> Any:
        transport = _guarded.get()
        if transport is not None and self.family != socket.AF_UNIX:
            host = str(address[0])
            if not is_loopback(host):
                self.close()
                raise CassetteError(
                    f"{transport} opened a connection to {host} past the cassette, which replays "
                    "only; let it send through a transport of httpx or httpx2, or record with "
                    'record_mode="new_episodes"'
                )
        return original(self, address)

    return connect
