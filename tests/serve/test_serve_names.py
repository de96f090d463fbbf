"""`toolreel serve NAME` works in any folder, and prints what clients need."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from harness.client_configuration import CLIENTS, over_http
from harness.configuration import load_configuration
from harness.documented.project import documented_configuration
from harness.runner.serve import simulated_target
from harness.targets import InProcessTarget
from tests.recorded_project import Outcome

Toolreel = Callable[..., Outcome]
ROOT = Path(__file__).parents[2]
NEVER_RECORDED = {"model": "grok-3", "messages": [{"role": "user", "content": "nobody said this"}]}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def _called(*options: str, mode: str = "auto") -> tuple[list[str], Any]:
    """Return the tools, and the answer to a call that is in no cassette."""
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "harness.cli.main", "serve", "grok", *options]
    )
    with anyio.fail_after(60):
        async with Client(stdio_client(command), mode=mode, raise_exceptions=False) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            try:
                return tools, await client.call_tool("create_chat_completion", NEVER_RECORDED)
            except Exception as error:
                return tools, error


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_miss_is_answered_by_the_target_itself_when_asked(mode: str) -> None:
    async def ask() -> tuple[list[str], Any]:
        return await _called("--on-miss", "simulate", mode=mode)

    tools, answer = anyio.run(ask)
    assert tools == ["create_chat_completion", "create_completion"]
    assert not answer.is_error
    assert json.loads(answer.content[0].text)["object"] == "chat.completion"


def test_a_miss_is_an_error_that_names_the_nearest_without_it() -> None:
    _, answer = anyio.run(_called)
    assert isinstance(answer, Exception)
    assert "nearest" in str(answer)


def test_each_client_gets_its_own_form(toolreel: Toolreel) -> None:
    for client in CLIENTS:
        done = toolreel("serve", "grok", "--print-config", client)
        assert done.code == 0
        entry = (found := json.loads(done.out)).get("servers") or found["mcpServers"]
        assert entry["grok-replay"]["args"][-2:] == ["serve", "grok"]
        assert ("servers" in found) == (client == "vscode")
    http = json.loads(toolreel("serve", "grok", "--http", "8123", "--print-config", "cursor").out)
    assert http["mcpServers"]["grok-replay"]["url"] == "http://127.0.0.1:8123/mcp"
    assert over_http("claude", "x", "http://127.0.0.1:1/mcp") is None


def test_a_folder_is_named_by_its_whole_path(toolreel: Toolreel, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    source = next((ROOT / "cassettes" / "grok").glob("chat-minimal.yaml"))
    (folder / source.name).write_bytes(source.read_bytes())
    done = toolreel("serve", "mine", "--print-config", "cursor")
    assert str(folder) in json.loads(done.out)["mcpServers"]["mine-replay"]["args"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("gork",), 2, "did you mean 'grok'"),
        (("grok", "gateway"), 2, "one at a time"),
        (("empty",), 3, "no recorded call"),
    ],
)
def test_a_name_that_serves_nothing_says_what_there_is(
    toolreel: Toolreel, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    (tmp_path / "empty").mkdir()
    done = toolreel("serve", *words)
    assert done.code == code
    assert told in done.err


def test_simulating_misses_needs_a_target(toolreel: Toolreel) -> None:
    done = toolreel("serve", str(ROOT / "cassettes" / "grok"), "--on-miss", "simulate")
    assert done.code == 2
    assert "needs a target" in done.err


def test_a_target_whose_provider_is_not_held_is_told_where_to_add_what(
    toolreel: Toolreel, tmp_path: Path
) -> None:
    folder = tmp_path / "cassettes" / "mine"
    folder.mkdir(parents=True)
    source = ROOT / "cassettes" / "grok" / "chat-minimal.yaml"
    (folder / source.name).write_bytes(source.read_bytes())
    (tmp_path / "toolreel.toml").write_text(
        '[targets.mine]\ncommand = ["python", "-m", "mine"]\n\nenv = { A = "b" }\n',
        encoding="utf-8",
    )
    done = toolreel("serve", "mine", "--on-miss", "simulate")
    assert done.code == 2
    assert done.err.startswith("toolreel: toolreel.toml:4: --on-miss simulate: target 'mine'")
    assert 'env = { BASE_URL = "{upstream}/api.openai.com/v1" }' in done.err
    assert "serving" not in done.err


@pytest.mark.anyio
async def test_a_server_in_process_needs_no_setting_to_be_simulated() -> None:
    env = {"GROK_API_KEY": "test-key-of-serve-71"}
    target = InProcessTarget(name="mine", server="servers.grok:create_server", env=env)
    async with simulated_target(target, ROOT) as simulated:
        answer = await simulated.call("create_chat_completion", NEVER_RECORDED)
    assert answer.outcome.plane == "result", answer.outcome.text
    assert answer.outcome.document["object"] == "chat.completion"


def test_the_packaged_targets_are_those_of_the_checkout() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packaged = tomllib.loads(
        (ROOT / "harness" / "documented" / "targets.toml").read_text(encoding="utf-8")
    )
    assert packaged["targets"] == project["tool"]["toolreel"]["targets"]
    assert documented_configuration().targets == load_configuration(ROOT).targets
