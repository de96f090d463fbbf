"""A live response that is kept while it passes through, each chunk as it arrives."""

from __future__ import annotations

import functools
import time
from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import Any

from harness.errors import CassetteError
from harness.records.http import HttpResponse, TransportFailure
from harness.upstream.holding import Ended, Live
from harness.upstream.stream_end import ends_stream
from harness.upstream.transport_failure import failure_of

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of a body that is recorded; providers take 32 MB at most (fact sheet: providers, §5.4)."""


class LiveRecording:
    """Collects one live exchange until it ends, and has it kept then."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._started = time.perf_counter()
        self._head: HttpResponse | None = None
        self._body = bytearray()
        self._chunks: list[tuple[float, int]] = []
        self._is_finished = False

    def start(self, response: Any) -> None:
        """Take the head of the response."""
        self._head = HttpResponse(
            status=response.status_code,
            reason=response.reason_phrase,
            headers=tuple(response.headers.multi_items()),
        )

    def add(self, chunk: bytes) -> None:
        """Take a chunk of the body.

        Raises:
            CassetteError: the body is larger than `BODY_LIMIT`; nothing of it is kept.
        """
        if len(self._body) + len(chunk) > BODY_LIMIT:
            self._is_finished = True
            self._body.clear()
            raise CassetteError(
                f"a response is larger than {BODY_LIMIT >> 20} MiB, which no cassette holds; it is "
                "not recorded: leave its host out (ignore_hosts), or ask for less"
            )
        self._body += chunk
        self._chunks.append((time.perf_counter() - self._started, len(chunk)))

    def fail(self, error: Exception) -> None:
        """Keep an exchange that ended with the library's exception."""
        self._finish(failure_of(error, has_head=self._head is not None))

    def end(self) -> None:
        """Keep a response that arrived whole."""
        self._finish(None)

    def close(self) -> None:
        """Keep a response that nobody read to its end; too late for one that was."""
        self._finish(None if self._is_whole() else "truncated")

    def _is_whole(self) -> bool:
        assert self._head is not None
        length = self._head.header("content-length")
        if length is not None and length == str(len(self._body)):
            return True
        return ends_stream(bytes(self._body))

    def _finish(self, failure: TransportFailure | None) -> None:
        if self._is_finished:
            return
        self._is_finished = True
        whole = self._head.model_copy(update={"body": bytes(self._body)}) if self._head else None
        seconds = time.perf_counter() - self._started
        self._live.keep(Ended(whole, failure, seconds, tuple(self._chunks)))


def passed_on(library: ModuleType, response: Any, recording: LiveRecording) -> Any:
    """Return the response with a body that `recording` takes as it passes."""
    recording.start(response)
    return library.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=_tee_class(library)(response.stream, recording),
        extensions=response.extensions,
    )


@functools.cache
def _tee_class(library: ModuleType) -> Any:
    class Tee(library.AsyncByteStream, library.SyncByteStream):  # type: ignore[name-defined,misc]
        """Gives what its stream gives, and has it recorded before the reader sees the end."""

        def __init__(self, stream: Any, recording: LiveRecording) -> None:
            self._stream, self._recording = stream, recording

        def __iter__(self) -> Iterator[bytes]:
            try:
                for chunk in self._stream:
                    self._recording.add(chunk)
                    yield chunk
            except library.TransportError as error:
                self._recording.fail(error)
                raise
            self._recording.end()

        def close(self) -> None:
            try:
                self._stream.close()
            finally:
                self._recording.close()

        async def __aiter__(self) -> AsyncIterator[bytes]:
            try:
                async for chunk in self._stream:
                    self._recording.add(chunk)
                    yield chunk
            except library.TransportError as error:
                self._recording.fail(error)
                raise
            self._recording.end()

        async def aclose(self) -> None:
            try:
                await self._stream.aclose()
            finally:
                self._recording.close()

    return Tee
