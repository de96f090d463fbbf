"""What servers and data do to a run must not end it, and must not look like success."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.recorded_project import Project

SERVER = """\
import sys
import anyio
import mcp_types as types
from mcp import MCPError
from mcp.server import Server
TOOL = types.Tool(name="t", input_schema={"type": "object"})
async def tools(ctx, params):
    return types.ListToolsResult(tools=[TOOL])
async def call(ctx, params):
    how = params.arguments["how"]
    if how == "exit":
        sys.exit(0)
    if how == "print":
        print("GARBAGE")
    if how == "leak":
        import os
        how = "the token is " + os.environ["SHELL_TOKEN"]
    if how == "words":
        raise MCPError(-32603, "Connection closed by the provider")
    return types.CallToolResult(content=[types.TextContent(text=how)])
def create_server():
    return Server("hostile", on_list_tools=tools, on_call_tool=call)
async def endless(ctx, params):
    return types.ListToolsResult(tools=[TOOL], next_cursor="again")
def create_endless():
    return Server("endless", on_list_tools=endless, on_call_tool=call)
"""
STDIO = """\
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    if message["method"] == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                  "serverInfo": {"name": "s", "version": "1"}}
    elif message["method"] == "tools/list":
        result = {"tools": [{"name": "t", "inputSchema": {"type": "object"}}]}
    else:
        result = {"content": [{"type": "text", "text": "half \\ud800 pair"}]}
    if message["method"] == "server/discover":
        answer = {"jsonrpc": "2.0", "id": message["id"],
                  "error": {"code": -32601, "message": "Method not found"}}
    else:
        answer = {"jsonrpc": "2.0", "id": message["id"], "result": result}
    print(json.dumps(answer), flush=True)
"""


def scenarios(project: Project, *hows: str, target: str = "hostile:create_server") -> None:
    lines = [f"target: {target}", "scenarios:"]
    for how in hows:
        lines += [
            f"  - name: {how}",
            "    steps:",
            "      - tool: t",
            f"        arguments: {{how: {how}}}",
            "        timeout: 5",
            "        expect: [{plane: result}]",
        ]
    project.scenarios.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (project.root / "hostile.py").write_text(SERVER, encoding="utf-8")


def planes(out: str) -> list[str]:
    steps = [step for one in json.loads(out)["scenarios"] for step in one["steps"]]
    return [step["call"]["outcome"]["plane"] for step in steps]


@pytest.fixture(autouse=True)
def _fresh_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "hostile", raising=False)


@pytest.mark.parametrize("era", ["modern", "handshake"])
def test_a_tool_that_exits_fails_its_call_and_nothing_else(project: Project, era: str) -> None:
    scenarios(project, "exit", "fine")
    done = project.run("run", "--format", "json", "--era", era)
    assert done.code == 1
    assert planes(done.out) == ["transport_error", "result"]


def test_what_a_server_prints_in_process_is_not_in_the_json(project: Project) -> None:
    scenarios(project, "print")
    done = project.run("run", "--format", "json")
    assert planes(done.out) == ["result"]
    assert "GARBAGE" in done.err


@pytest.mark.parametrize("era", ["modern", "handshake"])
def test_a_json_rpc_error_stays_one_whatever_its_words(project: Project, era: str) -> None:
    scenarios(project, "words")
    done = project.run("run", "--format", "json", "--era", era)
    assert planes(done.out) == ["protocol_error"]


def test_a_list_of_tools_that_does_not_end_is_4(project: Project) -> None:
    scenarios(project, "fine", target="hostile:create_endless")
    done = project.run("run")
    assert done.code == 4
    assert "does not end" in done.out


def test_a_lone_surrogate_over_stdio_is_an_answer(project: Project) -> None:
    (project.root / "raw.py").write_text(STDIO, encoding="utf-8")
    scenarios(project, "any")
    target = f"{shlex.quote(sys.executable)} raw.py"
    done = project.run("run", "--format", "json", "--target", target, "--era", "handshake")
    assert planes(done.out) == ["result"]


def test_a_misspelt_attribute_is_2_and_the_other_scenarios_are_told(project: Project) -> None:
    scenarios(project, "fine")
    more = project.scenarios.with_name("more.yaml")
    more.write_text(
        project.scenarios.read_text(encoding="utf-8").replace("create_server", "create_servr"),
        encoding="utf-8",
    )
    done = project.run("run")
    assert done.code == 2
    assert "did you mean 'create_server'?" in done.out
    assert "✓ hostile:create_server/fine" in done.out


def test_markup_in_names_is_shown_as_it_is(project: Project) -> None:
    scenarios(project, "fine")
    (project.root / "mcp.json").write_text(
        json.dumps({"mcpServers": {"[/red]": {"command": "none"}}}), encoding="utf-8"
    )
    text = project.scenarios.read_text(encoding="utf-8")
    project.scenarios.write_text(
        text.replace("target: hostile:create_server", 'target: "[/red]"'), encoding="utf-8"
    )
    done = project.run("run")
    assert done.code == 4
    assert "[/red]/fine" in done.out


def test_a_malformed_url_is_2(project: Project) -> None:
    done = project.run("run", "--target", "http://[::1")
    assert done.code == 2
    assert "is no URL" in done.err


def test_a_dead_target_is_started_once(project: Project) -> None:
    scenarios(project, "one", "two", "three")
    log = project.root / "starts"
    script = f"open({str(log)!r}, 'a').write('x'); raise SystemExit(9)"
    target = f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}"
    done = project.run("run", "--target", target)
    assert done.code == 4
    assert Path(log).read_text(encoding="utf-8") == "x"


def test_a_server_in_process_that_leaks_a_key_of_the_shell_is_caught(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL_TOKEN", "correct-horse-battery-43")
    scenarios(project, "leak")
    text = project.scenarios.read_text(encoding="utf-8")
    project.scenarios.write_text(text.replace("{plane: result}", "{no_secrets: true}"), "utf-8")
    done = project.run("run", "--format", "json")
    assert done.code == 1
    assert "holds a secret: REDACTED[SHELL_TOKEN]" in done.out
    assert "correct-horse" not in done.out + done.err


def test_a_secret_in_the_arguments_of_a_dead_command_is_not_shown(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARG_TOKEN", "correct-horse-battery-42")
    scenarios(project, "fine", target="dead")
    (project.root / "toolreel.toml").write_text(
        '[targets.dead]\ncommand = "./missing"\nargs = ["--token", "${ARG_TOKEN}"]\n', "utf-8"
    )
    done = project.run("run")
    assert done.code == 4
    assert "--token REDACTED[ARG_TOKEN]" in done.out
    assert "correct-horse" not in done.out + done.err
