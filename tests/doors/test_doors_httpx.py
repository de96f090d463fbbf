import importlib
import inspect
from typing import Any

import anyio
import anyio.from_thread
import anyio.to_thread
import httpx
import pytest
from loopback_provider import (
    SECONDS,
    URL,
    Provider,
    played,
    request,
    upstream,
)

from harness.records.http import Interaction
from harness.upstream import exchange
from harness.upstream.exchange import MISS_STATUS, Source, Upstream
from harness.upstream.faults import parse_fault
from harness.upstream.httpx_door import held, patch_clients

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Any:
    return importlib.import_module(request.param)


@pytest.fixture(params=["async", "sync"])
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def send(library: Any, style: str, url: str = URL, **more: Any) -> Any:
    """Send one request with a fresh client and return the response, its body read."""
    method = more.pop("method", "POST")
    with anyio.fail_after(SECONDS):
        if style == "async":
            async with library.AsyncClient(verify=False) as client:
                return await client.request(method, url, **more)

        def synchronous() -> Any:
            with library.Client(verify=False) as client:
                return client.request(method, url, **more)

        return await anyio.to_thread.run_sync(synchronous)


async def read_parts(library: Any, style: str, url: str, after_first: Any, most: int = 99) -> bytes:
    """Stream a response, call `after_first` once the first part is there, read `most` parts."""
    parts: list[bytes] = []

    def keep(part: bytes) -> bool:
        parts.append(part)
        return len(parts) >= most

    with anyio.fail_after(SECONDS):
        if style == "async":
            async with (
                library.AsyncClient(verify=False) as client,
                client.stream("GET", url) as response,
            ):
                async for part in response.aiter_raw():
                    if keep(part):
                        break
                    after_first()
        else:

            def synchronous() -> None:
                with library.Client(verify=False) as client, client.stream("GET", url) as response:
                    for part in response.iter_raw():
                        if keep(part):
                            break
                        anyio.from_thread.run_sync(after_first)

            await anyio.to_thread.run_sync(synchronous)
    return b"|".join(parts)


def recording(base: str) -> Upstream:
    return upstream(None, "once", Source(base))


async def test_a_recorded_answer_is_the_librarys_own_response(library: Any, style: str) -> None:
    lines = (("content-type", "application/json"), ("set-cookie", "a"), ("set-cookie", "b"))
    tested = upstream([played('{"q":1}', '{"a": "ž"}', headers=lines)])
    with held(tested):
        response = await send(library, style, json={"q": 1.0})
    assert isinstance(response, library.Response)
    assert (response.status_code, response.reason_phrase) == (200, "OK")
    assert response.json() == {"a": "ž"}
    assert response.headers.get_list("set-cookie") == ["a", "b"]
    assert str(response.request.url) == URL
    (seen,) = tested.take()[0]
    assert seen.request.header("content-type") == "application/json"


async def test_a_recorded_event_stream_comes_frame_by_frame(library: Any, style: str) -> None:
    lines = (("content-type", "text/event-stream"),)
    tested = upstream([played(answer="data: 1\n\ndata: 2\n\n", headers=lines, method="GET")])
    with held(tested):
        body = await read_parts(library, style, URL, lambda: None)
    assert body == b"data: 1\n\n|data: 2\n\n"


async def test_a_miss_is_answered_without_the_network(library: Any, style: str) -> None:
    tested = upstream([])
    with held(tested):
        response = await send(library, style, "https://provider.invalid/v1", content=b"x")
    assert response.status_code == MISS_STATUS
    assert response.headers["x-toolreel"] == "cassette-miss"
    (miss,) = tested.take()[1]
    assert (miss.request.url, miss.request.body) == ("https://provider.invalid/v1", b"x")


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        ("refused", "ConnectError"),
        ("reset", "RemoteProtocolError"),
        ("timeout", "ReadTimeout"),
        ("truncated", "RemoteProtocolError"),
    ],
)
async def test_a_recorded_failure_is_the_librarys_own_exception(
    library: Any, style: str, failure: Any, raised: str
) -> None:
    tested = upstream([Interaction(request=request(), failure=failure)])
    with held(tested), pytest.raises(getattr(library, raised)) as caught:
        await send(library, style)
    assert str(caught.value.request.url) == URL


