"""Transports that are not the library's own: the client's choice of a transport is intercepted.

One that wraps the library's own transport is let run, so that its logic (retries, caches) runs on
replay as well: the door stands behind it. Any other one gets the door in front of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from harness.upstream.holding import Holder, current
from harness.upstream.socket_guard import guarded

SEARCHED_DEPTH = 4
SEARCHED_OBJECTS = 500
# An app under test in this process, not an upstream of it.
_TEST_CLIENTS = ("starlette.testclient", "fastapi.testclient")

Send = Callable[[ModuleType, Holder, Callable[[Any], Any], Any], Any]


def patch_client(library: ModuleType, client: Any, send: Send) -> None:
    """Let `client` choose what `_intercepted` makes of its transports."""
    original = client._transport_for_url
    own = (library.HTTPTransport, library.AsyncHTTPTransport)

    @functools.wraps(original)
    def transport_for_url(self: Any, url: Any) -> Any:
        transport = original(self, url)
        if type(transport) in own:
            return transport
        holder = current()
        if holder is None or holder.leaves_alone(library.__name__, url.host):
            return transport
        return _intercepted(library, own, holder, transport, send)

    client._transport_for_url = transport_for_url


def _intercepted(
    library: ModuleType, own: tuple[type, ...], holder: Holder, transport: Any, send: Send
) -> Any:
    if type(transport).__module__ in _TEST_CLIENTS:
        return transport
    if not _reaches(transport, own):
        return _Before(library, holder, transport, send)
    return transport if holder.may_go_live else _Guarded(transport)


def _reaches(transport: Any, own: tuple[type, ...]) -> bool:
    """Tell whether `transport` is, or holds somewhere, a transport that has the door in it."""
    waiting, seen = [transport], {id(transport)}
    for _ in range(SEARCHED_DEPTH):
        inner: list[Any] = []
        for item in waiting:
            if isinstance(item, own):
                return True
            inner += [part for part in _parts(item) if id(part) not in seen]
            seen.update(map(id, inner))
        waiting = inner[:SEARCHED_OBJECTS]
    return any(isinstance(item, own) for item in waiting)


def _parts(item: Any) -> Iterator[Any]:
    if isinstance(item, list | tuple | set | frozenset):
        yield from item
    elif isinstance(item, dict):
        yield from item.values()
    elif not isinstance(item, type | ModuleType | str | bytes):
        yield from getattr(item, "__dict__", {}).values()
        for kind in type(item).__mro__:
            for name in getattr(kind, "__slots__", ()):
                if isinstance(name, str) and hasattr(item, name):
                    yield getattr(item, name)


class _Before:
    """The door in front of a transport that has none in it."""

    def __init__(self, library: ModuleType, holder: Holder, transport: Any, send: Send) -> None:
        self._library, self._holder = library, holder
        self._transport, self._send = transport, send

    def handle_request(self, request: Any) -> Any:
        return self._send(self._library, self._holder, self._transport.handle_request, request)

    async def handle_async_request(self, request: Any) -> Any:
        return await self._send(
            self._library, self._holder, self._transport.handle_async_request, request
        )


class _Guarded:
    """A transport that has the door in it, and must not find another way out."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._name = type(transport).__qualname__

    def handle_request(self, request: Any) -> Any:
        with guarded(self._name):
            return self._transport.handle_request(request)

    async def handle_async_request(self, request: Any) -> Any:
        with guarded(self._name):
            return await self._transport.handle_async_request(request)
