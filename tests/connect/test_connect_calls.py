"""One server over every way in and both eras: a call ends on its plane, whatever the way."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from harness.connect import connect
from harness.connection import Answer, Connection
from harness.targets import Era, HttpTarget, InProcessTarget, StdioTarget, Target

pytestmark = pytest.mark.anyio

SECONDS = 20.0
ENV = {"TINY_KEY": "tiny-secret"}
WAYS: dict[str, Target] = {
    "in process": InProcessTarget(name="tiny", server="tiny_servers:make", env=ENV),
    "stdio": StdioTarget(name="tiny", command=(sys.executable, "tiny_servers.py"), env=ENV),
    "http": HttpTarget(
        name="tiny",
        url="http://127.0.0.1:{port}/mcp",
        command=(sys.executable, "tiny_servers.py", "--http", "{port}"),
        env=ENV,
    ),
}
REVISIONS: dict[Era, str] = {"modern": "2026-07-28", "handshake": "2025-11-25"}


@pytest.fixture(
    scope="module",
    params=[(way, era) for way in WAYS for era in REVISIONS],
    ids=lambda item: "-".join(item),
)
async def link(request: Any, anyio_backend: str, root: Path) -> AsyncIterator[Connection]:
    way, era = request.param
    async with connect(WAYS[way], era=era, root=root) as connection:
        assert connection.protocol == REVISIONS[era]
        yield connection


async def call(link: Connection, tool: str, **more: Any) -> Answer:
    arguments = more.pop("arguments", {})
    with anyio.fail_after(SECONDS):
        return await link.call(
            tool, arguments, wants_progress=more.pop("wants_progress", False), seconds=SECONDS
        )


async def test_every_page_of_tools_is_listed_as_on_the_wire(link: Connection) -> None:
    tools = await link.list_tools()
    names = ["echo", "fail", "refuse", "report", "violate", "hang", "die", "fetch"]
    assert [tool["name"] for tool in tools] == names
    assert tools[0] == {"name": "echo", "inputSchema": {"type": "object"}}
    assert tools[4]["outputSchema"] == {"type": "object", "required": ["a"]}


async def test_a_result_is_a_result(link: Connection) -> None:
    arguments = {"text": "ž", "big": 10**15, "list": [1, None, True, {"a": 0.5}]}
    answer = await call(link, "echo", arguments=arguments)
    assert answer.outcome.plane == "result"
    assert answer.outcome.content == [{"type": "text", "text": "seen"}]
    assert answer.outcome.structured["arguments"] == arguments
    assert answer.outcome.meta == {}
    assert (answer.progress, answer.logs) == ([], [])
    assert 0 < answer.seconds < SECONDS


async def test_an_error_result_is_a_tool_error(link: Connection) -> None:
    outcome = (await call(link, "fail")).outcome
    assert (outcome.plane, outcome.text) == ("tool_error", "it failed")


async def test_a_json_rpc_error_is_a_protocol_error_with_code_and_data(link: Connection) -> None:
    outcome = (await call(link, "refuse")).outcome
    assert (outcome.plane, outcome.code) == ("protocol_error", -32602)
    assert (outcome.message, outcome.data) == ("no such model", {"field": "model"})


async def test_a_tool_that_is_not_listed_can_be_called(link: Connection) -> None:
    outcome = (await call(link, "unheard-of")).outcome
    assert (outcome.plane, outcome.code) == ("protocol_error", -32601)


async def test_progress_and_logs_of_the_call_are_kept_in_order(link: Connection) -> None:
    answer = await call(link, "report", wants_progress=True)
    assert [(item.progress, item.total, item.message) for item in answer.progress] == [
        (1, 2, "one"),
        (2, 2, "two"),
    ]
    assert [(item.level, item.logger, item.data) for item in answer.logs] == [
        ("warning", "tiny", {"a": 1})
    ]


async def test_progress_comes_only_when_it_is_wanted(link: Connection) -> None:
    assert (await call(link, "report")).progress == []


async def test_the_logs_of_a_call_are_not_those_of_the_next(link: Connection) -> None:
    await call(link, "report")
    assert (await call(link, "echo")).logs == []


async def test_a_result_that_breaks_the_tools_own_output_schema_is_kept(link: Connection) -> None:
    outcome = (await call(link, "violate")).outcome
    assert (outcome.plane, outcome.structured) == ("result", {"b": 1})


async def test_the_target_environment_is_there_when_the_server_is_made_and_called(
    link: Connection,
) -> None:
    seen = (await call(link, "echo")).outcome.structured
    assert (seen["made_with"], seen["env"]) == ("tiny-secret", "tiny-secret")
    assert "TINY_KEY" not in os.environ


async def test_arguments_that_utf8_cannot_hold_leave_the_link_usable(link: Connection) -> None:
    # Servers on the SDK refuse them in several ways; over stdio they say nothing at all.
    with anyio.fail_after(SECONDS):
        await link.call("echo", {"text": "\ud800"}, wants_progress=False, seconds=0.2)
    assert (await call(link, "echo")).outcome.plane == "result"


async def test_a_call_without_an_answer_in_time_is_a_timeout(link: Connection) -> None:
    with anyio.fail_after(SECONDS):
        answer = await link.call("hang", {}, wants_progress=False, seconds=0.1)
    assert answer.outcome.plane == "timeout"
    assert answer.outcome.message == "no answer within 0.1 s"
    assert 0.1 <= answer.seconds < 5
    assert "TINY_KEY" not in os.environ


@pytest.mark.parametrize(
    ("way", "era"), [("stdio", "modern"), ("http", "modern"), ("http", "handshake")]
)
async def test_a_server_that_dies_in_a_call_is_a_transport_error(
    way: str, era: Era, root: Path
) -> None:
    async with connect(WAYS[way], era=era, root=root) as link:
        outcome = (await call(link, "die")).outcome
        assert (await call(link, "echo")).outcome.plane == "transport_error"
    assert outcome.plane == "transport_error"
    assert str(outcome.message).endswith("the server's process ended with 7")


async def test_a_managed_server_is_reached_by_its_url_while_it_runs(root: Path) -> None:
    async with connect(WAYS["http"], era="auto", root=root) as managed:
        assert managed.protocol == REVISIONS["modern"]
        assert isinstance(managed.target, HttpTarget)
        unmanaged = HttpTarget(name="by-url", url=managed.target.url)
        for era in REVISIONS:
            async with connect(unmanaged, era=era, root=root) as link:
                assert (await call(link, "echo")).outcome.plane == "result"
                assert link.protocol == REVISIONS[era]


@pytest.mark.parametrize("way", ["in process", "stdio"])
async def test_the_server_is_asked_for_its_newest_era(way: str, root: Path) -> None:
    async with connect(WAYS[way], era="auto", root=root) as link:
        assert link.protocol == REVISIONS["modern"]
