"""What a client sees on the wire of each way in which an answer is sent and ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
from starlette.types import Receive, Scope, Send

from harness.upstream.asgi_server import serve_app
from harness.upstream.wire_answer import Piece, WireAnswer
from harness.upstream.wire_play import play

pytestmark = pytest.mark.anyio

LENGTH = ("content-length", "5")
HELLO = (Piece(b"hello"),)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def playing(answer: WireAnswer, ended: anyio.Event | None = None) -> AsyncIterator[str]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await play(answer, receive, send)
        if ended is not None:
            ended.set()

    with anyio.fail_after(20):
        async with serve_app(app) as base:
            yield base


async def raw(base: str) -> tuple[bytes, type[Exception] | None]:
    """Return every byte that comes, and what the connection ends with."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
    writer.write(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
    arrived, ended = bytearray(), None
    try:
        while part := await reader.read(65536):
            arrived += part
    except ConnectionError as error:
        ended = type(error)
    writer.close()
    return bytes(arrived), ended


async def get(base: str, **options: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        return await client.get(base, **options)


async def test_a_whole_answer_is_sent_with_its_status_headers_and_body() -> None:
    answer = WireAnswer(status=418, headers=(("x-a", "1"), ("x-a", "2")), pieces=HELLO)
    async with playing(answer) as base:
        response = await get(base)
    assert (response.status_code, response.content) == (418, b"hello")
    assert response.headers.get_list("x-a") == ["1", "2"]


@pytest.mark.parametrize(("ending", "error"), [("closed", None), ("reset", ConnectionResetError)])
async def test_a_connection_ends_before_the_headers(
    ending: Any, error: type[Exception] | None
) -> None:
    async with playing(WireAnswer(status=0, ending=ending)) as base:
        assert await raw(base) == (b"", error)


@pytest.mark.parametrize(("ending", "error"), [("closed", None), ("reset", ConnectionResetError)])
async def test_a_connection_ends_in_the_middle_of_the_body_with_all_before_it_sent(
    ending: Any, error: type[Exception] | None
) -> None:
    pieces = (Piece(b"a"), Piece(b"b" * 8_000_000))  # more than a socket takes at once
    async with playing(WireAnswer(status=200, pieces=pieces, ending=ending)) as base:
        arrived, ended = await raw(base)
    assert ended is error
    assert arrived.count(b"b") == 8_000_000
    assert not arrived.endswith(b"0\r\n\r\n")


async def test_a_length_that_is_too_long_is_missed() -> None:
    answer = WireAnswer(
        status=200, headers=(("content-length", "9"),), pieces=HELLO, ending="closed"
    )
    async with playing(answer) as base:
        assert (await raw(base))[0].endswith(b"content-length: 9\r\n\r\nhello")
        with pytest.raises(httpx.RemoteProtocolError, match="received 5 bytes, expected 9"):
            await get(base)


async def test_a_length_that_is_too_short_leaves_bytes_over() -> None:
    answer = WireAnswer(
        status=200, headers=(LENGTH,), pieces=HELLO, surplus=b" world", ending="closed"
    )
    async with playing(answer) as base:
        assert (await raw(base))[0].endswith(b"content-length: 5\r\n\r\nhello world")
        async with httpx.AsyncClient(trust_env=False) as client:
            contents = [(await client.get(base)).content for _ in range(3)]
    assert contents == [b"hello"] * 3


async def test_a_length_of_nothing_leaves_everything_over() -> None:
    headers = (("content-length", "0"),)
    answer = WireAnswer(status=200, headers=headers, surplus=b"hello", ending="closed")
    async with playing(answer) as base:
        assert (await raw(base))[0].endswith(b"content-length: 0\r\n\r\nhello")


async def test_silence_lasts_until_the_client_leaves() -> None:
    ended = anyio.Event()
    async with playing(WireAnswer(status=200, pieces=HELLO, ending="silent"), ended) as base:
        async with httpx.AsyncClient(trust_env=False, timeout=0.1) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.get(base)
        await ended.wait()


@pytest.mark.parametrize(
    "answer",
    [
        WireAnswer(status=200, delay=3600),
        WireAnswer(status=200, pieces=(Piece(b"a"), Piece(b"b", 3600))),
    ],
)
async def test_a_wait_ends_when_the_client_leaves(answer: WireAnswer) -> None:
    ended = anyio.Event()
    async with playing(answer, ended) as base:
        async with httpx.AsyncClient(trust_env=False, timeout=0.1) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.get(base)
        await ended.wait()


async def test_pieces_that_wait_come_one_by_one() -> None:
    pieces = tuple(Piece(letter.encode(), 0.05) for letter in "abc")
    async with (
        playing(WireAnswer(status=200, delay=0.05, pieces=pieces)) as base,
        httpx.AsyncClient(trust_env=False) as client,
        client.stream("GET", base) as response,
    ):
        assert [part async for part in response.aiter_raw()] == [b"a", b"b", b"c"]


async def test_a_client_that_leaves_ends_a_huge_body() -> None:
    ended = anyio.Event()
    pieces = (Piece(b" " * 65_536),) * 5000
    async with playing(WireAnswer(status=200, pieces=pieces), ended) as base:
        async with httpx.AsyncClient(trust_env=False) as client, client.stream("GET", base) as got:
            await anext(got.aiter_raw())
        with anyio.fail_after(20):
            await ended.wait()
        assert ended.is_set()
