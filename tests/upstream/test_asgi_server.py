"""Serving an ASGI app on loopback."""

from __future__ import annotations

import signal
import socket

import anyio
import httpx
import pytest
from starlette.types import Receive, Scope, Send

from harness.upstream.asgi_server import serve_app

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]})
    await send({"type": "http.response.body", "body": b"hello"})


async def is_refused(base: str) -> bool:
    try:
        stream = await anyio.connect_tcp("127.0.0.1", int(base.rpartition(":")[2]))
    except OSError:
        return True
    await stream.aclose()
    return False


async def test_an_app_answers_at_the_base_url_while_the_block_runs() -> None:
    async with (
        serve_app(hello) as base,
        httpx.AsyncClient(base_url=base, trust_env=False) as client,
    ):
        response = await client.get("/")
        assert response.text == "hello"
        assert set(response.headers) == {"x-own", "transfer-encoding"}
    assert await is_refused(base)


async def test_a_port_may_be_chosen_and_is_free_again_afterwards() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for _ in range(2):
        async with serve_app(hello, port) as base:
            assert base == f"http://127.0.0.1:{port}"


async def test_a_taken_port_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match=r"."):
        async with serve_app(hello, taken.getsockname()[1]):
            raise AssertionError


async def test_an_error_in_the_block_comes_out_as_it_is() -> None:
    with pytest.raises(LookupError, match="mine"):
        async with serve_app(hello):
            raise LookupError("mine")


async def test_a_call_in_flight_does_not_hold_up_the_end() -> None:
    arrived = anyio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        arrived.set()
        await anyio.sleep_forever()

    async def call(url: str) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            assert (await client.get(url)).status_code == 500

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks, serve_app(endless) as base:
            tasks.start_soon(call, base)
            await arrived.wait()


async def test_a_cancelled_block_still_stops_the_server() -> None:
    bases: list[str] = []
    with anyio.move_on_after(0.2):
        async with serve_app(hello) as base:
            bases.append(base)
            await anyio.sleep_forever()
    assert await is_refused(bases[0])


async def test_signal_handlers_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGINT)
    async with serve_app(hello):
        assert signal.getsignal(signal.SIGINT) is before
