"""Each defect of the catalogue shows, without the audit: it behaves otherwise than the reference.

One battery of calls an area, made on both servers with the provider in memory.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, MCPError

import servers.defects
from harness.connect import load_server
from harness.targets import InProcessTarget
from servers.configuration import ConfigurationError
from servers.defects import create_server
from servers.defects.__main__ import main
from servers.defects.catalogue import DEFECTS, STYLE_NAMES
from servers.defects.line_changes import DEFECTS as LINE_CHANGES
from tests.audit.defect_batteries import BATTERIES, SAID, Reply, replying

ROOT = Path(__file__).parents[2]
NOT_BY_ONE_CALL_AFTER_ANOTHER = {
    "validation-refusal-never-comes",
    "errors-no-time-limit",
    "errors-retries-never-end",
    "protocol-silent-without-arguments",
    "protocol-huge-input-stalls",
    "protocol-request-shared",
    "protocol-answer-shared",
    "protocol-turn-kept-after-cancel",
    "protocol-banner-on-stdout",
    "protocol-noise-on-stdout",
    "protocol-process-stays",
    *LINE_CHANGES,
}
"""Defects that need time, overlapping calls or a process to show; the audit's own tests show them.
"""


@cache
def behaviour(name: str, area: str) -> str:
    """Return all that a client and the provider see of a server in its area's battery."""
    with pytest.MonkeyPatch.context() as patch:
        return repr(anyio.run(_behaviour, name, area, patch))


async def _behaviour(name: str, area: str, patch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    attribute = name.replace("-", "_")
    target = InProcessTarget(name=name, server=f"servers.defects:{attribute}")
    server = await load_server(target, ROOT)
    for mode in ("legacy", "2026-07-28") if area == "protocol" else ("legacy",):
        async with Client(server, mode=mode, cache=None) as client:
            tools = (await client.list_tools()).tools
            seen.append([tool.model_dump() for tool in tools])
            for arguments, reply in BATTERIES[area]:
                await _call(client, tools[0].name, arguments, reply, seen, patch)
            if area == "protocol":
                await _call(client, "no_such_tool", {}, replying(SAID), seen, patch)
    return seen


async def _call(
    client: Client,
    tool: str,
    arguments: Any,
    reply: Reply,
    seen: list[Any],
    patch: pytest.MonkeyPatch,
) -> None:
    async def handle(transport: Any, request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), sorted(request.headers.items()), request.content))
        return reply(request)

    patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    try:
        seen.append((await client.call_tool(tool, arguments)).model_dump())
    except (MCPError, RuntimeError) as error:
        seen.append(f"{type(error).__name__}: {error}")


@pytest.mark.parametrize("name", sorted(set(DEFECTS) - NOT_BY_ONE_CALL_AFTER_ANOTHER))
def test_a_defect_behaves_otherwise_than_the_correct_server(name: str) -> None:
    area = name.partition("-")[0]
    assert behaviour(name, area) != behaviour("reference", area)


def test_the_reference_behaves_alike_twice() -> None:
    for area in BATTERIES:
        first = behaviour("reference", area)
        behaviour.cache_clear()
        assert behaviour("reference", area) == first


def test_the_catalogue_has_defects_in_every_area_and_styles() -> None:
    areas = [name.partition("-")[0] for name in DEFECTS]
    assert {area: areas.count(area) >= 8 for area in BATTERIES} == dict.fromkeys(BATTERIES, True)
    assert len(STYLE_NAMES) >= 10


def test_the_command_line_lists_all_names_and_refuses_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["servers.defects", "--list"])
    assert main() == 0
    assert capsys.readouterr().out.split() == [*STYLE_NAMES, *DEFECTS]
    monkeypatch.setattr(sys, "argv", ["servers.defects", "--defect", "no-such-defect"])
    assert main() == 2
    assert "no-such-defect" in capsys.readouterr().err


def test_the_environment_names_the_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFECT", "no-such-defect")
    with pytest.raises(ConfigurationError, match="no-such-defect"):
        create_server()
    with pytest.raises(AttributeError, match="no-such-defect"):
        servers.defects.__getattr__("no_such_defect")