async def test_a_truncated_answer_breaks_off_after_what_had_arrived(
    library: Any, style: str
) -> None:
    arrived: list[bytes] = []

    def consume() -> None:
        with library.Client(verify=False) as client, client.stream("POST", URL) as response:
            arrived.extend(response.iter_raw())

    async def consume_async() -> None:
        async with (
            library.AsyncClient(verify=False) as client,
            client.stream("POST", URL) as response,
        ):
            async for part in response.aiter_raw():
                arrived.append(part)  # noqa: PERF401 - the iteration raises

    tested = upstream([played(answer=b'{"half', failure="truncated")])
    with held(tested), pytest.raises(library.RemoteProtocolError):
        await (consume_async() if style == "async" else anyio.to_thread.run_sync(consume))
    assert arrived == [b'{"half']
    assert len(tested.take()[0]) == 1


async def test_loopback_is_never_held(
    library: Any, style: str, provider: tuple[str, Provider]
) -> None:
    base, served = provider
    tested = upstream([])
    with held(tested):
        response = await send(library, style, f"{base}/v1", content=b"x")
    assert response.json() == {"echo": "x"}
    assert tested.take() == ([], [])
    assert len(served.requests) == 1


async def test_outside_of_the_block_nothing_is_held(
    library: Any, style: str, provider: tuple[str, Provider]
) -> None:
    # 0.0.0.0 is no loopback name, but connects to this machine.
    url = provider[0].replace("127.0.0.1", "0.0.0.0") + "/v1"
    with held(upstream([])):
        assert (await send(library, style, url)).status_code == MISS_STATUS
    assert (await send(library, style, url)).status_code == 200


async def test_blocks_nest(library: Any, style: str) -> None:
    outer, inner = upstream([]), upstream([])
    with held(outer):
        with held(inner):
            await send(library, style, content=b"inner")
        await send(library, style, content=b"outer")
    assert [miss.request.body for miss in inner.take()[1]] == [b"inner"]
    assert [miss.request.body for miss in outer.take()[1]] == [b"outer"]


async def test_overlapping_tasks_stay_apart(library: Any, style: str) -> None:
    upstreams = {name: upstream([played(answer=name)]) for name in ("a", "b", "c")}
    inside = {name: anyio.Event() for name in upstreams}
    answers = {}

    async def task(name: str) -> None:
        with held(upstreams[name]):
            inside[name].set()
            for other in inside.values():
                await other.wait()
            answers[name] = (await send(library, style)).text

    with anyio.fail_after(SECONDS):
        async with anyio.create_task_group() as tasks:
            for name in upstreams:
                tasks.start_soon(task, name)
    assert answers == {"a": "a", "b": "b", "c": "c"}
    assert all(len(item.take()[0]) == 1 for item in upstreams.values())


async def test_a_forwarded_request_is_recorded_with_its_answer(
    library: Any, style: str, provider: tuple[str, Provider]
) -> None:
    base, served = provider
    tested = recording(base)
    with held(tested):
        response = await send(
            library, style, f"{URL}/a%2Fb?x=%20&x=1", content=b"hello", headers={"x-a": "1"}
        )
    assert response.json() == {"echo": "hello"}
    assert response.headers.get_list("x-twice") == ["a", "b"]
    (sent,) = served.requests
    assert sent.url == "/api.x.ai/v1/chat/a%2Fb?x=%20&x=1"
    assert (sent.header("x-a"), sent.header("accept-encoding")) == ("1", "identity")
    (recorded,) = tested.to_save() or []
    assert recorded.request.url == f"{URL}/a%2Fb?x=%20&x=1"
    assert recorded.response is not None
    assert recorded.response.body == b'{"echo": "hello"}'
    assert [value for name, value in recorded.response.headers if name == "x-twice"] == ["a", "b"]
    assert recorded.failure is None


