"""The same answer in the other forms that HTTP and event streams leave to whoever sends it.

What is here really comes: TCP cuts anywhere, a proxy keeps a whole stream back, gateways end lines
with CRLF, send comments while a model thinks, write `data:` without a blank or number their events,
and compress what they are allowed to (WHATWG HTML §9.2.6; RFC 9110 §8.4, §12.5.3). Left out, since
no provider is known to send them: CR alone, several `data` lines in one event, a byte order mark,
an `event` field in chat streams, trailers, and a last event without a blank line, which a reader
has to drop.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle

from harness.records.http import HttpRequest, HttpResponse
from harness.upstream.replay_response import replay_chunks, replay_headers
from harness.upstream.wire_answer import APART, Piece, WireAnswer

_SIZES = (1, 2, 3)
_MOST_APART = 12
_FIELD = re.compile(rb"^(data|event): ", re.MULTILINE)
_EVENT_STREAM = "text/event-stream"

STREAMED = {
    "pieces": "in pieces of one to three bytes",
    "one-piece": "in one piece",
    "crlf": "with CRLF line ends",
    "comments": "with comments and empty lines between the events",
    "no-blank": "without a blank after the colon",
    "ids": "with an id for each event",
    "gzip": "compressed with gzip",
}
"""Forms of an event stream by name, in words that go on after "sent"."""
WHOLE = {
    "pieces": "in pieces of one to three bytes",
    "charset": "labelled with a charset",
    "gzip": "compressed with gzip",
    "deflate": "compressed with deflate",
    "br": "compressed with br",
    "zstd": "compressed with zstd",
}
"""Forms of a whole answer."""


def framed(name: str, request: HttpRequest, answer: HttpResponse) -> WireAnswer:
    """Return `answer` in the form `name`; as it is where the request does not allow that coding."""
    chunks, headers = replay_chunks(answer), dict(replay_headers(answer))
    is_stream = (answer.header("content-type") or "").startswith(_EVENT_STREAM)
    if name in _CODINGS:
        if name in _allowed(request):
            headers["content-encoding"] = name
            chunks = list(_CODINGS[name](chunks))
    elif name == "charset":
        headers["content-type"] = "application/json; charset=utf-8"
    elif is_stream and name in _EVENTS:
        chunks = list(_EVENTS[name](chunks))
    pieces = _small(b"".join(chunks)) if name == "pieces" else map(Piece, chunks)
    return WireAnswer(status=answer.status, headers=tuple(headers.items()), pieces=tuple(pieces))


def _allowed(request: HttpRequest) -> set[str]:
    """Return the codings that a request names and does not forbid; none is meant by silence."""
    found = set()
    for part in (request.header("accept-encoding") or "").lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";")
        if not re.fullmatch(r"q=0(?:\.0*)?", weight):
            found.add(coding)
    return found


def _small(body: bytes) -> Iterator[Piece]:
    """Yield small pieces, some of them apart: between the bytes of a character where there is."""
    pieces, start = [], 0
    for size in cycle(_SIZES):
        if start >= len(body):
            break
        pieces.append(body[start : start + size])
        start += size
    inside = [n for n, piece in enumerate(pieces) if 0x80 <= piece[0] < 0xC0]
    places = inside or range(len(pieces))
    apart = set(places[:: max(1, len(places) // _MOST_APART)])
    return (Piece(piece, APART if n in apart else 0.0) for n, piece in enumerate(pieces))


def _commented(frames: Iterable[bytes]) -> Iterator[bytes]:
    for number, frame in enumerate(frames):
        yield b": keep-alive\n\n" if number % 2 else b":\n\n\n"
        yield frame


def _numbered(frames: Iterable[bytes]) -> Iterator[bytes]:
    return (b"id: %d\n%s" % (number, frame) for number, frame in enumerate(frames, 1))


_EVENTS: dict[str, Callable[[list[bytes]], Iterable[bytes]]] = {
    "one-piece": lambda frames: [b"".join(frames)],
    "crlf": lambda frames: [frame.replace(b"\n", b"\r\n") for frame in frames],
    "comments": _commented,
    "no-blank": lambda frames: [_FIELD.sub(rb"\1:", frame) for frame in frames],
    "ids": _numbered,
}


def _gzipped(pieces: list[bytes]) -> Iterator[bytes]:
    """Yield each piece so that it can be read before the next one comes."""
    packer = zlib.compressobj(wbits=31)
    for piece in pieces:
        yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def _brotli(pieces: list[bytes]) -> list[bytes]:
    import brotli  # only where a body needs it

    return [brotli.compress(b"".join(pieces))]


def _zstd(pieces: list[bytes]) -> list[bytes]:
    import zstandard  # only where a body needs it

    return [zstandard.compress(b"".join(pieces))]


_CODINGS: dict[str, Callable[[list[bytes]], Iterable[bytes]]] = {
    "gzip": _gzipped,
    "deflate": lambda pieces: [zlib.compress(b"".join(pieces))],
    "br": _brotli,
    "zstd": _zstd,
}
