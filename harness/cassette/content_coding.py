"""Content codings of bodies (RFC 9110, §8.4) undone, in bounded memory.

A body that was cut off, or spoilt on its way, gives what stands before that. brotli and zstandard
decode piece by piece, which other packages with both codings cannot.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes after decoding; providers take 32 MB at most (contract sheet: providers, §5.4)."""
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
"""How bodies in these codings begin (RFC 1952, §2.3.1; RFC 8878, §3.1.1)."""

MOST_CODINGS = 5
"""Codings of one body; nobody sends more than two."""

_PIECE = 64 * 1024
_ZSTD_STEP = 128
_MOST_MEMBERS = 1000
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UndecodableBody(ValueError):
    """The body is not what its `content-encoding` says, or the coding is unknown."""


class BodyTooLarge(UndecodableBody):
    """The body is out of all proportion when it is decoded."""


_Member = Generator[bytes, None, bytes]
"""Yields pieces of one member, and returns the bytes behind it."""


class Decoded(NamedTuple):
    """A body without a coding; `is_whole` is False when the rest of it was missing or spoilt."""

    body: bytes
    is_whole: bool


class _Cut(Exception):
    """The bytes end before the body does."""


class _Spoilt(Exception):
    """The bytes are not in the coding, or no longer."""


def codings_in(header: str) -> tuple[str, ...]:
    """Return the codings that a `content-encoding` names, in the order they were applied."""
    names = (part.strip().lower() for part in header.split(","))
    return tuple(name for name in names if name not in ("", "identity", "none"))


def is_known(coding: str) -> bool:
    """Tell whether bodies in `coding`, as `codings_in` has it, can be decoded."""
    return coding in _DECODERS


def is_utf8(body: bytes) -> bool:
    """Tell whether `body` is text in UTF-8."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_stored_decoded(body: bytes) -> bool:
    """Tell whether `body` is text already, whatever its header says.

    Many recorders store the body decoded and keep the header (contract sheet: providers, §9).
    """
    return is_utf8(body) and _CONTROLS.search(body) is None


def decode(body: bytes, coding: str, *, limit: int = BODY_LIMIT) -> Decoded:
    """Return `body` without one coding.

    Raises:
        BodyTooLarge: there are more than `limit` bytes, or more than 1000 members.
        UndecodableBody: nothing in it is in this coding, or the coding is unknown.
    """
    if coding not in _DECODERS:
        raise UndecodableBody(f"unknown coding {coding[:40]!r}")
    found = bytearray()
    try:
        for piece in _DECODERS[coding](body) if body else ():
            if len(found) + len(piece) > limit:
                raise BodyTooLarge(f"larger than {limit} bytes when it is decompressed")
            found += piece
    except _Cut:
        return Decoded(bytes(found), is_whole=False)
    except _Spoilt as error:
        if not found:
            raise UndecodableBody(f"not in {coding}") from error
        return Decoded(bytes(found), is_whole=False)
    return Decoded(bytes(found), is_whole=True)


def decoded(body: bytes, header: str, *, limit: int = BODY_LIMIT) -> Decoded:
    """Return `body` without the codings that a `content-encoding` names, the last first.

    Text is returned as it is, see `is_stored_decoded`.

    Raises:
        BodyTooLarge: it has more than `limit` bytes after one of them, or more than 1000 members.
        UndecodableBody: a coding is unknown or does not fit the body, or there are more than five.
    """
    codings, is_whole = codings_in(header), True
    if len(codings) > MOST_CODINGS:
        raise UndecodableBody(f"{len(codings)} codings")
    for coding in reversed(codings):
        if is_stored_decoded(body):
            break
        body, is_this_whole = decode(body, coding, limit=limit)
        is_whole &= is_this_whole
    return Decoded(body, is_whole)


def _members(body: bytes, begin: bytes, member: Callable[[bytes], _Member]) -> Iterator[bytes]:
    """Decode one member after the other; what else follows them is no part of the body."""
    for _ in range(_MOST_MEMBERS):
        body = yield from member(body)
        if not body.startswith(begin):
            return
    raise BodyTooLarge(f"of more than {_MOST_MEMBERS} members")


def _gunzip(body: bytes) -> Iterator[bytes]:
    return _members(body, GZIP, lambda rest: _inflated(16 + zlib.MAX_WBITS, rest))


def _deflate(body: bytes) -> Iterator[bytes]:
    """Decode what `deflate` means, and what some servers send for it: the bare stream, or gzip."""
    if body[:1] == GZIP[:1]:  # no deflate stream begins so
        return _gunzip(body)
    # Its first two bytes tell zlib (RFC 1950, §2.2).
    is_zlib = body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0
    return _inflated(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, body)


def _inflated(window: int, body: bytes) -> _Member:
    """Yield what a member says, and return the bytes behind it."""
    decoder = zlib.decompressobj(window)
    while not decoder.eof:
        try:
            piece = decoder.decompress(body, _PIECE)
        except zlib.error as error:
            raise _Spoilt from error
        body = decoder.unconsumed_tail
        if piece:
            yield piece
        elif not body and not decoder.eof:
            raise _Cut
    return decoder.unused_data


def _brotli(body: bytes) -> Iterator[bytes]:
    import brotli  # only where a body needs it

    decoder = brotli.Decompressor()
    while not decoder.is_finished():
        try:
            piece = decoder.process(body, output_buffer_limit=_PIECE)
        except brotli.error as error:
            raise _Spoilt from error
        body = b""
        if piece:
            yield piece
        elif decoder.can_accept_more_data() and not decoder.is_finished():
            raise _Cut


def _unzstd(body: bytes) -> Iterator[bytes]:
    import zstandard  # only where a body needs it

    # RFC 9659 lets a sender use windows of up to 8 MiB.
    context = zstandard.ZstdDecompressor(max_window_size=8 << 20)

    def frame(rest: bytes) -> _Member:
        decoder, at = context.decompressobj(), 0
        while not decoder.eof:
            if at >= len(rest):
                raise _Cut
            try:
                # Four bytes can stand for 128 KiB, and all that they stand for comes at once.
                piece = decoder.decompress(rest[at : at + _ZSTD_STEP])
            except zstandard.ZstdError as error:
                raise _Spoilt from error
            at += _ZSTD_STEP
            if piece:
                yield piece
        return decoder.unused_data + rest[at:]

    return _members(body, ZSTD, frame)


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _unzstd,
}
