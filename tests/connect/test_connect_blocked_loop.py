"""A server in process that blocks the loop is ended, told as late, and the next call is served."""

from __future__ import annotations

import signal
import time
from functools import partial
from pathlib import Path

import anyio
import pytest
from mcp.server import MCPServer

from harness import loop_watch
from harness.connection import Answer
from harness.connection_pool import ConnectionPool
from harness.targets import InProcessTarget

SECONDS = 0.3


def make_blocking() -> MCPServer:
    """Return a server with a tool that sleeps in the loop, in a way that its own net catches."""
    server = MCPServer("blocking")

    @server.tool()
    async def ask(how: str) -> str:
        try:
            if how == "sleep":
                time.sleep(60)  # noqa: ASYNC251
            while how == "spin":
                pass
        except Exception as error:
            return f"caught {error}"
        return how

    return server


async def _called(*hows: str) -> list[Answer]:
    server = "tests.connect.test_connect_blocked_loop:make_blocking"
    target = InProcessTarget(name="blocking", server=server)
    async with ConnectionPool(era="auto", upstream=None, root=Path.cwd()) as pool:
        connection, _ = await pool.get(target)
        return [
            await connection.call("ask", {"how": how}, wants_progress=False, seconds=SECONDS)
            for how in hows
        ]


@pytest.mark.parametrize("how", ["sleep", "spin"])
def test_what_blocks_the_loop_is_ended_and_late(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "MARGIN", 0.3)
    before = signal.getsignal(signal.SIGALRM)
    blocked, then = anyio.run(partial(_called, how, "fine"))
    assert blocked.outcome.plane == "timeout"
    assert "blocked" in blocked.outcome.text
    assert SECONDS < blocked.seconds < 20
    assert then.outcome.plane == "result"
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
