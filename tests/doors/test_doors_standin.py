import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest
from loopback_provider import (
    KEY,
    SECONDS,
    URL,
    Provider,
    played,
    request,
    upstream,
)

from harness.loopback import is_loopback
from harness.records.http import HttpResponse, Interaction
from harness.upstream import exchange
from harness.upstream.exchange import MISS_STATUS, Source, Upstream
from harness.upstream.faults import parse_fault
from harness.upstream.standin import StandIn, serve_standin
from harness.upstream.transport_failure import failure_of

pytestmark = pytest.mark.anyio


class Door:
    """A stand-in, and a plain client of it."""

    def __init__(self, base: str, standin: StandIn, client: httpx.AsyncClient) -> None:
        self.base, self.standin, self.client = base, standin, client

    def url(self, path: str = "") -> str:
        return f"{self.base}/api.x.ai/v1/chat{path}"

    async def send(self, path: str = "", **more: Any) -> httpx.Response:
        with anyio.fail_after(SECONDS):
            return await self.client.request(more.pop("method", "POST"), self.url(path), **more)


@pytest.fixture(scope="module")
async def running_standin(anyio_backend: str) -> AsyncIterator[tuple[str, StandIn]]:
    async with serve_standin() as served:
        yield served


@pytest.fixture
async def door(running_standin: tuple[str, StandIn]) -> AsyncIterator[Door]:
    base, standin = running_standin
    standin.upstream = None
    async with httpx.AsyncClient(verify=False) as client:
        yield Door(base, standin, client)


async def test_a_recorded_answer_is_sent_as_the_provider_sent_it(door: Door) -> None:
    lines = (
        *(("content-type", "application/json"), ("set-cookie", "a"), ("set-cookie", "b")),
        *(("content-length", "999"), ("x-key", "1")),
    )
    door.standin.upstream = upstream([played('{"q":1}', '{"a": "ž"}', headers=lines)])
    response = await door.send(json={"q": 1})
    assert (response.status_code, response.json()) == (200, {"a": "ž"})
    assert response.headers.get_list("set-cookie") == ["a", "b"]
    assert response.headers["x-key"] == "1"
    (seen,) = door.standin.upstream.take()[0]
    assert seen.request.url == URL
    assert seen.request.header("host") == "api.x.ai"


@pytest.mark.parametrize("status", [204, 304, 400, 503])
async def test_any_status_can_be_sent(door: Door, status: int) -> None:
    response = HttpResponse(status=status, reason="x")
    door.standin.upstream = upstream([Interaction(request=request(), response=response)])
    answer = await door.send()
    assert (answer.status_code, answer.content) == (status, b"")


async def test_an_event_stream_is_sent_frame_by_frame(door: Door) -> None:
    lines = (("content-type", "text/event-stream"),)
    frames = [b"data: 1\n\n", b"data: 2\r\n\r\n", b"data: [DONE]\n\n"]
    door.standin.upstream = upstream([played(answer=b"".join(frames), headers=lines)])
    with anyio.fail_after(SECONDS):
        async with door.client.stream("POST", door.url()) as response:
            assert [part async for part in response.aiter_raw()] == frames


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        ("refused", httpx.RemoteProtocolError),
        ("reset", httpx.RemoteProtocolError),
        ("timeout", httpx.ReadTimeout),
    ],
)
async def test_a_recorded_failure_is_one_for_a_real_client(
    door: Door, failure: Any, raised: type[Exception]
) -> None:
    door.standin.upstream = upstream([Interaction(request=request(), failure=failure)])
    with pytest.raises((raised, httpx.ReadError)):
        await door.send(timeout=0.2)
    assert len(door.standin.upstream.take()[0]) == 1


async def test_a_truncated_answer_breaks_off_after_what_had_arrived(door: Door) -> None:
    door.standin.upstream = upstream([played(answer=b'{"half', failure="truncated")])
    arrived = bytearray()

    async def read() -> None:
        async with door.client.stream("POST", door.url()) as response:
            async for part in response.aiter_raw():
                arrived.extend(part)

    with anyio.fail_after(SECONDS), pytest.raises(httpx.RemoteProtocolError):
        await read()
    assert arrived == b'{"half'


async def test_a_miss_is_answered_and_collected(door: Door) -> None:
    door.standin.upstream = upstream([played("known")])
    response = await door.send(content=b"unknown")
    assert response.status_code == MISS_STATUS
    assert response.headers["x-toolreel"] == "cassette-miss"
    assert response.json()["error"]["type"] == "cassette_miss"
    (miss,) = door.standin.upstream.take()[1]
    assert miss.differences[0].pointer == "/body"


async def test_without_a_scenario_nothing_is_played(door: Door) -> None:
    response = await door.send()
    assert response.status_code == MISS_STATUS
    assert "no scenario" in response.text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
async def test_a_host_that_is_not_loopback_is_refused(door: Door, host: str) -> None:
    tested = door.standin.upstream = upstream([played()])
    response = await door.send(headers={"host": host})
    assert response.status_code == 403
    assert tested.take() == ([], [])


@pytest.mark.parametrize("host", ["localhost:1", "LOCALHOST", "127.0.0.2", "[::1]:8000"])
async def test_every_loopback_name_is_served(door: Door, host: str) -> None:
    door.standin.upstream = upstream([played()])
    assert (await door.send(headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(("localhost", True), ("Localhost.", True), ("127.0.0.1", True), ("127.9.9.9", True)),
        *(("::1", True), ("[::1]", True), ("0.0.0.0", False), ("10.0.0.1", False)),
        *(("localhost.example", False), ("", False), ("::", False), ("127.0.0.1.x", False)),
    ],
)
def test_loopback_is_this_machine_and_nothing_else(name: str, expected: bool) -> None:
    assert is_loopback(name) is expected


