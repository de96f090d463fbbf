import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.records.http import HttpResponse
from harness.upstream.replay_response import replay_chunks, replay_headers


def stream(body: bytes) -> HttpResponse:
    lines = (("Content-Type", "text/event-stream; charset=utf-8"),)
    return HttpResponse(status=200, headers=lines, body=body)


def test_framing_is_left_to_the_second_sending() -> None:
    lines = (
        *(("Content-Length", "9"), ("transfer-encoding", "chunked"), ("Connection", "close")),
        *(("keep-alive", "x"), ("x-a", "1"), ("x-a", "2"), ("Date", "now")),
    )
    response = HttpResponse(status=200, headers=lines, body=b"x")
    assert replay_headers(response) == (("x-a", "1"), ("x-a", "2"), ("Date", "now"))


@pytest.mark.parametrize(
    ("body", "is_kept"), [(b"", False), (b'{"a": 1}', False), (b"\x1f\x8b\x08\x00\xff", True)]
)
def test_an_encoding_is_told_only_of_a_body_that_is_encoded(body: bytes, is_kept: bool) -> None:
    response = HttpResponse(status=200, headers=(("Content-Encoding", "gzip"),), body=body)
    assert bool(replay_headers(response)) is is_kept


@pytest.mark.parametrize(
    ("body", "chunks"),
    [
        (b"data: a\n\ndata: b\n\n", [b"data: a\n\n", b"data: b\n\n"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"data: a\r\n\r\n", b"data: b\r\n\r\n"]),
        (b"data: a\r\rdata: b", [b"data: a\r\r", b"data: b"]),
        (b"data: cut", [b"data: cut"]),
        (b"", []),
    ],
)
def test_an_event_stream_is_sent_frame_by_frame(body: bytes, chunks: list[bytes]) -> None:
    assert replay_chunks(stream(body)) == chunks


@given(st.binary(max_size=30) | st.text("a:\r\n", max_size=30).map(str.encode))
def test_no_byte_of_a_stream_is_lost(body: bytes) -> None:
    chunks = replay_chunks(stream(body))
    assert b"".join(chunks) == body
    assert all(chunks)


def test_any_other_body_is_sent_in_one_piece() -> None:
    assert replay_chunks(HttpResponse(status=200, body=b"a\n\nb")) == [b"a\n\nb"]
    assert replay_chunks(HttpResponse(status=204)) == []
