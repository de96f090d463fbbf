"""The loopback HTTP door: servers in any language meet their provider here.

The first path segment names the origin that is stood in for: `{base}/api.x.ai/v1` is
`https://api.x.ai/v1`. One stand-in serves a whole run; `upstream` is exchanged between scenarios.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.types import Receive, Scope, Send

from harness.loopback import is_loopback
from harness.records.http import Chunks, HttpRequest, HttpResponse, Interaction, TransportFailure
from harness.upstream.asgi_request import keep_silent, read_request
from harness.upstream.asgi_server import serve_app
from harness.upstream.exchange import MISS_STATUS, Forward, Play, Reply, Upstream
from harness.upstream.replay_response import replay_chunks, replay_headers
from harness.upstream.transport_failure import failure_of


class StandIn:
    """An ASGI app that answers for the provider with whatever `upstream` says."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.upstream: Upstream | None = None
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if not is_loopback(urlsplit(f"//{host}").hostname or ""):
            # A page in a browser can reach loopback under its own name (DNS rebinding).
            await _plain(send, 403, f"Host {host!r} is not loopback\n")
            return
        request = await read_request(scope, receive)
        if self.upstream is None:
            await _plain(send, MISS_STATUS, "toolreel: no scenario is running\n")
            return
        try:
            decision = self.upstream.decide(request)
        except ValueError as error:
            await _plain(send, 400, f"toolreel: {request.url!r} is no URL: {error}\n")
            return
        if isinstance(decision, Play):
            await _play(decision.interaction, receive, send)
        else:
            await self._forward(self.upstream, decision, request, receive, send)

    async def _forward(
        self,
        upstream: Upstream,
        forward: Forward,
        request: HttpRequest,
        receive: Receive,
        send: Send,
    ) -> None:
        started = time.perf_counter()
        head: HttpResponse | None = None
        body = bytearray()
        chunks: list[tuple[float, int]] = []
        failure: TransportFailure | None = None
        try:
            async with self._client.stream(
                forward.method,
                forward.url,
                headers=list(forward.headers),
                content=forward.body,
                timeout=forward.timeout,
            ) as response:
                head = _head(response)
                await _start(send, head)
                async for chunk in response.aiter_raw():
                    body += chunk
                    chunks.append((time.perf_counter() - started, len(chunk)))
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except httpx.TransportError as error:
            failure = failure_of(error, has_head=head is not None)
        seconds = time.perf_counter() - started
        whole = head.model_copy(update={"body": bytes(body)}) if head else None
        upstream.record(forward, request, Reply(whole, failure, seconds, pieces(chunks)))
        await _finish(failure, receive, send)


def pieces(chunks: list[tuple[float, int]]) -> Chunks:
    """Return the chunks to keep: how a body that came in one piece was cut says nothing."""
    return tuple(chunks) if len(chunks) > 1 else ()


def _head(response: httpx.Response) -> HttpResponse:
    return HttpResponse(
        status=response.status_code,
        reason=response.reason_phrase,
        headers=tuple(response.headers.multi_items()),
    )


async def _play(interaction: Interaction, receive: Receive, send: Send) -> None:
    if interaction.response is not None:
        await _start(send, interaction.response)
        for chunk in replay_chunks(interaction.response, interaction.chunks):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await _finish(interaction.failure, receive, send)


async def _start(send: Send, response: HttpResponse) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in replay_headers(response)
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})


async def _finish(failure: TransportFailure | None, receive: Receive, send: Send) -> None:
    """End the exchange as the provider did.

    A stand-in that listens cannot refuse a connection; it closes it without an answer instead,
    for `refused` as for `reset`.
    """
    if failure is None:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    elif failure == "timeout":
        await keep_silent(receive)
        _abort(receive)
    elif failure in ("refused", "reset"):
        _abort(receive)


def _abort(receive: Receive) -> None:
    """Close the connection without a response, which ASGI has no message for.

    uvicorn's `receive` is a method of the request cycle, which knows the transport.
    """
    transport: Any = receive.__self__.transport  # type: ignore[attr-defined]
    transport.abort()


async def _plain(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


@asynccontextmanager
async def serve_standin(port: int = 0) -> AsyncIterator[tuple[str, StandIn]]:
    """Serve a stand-in on loopback; yield its base URL and the stand-in.

    Raises:
        OSError: the port is taken.
    """
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(limits=limits, follow_redirects=False) as client:
        app = StandIn(client)
        async with serve_app(app, port) as base:
            yield base, app
