"""A provider on loopback, and upstreams in front of it."""

from __future__ import annotations

import datetime
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
from starlette.types import Message, Receive, Scope, Send

from harness.cassette.cassette import Cassette
from harness.cassette.redact import Redactor
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.upstream.asgi_server import serve_app
from harness.upstream.exchange import RecordMode, Source, Upstream

SECONDS = 10.0
"""The bound of every wait."""
URL = "https://api.x.ai/v1/chat"
KEY = "test-key-0123456789"
TODAY = datetime.date(2026, 11, 21)


@dataclass
class Provider:
    """Answers by the last segment of the path; `go` lets a stream continue."""

    requests: list[HttpRequest] = field(default_factory=list)
    go: anyio.Event = field(default_factory=anyio.Event)

    def forget(self) -> None:
        self.requests.clear()
        self.go = anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        target = scope["raw_path"].decode() + "?" * bool(scope["query_string"])
        self.requests.append(
            HttpRequest(
                method=scope["method"],
                url=target + scope["query_string"].decode(),
                headers=tuple((name.decode(), value.decode()) for name, value in scope["headers"]),
                body=body,
            )
        )
        kind = scope["path"].rpartition("/")[2]
        if kind == "reset":
            transport: Any = receive.__self__.transport  # type: ignore[attr-defined]
            transport.abort()
        elif kind == "silent":
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await self._answer(kind, body, send)

    async def _answer(self, kind: str, body: bytes, send: Send) -> None:
        lines = [(b"content-type", b"application/json"), (b"x-twice", b"a"), (b"x-twice", b"b")]
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        if kind in ("stream", "cut"):
            await send(_part(b"first,"))
        if kind == "stream":
            with anyio.fail_after(SECONDS):
                await self.go.wait()
            await send(_part(b"second"))
        if kind == "cut":
            return
        whole = b"" if kind == "stream" else json.dumps({"echo": body.decode()}).encode()
        await send({"type": "http.response.body", "body": whole})


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


@asynccontextmanager
async def provider_on_loopback() -> AsyncIterator[tuple[str, Provider]]:
    provider = Provider()
    async with serve_app(provider) as base:
        yield base, provider


def request(body: bytes | str = b"", url: str = URL, **more: Any) -> HttpRequest:
    return HttpRequest(method=more.pop("method", "POST"), url=url, body=body, **more)


def played(
    body: bytes | str = b"", answer: bytes | str = b'{"ok": 1}', url: str = URL, **more: Any
) -> Interaction:
    response = HttpResponse(
        status=200,
        reason="OK",
        headers=more.pop("headers", (("content-type", "application/json"),)),
        body=answer,
    )
    known = request(body, url, method=more.pop("method", "POST"))
    return Interaction(request=known, **{"response": response, **more})


def upstream(
    recorded: Iterable[Interaction] | None = (),
    mode: RecordMode = "none",
    source: Source | None = None,
    **secrets: str,
) -> Upstream:
    return Upstream(
        Cassette("cassettes/x.yaml", recorded),
        mode=mode,
        source=source,
        redactor=Redactor(secrets or {"API_KEY": KEY}),
        today=TODAY,
    )
