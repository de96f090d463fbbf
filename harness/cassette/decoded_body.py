"""Bodies as people read them: content codings undone within bounds, JSON parsed, streams joined."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

from harness.cassette.event_stream import is_event_stream
from harness.cassette.joined_stream import join_stream
from harness.records.http import Message

LARGEST_DECODED = 64 * 1024 * 1024
"""Bytes; what unpacks to more is left packed, so that a bomb costs no memory."""
SHOWN_BYTES = 24


def decoded(message: Message) -> bytes:
    """Return the body without its content codings (RFC 9110 §8.4.1: gzip, deflate, br, zstd).

    A body that is not what its header says, or unpacks to more than `LARGEST_DECODED`, is
    returned as it is: recorders often store the body decoded and keep the header.
    """
    body = message.body
    codings = [part.strip().lower() for part in (message.header("content-encoding") or "").split(",")]
    for coding in reversed(codings):
        unpack = _UNPACKERS.get(coding)
        if unpack is None:
            continue
        try:
            body = unpack(body)
        except Exception:  # each library has its own error, and all mean the same
            return message.body
    return body


def readable(message: Message) -> Any:
    """Return the body as a JSON-like value: JSON, a joined stream, text, or a note about bytes."""
    body = decoded(message)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return {"bytes": len(body), "begins": body[:SHOWN_BYTES].hex()}
    if is_event_stream(message.header("content-type"), text):
        return join_stream(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _inflate(wbits: int) -> Callable[[bytes], bytes]:
    def unpack(body: bytes) -> bytes:
        inflater = zlib.decompressobj(wbits)
        data = inflater.decompress(body, LARGEST_DECODED)
        if not inflater.eof:
            raise ValueError("cut off, or too large")
        return data

    return unpack


def _deflate(body: bytes) -> bytes:
    # "deflate" is zlib by the RFC, and raw from some servers.
    try:
        return _inflate(zlib.MAX_WBITS)(body)
    except zlib.error:
        return _inflate(-zlib.MAX_WBITS)(body)


def _brotli(body: bytes) -> bytes:
    import brotli

    unpacker = brotli.Decompressor()
    data: bytes = unpacker.process(body, output_buffer_limit=LARGEST_DECODED)
    if not unpacker.is_finished():
        raise ValueError("cut off, or too large")
    return data


def _zstd(body: bytes) -> bytes:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(body)
    data: bytes = reader.read(LARGEST_DECODED + 1)
    if len(data) > LARGEST_DECODED:
        raise ValueError("too large")
    return data


_UNPACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _inflate(zlib.MAX_WBITS | 16),
    "x-gzip": _inflate(zlib.MAX_WBITS | 16),
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
