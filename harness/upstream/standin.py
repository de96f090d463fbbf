"""The loopback HTTP door: servers in any language meet their provider here.

The first path segment names the origin that is stood in for: `{base}/api.x.ai/v1` is
`https://api.x.ai/v1`. One stand-in serves a whole run; `upstream` is exchanged between scenarios.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol

import httpx
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from harness.cassette.recorded_answer import RecordedAnswer
from harness.errors import CassetteError
from harness.upstream.asgi_request import Received, read_asked
from harness.upstream.asgi_server import serve_app
from harness.upstream.exchange import MISS_STATUS, Upstream
from harness.upstream.forward_leg import Kept, forward
from harness.upstream.holding import Asked, Live
from harness.upstream.host_guard import HostGuard
from harness.upstream.recorded_play import play_recorded
from harness.upstream.scenario_holder import ScenarioHolder
from harness.upstream.simulated_upstream import Planned
from harness.upstream.wire_play import play

LOOPBACK_ONLY = HostGuard()
OWN_PATH = b"/_toolreel/"
"""What begins so is about the stand-in itself: no host name begins with an underscore."""

Decision = RecordedAnswer | Planned | Live


class Decides(Protocol):
    """What a stand-in asks."""

    @property
    def pace(self) -> float:
        """What recorded waiting times are multiplied by; 0 plays at once."""

    def decide(self, asked: Asked) -> Decision | None:
        """Return what to send, or how to go live.

        Raises:
            ValueError: the request makes no sense; the message is for its sender.
            CassetteError: there can be no answer, and it is no doing of the sender's.
        """


class Answered(NamedTuple):
    """A request that was answered; `kept` is how it ended when it was forwarded."""

    asked: Received
    decision: Decision | None
    kept: Kept | None
    seconds: float
    problem: str | None = None


class StandIn:
    """An ASGI app that answers for the provider with whatever `holder` decides.

    Args:
        client: forwards what is recorded; None where nothing is.
        guard: who may ask.
        observe: is told of each request when it was answered.
        own: answers what is about the stand-in itself, by its path; None is not found.
    """

    def __init__(
        self,
        client: httpx.AsyncClient | None,
        *,
        guard: HostGuard = LOOPBACK_ONLY,
        observe: Callable[[Answered], None] | None = None,
        own: Callable[[str], object] | None = None,
    ) -> None:
        self.holder: Decides | None = None
        self._upstream: Upstream | None = None
        self._client, self._guard, self._observe, self._own = client, guard, observe, own

    @property
    def upstream(self) -> Upstream | None:
        """The upstream of the scenario that is running."""
        return self._upstream

    @upstream.setter
    def upstream(self, upstream: Upstream | None) -> None:
        self._upstream = upstream
        self.holder = None if upstream is None else ScenarioHolder(upstream)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        refusal = self._guard.refusal(scope["headers"])
        if refusal is not None:
            await _plain(send, 403, f"{refusal}\n")
        elif scope["raw_path"].startswith(OWN_PATH):
            await self._about_itself(scope["path"], send)
        else:
            try:
                asked = await read_asked(scope, receive)
            except ClientDisconnect:
                return
            await self._answer(asked, receive, send)

    async def _about_itself(self, path: str, send: Send) -> None:
        found = self._own(path[len(OWN_PATH) :]) if self._own is not None else None
        if found is None:
            await _plain(send, 404, f"toolreel: nothing is told at {path}\n")
        else:
            await _send_whole(send, 200, b"application/json", json.dumps(found).encode())

    async def _answer(self, asked: Received, receive: Receive, send: Send) -> None:
        asked_at = time.monotonic()  # the clock of the event loop
        decision: Decision | None = None
        kept: Kept | None = None
        problem: str | None = None
        try:
            if self.holder is None:
                await _plain(send, MISS_STATUS, "toolreel: no scenario is running\n")
                return
            decision = self.holder.decide(asked)
            if isinstance(decision, RecordedAnswer):
                pace = self.holder.pace
                await play_recorded(decision, receive, send, pace=pace, asked_at=asked_at)
            elif isinstance(decision, Planned):
                await play(decision.wire, receive, send)
            elif decision is not None:
                assert self._client is not None, "nothing is recorded without a client"
                kept = await forward(self._client, decision, receive, send)
        except ValueError as error:
            problem = f"{asked.url!r} cannot be answered: {error}"
            await _plain(send, 400, f"toolreel: {problem}\n")
        except CassetteError as error:
            problem = str(error)
            await _unless_begun(send, problem)
        finally:
            if self._observe is not None:
                seconds = time.monotonic() - asked_at
                self._observe(Answered(asked, decision, kept, seconds, problem))


async def _unless_begun(send: Send, problem: str) -> None:
    """Tell `problem` to the client; an answer that has begun is broken off by the server."""
    body = {"error": {"type": "toolreel_error", "code": "toolreel_error", "message": problem}}
    try:
        await _send_whole(
            send, MISS_STATUS, b"application/json", json.dumps(body).encode(), b"error"
        )
    except RuntimeError:  # ASGI's word for a second start
        return


async def _plain(send: Send, status: int, text: str) -> None:
    await _send_whole(send, status, b"text/plain; charset=utf-8", text.encode())


async def _send_whole(
    send: Send, status: int, content_type: bytes, body: bytes, mark: bytes = b""
) -> None:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
    if mark:
        headers += [(b"x-toolreel", mark), (b"x-should-retry", b"false")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def open_forwarder() -> AsyncIterator[httpx.AsyncClient]:
    """Yield the client that a stand-in forwards with."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    # A proxy of the environment is for real origins, not for the simulator on this machine, which
    # is reached without TLS.
    mounts = {"all://127.0.0.1": httpx.AsyncHTTPTransport(verify=False, limits=limits)}
    async with httpx.AsyncClient(limits=limits, mounts=mounts, follow_redirects=False) as client:
        yield client


@asynccontextmanager
async def serve_standin(port: int = 0) -> AsyncIterator[tuple[str, StandIn]]:
    """Serve a stand-in on loopback; yield its base URL and the stand-in.

    Raises:
        OSError: the port is taken.
    """
    async with open_forwarder() as client:
        app = StandIn(client)
        async with serve_app(app, port) as base:
            yield base, app
