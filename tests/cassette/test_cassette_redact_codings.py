import gzip
import hashlib
import json
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from harness.cassette import content_coding
from harness.cassette.redact import RedactionRules, Redactor
from harness.cassette.redaction.chunk_sizes import rescaled
from harness.records.http import Chunks, HttpResponse, Interaction

SECRET = "planted-4711-secret"
REDACTOR = Redactor({"KEY": SECRET})
PLAIN = json.dumps({"echo": SECRET}).encode()
CODED = {
    "gzip": gzip.compress(PLAIN),
    "deflate": zlib.compress(PLAIN),
    "x-gzip": gzip.compress(PLAIN[:9]) + gzip.compress(PLAIN[9:]),
    "br": brotli.compress(PLAIN),
    "zstd": zstandard.compress(PLAIN),
    "gzip, br": brotli.compress(gzip.compress(PLAIN)),
    "Identity": PLAIN,
}
RAW_DEFLATE = zlib.compress(PLAIN)[2:-4]


def response(body: bytes, coding: str) -> HttpResponse:
    length = ("Content-Length", str(len(body)))
    return HttpResponse(status=200, headers=(("Content-Encoding", coding), length), body=body)


@pytest.mark.parametrize(
    ("coding", "body"), [*CODED.items(), ("deflate", RAW_DEFLATE)], ids=[*CODED, "raw deflate"]
)
def test_a_compressed_body_is_stored_decoded_and_without_secrets(coding: str, body: bytes) -> None:
    redacted = REDACTOR.response(response(body, coding))
    assert redacted.body == b'{"echo": "REDACTED[KEY]"}'
    assert redacted.headers == (("Content-Length", "25"),)
    assert REDACTOR.response(redacted) is redacted


def test_what_had_arrived_of_a_gzip_body_is_kept() -> None:
    body = gzip.compress(bytes(range(256)) * 9)[:100]
    assert REDACTOR.response(response(body, "gzip")).body.startswith(bytes(range(10)))


def test_text_under_a_header_that_says_compressed_is_taken_as_it_is() -> None:
    redacted = REDACTOR.response(response(PLAIN, "br"))
    assert redacted.body == b'{"echo": "REDACTED[KEY]"}'
    assert redacted.header("content-encoding") == "br"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "unknown"])
@pytest.mark.parametrize("begin", ["\x00 ", "\x1b[1m"])
def test_text_with_control_characters_is_taken_as_it_is(coding: str, begin: str) -> None:
    redacted = REDACTOR.response(response(f"{begin}{SECRET} é".encode(), coding))
    assert redacted.body == f"{begin}REDACTED[KEY] é".encode()
    assert redacted.header("content-encoding") == coding


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "unknown"])
def test_what_cannot_be_decoded_is_replaced_by_its_digest(coding: str) -> None:
    body = b"\xff\xfe\xfd" + SECRET.encode()
    shown = f"REDACTED[undecodable:{hashlib.sha256(body).hexdigest()[:8]}]"
    redacted = REDACTOR.response(response(body, coding))
    assert redacted.body == shown.encode()
    assert redacted.header("content-encoding") is None
    off = Redactor({}, RedactionRules(off=frozenset({"content-coding"})))
    assert off.response(response(body, coding)).header("content-encoding") == coding


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_file_that_is_compressed_by_itself_stays_compressed(coding: str) -> None:
    redacted = REDACTOR.body(CODED[coding])
    assert content_coding.decode(redacted, coding).body == b'{"echo": "REDACTED[KEY]"}'
    assert REDACTOR.body(redacted) == redacted
    other = gzip.compress(b"nothing", mtime=1)
    assert REDACTOR.body(other) is other
    assert REDACTOR.body(b"\x1f\x8b\x08 no") == b"\x1f\x8b\x08 no"


@given(
    st.lists(st.tuples(st.floats(0, 9), st.integers(0, 50)), max_size=9).map(tuple),
    st.integers(0, 500),
)
def test_chunks_add_up_to_the_new_length(chunks: Chunks, after: int) -> None:
    before = sum(size for _, size in chunks)
    scaled = rescaled(chunks, before, after)
    assert sum(size for _, size in scaled) == (after if scaled else 0)
    assert all(size >= 0 for _, size in scaled)
    if before:
        assert [seconds for seconds, _ in scaled] == [seconds for seconds, _ in chunks]
    assert rescaled(chunks, before + 1, before) == ()


def test_an_interaction_keeps_its_pieces_when_a_secret_is_replaced() -> None:
    body = f"a {SECRET} b".encode()
    before = Interaction(
        request={"method": "GET", "url": "https://a.b/"},
        response=HttpResponse(status=200, body=body),
        chunks=((0.1, 3), (0.2, len(body) - 3)),
    )
    after = REDACTOR.interaction(before)
    assert after.response is not None
    assert [seconds for seconds, _ in after.chunks] == [0.1, 0.2]
    assert sum(size for _, size in after.chunks) == len(after.response.body)
