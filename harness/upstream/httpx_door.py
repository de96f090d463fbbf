"""The door in process: what httpx and httpx2 send goes to the upstream of the running scenario.

The transports are patched once and for good; a context variable says which upstream holds, so
overlapping tasks stay apart. Loopback is never held: the harness's own links run over it.
"""

from __future__ import annotations

import functools
import importlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from harness.loopback import is_loopback
from harness.records.http import HttpRequest, HttpResponse, Interaction, TransportFailure
from harness.upstream.exchange import Forward, Play, Reply, Upstream
from harness.upstream.replay_response import replay_chunks, replay_headers
from harness.upstream.standin import pieces, transport_failure

_active: ContextVar[Upstream | None] = ContextVar("toolreel_upstream", default=None)
_EXCEPTIONS: dict[TransportFailure, tuple[str, str]] = {
    "refused": ("ConnectError", "All connection attempts failed"),
    "reset": ("RemoteProtocolError", "Server disconnected without sending a response."),
    "timeout": ("ReadTimeout", "The read operation timed out"),
    "truncated": (
        "RemoteProtocolError",
        "peer closed connection without sending complete message body",
    ),
}


@contextmanager
def held(upstream: Upstream) -> Iterator[None]:
    """Let `upstream` answer every request that is made in this context to another machine."""
    _patch_once()
    token = _active.set(upstream)
    try:
        yield
    finally:
        _active.reset(token)


@functools.cache
def _patch_once() -> None:
    for name in ("httpx", "httpx2"):
        library = importlib.import_module(name)
        asynchronous, synchronous = library.AsyncHTTPTransport, library.HTTPTransport
        asynchronous.handle_async_request = _async_door(library, asynchronous.handle_async_request)
        synchronous.handle_request = _sync_door(library, synchronous.handle_request)


def _holder(request: Any) -> Upstream | None:
    return None if is_loopback(request.url.host) else _active.get()


def _async_door(library: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    async def handle_async_request(self: Any, request: Any) -> Any:
        upstream = _holder(request)
        if upstream is None:
            return await original(self, request)
        known = _request(request, await request.aread())
        decision = upstream.decide(known)
        if isinstance(decision, Play):
            return _played(library, decision.interaction, request)
        recording = _Recording(upstream, decision, known)
        try:
            response = await original(self, _forwarded(library, decision))
        except library.TransportError as error:
            recording.finish(error)
            raise
        recording.start(response)
        return _passed_on(library, response, _async_tee(library, response.stream, recording))

    return handle_async_request


def _sync_door(library: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def handle_request(self: Any, request: Any) -> Any:
        upstream = _holder(request)
        if upstream is None:
            return original(self, request)
        known = _request(request, request.read())
        decision = upstream.decide(known)
        if isinstance(decision, Play):
            return _played(library, decision.interaction, request)
        recording = _Recording(upstream, decision, known)
        try:
            response = original(self, _forwarded(library, decision))
        except library.TransportError as error:
            recording.finish(error)
            raise
        recording.start(response)
        return _passed_on(library, response, _sync_tee(library, response.stream, recording))

    return handle_request


def _request(request: Any, body: bytes) -> HttpRequest:
    return HttpRequest(
        method=request.method,
        url=str(request.url),
        headers=tuple(request.headers.multi_items()),
        body=body,
    )


def _forwarded(library: ModuleType, forward: Forward) -> Any:
    return library.Request(
        forward.method,
        forward.url,
        headers=list(forward.headers),
        content=forward.body,
        extensions={
            "timeout": dict.fromkeys(("connect", "read", "write", "pool"), forward.timeout)
        },
    )


def _passed_on(library: ModuleType, response: Any, stream: Any) -> Any:
    return library.Response(
        response.status_code,
        headers=response.headers.multi_items(),
        stream=stream,
        extensions=response.extensions,
    )


class _Recording:
    """Collects one forwarded response until it ends."""

    def __init__(self, upstream: Upstream, forward: Forward, request: HttpRequest) -> None:
        self._upstream, self._forward, self._request = upstream, forward, request
        self._started = time.perf_counter()
        self._head: HttpResponse | None = None
        self._body = bytearray()
        self._chunks: list[tuple[float, int]] = []
        self._is_finished = False

    def start(self, response: Any) -> None:
        self._head = HttpResponse(
            status=response.status_code,
            reason=response.reason_phrase,
            headers=tuple(response.headers.multi_items()),
        )

    def add(self, chunk: bytes) -> None:
        self._body += chunk
        self._chunks.append((time.perf_counter() - self._started, len(chunk)))

    def finish(self, error: Exception | None = None, *, is_whole: bool = True) -> None:
        """Keep the response; the first call counts, a later one (closing) is too late."""
        if self._is_finished:
            return
        self._is_finished = True
        has_head = self._head is not None
        failure = transport_failure(error, has_head=has_head) if error else None
        if not is_whole:
            failure = "truncated"
        whole = self._head.model_copy(update={"body": bytes(self._body)}) if self._head else None
        seconds = time.perf_counter() - self._started
        self._upstream.record(
            self._forward, self._request, Reply(whole, failure, seconds, pieces(self._chunks))
        )


def _played(library: ModuleType, interaction: Interaction, request: Any) -> Any:
    """Return the recorded response as the library's own, or raise its own error."""
    error = None
    if interaction.failure is not None:
        name, text = _EXCEPTIONS[interaction.failure]
        error = getattr(library, name)(text, request=request)
    if interaction.response is None:
        assert error is not None
        raise error
    return library.Response(
        interaction.response.status,
        headers=list(replay_headers(interaction.response)),
        stream=_replay_stream(
            library, replay_chunks(interaction.response, interaction.chunks), error
        ),
        extensions={"reason_phrase": interaction.response.reason.encode("ascii", "replace")},
    )


def _replay_stream(library: ModuleType, chunks: list[bytes], error: Exception | None) -> Any:
    class Replay(library.AsyncByteStream, library.SyncByteStream):  # type: ignore[name-defined,misc]
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for chunk in self:
                yield chunk

        def __iter__(self) -> Iterator[bytes]:
            yield from chunks
            if error is not None:
                raise error

    return Replay()


def _async_tee(library: ModuleType, stream: Any, recording: _Recording) -> Any:
    class Tee(library.AsyncByteStream):  # type: ignore[name-defined,misc]
        async def __aiter__(self) -> AsyncIterator[bytes]:
            try:
                async for chunk in stream:
                    recording.add(chunk)
                    yield chunk
            except library.TransportError as error:
                recording.finish(error)
                raise
            recording.finish()

        async def aclose(self) -> None:
            await stream.aclose()
            recording.finish(is_whole=False)

    return Tee()


def _sync_tee(library: ModuleType, stream: Any, recording: _Recording) -> Any:
    class Tee(library.SyncByteStream):  # type: ignore[name-defined,misc]
        def __iter__(self) -> Iterator[bytes]:
            try:
                for chunk in stream:
                    recording.add(chunk)
                    yield chunk
            except library.TransportError as error:
                recording.finish(error)
                raise
            recording.finish()

        def close(self) -> None:
            stream.close()
            recording.finish(is_whole=False)

    return Tee()
