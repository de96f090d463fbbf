"""Reading a stood-in request from ASGI: the first path segment is the provider's host."""

from __future__ import annotations

import anyio
from starlette.types import Receive, Scope

from harness.loopback import is_loopback
from harness.records.http import HttpRequest

SILENCE_SECONDS = 60
"""How long a connection is held without an answer if the client does not give up first."""


async def read_request(scope: Scope, receive: Receive) -> HttpRequest:
    """Return the request as the provider would see it: `/api.x.ai/v1` is `https://api.x.ai/v1`.

    An origin on loopback is reached without TLS: `/127.0.0.1:8000/v1` is `http://…`.
    """
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8")
    host, _, path = raw_path.decode("latin-1").lstrip("/").partition("/")
    scheme = "http" if is_loopback(host.rpartition(":")[0] or host) else "https"
    query = scope["query_string"].decode("latin-1")
    return HttpRequest(
        method=scope["method"],
        url=f"{scheme}://{host}/{path}" + (f"?{query}" if query else ""),
        headers=tuple(
            (name, host if name.lower() == "host" else value)
            for name, value in (
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in scope["headers"]
            )
        ),
        body=await _read_body(receive),
    )


async def _read_body(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


async def keep_silent(receive: Receive) -> None:
    """Wait until the client goes away, for `SILENCE_SECONDS` at most."""
    with anyio.move_on_after(SILENCE_SECONDS):
        while (await receive())["type"] != "http.disconnect":
            pass