@pytest.mark.parametrize(
    "path",
    [
        "/a%2Fb",
        "/a%20b",
        "?x=1&x=2&x=1",
        "?q=%20+%2B&empty=",
        "/%E2%82%AC",
        "//double/",
        "?",
        "/a;b=c",
    ],
)
async def test_paths_and_queries_arrive_as_they_were_written(door: Door, path: str) -> None:
    tested = door.standin.upstream = upstream([])
    await door.send(path)
    (miss,) = tested.take()[1]
    assert miss.request.url == f"{URL}{path.removesuffix('?')}"


async def record_from(door: Door, source: Source, path: str, **more: Any) -> Upstream:
    tested = door.standin.upstream = upstream(None, "once", source)
    await door.send(path, **more)
    return tested


async def test_a_forwarded_request_reaches_the_simulator_and_is_recorded(
    door: Door, provider: tuple[str, Provider]
) -> None:
    base, served = provider
    headers = {"authorization": f"Bearer {KEY}", "accept-encoding": "gzip"}
    tested = await record_from(
        door, Source(base), "/a%2Fb?x=%20&x=1", content=KEY.encode(), headers=headers
    )
    (sent,) = served.requests
    assert sent.url == "/api.x.ai/v1/chat/a%2Fb?x=%20&x=1"
    assert (sent.body, sent.header("authorization")) == (KEY.encode(), f"Bearer {KEY}")
    assert sent.header("accept-encoding") == "identity"
    (recorded,) = tested.to_save() or []
    assert recorded.request.url == f"{URL}/a%2Fb?x=%20&x=1"
    assert recorded.response is not None
    assert recorded.response.json_body() == {"echo": "REDACTED[API_KEY]"}
    assert [value for name, value in recorded.response.headers if name == "x-twice"] == ["a", "b"]
    assert KEY not in recorded.model_dump_json()


async def test_a_forwarded_request_reaches_a_real_origin(
    door: Door, provider: tuple[str, Provider]
) -> None:
    base, served = provider
    tested = door.standin.upstream = upstream(None, "once", Source())
    with anyio.fail_after(SECONDS):
        response = await door.client.post(f"{door.base}/{base[7:]}/v1/x?y=1", content=b"hello")
    assert response.json() == {"echo": "hello"}
    assert served.requests[0].url == "/v1/x?y=1"
    assert served.requests[0].header("host") == base[7:]
    (recorded,) = tested.to_save() or []
    assert recorded.request.url == f"{base}/v1/x?y=1"
    assert recorded.seconds > 0


async def test_recording_passes_each_part_on_before_the_end(
    door: Door, provider: tuple[str, Provider]
) -> None:
    base, served = provider
    tested = door.standin.upstream = upstream(None, "once", Source(base))
    parts = []
    with anyio.fail_after(SECONDS):
        async with door.client.stream("GET", door.url("/stream")) as response:
            async for part in response.aiter_raw():
                parts.append(part)
                served.go.set()
    assert parts == [b"first,", b"second"]
    (recorded,) = tested.to_save() or []
    assert recorded.response is not None
    assert (recorded.response.body, recorded.failure) == (b"first,second", None)


@pytest.mark.parametrize(("path", "failure"), [("/reset", "reset"), ("/cut", "truncated")])
async def test_a_failure_while_recording_reaches_the_client_and_the_cassette(
    door: Door, provider: tuple[str, Provider], path: str, failure: str
) -> None:
    tested = door.standin.upstream = upstream(None, "once", Source(provider[0]))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await door.send(path)
    (recorded,) = tested.to_save() or []
    assert recorded.failure == failure
    body = recorded.response.body if recorded.response else None
    assert body == (b"first," if failure == "truncated" else None)


@pytest.mark.parametrize("fault", ["timeout", "refused"])
async def test_a_fault_of_the_connection_is_recorded(
    door: Door, provider: tuple[str, Provider], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(exchange, "FAULT_TIMEOUT_SECONDS", 0.1)
    tested = door.standin.upstream = upstream(None, "once", Source(provider[0]))
    tested.fault = parse_fault(fault)
    with pytest.raises((httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError)):
        await door.send("/silent", timeout=0.5)
    (recorded,) = tested.to_save() or []
    assert (recorded.failure, recorded.response) == (fault, None)
    assert tested.problems == []


async def test_what_was_recorded_is_played_again(
    door: Door, provider: tuple[str, Provider]
) -> None:
    tested = await record_from(door, Source(provider[0]), "", json={"a": 1})
    door.standin.upstream = upstream(tested.to_save())
    response = await door.send(json={"a": 1})
    assert json.loads(response.json()["echo"]) == {"a": 1}
    assert len(provider[1].requests) == 1


async def test_a_taken_port_is_told(anyio_backend: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match=r"\S"):
        async with serve_standin(taken.getsockname()[1]):
            pass


@pytest.mark.parametrize(
    ("error", "has_head", "expected"),
    [
        (httpx.ConnectError("x"), False, "refused"),
        (httpx.ConnectTimeout("x"), False, "timeout"),
        (httpx.ReadTimeout("x"), True, "timeout"),
        (httpx.ReadError("x"), False, "reset"),
        (httpx.RemoteProtocolError("x"), True, "truncated"),
    ],
)
def test_how_an_exchange_failed_follows_from_the_exception(
    error: Exception, has_head: bool, expected: str
) -> None:
    assert failure_of(error, has_head=has_head) == expected
