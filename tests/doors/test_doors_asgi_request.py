from collections.abc import Iterable
from typing import Any

import anyio
import pytest
from starlette.types import Message, Receive

from harness.upstream import asgi_request
from harness.upstream.asgi_request import keep_silent, read_request

pytestmark = pytest.mark.anyio


def receiving(messages: Iterable[Message]) -> Receive:
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    return receive


async def url(raw_path: bytes | None, query: bytes = b"", path: str = "/") -> str:
    scope: dict[str, Any] = {
        "method": "GET",
        "path": path,
        "raw_path": raw_path,
        "query_string": query,
        "headers": [],
    }
    return (await read_request(scope, receiving([{"type": "http.request"}]))).url


@pytest.mark.parametrize(
    ("raw_path", "query", "expected"),
    [
        (b"/api.x.ai/v1/chat", b"", "https://api.x.ai/v1/chat"),
        (b"/api.x.ai:8443/v1", b"", "https://api.x.ai:8443/v1"),
        (b"/api.x.ai", b"", "https://api.x.ai/"),
        (b"/api.x.ai/", b"a=1", "https://api.x.ai/?a=1"),
        (
            b"/api.x.ai/a%2Fb/%20c%C3%A9",
            b"x=%20&x=+",
            "https://api.x.ai/a%2Fb/%20c%C3%A9?x=%20&x=+",
        ),
        (b"/api.x.ai//double//", b"", "https://api.x.ai//double//"),
        (b"//api.x.ai/v1", b"", "https://api.x.ai/v1"),
        (b"/127.0.0.1:8000/v1", b"", "http://127.0.0.1:8000/v1"),
        (b"/localhost/v1", b"", "http://localhost/v1"),
        (b"/[::1]:8000/v1", b"", "http://[::1]:8000/v1"),
        (b"/10.0.0.1:80/v1", b"", "https://10.0.0.1:80/v1"),
    ],
)
async def test_the_first_segment_names_the_origin(
    raw_path: bytes, query: bytes, expected: str
) -> None:
    assert await url(raw_path, query) == expected


async def test_a_server_that_gives_no_raw_path_is_understood() -> None:
    assert await url(None, path="/api.x.ai/v1") == "https://api.x.ai/v1"


async def test_the_host_header_names_the_provider_and_others_stay() -> None:
    scope: dict[str, Any] = {
        "method": "POST",
        "path": "/api.x.ai/v1",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:9"), (b"x-a", b"1"), (b"x-a", b"\xe9")],
    }
    messages = [
        {"type": "http.request", "body": b"one ", "more_body": True},
        {"type": "http.request", "body": b"two", "more_body": False},
    ]
    request = await read_request(scope, receiving(messages))
    assert request.headers == (("host", "api.x.ai"), ("x-a", "1"), ("x-a", "é"))
    assert (request.method, request.body) == ("POST", b"one two")


async def test_silence_ends_when_the_client_goes_away() -> None:
    waiting: list[Message] = [{"type": "http.request"}, {"type": "http.disconnect"}]
    receive, heard = receiving(list(waiting)), []

    async def hearing() -> Message:
        heard.append(await receive())
        return heard[-1]

    with anyio.fail_after(5):
        await keep_silent(hearing)
    assert heard == waiting


async def test_silence_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi_request, "SILENCE_SECONDS", 0.01)

    async def never() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.fail_after(5):
        await keep_silent(never)
