"""The bytes of a provider's answer, within bounds of size and time."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import anyio
import httpx

from servers.stream_reading import StreamReader

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes, decompressed: as many as `serve.LARGEST_REQUEST`; no completion is longer."""


class TooLarge(Exception):
    """An answer is larger than `LARGEST_ANSWER`; the text says so."""


async def limited(response: httpx.Response) -> AsyncGenerator[bytes]:
    """Yield the chunks of a body.

    Raises:
        TooLarge: it is larger than any answer.
    """
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise TooLarge(f"the answer is larger than {LARGEST_ANSWER} bytes")
        yield chunk


async def whole(response: httpx.Response) -> bytes:
    """Return a body.

    Raises:
        TooLarge: it is larger than any answer.
    """
    async with aclosing(limited(response)) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def from_line_to_line(
    chunks: AsyncIterator[bytes], reader: StreamReader, limit: anyio.CancelScope, seconds: float
) -> AsyncGenerator[bytes]:
    """Yield the chunks of an event stream; each line of it has `seconds` to come.

    `limit` runs while chunks are waited for, not while the caller is told of a delta: that is not
    the provider's time.
    """
    left, lines = seconds, reader.lines
    while True:
        asked = anyio.current_time()
        limit.deadline = asked + left
        chunk = await anext(chunks, None)
        if not limit.cancel_called:  # else the deadline tells that it was a time-out
            limit.deadline = math.inf
        if chunk is None:
            return
        left -= anyio.current_time() - asked
        yield chunk
        if reader.lines > lines:
            left, lines = seconds, reader.lines
