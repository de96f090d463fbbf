"""Compressed bodies are kept as the client would read them, in bounded memory."""

from __future__ import annotations

import base64
import gzip
import zlib

import brotli
import pytest
import zstandard
from recording_samples import ANSWER, VCRPY, har

from harness.cassette.content_coding import BODY_LIMIT
from harness.cassette.importers import plain_body
from harness.cassette.importers.recording import Imported, UnsupportedRecording
from harness.cassette.importers.registry import import_recording
from harness.records.http import HttpResponse

LONG = b'{"text": "' + b"lorem ipsum " * 50_000 + b'"}'


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def cassette(body: bytes, encoding: str, content_type: str = "application/json") -> bytes:
    packed = base64.b64encode(body).decode()
    return f"""
interactions:
- request: {{method: GET, uri: 'https://api.x.ai/v1', body: null, headers: {{}}}}
  response:
    body: {{string: !!binary '{packed}'}}
    headers: {{{encoding}Content-Type: [{content_type}]}}
    status: {{code: 200, message: OK}}
version: 1
""".encode()


def imported(body: bytes, encoding: str | None, content_type: str = "a/json") -> Imported:
    line = f"Content-Encoding: ['{encoding}'], " if encoding else ""
    return import_recording("x", cassette(body, line, content_type))


def response(found: Imported) -> HttpResponse:
    (interaction,) = found.interactions
    assert interaction.response is not None
    return interaction.response


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", bare_deflate),
        ("br", brotli.compress),
        ("zstd", zstandard.compress),
        ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ("zstd", lambda body: zstandard.compress(body[:9]) + zstandard.compress(body[9:])),
        ("deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
        ("identity", bytes),
    ],
)
@pytest.mark.parametrize("body", [ANSWER, LONG])
def test_every_coding_is_taken_off_without_a_note(coding: str, pack, body: bytes) -> None:
    found = imported(pack(body), coding)
    assert response(found).body == body
    assert response(found).header("content-encoding") is None
    assert found.notes == ()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_was_stored_decoded_is_kept(coding: str) -> None:
    found = imported(ANSWER, coding)
    assert response(found).body == ANSWER
    assert response(found).header("content-encoding") is None
    assert found.notes == ()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bytes_that_are_not_in_the_coding_are_kept_with_a_note(coding: str) -> None:
    found = imported(b"\x00\xff" * 20, coding)
    assert response(found).body == b"\x00\xff" * 20
    assert [note.place for note in found.notes] == ["/interactions/0/response"]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", lambda body: brotli.compress(body, quality=4)),
        ("zstd", zstandard.compress),
    ],
)
def test_what_a_cut_body_still_gives_is_kept_with_a_note(coding: str, pack) -> None:
    body = b"".join(b"%d " % (number * number) for number in range(200_000))
    packed = pack(body)
    found = imported(packed[: len(packed) // 2], coding)
    part = response(found).body
    assert part
    assert body.startswith(part)
    assert "cut short" in found.notes[0].reason


def test_gzip_that_no_header_names_is_unpacked_with_a_note() -> None:
    found = imported(gzip.compress(ANSWER), None, "application/json")
    assert response(found).body == ANSWER
    assert "no header said so" in found.notes[0].reason


def test_gzip_that_is_the_content_itself_is_left_alone() -> None:
    packed = gzip.compress(ANSWER)
    found = imported(packed, None, "application/gzip")
    assert (response(found).body, found.notes) == (packed, ())


def test_an_unknown_coding_is_left_alone_with_a_note() -> None:
    found = imported(b"\x00", "compress")
    assert response(found).header("content-encoding") == "compress"
    assert "'compress' is not known" in found.notes[0].reason


def test_a_request_keeps_its_coding_as_a_live_request_would_have_it() -> None:
    packed = gzip.compress(ANSWER, mtime=0)
    text = VCRPY.replace(
        "Content-Type:\n      - app", "Content-Encoding: gzip\n      X:\n      - app"
    )
    text = text.replace("body: '", f"body: !!binary {base64.b64encode(packed).decode()} #", 1)
    (interaction,) = import_recording("x", text.encode()).interactions
    assert interaction.request.body == packed
    assert interaction.request.header("content-encoding") == "gzip"


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", lambda body: brotli.compress(body, quality=5)),
        ("zstd", zstandard.compress),
    ],
)
def test_a_bomb_is_refused_by_name(coding: str, pack) -> None:
    bomb = pack(bytes(BODY_LIMIT + 1))
    with pytest.raises(UnsupportedRecording, match="decompression bomb") as caught:
        imported(bomb, coding)
    assert "/interactions/0/response" in caught.value.reason


def test_many_bodies_that_are_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_body, "DECODED_LIMIT", 3 * len(LONG))
    one = cassette(gzip.compress(LONG), "Content-Encoding: [gzip], ").decode()
    head, entry, tail = one[:15], one[15:-11], one[-11:]
    assert len(import_recording("x", (head + entry * 3 + tail).encode()).interactions) == 3
    with pytest.raises(UnsupportedRecording, match="compressed in the file"):
        import_recording("x", (head + entry * 4 + tail).encode())


def test_a_har_body_in_brotli_pieces_is_decoded() -> None:
    packed = base64.b64encode(brotli.compress(ANSWER)).decode()
    content = {"encoding": "base64", "text": f'["{packed}"]'}
    assert response(import_recording("x", har(content, encoding="br"))).body == ANSWER
