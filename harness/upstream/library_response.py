"""A recorded interaction as a response of httpx or httpx2, or as the library's own exception."""

from __future__ import annotations

import functools
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from types import ModuleType
from typing import Any

from harness.records.http import Interaction
from harness.upstream.replay_response import replay_chunks, replay_headers
from harness.upstream.transport_failure import exception_for


def played(library: ModuleType, interaction: Interaction, request: Any, pace: float) -> Any:
    """Return the recorded response, its body in the recorded pieces.

    `pace` is what the recorded waiting times are multiplied by.

    Raises:
        TransportError: of the library, when the exchange ended without a response.
    """
    response, failure = interaction.response, interaction.failure
    if response is None:
        assert failure is not None, "an interaction is a response, a failure, or both"
        raise exception_for(library, failure, request)
    chunks = replay_chunks(response, interaction.chunks)
    stream: Any
    if failure is None and not pace and len(chunks) < 2:
        stream = library.ByteStream(chunks[0] if chunks else b"")
    else:
        error = exception_for(library, failure, request) if failure is not None else None
        waits = _waits(interaction, len(chunks), pace)
        stream = _replay_class(library)(chunks, waits, error)
    return library.Response(
        response.status,
        headers=list(replay_headers(response)),
        stream=stream,
        extensions={
            "http_version": b"HTTP/1.1",
            "reason_phrase": response.reason.encode("ascii", "replace"),
        },
    )


def _waits(interaction: Interaction, count: int, pace: float) -> Sequence[float]:
    """Return the seconds to wait before each chunk; the first wait counts from the request."""
    if not pace or not count:
        return ()
    if len(interaction.chunks) == count:
        times = [0.0, *(at for at, _ in interaction.chunks)]
        return [max(0.0, later - earlier) * pace for earlier, later in pairwise(times)]
    return [interaction.seconds * pace, *[0.0] * (count - 1)]


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
