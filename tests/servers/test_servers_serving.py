import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.server import Server
from scripted_provider import KEY, SECONDS, ScriptedProvider, noting, text_of, unused_url

from servers import grok
from servers.serve import _listener, main

ROOT = Path(__file__).parents[2]
NAMES = ["grok", "gateway", "acedata"]
ERAS = ["legacy", "auto"]
USER = {"role": "user", "content": "hi"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    },
}


def environment(url: str = "http://127.0.0.1:9") -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "GROK_API_KEY": KEY,
        "GROK_API_BASE_URL": url,
        "API_KEY": KEY,
        "API_ENDPOINT": url,
        "ACEDATACLOUD_API_TOKEN": KEY,
        "ACEDATACLOUD_API_BASE_URL": url,
    }


def run(name: str, *options: str, env: dict[str, str] | None = None, given: str = "") -> Any:
    return subprocess.run(
        [sys.executable, "-m", f"servers.{name}", *options],
        env=environment() if env is None else env,
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@contextmanager
def http_server(name: str, url: str, *options: str) -> Iterator[str]:
    """Start a server on a free port; yield its URL, which it prints to standard error."""
    command = [sys.executable, "-m", f"servers.{name}", "--http", "0", *options]
    with subprocess.Popen(
        command, env=environment(url), cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            ready = re.search(r"http://\S+/mcp", process.stderr.readline())
            assert ready
            yield ready[0]
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)


@pytest.fixture(scope="module")
def grok_over_http() -> Iterator[str]:
    with http_server("grok", "http://127.0.0.1:9") as url:
        yield url


async def ask(target: Any, mode: str) -> Any:
    """Call the only or first tool of a server with valid arguments."""
    with anyio.fail_after(SECONDS):
        async with Client(target, mode=mode) as client:
            (tool, *_) = (await client.list_tools()).tools
            return await client.call_tool(tool.name, {"model": "grok-4", "messages": [USER]})


def test_connections_send_their_bytes_at_once() -> None:
    with (
        _listener("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.proto == socket.IPPROTO_TCP  # by which asyncio knows what to set


def test_one_server_serves_several_event_loops_one_after_the_other() -> None:
    server = grok.create_server({"GROK_API_KEY": KEY, "GROK_API_BASE_URL": unused_url()})
    for _ in range(2):
        for mode in ("legacy", "auto"):
            assert "refused" in text_of(anyio.run(ask, server, mode))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "mode"),
    [("grok", "legacy"), ("grok", "auto"), ("gateway", "legacy"), ("acedata", "auto")],
)  # one era a process: each server in each era over stdio is in tests/matrix
async def test_stdio_works_in_both_eras(provider: ScriptedProvider, mode: str, name: str) -> None:
    target = StdioServerParameters(
        command=sys.executable, args=["-m", f"servers.{name}"], env=environment(provider.url),
        cwd=ROOT,
    )  # fmt: skip
    result = await ask(target, mode)
    assert json.loads(text_of(result))["id"] == "c-1"
    assert KEY in str(provider.request.headers)


@pytest.mark.anyio
@pytest.mark.parametrize("name", NAMES)
async def test_one_http_process_works_in_both_eras(provider: ScriptedProvider, name: str) -> None:
    with http_server(name, provider.url) as url:
        results = {mode: await ask(url, mode) for mode in ERAS}
    assert {mode: json.loads(text_of(result))["id"] for mode, result in results.items()} == {
        "legacy": "c-1",
        "auto": "c-1",
    }


@pytest.mark.anyio
async def test_progress_and_protocol_errors_come_over_http(provider: ScriptedProvider) -> None:
    delta = {"id": "c", "choices": [{"index": 0, "delta": {"content": "Hel"}}]}
    arguments = {"messages": [USER], "stream": True}
    seen: dict[str, tuple[list[Any], MCPError]] = {}
    with http_server("gateway", provider.url) as url, anyio.fail_after(SECONDS):
        for mode in ERAS:
            provider.streams(delta)
            provider.answers({"error": {"message": "no"}}, 400)
            progress: list[Any] = []
            async with Client(url, mode=mode) as client:
                note = noting(progress)
                await client.call_tool("chat_completion", arguments, progress_callback=note)
                try:
                    await client.call_tool("chat_completion", arguments)
                except MCPError as error:
                    seen[mode] = (progress, error)
    assert list(seen) == ERAS
    for progress, raised in seen.values():
        assert progress == [(1, "Hel")]
        assert (raised.code, raised.message) == (-32603, "API request failed (400): no")


def test_a_foreign_host_or_origin_is_refused_on_loopback(grok_over_http: str) -> None:
    accept = {"accept": "application/json, text/event-stream"}
    url = grok_over_http
    with httpx.Client(timeout=SECONDS) as client:

        def status(**headers: str) -> int:
            return client.post(url, json=INITIALIZE, headers={**accept, **headers}).status_code

        assert status(host="evil.example") in (403, 421)
        assert status(origin="http://evil.example") == 403
        assert status(origin=url.removesuffix("/mcp")) == 200
        assert status() == 200


def never_made(environ: Mapping[str, str] | None) -> Server[Any]:
    pytest.fail("a server was made of arguments that it must refuse")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a server says to standard error of arguments that it ends for with 2."""
    with pytest.raises(SystemExit) as ended:
        main(never_made, "servers.grok", list(arguments))
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org"])
def test_a_host_that_others_can_reach_is_refused(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--allow-remote" in refusal(capsys, "--http", "0", "--host", host)


def test_a_host_that_others_can_reach_is_served_with_the_flag() -> None:
    with http_server("grok", "http://127.0.0.1:9", "--host", "0.0.0.0", "--allow-remote") as url:
        answer = httpx.post(
            url.replace("0.0.0.0", "127.0.0.1"),
            json=INITIALIZE,
            headers={"accept": "application/json, text/event-stream", "host": "me.example"},
            timeout=SECONDS,
        )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("gateway", {"API_KEY": ""}, "servers.gateway: API_KEY is required\n"),
        ("grok", {"LOG_LEVEL": "LOUD"}, "servers.grok: LOG_LEVEL is not a level: LOUD\n"),
    ],
)
def test_unusable_configuration_is_one_line_and_exit_code_2(
    name: str, changes: dict[str, str], message: str
) -> None:
    ended = run(name, env={**environment(), **changes})
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", message)


def test_a_port_in_use_is_one_line_and_exit_code_2(grok_over_http: str) -> None:
    port = grok_over_http.rsplit(":", 1)[1].removesuffix("/mcp")
    ended = run("grok", "--http", port)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1


def test_a_port_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert "0 to 65535" in refusal(capsys, "--http", "99999")


def stdio_answers(*lines: str) -> list[dict[str, Any]]:
    """Send lines after a handshake; return the answers after that of the handshake."""
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    command = [sys.executable, "-m", "servers.grok"]
    with subprocess.Popen(
        command, env=environment(), cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        answers = []
        for line in (json.dumps(INITIALIZE), *lines):
            process.stdin.write(line + "\n")
            if line == lines[0]:
                process.stdin.write(json.dumps(initialized) + "\n")
            process.stdin.flush()
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    return answers[1:]


def tool_call(request_id: int, arguments: str) -> str:
    params = f'{{"name":"create_completion","arguments":{arguments}}}'
    return f'{{"jsonrpc":"2.0","id":{request_id},"method":"tools/call","params":{params}}}'


def test_no_line_on_stdio_stays_without_an_answer() -> None:
    surrogate, deep, too_deep, garbage, other, after = stdio_answers(
        tool_call(2, r'{"model":1,"prompt":"\ud800"}'),
        tool_call(3, '{"model":"m","prompt":' + "[" * 300 + "]" * 300 + "}"),
        tool_call(4, '{"model":"m","prompt":' + "[" * 9000 + "]" * 9000 + "}"),
        "not json",
        '{"foo": 1}',
        tool_call(5, '{"model":"m","prompt":"x","temperature":NaN}'),
    )
    assert "/model: 1 is not of type 'string'" in surrogate["result"]["content"][0]["text"]
    assert "nested deeper" in deep["result"]["content"][0]["text"]
    assert (too_deep["id"], too_deep["error"]["code"]) == (4, -32700)
    assert (garbage["id"], garbage["error"]["code"]) == (None, -32700)
    assert (other["id"], other["error"]["code"]) == (None, -32600)
    assert after["result"]["isError"] is True
