"""A provider on loopback that fails as it is told: each place under it has a plan of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Receive, Scope, Send

from harness.upstream.asgi_request import read_request
from harness.upstream.asgi_server import serve_app
from harness.upstream.fault_plan import FaultPlan
from harness.upstream.faults import parse_fault
from harness.upstream.wire_answer import simulated
from harness.upstream.wire_play import play


class FaultyProvider:
    """`{base}/3/api.x.ai/v1` is xAI as it answers under the fourth plan."""

    def __init__(self) -> None:
        self.base = ""
        self._plans: list[FaultPlan] = []

    def place(self, *faults: str) -> str:
        """Return a base URL of its own, where `faults` happen to the first request."""
        self._plans.append(FaultPlan([parse_fault(f"{fault}; nth=1") for fault in faults]))
        return f"{self.base}/{len(self._plans) - 1}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        number, _, rest = scope["raw_path"].decode().lstrip("/").partition("/")
        request = await read_request({**scope, "raw_path": f"/{rest}".encode()}, receive)
        fault = self._plans[int(number)].choose(request)
        await play(simulated(request, fault), receive, send)


@asynccontextmanager
async def serving() -> AsyncIterator[FaultyProvider]:
    app = FaultyProvider()
    async with serve_app(app) as base:
        app.base = base
        yield app
