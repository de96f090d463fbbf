"""Each defect of the catalogue shows, without the audit: it behaves otherwise than the reference.

One battery of calls an area, made on both servers with the provider in memory.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
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

ROOT = Path(__file__).parents[2]
Reply = Callable[[httpx.Request], httpx.Response]
Battery = list[tuple[Any, Reply]]

BASE = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def completion(*messages: Any, reason: str = "stop", **more: Any) -> Any:
    choices = [
        {"index": index, "message": {"role": "assistant", **message}, "finish_reason": reason}
        for index, message in enumerate(messages)
    ]
    return {"id": "c", "object": "chat.completion", "choices": choices, "usage": USAGE, **more}


def replying(value: Any, status: int = 200, **headers: str) -> Reply:
    content = value if isinstance(value, str) else json.dumps(value)
    kind = "text/html" if isinstance(value, str) else "application/json"
    fields = {"content-type": kind, **{name.replace("_", "-"): headers[name] for name in headers}}
    return lambda request: httpx.Response(status, headers=fields, text=content)


def streaming(*events: Any, done: bool = True, broken: bool = False) -> Reply:
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    lines += ['data: {"choices": [\n\n'] * broken + ["data: [DONE]\n\n"] * done
    fields = {"content-type": "text/event-stream"}
    return lambda request: httpx.Response(200, headers=fields, text="".join(lines))


def failing(error: type[httpx.TransportError]) -> Reply:
    def reply(request: httpx.Request) -> httpx.Response:
        raise error("no way", request=request)

    return reply


def piece(index: int = 0, reason: str | None = None, **delta: Any) -> Any:
    choice = {"index": index, "delta": delta, "finish_reason": reason}
    return {"id": "c", "object": "chat.completion.chunk", "choices": [choice]}


CALL = {"id": "t", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
SAID = completion({"content": "hi"})
RICH = {
    **BASE,
    "model": "Big-Model",
    "messages": [
        {"role": "system", "content": "one"},
        {"role": "user", "content": " Grüße " + "x" * 300, "name": "bob"},
        {"role": "system", "content": "two"},
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "content": [{"type": "text", "text": "done"}], "tool_call_id": "t"},
    ],
    "temperature": 1.5,
    "top_p": 0.123,
    "seed": 2**53 + 1,
    "stop": ["z", "a"],
    "user": "u",
    "n": 2,
    "presence_penalty": 0,
    "response_format": {"type": "json_object"},
    "tools": [{"type": "function", "function": {"name": "f"}}],
    "metadata": {"a": "b"},
}


def chatting(**message: Any) -> Any:
    return {**BASE, "messages": [{"role": "user", "content": "hi", **message}]}


JUDGED: list[Any] = [
    *(
        {**BASE, name: value}
        for name, value in (
            ("temperature", 2),
            ("temperature", 3),
            ("temperature", "1"),
            ("stop", ["a"]),
            ("stop", [1]),
            ("stop", ["a"] * 5),
            ("n", 5),
            ("user", 5),
            ("user", None),
            ("max_tokens", 1.5),
            ("stream", "false"),
            ("unknown", 1),
        )
    ),
    chatting(role="tool"),
    chatting(role="king"),
    chatting(content=[]),
    chatting(content=""),
    chatting(name="?"),
    chatting(unknown=1),
    {**BASE, "messages": [{"role": "user"}]},
    {**BASE, "messages": [{"role": 1, "content": ""}]},
    {"messages": BASE["messages"]},
]
STREAM = {**BASE, "stream": True}
WHOLE = (
    piece(role="assistant", content=""),
    piece(content="one "),
    piece(content="two"),
    piece(1, content="three"),
    piece(tool_calls=[{"index": 0, **CALL}]),
    piece(1, "stop"),
    piece(0, "tool_calls"),
)
BATTERIES: dict[str, Battery] = {
    "definitions": [],
    "validation": [(arguments, replying(SAID)) for arguments in JUDGED],
    "mapping": [
        (BASE, replying(SAID)),
        (RICH, replying(SAID)),
        *((chatting(content=text), replying(SAID)) for text in ("{{x}}", "a\\nb", "173", "null")),
        (BASE, replying({"error": {"message": "no"}}, 401)),
    ],
    "errors": [
        *(
            (BASE, reply)
            for reply in (
                replying({"error": {"message": "slow"}}, 429, retry_after="7"),
                replying({"error": {"message": "no"}}, 400),
                replying({"error": {"message": "no"}}, 200),
                replying("<html><h1>Gateway</h1></html>"),
                replying([]),
                failing(httpx.ConnectError),
                failing(httpx.ReadTimeout),
                replying(SAID),
            )
        )
    ],
    "output": [
        (BASE, replying(completion(*messages, reason=reason, odd=[2**53 + 1, 1e-7])))
        for reason, *messages in (
            ("stop", {"content": " a\n```\n<ü>\n" + "x" * 5000}),
            ("tool_calls", {"content": None, "tool_calls": [CALL, {**CALL, "id": "u"}]}),
            ("length", {"content": ""}, {"content": "b", "reasoning_content": "because"}),
        )
    ],
    "streaming": [
        (STREAM, streaming(*WHOLE)),
        (STREAM, streaming(*WHOLE[:3], done=False)),
        (STREAM, streaming(*WHOLE, broken=True)),
        (STREAM, streaming(*WHOLE[:3], {"error": {"message": "overloaded"}}, done=False)),
    ],
    "protocol": [
        ({**BASE, "temperature": 0.5}, replying(SAID)),
        (BASE, replying(completion({"content": "other"}))),
        (None, replying(SAID)),
        (chatting(content="x" * 600_000), replying(SAID)),
    ],
}
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
