"""A recorded interaction as a response of httpx or httpx2, or as the library's own exception."""

from __future__ import annotations

import functools
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

from harness.cassette.recorded_answer import RecordedAnswer
from harness.upstream.replay_response import body_pieces
from harness.upstream.transport_failure import exception_for


def played(
    library: ModuleType, answer: RecordedAnswer, request: Any, pace: float, *, is_async: bool
) -> Any:
    """Return the recorded response, its body in the recorded pieces.

    `pace` is what the recorded waiting times are multiplied by.

    Raises:
        TransportError: of the library, when the exchange ended without a response.
    """
    failure = answer.failure
    if answer.status is None:
        assert failure is not None, "an interaction is a response, a failure, or both"
        raise exception_for(library, failure, request, is_async=is_async)
    chunks = body_pieces(answer.body, answer.header(b"content-type"), answer.chunks)
    stream: Any
    if failure is None and not pace and len(chunks) < 2:
        stream = library.ByteStream(chunks[0] if chunks else b"")
    else:
        error = None
        if failure is not None:
            error = exception_for(library, failure, request, is_async=is_async)
        waits = _waits(answer, len(chunks), pace)
        stream = _replay_class(library)(chunks, waits, error)
    extensions = {"http_version": b"HTTP/1.1"}
    if answer.reason:  # without one the libraries name the status themselves
        extensions["reason_phrase"] = answer.reason
    return library.Response(
        answer.status, headers=answer.headers, stream=stream, extensions=extensions
    )


def _waits(answer: RecordedAnswer, count: int, pace: float) -> Sequence[float]:
    """Return the seconds to wait before each chunk; the first wait counts from the request."""
    if not pace or not count:
        return ()
    if len(answer.chunks) == count:
        times = [0.0, *(at for at, _ in answer.chunks)]
        return [max(0.0, later - earlier) * pace for earlier, later in pairwise(times)]
    return [answer.seconds * pace, *[0.0] * (count - 1)]


@functools.cache
def _replay_class(library: ModuleType) -> Any:
    class Replay(library.AsyncByteStream, library.SyncByteStream):  # type: ignore[name-defined,misc]
        """Recorded chunks, then the error that the exchange ended with."""

        def __init__(
            self, chunks: list[bytes], waits: Sequence[float], error: Exception | None
        ) -> None:
            self._chunks, self._waits, self._error = chunks, waits, error

        def __iter__(self) -> Iterator[bytes]:
            for place, chunk in enumerate(self._chunks):
                if self._waits:
                    time.sleep(self._waits[place])
                yield chunk
            if self._error is not None:
                raise self._error

        async def __aiter__(self) -> AsyncIterator[bytes]:
            import anyio

            for place, chunk in enumerate(self._chunks):
                if self._waits:
                    await anyio.sleep(self._waits[place])
                yield chunk
            if self._error is not None:
                raise self._error

    return Replay
