"""The simulators over real loopback HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest
from simulator_requests import ALL, OPENAI, XAI, Endpoint, body_for, events, request_for

from harness.records.http import HttpRequest
from harness.upstream.simulator_app import create_app, serve_simulator
from harness.upstream.simulators import Answer, simulate

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def client(anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve_simulator() as base,
        httpx.AsyncClient(base_url=base, timeout=5, trust_env=False) as client,
    ):
        yield client


async def post(
    client: httpx.AsyncClient, request: HttpRequest, fault: str | None = None, **options: Any
) -> httpx.Response:
    path = request.url.removeprefix("https://")
    headers = {**dict(request.headers), **({} if fault is None else {"x-toolreel-fault": fault})}
    return await client.request(
        request.method, f"/{path}", content=request.body, headers=headers, **options
    )


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("endpoint", ALL)
async def test_the_answer_arrives_byte_for_byte(
    client: httpx.AsyncClient, endpoint: Endpoint, streamed: bool
) -> None:
    request = request_for(endpoint, body_for(endpoint, stream=streamed))
    expected = simulate(request)
    response = await post(client, request)
    assert response.status_code == 200
    assert response.content == expected.body
    arrived = [(name.decode(), value.decode()) for name, value in response.headers.raw]
    assert [line for line in arrived if line[0] != "Transfer-Encoding"][
        : len(expected.headers)
    ] == (list(expected.headers))


async def test_each_frame_is_a_message_of_its_own() -> None:
    request = request_for(XAI, body_for(XAI, stream=True))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api.x.ai/v1/chat/completions",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in request.headers],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await create_app()(scope, receive, send)
    chunks = [message["body"] for message in sent[1:-1]]
    assert events(Answer(status=200, headers=(), chunks=tuple(chunks)))[-1] == "[DONE]"
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_the_query_reaches_the_simulator(client: httpx.AsyncClient) -> None:
    request = request_for(OPENAI, body_for(OPENAI), url=f"{OPENAI.url}?a=1")
    assert (await post(client, request)).content == simulate(request).body


async def test_a_status_fault_is_asked_for_by_header(client: httpx.AsyncClient) -> None:
    response = await post(client, request_for(XAI, body_for(XAI)), "429; retry-after=2")
    assert response.status_code == 429
    assert response.headers["retry-after"] == "2"


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_cut_answer_is_an_error_to_the_client(
    client: httpx.AsyncClient, streamed: bool
) -> None:
    request = request_for(OPENAI, body_for(OPENAI, stream=streamed))
    with pytest.raises(httpx.RemoteProtocolError):
        await post(client, request, "truncated")


async def test_what_came_before_the_cut_can_be_read(client: httpx.AsyncClient) -> None:
    request = request_for(OPENAI, body_for(OPENAI, stream=True))
    arrived = bytearray()

    async def read() -> None:
        headers = {**dict(request.headers), "x-toolreel-fault": "truncated"}
        path = request.url.removeprefix("https://")
        async with client.stream(
            "POST", f"/{path}", content=request.body, headers=headers
        ) as response:
            async for part in response.aiter_raw():
                arrived.extend(part)

    with pytest.raises(httpx.RemoteProtocolError):
        await read()
    assert arrived
    assert simulate(request).body.startswith(arrived)


async def test_silence_lasts_until_the_client_gives_up(client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await post(client, request_for(XAI, body_for(XAI)), "timeout", timeout=0.2)


async def test_silence_does_not_hold_up_the_end() -> None:
    with anyio.fail_after(5):
        async with serve_simulator() as base, anyio.create_task_group() as tasks:
            async with httpx.AsyncClient(base_url=base, timeout=0.2, trust_env=False) as client:
                with pytest.raises(httpx.ReadTimeout):
                    await post(client, request_for(XAI, body_for(XAI)), "timeout")
            tasks.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("fault", "expected"), [("truncate", "did you mean truncated?"), ("refused", "forwarder")]
)
async def test_a_fault_that_cannot_be_shown_is_explained(
    client: httpx.AsyncClient, fault: str, expected: str
) -> None:
    response = await post(client, request_for(XAI, body_for(XAI)), fault)
    assert response.status_code == 400
    assert expected in response.text


@pytest.mark.parametrize("path", ["/", "/nobody.example/v1", "/api.x.ai"])
async def test_unknown_places_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.post(path)).status_code == 404


async def test_calls_at_the_same_time_do_not_mix(client: httpx.AsyncClient) -> None:
    prompts = [f"number {number}" for number in range(20)]
    texts: dict[str, str] = {}

    async def one(prompt: str) -> None:
        response = await post(client, request_for(XAI, body_for(XAI, prompt)))
        texts[prompt] = response.json()["choices"][0]["message"]["content"]

    async with anyio.create_task_group() as tasks:
        for prompt in prompts:
            tasks.start_soon(one, prompt)
    assert all(f'"{prompt}"' in texts[prompt] for prompt in prompts)


async def test_only_http_is_spoken() -> None:
    async def never() -> Any:
        raise AssertionError

    async def ignore(message: Any) -> None:
        raise AssertionError

    with pytest.raises(RuntimeError, match="HTTP only, not websocket"):
        await create_app()({"type": "websocket"}, never, ignore)