async def test_what_was_recorded_is_played_again(
    library: Any, style: str, provider: tuple[str, Provider]
) -> None:
    tested = recording(provider[0])
    with held(tested):
        first = await send(library, style, json={"a": 1})
    with held(upstream(tested.to_save())):
        again = await send(library, style, json={"a": 1})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert len(provider[1].requests) == 1


async def test_recording_passes_each_part_on_before_the_end(
    library: Any, style: str, provider: tuple[str, Provider]
) -> None:
    base, served = provider
    tested = recording(base)
    with held(tested):
        # The provider sends its second part only after the client has read the first.
        body = await read_parts(library, style, f"{URL}/stream", served.go.set)
    assert body == b"first,|second"
    (recorded,) = tested.to_save() or []
    assert recorded.response is not None
    assert (recorded.response.body, recorded.failure) == (b"first,second", None)


async def test_an_answer_that_is_not_read_to_its_end_counts_as_truncated(
    library: Any, style: str, provider: tuple[str, Provider]
) -> None:
    tested = recording(provider[0])
    with held(tested):
        await read_parts(library, style, f"{URL}/stream", lambda: None, most=1)
    provider[1].go.set()
    (recorded,) = tested.to_save() or []
    assert recorded.response is not None
    assert (recorded.response.body, recorded.failure) == (b"first,", "truncated")


@pytest.mark.parametrize(
    ("path", "raised", "failure"),
    [("reset", "RemoteProtocolError", "reset"), ("cut", "RemoteProtocolError", "truncated")],
)
async def test_a_failure_while_recording_reaches_the_client_and_the_cassette(
    library: Any,
    style: str,
    provider: tuple[str, Provider],
    path: str,
    raised: str,
    failure: str,
) -> None:
    tested = recording(provider[0])
    with held(tested), pytest.raises(getattr(library, raised)):
        await send(library, style, f"{URL}/{path}")
    (recorded,) = tested.to_save() or []
    assert recorded.failure == failure
    assert (recorded.response is None) == (failure == "reset")
    assert tested.problems == []


@pytest.mark.parametrize(
    ("fault", "raised"), [("refused", "ConnectError"), ("timeout", "ReadTimeout")]
)
async def test_a_fault_of_the_connection_is_real(
    library: Any,
    style: str,
    provider: tuple[str, Provider],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    raised: str,
) -> None:
    monkeypatch.setattr(exchange, "FAULT_TIMEOUT_SECONDS", 0.1)
    tested = recording(provider[0])
    tested.fault = parse_fault(fault)
    with held(tested), pytest.raises(getattr(library, raised)):
        await send(library, style, f"{URL}/silent")
    (recorded,) = tested.to_save() or []
    assert (recorded.failure, recorded.response) == (fault, None)
    assert recorded.metadata["fault"] == fault


async def test_a_provider_that_refuses_is_a_problem_of_the_recording(
    library: Any, style: str
) -> None:
    tested = upstream(None, "once", Source("http://127.0.0.1:1"))
    with held(tested), pytest.raises(library.ConnectError):
        await send(library, style)
    assert tested.problems == ["cannot connect to https://api.x.ai to record its answer"]


def test_a_door_that_somebody_took_away_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    patch_clients()
    own = inspect.unwrap(httpx.HTTPTransport.handle_request)
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", own)
    patch_clients()
    patched = httpx.HTTPTransport.handle_request
    assert patched is not own
    assert inspect.unwrap(patched) is own
    patch_clients()
    assert httpx.HTTPTransport.handle_request is patched
