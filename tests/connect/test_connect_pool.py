import datetime
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from harness.cassette.cassette import Cassette
from harness.cassette.redact import Redactor
from harness.connection_pool import ConnectionPool
from harness.errors import TargetError, UsageError
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.targets import Era, HttpTarget, InProcessTarget, StdioTarget, Target
from harness.upstream.exchange import Upstream
from harness.upstream.httpx_door import held

pytestmark = pytest.mark.anyio

SECONDS = 20.0
TINY = InProcessTarget(name="tiny", server="tiny_servers:make", env={"TINY_KEY": "k"})
RAW = StdioTarget(name="raw", command=(sys.executable, "raw_server.py"))


@pytest.fixture(params=["modern", "handshake"])
def era(request: pytest.FixtureRequest) -> Era:
    found: Era = request.param
    return found


@pytest.fixture
async def pool(era: Era, root: Path, anyio_backend: str) -> AsyncIterator[ConnectionPool]:
    async with ConnectionPool(era=era, upstream=None, root=root) as opened:
        yield opened


async def call(pool: ConnectionPool, target: Target, tool: str, seconds: float = SECONDS) -> Any:
    with anyio.fail_after(SECONDS):
        connection, _ = await pool.get(target)
        arguments = {"a": 1}
        return (
            await connection.call(tool, arguments, wants_progress=False, seconds=seconds)
        ).outcome


async def test_a_target_is_opened_once(pool: ConnectionPool) -> None:
    first, tools = await pool.get(TINY)
    second, _ = await pool.get(TINY.model_copy())
    assert first is second
    assert tools[0]["name"] == "echo"


async def test_another_environment_is_another_connection(pool: ConnectionPool) -> None:
    first, _ = await pool.get(TINY)
    second, _ = await pool.get(TINY.model_copy(update={"env": {"TINY_KEY": "other"}}))
    assert first is not second


async def test_a_dropped_connection_is_opened_anew(pool: ConnectionPool) -> None:
    first, _ = await pool.get(TINY)
    await pool.drop(TINY)
    second, _ = await pool.get(TINY)
    assert first is not second
    assert (await call(pool, TINY, "echo")).plane == "result"


async def test_dropping_what_was_never_opened_does_nothing(pool: ConnectionPool) -> None:
    await pool.drop(TINY)
    assert (await call(pool, TINY, "echo")).plane == "result"


async def test_after_a_timeout_the_pool_reopens(pool: ConnectionPool) -> None:
    assert (await call(pool, TINY, "hang", 0.05)).plane == "timeout"
    with anyio.fail_after(SECONDS):
        await pool.drop(TINY)
    assert (await call(pool, TINY, "echo")).plane == "result"


async def test_after_the_death_of_a_server_the_pool_reopens(root: Path) -> None:
    async with ConnectionPool(era="handshake", upstream=None, root=root) as pool:
        assert (await call(pool, RAW, "die")).plane == "transport_error"
        with anyio.fail_after(SECONDS):
            await pool.drop(RAW)
        assert (await call(pool, RAW, "good")).plane == "result"


async def test_a_target_that_cannot_be_opened_leaves_the_pool_as_it_was(
    pool: ConnectionPool,
) -> None:
    missing = StdioTarget(name="x", command=("./no-such-program",))
    for _ in range(2):
        with pytest.raises(TargetError):
            await pool.get(missing)
    with pytest.raises(UsageError):
        await pool.get(InProcessTarget(name="x", server="tiny_servers:nothing_like_it"))
    assert (await call(pool, TINY, "echo")).plane == "result"


async def test_a_server_that_ends_or_lists_nothing_leaves_the_pool_as_it_was(
    pool: ConnectionPool,
) -> None:
    for command in (("-c", "import sys; sys.exit(3)"), ("raw_server.py", "--no-tools")):
        with anyio.fail_after(SECONDS), pytest.raises(TargetError):
            await pool.get(StdioTarget(name="x", command=(sys.executable, *command)))
    assert (await call(pool, TINY, "echo")).plane == "result"


async def test_after_the_death_of_an_http_server_the_pool_reopens(root: Path) -> None:
    target = HttpTarget(
        name="http",
        url="http://127.0.0.1:{port}/mcp",
        command=(sys.executable, "tiny_servers.py", "--http", "{port}"),
    )
    async with ConnectionPool(era="modern", upstream=None, root=root) as pool:
        assert (await call(pool, target, "die")).plane == "transport_error"
        with anyio.fail_after(SECONDS):
            await pool.drop(target)
        assert (await call(pool, target, "echo")).plane == "result"


async def test_the_environment_of_a_target_is_not_that_of_its_neighbour(
    pool: ConnectionPool,
) -> None:
    other = TINY.model_copy(update={"env": {"TINY_KEY": "other"}})
    for target, expected in ((TINY, "k"), (other, "other"), (TINY, "k")):
        seen = (await call(pool, target, "echo")).structured
        assert (seen["made_with"], seen["env"]) == (expected, expected)
        assert "TINY_KEY" not in os.environ


async def test_everything_is_closed_at_the_end(root: Path) -> None:
    async with ConnectionPool(era="handshake", upstream=None, root=root) as pool:
        connection, _ = await pool.get(RAW)
        process = connection._process
        assert process is not None
    assert process.returncode == 0


def upstream(answer: str) -> Upstream:
    request = HttpRequest(method="POST", url="https://api.x.ai/v1", body=b'{"a": 1}')
    response = HttpResponse(status=200, body=answer.encode())
    return Upstream(
        Cassette("c", [Interaction(request=request, response=response)]),
        mode="none",
        source=None,
        redactor=Redactor({}),
        today=datetime.date(2026, 11, 21),
    )


async def test_a_kept_connection_meets_the_upstream_of_each_scenario(
    pool: ConnectionPool,
) -> None:
    for answer in ("first", "second", "third"):
        with held(upstream(answer)):
            assert (await call(pool, TINY, "fetch")).text == answer
