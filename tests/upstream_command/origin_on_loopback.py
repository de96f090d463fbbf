"""A provider whose frames come when the test says so, and cassettes by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from starlette.types import Receive, Scope, Send

from harness.cassette.store import save
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.upstream.asgi_server import serve_app

SECONDS = 10.0
"""The bound of every wait."""
URL = "https://api.openai.com/v1/chat/completions"
FRAMES = [
    b'data: {"n": 1}\n\n',
    b": comment\r\n\r\ndata: half",
    b" a frame\n\n",
    b"data: [DONE]\n\n",
]


class Origin:
    """Sends `FRAMES`; after the first one it waits for `go`, between the others for `waits`."""

    def __init__(self) -> None:
        self.go = anyio.Event()
        self.gone = anyio.Event()
        self.requests = 0
        self.headers: dict[str, str] = {}
        self.waits = [0.0, 0.0]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        self.requests += 1
        self.headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if scope["path"].endswith("/silent"):
            while (await receive())["type"] != "http.disconnect":
                pass
            self.gone.set()
            return
        lines = [(b"content-type", b"text/event-stream"), (b"x-request-id", b"req_1")]
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        for place, frame in enumerate(FRAMES):
            await send({"type": "http.response.body", "body": frame, "more_body": True})
            if place == 0:
                with anyio.fail_after(SECONDS):
                    await self.go.wait()
            elif place < 3:
                await anyio.sleep(self.waits[place - 1])
        await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def origin_on_loopback() -> AsyncIterator[tuple[str, Origin]]:
    origin = Origin()
    async with serve_app(origin) as base:
        yield base.removeprefix("http://"), origin


def exchange(
    asked: Any, answer: Any, *, url: str = URL, status: int = 200, **more: Any
) -> Interaction:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    kind = more.pop("content_type", "application/json")
    response = HttpResponse(status=status, headers=(("content-type", kind),), body=body)
    request = HttpRequest(method="POST", url=url, body=json.dumps(asked).encode())
    return Interaction(request=request, response=response, **more)


def cassette(path: Path, *interactions: Interaction) -> Path:
    save(path, interactions)
    return path
