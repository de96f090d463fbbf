"""Bodies under a content coding, so that they can be searched and read."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable

from harness.cassette.content_coding import (
    GZIP,
    ZSTD,
    UndecodableBody,
    codings_in,
    decode,
    decoded,
    is_stored_decoded,
    is_utf8,
)
from harness.records.http import Headers


def recoded(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a body that is gzip or Zstandard by itself, changed within; others are untouched."""
    coding = "gzip" if body.startswith(GZIP) else "zstd" if body.startswith(ZSTD) else ""
    if not coding:
        return body
    try:
        plain = decode(body, coding).body
    except UndecodableBody:
        return body
    changed = change(plain)
    if changed == plain:
        return body
    return gzip.compress(changed, mtime=0) if coding == "gzip" else _zstd(changed)


def _zstd(body: bytes) -> bytes:
    import zstandard  # only where a body needs it

    return zstandard.compress(body)


def without_coding(headers: Headers, body: bytes, coding: str) -> tuple[Headers, bytes]:
    """Return header lines and body without the content coding.

    Stored decoded, not encoded again: a recording is there to be read, reviewed and matched. A body
    that is text in spite of its header was decoded by who stored it, and is left alone. What cannot
    be decoded cannot be searched: a digest stands for it.
    """
    if codings_in(coding) and is_stored_decoded(body):
        return headers, body
    try:
        plain, is_whole = decoded(body, coding)
    except UndecodableBody:
        plain, is_whole = _digest(body), False
    if not is_whole and is_utf8(body):
        return headers, body
    return tuple(line for line in headers if line[0].lower() != "content-encoding"), plain


def _digest(body: bytes) -> bytes:
    return f"REDACTED[undecodable:{hashlib.sha256(body).hexdigest()[:8]}]".encode()
