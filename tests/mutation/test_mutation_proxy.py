"""Without a mutant the proxy is not there: every call and every verdict is the same."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from harness.configuration import Configuration, load_configuration
from harness.connect import connect
from harness.connection import Connection
from harness.mutation_proxy import MutationProxy
from harness.records.results import ScenarioResult
from harness.runner.options import RunOptions, resolve_target
from harness.runner.scenario import run_scenario
from harness.runner.session import open_session
from harness.scenario.loader import LoadedScenario, load_paths
from harness.targets import Era, HttpTarget, StdioTarget, Target

ROOT = Path(__file__).parents[2]
PYTHON = shlex.quote(sys.executable)
TINY = Path(__file__).parents[1] / "connect"


def _results(
    scenarios: list[LoadedScenario], options: RunOptions, opened: Any
) -> list[ScenarioResult]:
    return anyio.run(partial(_run, scenarios, load_configuration(ROOT), options, opened))


async def _run(
    scenarios: list[LoadedScenario], configuration: Configuration, options: RunOptions, opened: Any
) -> list[ScenarioResult]:
    async with open_session(configuration, options, connect=opened) as session:
        targets = [resolve_target(one, configuration, options, os.environ) for one in scenarios]
        pairs = zip(scenarios, targets, strict=True)
        return [await run_scenario(one, target, session) for one, target in pairs]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(item) for key, item in value.items() if key != "seconds"}
    if not isinstance(value, list | tuple):
        return value
    return [_timeless(item) for item in value if not _is_of_time(item)]


def _is_of_time(item: Any) -> bool:
    return isinstance(item, dict) and str(item.get("label")).startswith("latency")


def _assert_same(name: str, options: RunOptions, *, every: int = 1) -> None:
    scenarios = load_paths([ROOT / "scenarios" / name])[::every]
    direct = _results(scenarios, options, connect)
    through = _results(scenarios, options, MutationProxy().connect)
    assert len(scenarios) > 10
    for one, other in zip(direct, through, strict=True):
        assert one.status == "passed"
        assert _timeless(one.model_dump()) == _timeless(other.model_dump())


def test_every_shipped_scenario_gives_the_same_record_through_the_proxy() -> None:
    _assert_same("acedata", RunOptions(era="modern"))


def test_a_process_gives_the_same_records_through_the_proxy() -> None:
    process = {"grok": f"{PYTHON} -m servers.grok"}
    _assert_same("grok", RunOptions(targets=process, era="handshake"), every=5)


@pytest.mark.long
@pytest.mark.parametrize("name", ["grok", "gateway", "acedata"])
@pytest.mark.parametrize("arguments", ["", "--http {port}"])
@pytest.mark.parametrize("era", ["modern", "handshake"])
def test_every_process_gives_every_record_the_same(name: str, arguments: str, era: Era) -> None:
    process = {name: f"{PYTHON} -m servers.{name} {arguments}".rstrip()}
    _assert_same(name, RunOptions(targets=process, era=era))


CALLS: dict[str, dict[str, Any]] = {
    "echo": {"a": [1, 1.5, None, "é"]}, "fail": {}, "refuse": {}, "report": {}, "violate": {},
    "nothing-like-it": {}, "die": {},
}  # fmt: skip


def _targets() -> dict[str, Target]:
    command = (sys.executable, "tiny_servers.py")
    url = "http://127.0.0.1:{port}/mcp"
    http = HttpTarget(name="t", url=url, command=(*command, "--http", "{port}"))
    return {"stdio": StdioTarget(name="t", command=command), "http": http}


@pytest.mark.parametrize(("kind", "era"), [("stdio", "modern"), ("http", "handshake")])
def test_every_plane_comes_through_with_its_notifications(kind: str, era: Era) -> None:
    async def answers(opened: Callable[..., Any]) -> list[Any]:
        found: list[Any] = []
        async with opened(_targets()[kind], era=era, root=TINY) as connection:
            found.append(await connection.list_tools())
            for tool, arguments in CALLS.items():
                found.append(await _call(connection, tool, arguments))
        return found

    direct = anyio.run(answers, connect)
    assert {item["outcome"]["plane"] for item in direct[1:]} == {
        "result", "tool_error", "protocol_error", "transport_error"
    }  # fmt: skip
    assert anyio.run(answers, MutationProxy().connect) == direct


async def _call(connection: Connection, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    answer = await connection.call(tool, arguments, wants_progress=True, seconds=20)
    return {
        "outcome": answer.outcome.model_dump(),
        "progress": [item.model_dump() for item in answer.progress],
        "logs": [item.model_dump() for item in answer.logs],
    }


def test_a_call_that_hangs_ends_at_its_own_limit_and_keeps_its_place_among_the_others() -> None:
    proxy = MutationProxy()

    async def planes() -> list[str]:
        async with proxy.connect(_targets()["stdio"], root=TINY) as connection:
            calls = [("hang", 0.2), ("echo", 20.0)]
            answers = [
                await connection.call(tool, {}, wants_progress=False, seconds=seconds)
                for tool, seconds in calls
            ]
            return [answer.outcome.plane for answer in answers]

    assert anyio.run(planes) == ["timeout", "result"]
    assert [item.reply.outcome.plane for item in proxy.passed] == ["timeout", "result"]
    assert [item.asked.tool for item in proxy.passed] == ["hang", "echo"]
