"""Sending a recorded response again: which header lines may be repeated, and in what pieces."""

from __future__ import annotations

import re
from itertools import accumulate

from harness.records.http import Chunks, Headers, HttpResponse

# The server of the second sending sets these itself; the recorded values are often wrong
# (contract sheet: providers, §9, replay traps).
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive"})
_FRAME_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")


def replay_headers(response: HttpResponse) -> Headers:
    """Return the header lines to send with the recorded body.

    `content-encoding` is left out when the body was stored decoded: compressed bytes are not
    UTF-8, decoded text is.
    """
    dropped = set(_FRAMING)
    if _is_text(response.body):
        dropped.add("content-encoding")
    return tuple(line for line in response.headers if line[0].lower() not in dropped)


def replay_chunks(response: HttpResponse, recorded: Chunks = ()) -> list[bytes]:
    """Return the body of `response` in the pieces in which it is sent; see `body_pieces`."""
    content_type = (response.header("content-type") or "").encode("utf-8", "surrogateescape")
    return body_pieces(response.body, content_type, recorded)


def body_pieces(body: bytes, content_type: bytes, recorded: Chunks) -> list[bytes]:
    """Return a body in the pieces in which it is sent.

    As it was recorded when that is known; else an event stream frame by frame.
    """
    if recorded and sum(size for _, size in recorded) == len(body):
        sizes = [size for _, size in recorded]
        return [body[end - size : end] for end, size in zip(accumulate(sizes), sizes, strict=True)]
    if b"text/event-stream" not in content_type:
        return [body] if body else []
    chunks, start = [], 0
    for end in (match.end() for match in _FRAME_END.finditer(body)):
        chunks.append(body[start:end])
        start = end
    if start < len(body):
        chunks.append(body[start:])
    return chunks


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
