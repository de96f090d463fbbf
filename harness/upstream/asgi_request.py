"""Reading a stood-in request from ASGI: the first path segment is the provider's host."""

from __future__ import annotations

import anyio
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from harness.records.http import HttpRequest
from harness.upstream.holding import Asked
from harness.upstream.standin_address import origin_url

SILENCE_SECONDS = 60
"""How long a connection is held without an answer if the client does not give up first."""


class Received(Asked):
    """A request that came in at a stand-in; its headers are decoded when needed."""

    __slots__ = ("_lines",)

    def __init__(self, scope: Scope, body: bytes) -> None:
        # Not as a client's request is read: there is none, and no header is needed to match.
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8")
        self.method: str = scope["method"]
        self.url = origin_url(raw_path, scope["query_string"])
        self.body = body
        self._lines: list[tuple[bytes, bytes]] = scope["headers"]

    def header(self, name: str) -> str | None:
        """Return the first value of the header `name`, or None."""
        wanted = name.lower().encode("latin-1")
        found = (value for key, value in self._lines if key.lower() == wanted)
        value = next(found, None)
        return None if value is None else value.decode("latin-1")

    def whole(self) -> HttpRequest:
        """Return the request as the provider would see it."""
        host = self.url.split("/", 3)[2]
        decoded = ((key.decode("latin-1"), value.decode("latin-1")) for key, value in self._lines)
        lines = ((key, host if key.lower() == "host" else value) for key, value in decoded)
        return HttpRequest.model_construct(
            method=self.method, url=self.url, headers=tuple(lines), body=self.body
        )


async def read_asked(scope: Scope, receive: Receive) -> Received:
    """Return the request with its body; its headers wait until somebody looks at them.

    Raises:
        ClientDisconnect: the client went away before its request was whole.
    """
    return Received(scope, await _read_body(receive))


async def read_request(scope: Scope, receive: Receive) -> HttpRequest:
    """Return the request as the provider would see it; see `origin_url`."""
    return (await read_asked(scope, receive)).whole()


async def _read_body(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


async def keep_silent(receive: Receive) -> None:
    """Wait until the client goes away, for `SILENCE_SECONDS` at most."""
    with anyio.move_on_after(SILENCE_SECONDS):
        while (await receive())["type"] != "http.disconnect":
            pass
