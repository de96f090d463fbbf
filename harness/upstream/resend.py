"""Sending a forwarded request without a server in between: the way to ask a recorded one again."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

from harness.records.http import HttpResponse, TransportFailure
from harness.upstream.exchange import Forward, Reply
from harness.upstream.transport_failure import failure_of

Send = Callable[[Forward], Awaitable[Reply]]


@asynccontextmanager
async def open_sender() -> AsyncIterator[Send]:
    """Yield the function that sends a request and tells how it ended.

    It raises ValueError for a URL or a header that HTTP cannot carry.
    """
    # A new connection each time: on a kept one, small answers wait 40 ms for an acknowledgement.
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(limits=limits, follow_redirects=False) as client:

        async def send(forward: Forward) -> Reply:
            try:
                return await _send(client, forward)
            except httpx.InvalidURL as error:
                raise ValueError(str(error)) from error

        yield send


async def _send(client: httpx.AsyncClient, forward: Forward) -> Reply:
    started = time.perf_counter()
    head: HttpResponse | None = None
    body = bytearray()
    failure: TransportFailure | None = None
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in forward.headers]
    try:
        async with client.stream(
            forward.method,
            forward.url,
            headers=headers,
            content=forward.body,
            timeout=forward.timeout,
        ) as response:
            head = HttpResponse(
                status=response.status_code,
                reason=response.reason_phrase,
                headers=tuple(response.headers.multi_items()),
            )
            async for chunk in response.aiter_raw():
                body += chunk
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
        raise ValueError(str(error)) from error
    except httpx.TransportError as error:
        failure = failure_of(error, has_head=head is not None)
    whole = head.model_copy(update={"body": bytes(body)}) if head is not None else None
    return Reply(whole, failure, time.perf_counter() - started)
