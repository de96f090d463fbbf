"""A live exchange in the form in which it is recorded: readable text where that is possible."""

from __future__ import annotations

import datetime
import zlib
from typing import TYPE_CHECKING

from harness.cassette.decoded_body import decoded
from harness.cassette.event_stream import is_event_stream
from harness.records.http import Chunks, HttpRequest, HttpResponse, Interaction

if TYPE_CHECKING:
    from harness.upstream.holding import Ended

_ZLIB = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


def recorded_form(request: HttpRequest, ended: Ended, *, decode: bool | None) -> Interaction:
    """Return the interaction to record.

    Args:
        request: the request with its headers.
        ended: how its exchange ended.
        decode: whether compressed bodies are kept unpacked; None unpacks those that are text.
    """
    response, chunks = ended.response, ended.chunks
    if response is not None and decode is not False:
        response, chunks = _unpacked(response, chunks, only_text=decode is None)
    return Interaction(
        request=request,
        response=response,
        failure=ended.failure,
        seconds=round(ended.seconds, 6),
        chunks=_telling(response, chunks),
        metadata={
            "origin": "live",
            "provider": request.origin.partition("://")[2].rpartition("@")[2],
            "recorded": datetime.datetime.now(datetime.UTC).date().isoformat(),
        },
    )


def _telling(response: HttpResponse | None, chunks: Chunks) -> Chunks:
    """Return the chunks to keep: how a body that came in one piece was cut says nothing.

    An event stream is cut by its frames where nothing is known, so there it says something.
    """
    if response is None or not (len(chunks) > 1 or (chunks and _is_stream(response))):
        return ()
    return tuple((round(at, 6), size) for at, size in chunks)


def _is_stream(response: HttpResponse) -> bool:
    return is_event_stream(response.header("content-type"), "")


def _unpacked(
    response: HttpResponse, chunks: Chunks, *, only_text: bool
) -> tuple[HttpResponse, Chunks]:
    coding = (response.header("content-encoding") or "").strip().lower()
    if not coding or coding == "identity":
        return response, chunks
    body = decoded(response)
    if body == response.body or (only_text and not _is_text(body)):
        return response, chunks
    headers = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value)
        for name, value in response.headers
        if name.lower() != "content-encoding"
    )
    unpacked = response.model_copy(update={"headers": headers, "body": body})
    return unpacked, _unpacked_chunks(response.body, coding, chunks)


def _unpacked_chunks(body: bytes, coding: str, chunks: Chunks) -> Chunks:
    """Return how many bytes were known at each arrival; nothing where that cannot be told."""
    if coding not in _ZLIB:
        return ()
    inflater = zlib.decompressobj(_ZLIB[coding])
    found, at = [], 0
    try:
        for seconds, size in chunks:
            found.append((seconds, len(inflater.decompress(body[at : at + size]))))
            at += size
    except zlib.error:
        return ()
    return tuple((seconds, size) for seconds, size in found if size)


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
