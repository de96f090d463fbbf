"""What the SDK's HTTP link does with a server that breaks the exchange, seen through a link."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.types import Receive, Scope, Send

from harness.connect import connect
from harness.connection import Connection
from harness.records.call import Outcome
from harness.targets import HttpTarget
from harness.upstream.asgi_server import serve_app

pytestmark = pytest.mark.anyio

SECONDS = 20.0
JSON = b"application/json"
SSE = b"text/event-stream"


class Server:
    """Answers each POST as `answer` says: status, content type, body, whether it is whole."""

    def __init__(self) -> None:
        self.answer: Callable[[Any], tuple[int, bytes, bytes, bool] | None] = lambda _: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        given = self.answer(json.loads(body) if body else None)
        if given is None:
            transport: Any = receive.__self__.transport  # type: ignore[attr-defined]
            transport.abort()
            return
        status, kind, content, is_whole = given
        headers = [(b"content-type", kind)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": not is_whole})


@pytest.fixture(scope="module")
async def served(anyio_backend: str) -> AsyncIterator[tuple[str, Server]]:
    server = Server()
    async with serve_app(server) as base:
        yield f"{base}/mcp", server


@pytest.fixture(scope="module")
async def link(served: tuple[str, Server], root: Path) -> AsyncIterator[Connection]:
    async with connect(HttpTarget(name="odd", url=served[0]), era="modern", root=root) as opened:
        yield opened


def result(request: Any, **more: Any) -> bytes:
    content = [{"type": "text", "text": "good"}]
    found = {"content": content, "resultType": "complete", **more}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": found}).encode()


async def outcome(link: Connection) -> Outcome:
    with anyio.fail_after(SECONDS):
        return (await link.call("x", {}, wants_progress=False, seconds=SECONDS)).outcome


BREAKS: dict[str, Callable[[Any], tuple[int, bytes, bytes, bool] | None]] = {
    "no answer": lambda _: None,
    "an error page": lambda _: (500, b"text/html", b"<h1>oops</h1>", True),
    "another type": lambda _: (200, b"text/html", b"<h1>hello</h1>", True),
    "not JSON": lambda _: (200, JSON, b"hello", True),
    "half of the JSON": lambda request: (200, JSON, result(request)[:20], False),
    "accepted": lambda _: (202, JSON, b"", True),
    "an empty stream": lambda _: (200, SSE, b"", True),
    "a stream that breaks": lambda _: (200, SSE, b'data: {"half', False),
}


@pytest.mark.parametrize("answer", BREAKS.values(), ids=BREAKS)
async def test_a_broken_exchange_is_a_transport_error_of_its_call_alone(
    link: Connection, served: tuple[str, Server], answer: Any
) -> None:
    server = served[1]
    server.answer = answer
    broken = await outcome(link)
    server.answer = lambda request: (200, JSON, result(request), True)
    whole = await outcome(link)
    assert (broken.plane, broken.code) == ("transport_error", None)
    assert broken.message
    assert (whole.plane, whole.text) == ("result", "good")


async def test_an_error_of_the_server_with_an_http_status_stays_its_own(
    link: Connection, served: tuple[str, Server]
) -> None:
    error = {"code": -32602, "message": "no", "data": [1]}
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
    served[1].answer = lambda _: (400, JSON, body, True)
    found = await outcome(link)
    assert (found.plane, found.code, found.data) == ("protocol_error", -32602, [1])


async def test_a_server_that_asks_for_input_is_told(
    link: Connection, served: tuple[str, Server]
) -> None:
    asked = {"resultType": "input_required", "inputRequests": {}, "requestState": "s"}
    served[1].answer = lambda request: (
        200,
        JSON,
        json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": asked}).encode(),
        True,
    )
    found = await outcome(link)
    assert found.plane == "protocol_error"
    assert "asks for input" in str(found.message)
    assert found.data["requestState"] == "s"


async def test_lone_surrogates_are_sent_as_escapes(
    link: Connection, served: tuple[str, Server]
) -> None:
    seen: list[Any] = []

    def answer(request: Any) -> tuple[int, bytes, bytes, bool]:
        seen.append(request["params"]["arguments"])
        return 200, JSON, result(request), True

    served[1].answer = answer
    with anyio.fail_after(SECONDS):
        answered = await link.call("x", {"a": "\ud800"}, wants_progress=False, seconds=SECONDS)
    assert answered.outcome.plane == "result"
    assert seen == [{"a": "\ud800"}]
