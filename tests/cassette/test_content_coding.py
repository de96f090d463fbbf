"""Every coding is undone piece by piece: bounded, and as far as the bytes go."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from harness.cassette import content_coding
from harness.cassette.content_coding import BodyTooLarge, UndecodableBody, decode, decoded

LONG = b"".join(b"%d " % (number * number) for number in range(30_000))


def bare_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


@cache
def _packed(pack: Callable[[bytes], bytes]) -> bytes:
    return pack(LONG)


def brotli_5(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=5))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli_5,
    "zstd": zstandard.compress,
}
WAYS = [*PACKERS.items(), ("deflate", bare_deflate), ("deflate", gzip.compress)]


def test_every_known_coding_is_tried_here() -> None:
    assert set(PACKERS) == set(content_coding._DECODERS)


@pytest.mark.parametrize(("coding", "pack"), WAYS)
@given(st.binary(max_size=300), st.integers(0, 60))
def test_decoding_is_the_inverse_of_coding(
    coding: str, pack: Callable[[bytes], bytes], body: bytes, times: int
) -> None:
    body *= times
    assert decode(pack(body), coding) == (body, True)


@pytest.mark.parametrize(("coding", "pack"), WAYS)
@given(st.integers(1, 10**6))
def test_a_body_that_was_cut_gives_what_stands_before(
    coding: str, pack: Callable[[bytes], bytes], place: int
) -> None:
    packed = _packed(pack)
    cut = packed[: place % len(packed)]
    found = decode(cut, coding)
    assert LONG.startswith(found.body)
    assert found.is_whole == (not cut) or found.body == LONG
    if len(cut) > 0.9 * len(packed):  # Zstandard gives a block at a time, 128 KiB
        assert len(found.body) > 0.3 * len(LONG)


@pytest.mark.parametrize(("coding", "pack"), WAYS)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_spoilt_bytes_give_bytes_or_a_refusal(
    coding: str, pack: Callable[[bytes], bytes], place: int, bit: int
) -> None:
    spoilt = bytearray(pack(LONG[:3000]))
    spoilt[place % len(spoilt)] ^= 1 << bit
    with contextlib.suppress(UndecodableBody):
        assert isinstance(decode(bytes(spoilt), coding).body, bytes)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_several_members_are_one_body_and_what_follows_them_is_none_of_it(coding: str) -> None:
    packed = PACKERS[coding](b"one ") + PACKERS[coding](b"two")
    assert decode(packed, coding) == (b"one two", True)
    assert decode(packed + b"junk", coding) == (b"one two", True)
    assert decode(packed[:-3], coding).is_whole is False


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_body_of_members_without_end_is_refused(coding: str) -> None:
    with pytest.raises(BodyTooLarge, match="1000 members"):
        decode(PACKERS[coding](b"a") * 1002, coding)


@pytest.mark.parametrize("coding", PACKERS)
def test_a_bomb_is_refused_in_the_memory_of_its_limit(coding: str) -> None:
    bomb, limit = PACKERS[coding](bytes(12 << 20)), 1 << 20
    assert decode(PACKERS[coding](bytes(limit)), coding, limit=limit).body == bytes(limit)
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLarge, match="larger than 1048576 bytes"):
            decode(bomb, coding, limit=limit)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * limit


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    packed = gzip.compress(zlib.compress(LONG))
    assert decoded(packed, " Deflate , , identity,GZIP") == (LONG, True)
    assert decoded(packed[:-200], "deflate, gzip").is_whole is False


@pytest.mark.parametrize("coding", PACKERS)
def test_text_is_no_coded_body(coding: str) -> None:
    assert decoded(b'{"a": "\xc3\xa9"}\r\n', coding) == (b'{"a": "\xc3\xa9"}\r\n', True)
    assert decoded(b"", coding) == (b"", True)
    with pytest.raises(UndecodableBody, match="not in"):
        decode(b"\x00\xff" * 20, coding)


@pytest.mark.parametrize(
    ("header", "message"), [("compress", "unknown coding"), (",".join(["gzip"] * 6), "6 codings")]
)
def test_codings_that_nobody_sends_are_refused(header: str, message: str) -> None:
    with pytest.raises(UndecodableBody, match=message):
        decoded(b"\xff", header)
