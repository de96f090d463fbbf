"""Send a request on to its origin and pass the answer back while it is recorded."""

from __future__ import annotations

from typing import NamedTuple

import anyio
import httpx
from starlette.types import Receive, Send

from harness.records.http import TransportFailure
from harness.upstream.holding import Ended, Live, Sent, holding
from harness.upstream.live_recording import LiveRecording
from harness.upstream.recorded_play import end_as
from harness.upstream.socket_guard import unguarded

# About the connection to the origin; the connection to the client has its own.
_OWN = frozenset({b"transfer-encoding", b"connection", b"keep-alive"})


class Kept(NamedTuple):
    """How a forwarded exchange ended; status None without an answer."""

    status: int | None = None
    size: int = 0
    failure: TransportFailure | None = None


async def forward(client: httpx.AsyncClient, live: Live, receive: Receive, send: Send) -> Kept:
    """Send what `live` says and pass each piece of the answer back as it arrives.

    It is recorded before the client sees the end. Without a client it ends at once: what nobody
    waited for is a `timeout`, what nobody read to its end is `truncated`.

    Raises:
        CassetteError: it cannot be recorded.
    """
    kept = Kept()
    sent = live.sent
    assert sent is not None, "a request is never sent on as it came: its URL is the stand-in's"

    def keep(ended: Ended) -> None:
        nonlocal kept
        response = ended.response
        if response is None:
            kept = Kept(failure=ended.failure)
        else:
            kept = Kept(response.status, len(response.body), ended.failure)
        live.keep(ended)

    leg = _Leg(LiveRecording(Live(keep)), send)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_cancel_without_client, tasks.cancel_scope, receive)
            with holding(None), unguarded():
                await leg.run(client, sent)
            tasks.cancel_scope.cancel()
    except* Exception as group:
        raise _only(group) from None
    finally:
        leg.close()
    if kept.failure is None:
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    else:
        await end_as(kept.failure, receive, send)
    return kept


class _Leg:
    def __init__(self, recording: LiveRecording, send: Send) -> None:
        self._recording, self._send = recording, send
        self._has_head = False

    async def run(self, client: httpx.AsyncClient, sent: Sent) -> None:
        try:
            async with client.stream(
                sent.method,
                sent.url,
                headers=list(sent.headers),
                content=sent.body,
                timeout=sent.timeout,
            ) as response:
                self._recording.start(response)
                self._has_head = True
                await _start(response, self._send)
                async for chunk in response.aiter_raw():
                    self._recording.add(chunk)
                    await self._send(
                        {"type": "http.response.body", "body": chunk, "more_body": True}
                    )
        except httpx.TransportError as error:
            self._recording.fail(error)
        else:
            self._recording.end()

    def close(self) -> None:
        """Keep what came until the client went; too late for an exchange that ended."""
        if self._has_head:
            self._recording.close()
        else:
            self._recording.fail(httpx.ReadTimeout("nobody waited for the answer"))


async def _start(response: httpx.Response, send: Send) -> None:
    lines = [line for line in response.headers.raw if line[0].lower() not in _OWN]
    await send({"type": "http.response.start", "status": response.status_code, "headers": lines})


async def _cancel_without_client(scope: anyio.CancelScope, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _only(group: BaseExceptionGroup[Exception]) -> Exception:
    """Return the one error there is: of the two tasks, the other only waits."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, Exception)
    return error
