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
    """Return the body in the pieces in which it is sent.

    As it was recorded when that is known; else an event stream frame by frame.
    """
    if recorded and sum(size for _, size in recorded) == len(response.body):
        sizes = [size for _, size in recorded]
        ends = accumulate(sizes)
        return [response.body[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    if "text/event-stream" not in (response.header("content-type") or ""):
        return [response.body] if response.body else []
    chunks, start = [], 0
    for end in (match.end() for match in _FRAME_END.finditer(response.body)):
        chunks.append(response.body[start:end])
        start = end
    if start < len(response.body):
        chunks.append(response.body[start:])
    return chunks


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
