"""Bodies under a `content-encoding`: decoded within bounds, so that they can be searched and read.

cramjam has brotli and Zstandard in one small package. httpx would announce `br` and `zstd` as soon
as the packages that it knows of are installed, and servers under test would send other headers.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable
from typing import Any

from harness.records.http import Headers

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes after decoding; providers take 32 MB at most (contract sheet: providers, §5.4)."""
_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_AUTO, _RAW = 47, -15  # zlib's window bits: gzip or zlib by its header; deflate without one


class UndecodableBody(ValueError):
    """The body is not what its `content-encoding` says, or larger than the bound."""


def decoded(body: bytes, coding: str) -> bytes:
    """Return `body` without the codings that the header lists (RFC 9110 §8.4), the last first.

    A gzip or deflate body that was cut off gives what had arrived.

    Raises:
        UndecodableBody: a coding is unknown, does not fit the body, or the result is too large.
    """
    for name in reversed(coding.lower().split(",")):
        decode = _DECODERS.get(name.strip())
        if decode is None:
            raise UndecodableBody(f"unknown coding {name.strip()!r}")
        body = decode(body)
    return body


def recoded(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a body that is gzip or Zstandard by itself, changed within; others are untouched."""
    coding = "gzip" if body.startswith(_GZIP) else "zstd" if body.startswith(_ZSTD) else ""
    if not coding:
        return body
    try:
        plain = decoded(body, coding)
    except UndecodableBody:
        return body
    changed = change(plain)
    if changed == plain:
        return body
    return gzip.compress(changed, mtime=0) if coding == "gzip" else _cramjam("zstd", changed)


def _cramjam(module: str, body: bytes) -> bytes:
    import cramjam  # only bodies that are compressed so need it

    return bytes(getattr(cramjam, module).compress(body))


def _inflated(body: bytes) -> bytes:
    # Some servers send raw deflate in spite of RFC 9110; zlib's first two bytes tell (RFC 1950).
    is_zlib = body[:1] == _GZIP[:1] or (body[0] & 15 == 8 and not int.from_bytes(body[:2]) % 31)
    return _zlib(body, _AUTO if is_zlib else _RAW)


def _gunzipped(body: bytes) -> bytes:
    return _zlib(body, _AUTO)


def _zlib(body: bytes, window: int) -> bytes:
    found = bytearray()
    while body:
        stream = zlib.decompressobj(window)
        try:
            found += stream.decompress(body, LARGEST_BODY + 1 - len(found))
        except zlib.error as error:
            raise UndecodableBody(str(error)) from error
        if len(found) > LARGEST_BODY:
            raise UndecodableBody("too large")
        body = stream.unused_data
    return bytes(found)


def _with_cramjam(name: str) -> Callable[[bytes], bytes]:
    def decode(body: bytes) -> bytes:
        import cramjam  # only bodies that are compressed so need it

        codec: Any = getattr(cramjam, name)
        size = max(64 * 1024, 16 * len(body))
        while size <= 16 * LARGEST_BODY:
            room = bytearray(min(size, LARGEST_BODY))
            try:
                return bytes(memoryview(room)[: codec.decompress_into(body, room)])
            except cramjam.DecompressionError as error:
                if "whole buffer" not in str(error):
                    raise UndecodableBody(str(error)) from error
            size *= 16
        raise UndecodableBody("too large")

    return decode


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _with_cramjam("brotli"),
    "zstd": _with_cramjam("zstd"),
}


def without_coding(headers: Headers, body: bytes, coding: str) -> tuple[Headers, bytes]:
    """Return header lines and body without the content coding.

    Stored decoded, not encoded again: a recording is there to be read, reviewed and matched. A body
    that is text in spite of its header was decoded by who stored it, and is left alone. What cannot
    be decoded cannot be searched: a digest stands for it.
    """
    try:
        plain = decoded(body, coding)
    except UndecodableBody:
        if _is_text(body):
            return headers, body
        plain = f"REDACTED[undecodable:{hashlib.sha256(body).hexdigest()[:8]}]".encode()
    return tuple(line for line in headers if line[0].lower() != "content-encoding"), plain


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
