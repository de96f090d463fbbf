"""Transports that are not the library's own: seen, or refused, never live in mode `none`."""

import asyncio
import http.client
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from threaded_provider import Provider, send

import harness
from harness import CassetteMiss
from harness.errors import CassetteError

use = partial(harness.use_cassette, ignore_localhost=False)


def bases(library: Any) -> tuple[type, ...]:
    return library.BaseTransport, library.AsyncBaseTransport


def own_sockets(library: Any) -> Any:
    """A transport that has nothing to do with the library's own."""

    def fetch(request: Any) -> Any:
        parts = urlsplit(str(request.url))
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        connection.request(request.method, parts.path, body=request.content)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return library.Response(answer.status, headers=answer.getheaders(), content=data)

    class OwnSockets(*bases(library)):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            request.read()
            return fetch(request)

        async def handle_async_request(self, request: Any) -> Any:
            await request.aread()
            return await asyncio.to_thread(fetch, request)

    return OwnSockets()


def retrying(library: Any, style: str) -> Any:
    """A transport that asks the library's own one again after a failure."""

    class Retrying(*bases(library)):  # type: ignore[misc]
        def __init__(self) -> None:
            inner = library.AsyncHTTPTransport if style == "async" else library.HTTPTransport
            self.layers = [{"inner": inner(verify=False)}]
            self.asked = 0

        def handle_request(self, request: Any) -> Any:
            self.asked += 1
            self.layers[0]["inner"].handle_request(request).read()
            return self.layers[0]["inner"].handle_request(request)

        async def handle_async_request(self, request: Any) -> Any:
            self.asked += 1
            await (await self.layers[0]["inner"].handle_async_request(request)).aread()
            return await self.layers[0]["inner"].handle_async_request(request)

        def close(self) -> None:
            self.layers[0]["inner"].close()

        async def aclose(self) -> None:
            await self.layers[0]["inner"].aclose()

    return Retrying()


def test_a_transport_of_its_own_is_recorded_and_played(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    post = partial(send, library, style, f"{provider.url}/v1", content=b"x")
    for _ in range(2):
        with use(tmp_path / "a.yaml") as cassette:
            assert post(transport=own_sockets(library)).json()["number"] == 1
        assert len(cassette) == 1
    assert len(provider.requests) == 1
    with pytest.raises(CassetteMiss), use(tmp_path / "none.yaml", record_mode="none"):
        post(transport=own_sockets(library))
    assert len(provider.requests) == 1


def test_the_logic_of_a_wrapper_runs_on_replay_as_well(
    library: Any, style: str, provider: Provider, tmp_path: Path
) -> None:
    for _ in range(2):
        transport = retrying(library, style)
        with use(tmp_path / "a.yaml") as cassette:
            answer = send(library, style, f"{provider.url}/v1", transport=transport)
        assert (answer.json()["number"], transport.asked, len(cassette)) == (2, 1, 2)
    assert len(provider.requests) == 2


def test_a_mounted_transport_is_seen(library: Any, provider: Provider, tmp_path: Path) -> None:
    for _ in range(2):
        with (
            use(tmp_path / "a.yaml"),
            library.Client(mounts={"all://": own_sockets(library)}) as client,
        ):
            assert client.get(f"{provider.url}/v1").json()["number"] == 1
    assert len(provider.requests) == 1


def test_a_wrapper_that_goes_past_its_inner_transport_is_refused(
    library: Any, style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = library.AsyncHTTPTransport if style == "async" else library.HTTPTransport

    class Past(own):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            socket.create_connection((request.url.host, 80), timeout=1)

        async def handle_async_request(self, request: Any) -> Any:
            self.handle_request(request)

    with (
        pytest.raises(CassetteError, match=r"Past opened a connection to 192\.0\.2\.1 past the"),
        use(tmp_path / "a.yaml", record_mode="none"),
    ):
        send(library, style, "http://192.0.2.1/", transport=Past())


def test_mock_transports_are_recorded_as_by_vcrpy(library: Any, style: str, tmp_path: Path) -> None:
    asked = []

    def answer(request: Any) -> Any:
        asked.append(request)
        return library.Response(201, json={"a": 1})

    for _ in range(2):
        with use(tmp_path / "a.yaml"):
            transport = library.MockTransport(answer)
            got = send(library, style, "https://provider.invalid/", transport=transport)
        assert (got.status_code, got.json()) == (201, {"a": 1})
    assert len(asked) == 1


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"app"})


def test_an_app_in_process_is_recorded_unless_it_stands_on_loopback(
    library: Any, tmp_path: Path
) -> None:
    for host, count in (("app.invalid", 1), ("localhost", 0)):
        with harness.use_cassette(tmp_path / host) as cassette:
            transport = library.ASGITransport(asgi)
            got = send(library, "async", f"http://{host}/", transport=transport)
        assert (got.text, len(cassette)) == ("app", count)


def test_the_test_client_of_an_app_is_left_alone(tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    with harness.use_cassette(tmp_path / "a.yaml", record_mode="none"):
        assert TestClient(asgi).get("/").text == "app"


@pytest.mark.parametrize("start", ["thread", "pool", "to_thread"])
def test_threads_that_are_started_inside_see_the_cassette(
    provider: Provider, tmp_path: Path, start: str
) -> None:
    def ask() -> int:
        return int(httpx.post(f"{provider.url}/v1").json()["number"])

    def run() -> int:
        if start == "to_thread":
            return asyncio.run(asyncio.to_thread(ask))
        if start == "pool":
            return pool.submit(ask).result(10)
        answers: list[int] = []
        thread = threading.Thread(target=lambda: answers.append(ask()))
        thread.start()
        thread.join(10)
        return answers[0]

    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result(10)
        for _ in range(2):
            with use(tmp_path / "a.yaml"):
                assert run() == 1
        # A worker outlives the cassette; its next job is nobody's.
        assert run() == 2
