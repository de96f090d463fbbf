"""The other forms of an answer: each says the same, and each is what its name says."""

from __future__ import annotations

import json

import httpx
import pytest

from harness.audit.scripts import scripted_answer
from harness.cassette.joined_stream import join_stream
from harness.records.http import HttpRequest
from harness.upstream.framings import STREAMED, WHOLE, framed
from harness.upstream.wire_answer import WireAnswer

CODINGS = ("gzip", "deflate", "br", "zstd")
TAKES_ALL = "gzip, deflate;q=0.5, br , zstd"


def sent(name: str, *, streamed: bool, accepting: str = TAKES_ALL) -> WireAnswer:
    body = json.dumps({"messages": [], "model": "m", "stream": streamed}).encode()
    request = HttpRequest(
        method="POST",
        url="https://api.openai.com/v1/chat/completions",
        headers=(("Accept-Encoding", accepting),),
        body=body,
    )
    return framed(name, request, scripted_answer("unicode-emoji", request, "chat"))


def read(answer: WireAnswer) -> str:
    response = httpx.Response(answer.status, headers=list(answer.headers), content=answer.body)
    return response.text


USUAL = sent("", streamed=False)
STREAM = sent("", streamed=True)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_answer_says_the_same_in_each_form(name: str) -> None:
    answer = sent(name, streamed=False)
    assert answer != USUAL
    assert read(answer) == read(USUAL)


@pytest.mark.parametrize("name", STREAMED)
def test_a_stream_says_the_same_in_each_form(name: str) -> None:
    answer = sent(name, streamed=True)
    assert answer != STREAM
    text = read(answer)
    lines = [line for line in text.splitlines() if not line.startswith((":", "id: "))]
    assert join_stream("\n".join(lines)) == join_stream(read(STREAM))


def test_small_pieces_part_characters_and_some_come_apart() -> None:
    pieces = sent("pieces", streamed=True).pieces
    assert {len(piece.body) for piece in pieces} == {1, 2, 3}
    apart = [piece for piece in pieces if piece.wait]
    assert 8 <= len(apart) <= 24
    assert all(0x80 <= piece.body[0] < 0xC0 for piece in apart)


def test_each_form_of_events_is_what_its_name_says() -> None:
    bodies = {name: sent(name, streamed=True) for name in STREAMED}
    assert len(bodies["one-piece"].pieces) == 1
    assert bodies["crlf"].body.count(b"\n") == bodies["crlf"].body.count(b"\r\n")
    assert b"\n: keep-alive\n" in bodies["comments"].body
    assert b"data: " not in bodies["no-blank"].body
    assert b"data:{" in bodies["no-blank"].body
    assert bodies["ids"].body.startswith(b"id: 1\ndata: {")


@pytest.mark.parametrize("name", CODINGS)
def test_nothing_is_compressed_that_the_request_does_not_allow(name: str) -> None:
    for accepting in ("", "*", "identity", f"{name};q=0", f"{name}; q=0.000"):
        assert sent(name, streamed=False, accepting=accepting) == USUAL
    headers = dict(sent(name, streamed=False, accepting=f"x, {name.upper()};q=0.1").headers)
    assert headers["content-encoding"] == name


def test_each_event_of_a_compressed_stream_can_be_read_when_it_comes() -> None:
    answer = sent("gzip", streamed=True)
    first = httpx.Response(200, headers=list(answer.headers), stream=httpx.ByteStream(b""))
    decoded = first._get_content_decoder().decode(answer.pieces[0].body)
    assert decoded == STREAM.pieces[0].body
