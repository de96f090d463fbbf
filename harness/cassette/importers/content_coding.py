"""Bodies without their compression (RFC 9110, §8.4), in bounded memory.

A header that names a coding is no proof: many recorders store the body decoded and keep the
header (contract sheet: providers, §9, replay traps). The bytes decide.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from harness.cassette.importers.place import DECODED_LIMIT, InvalidEntry, Place, RefusedFile
from harness.records.http import Headers

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of one body when it is decompressed."""

_PIECE = 64 * 1024
_ZSTD_STEP = 128
_MEMBER_LIMIT = 1000
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_IDENTITY = frozenset({"", "identity", "none"})
_TEXT_TYPE = re.compile(r"text/|application/[^;]*(json|xml|javascript|x-www-form-urlencoded)", re.I)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _NotEncoded(ValueError):
    """The bytes are not in this coding."""


class _CutShort(ValueError):
    """The bytes stop in the middle; `decoded` is what they gave."""

    def __init__(self, decoded: bytes) -> None:
        self.decoded = decoded
        super().__init__("cut short")


class Plain(NamedTuple):
    """A body as the client would read it, and the header lines that fit it."""

    headers: Headers
    body: bytes


def decoded(headers: Headers, body: bytes, place: Place) -> Plain:
    """Return `body` decompressed, and `headers` without the codings that are gone.

    Raises:
        InvalidEntry: a package is missing that this coding needs.
        RefusedFile: the body is larger than `BODY_LIMIT` when it is decompressed, or all bodies
            of the file together are larger than `DECODED_LIMIT`.
    """
    named = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    codings = [part.strip().lower() for part in named.split(",")]
    codings = [coding for coding in codings if coding not in _IDENTITY]
    if not codings and body.startswith(_GZIP) and _has_text_type(headers):
        place.note("the body was gzip and no header said so; it is kept decompressed")
        codings = ["gzip"]
    unknown = [coding for coding in codings if coding not in _DECODERS]
    if unknown:
        place.note(f"content-encoding {unknown[0][:40]!r} is not known; the body is kept as it is")
        return Plain(headers, body)
    for coding in reversed(codings[:5]):
        body = _without(coding, body, place)
    kept = tuple(line for line in headers if line[0].lower() != "content-encoding")
    return Plain(kept, body)


def _has_text_type(headers: Headers) -> bool:
    return any(
        name.lower() == "content-type" and _TEXT_TYPE.match(value) for name, value in headers
    )


def _without(coding: str, body: bytes, place: Place) -> bytes:
    if not body or (_is_text(body) and not body.startswith((_GZIP, _ZSTD))):
        return body
    try:
        plain = _bounded(_DECODERS[coding](body), coding, place)
    except ImportError as error:
        needed = f"a {coding} body needs a package that is not there: pip install {error.name}"
        raise InvalidEntry(place, needed) from error
    except _NotEncoded:
        place.note(f"the header says {coding}, the bytes are not; they are kept as they are")
        return body
    except _CutShort as error:
        place.note(f"the {coding} body is cut short; the part that was there is kept")
        return error.decoded
    return plain


def _bounded(pieces: Iterator[bytes], coding: str, place: Place) -> bytes:
    found, length = [], 0
    try:
        for piece in pieces:
            found.append(piece)
            length += len(piece)
            place.journal.decoded += len(piece)
            if length > BODY_LIMIT:
                raise RefusedFile(_too_large(f"the {coding} body", BODY_LIMIT, place))
            if place.journal.decoded > DECODED_LIMIT:
                raise RefusedFile(
                    _too_large("what is compressed in the file", DECODED_LIMIT, place)
                )
    except _CutShort as error:
        if not length:
            raise _NotEncoded from error
        raise _CutShort(b"".join(found)) from error
    except _NotEncoded:
        if length:  # it began well, then the bytes were spoilt
            raise _CutShort(b"".join(found)) from None
        raise
    return b"".join(found)


def _too_large(what: str, limit: int, place: Place) -> str:
    return (
        f"decompression bomb: {what} is larger than {limit >> 20} MiB when it is decompressed, "
        f"at {place.pointer or '/'}"
    )


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(body) is None


def _gunzip(body: bytes) -> Iterator[bytes]:
    for _ in range(_MEMBER_LIMIT):  # a body may be several gzip members (RFC 1952, §2.2)
        decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
        yield from _inflated(decoder, body)
        body = decoder.unused_data
        if not body.startswith(_GZIP):
            return


def _deflate(body: bytes) -> Iterator[bytes]:
    """Decode what `deflate` means, and the bare stream that some servers send for it."""
    try:
        first = zlib.decompressobj().decompress(body, 1)
    except zlib.error:
        first = b""
    yield from _inflated(zlib.decompressobj(zlib.MAX_WBITS if first else -zlib.MAX_WBITS), body)


def _inflated(decoder: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    while not decoder.eof:
        try:
            piece = decoder.decompress(body, _PIECE)
        except zlib.error as error:
            raise _NotEncoded from error
        body = decoder.unconsumed_tail
        if piece:
            yield piece
        elif not body and not decoder.eof:
            raise _CutShort(b"")


def _brotli(body: bytes) -> Iterator[bytes]:
    import brotli  # only where a body needs it

    decoder = brotli.Decompressor()
    while not decoder.is_finished():
        try:
            piece = decoder.process(body, output_buffer_limit=_PIECE)
        except brotli.error as error:
            raise _NotEncoded from error
        body = b""
        if piece:
            yield piece
        elif decoder.can_accept_more_data() and not decoder.is_finished():
            raise _CutShort(b"")


def _zstd(body: bytes) -> Iterator[bytes]:
    import zstandard  # only where a body needs it

    # RFC 9659 lets a sender use windows of up to 8 MiB.
    context = zstandard.ZstdDecompressor(max_window_size=8 << 20)
    for _ in range(_MEMBER_LIMIT):
        frame, at = context.decompressobj(), 0
        while not frame.eof:
            if at >= len(body):
                raise _CutShort(b"")
            try:
                # Four bytes can stand for 128 KiB, and all that they stand for comes at once.
                piece = frame.decompress(body[at : at + _ZSTD_STEP])
            except zstandard.ZstdError as error:
                raise _NotEncoded from error
            at += _ZSTD_STEP
            if piece:
                yield piece
        body = frame.unused_data + body[at:]
        if not body.startswith(_ZSTD):
            return


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
