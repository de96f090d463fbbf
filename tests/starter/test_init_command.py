"""`toolreel init` starts a project that records and replays without an edit."""

from __future__ import annotations

import shlex
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.starter.first_files import name_of
from harness.starter.first_scenarios import candidates, first_of_each
from harness.targets import parse_target
from tests.recorded_project import RECORD, Outcome

Toolreel = Callable[..., Outcome]
GROK = ("servers.grok:create_server", "-e", "GROK_API_KEY=test-key-of-init-93")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GROK_API_KEY", raising=False)


def test_a_started_project_records_and_replays_at_once(toolreel: Toolreel) -> None:
    done = toolreel("init", *GROK)
    assert done.code == 0
    assert "wrote scenarios/grok.yaml" in done.out
    assert not Path("cassettes").exists()
    assert toolreel(*RECORD).code == 0
    replayed = toolreel("run", "--format", "json")
    assert replayed.code == 0
    assert replayed.document["totals"]["passed"] == 2
    assert "93" not in Path("scenarios/grok.yaml").read_text(encoding="utf-8")
    assert toolreel("doctor", "--no-connect").code == 0


def test_a_process_is_started_with_its_provider_held(toolreel: Toolreel) -> None:
    base = "GROK_API_BASE_URL={upstream}/api.x.ai/v1"
    command = [sys.executable, "-m", "servers.grok"]
    done = toolreel("init", "--ci", "gitlab", *GROK[1:], "-e", base, "--", *command)
    assert done.code == 0
    table = tomllib.loads(Path("toolreel.toml").read_text(encoding="utf-8"))["targets"]["grok"]
    assert table["command"] == command
    assert table["env"]["GROK_API_KEY"] == "${GROK_API_KEY:-test-key-of-init-93}"
    assert Path(".gitlab-ci.yml").is_file()
    assert not Path(".github").exists()


def test_a_process_whose_provider_is_not_held_is_not_called(toolreel: Toolreel) -> None:
    done = toolreel(
        "init", "--ci", "none", "--name", "mine", "--", sys.executable, "-m", "servers.grok"
    )
    assert done.code == 0
    assert "the server's provider is not seen yet" in done.out


def test_what_exists_is_left_as_it_is(toolreel: Toolreel) -> None:
    Path("toolreel.toml").write_text("# mine\n", encoding="utf-8")
    done = toolreel("init", *GROK)
    assert "left toolreel.toml as it is" in done.out
    assert "wrote scenarios/grok.yaml" in done.out
    assert Path("toolreel.toml").read_text(encoding="utf-8") == "# mine\n"
    assert "toolreel.toml has no target grok; add:\n\n[targets.grok]\nserver =" in done.out
    again = toolreel("init", *GROK)
    assert "wrote" not in again.out


def test_a_tool_that_never_succeeds_is_told(toolreel: Toolreel, tmp_path: Path) -> None:
    (tmp_path / "refusing.py").write_text(
        "from mcp.server import MCPServer\n"
        "server = MCPServer('refusing')\n"
        "@server.tool()\n"
        "def refuse(text: str) -> str:\n"
        "    raise ValueError(text)\n",
        encoding="utf-8",
    )
    done = toolreel("init", "refusing:server")
    assert "no call of refuse succeeded" in done.out
    assert "Error executing tool refuse" in done.out
    assert "delete it first to start anew" in done.out


def test_a_server_that_cannot_be_reached_writes_nothing(toolreel: Toolreel) -> None:
    done = toolreel("init", "--", sys.executable, "-c", "raise SystemExit(3)")
    assert done.code == 4
    assert "exit code: 3" in done.err
    assert list(Path().iterdir()) == []


def test_tools_with_one_slug_keep_names_of_their_own() -> None:
    schema = {"type": "object"}
    tools = [{"name": name, "inputSchema": schema} for name in ("a_b", "a-b", "c")]
    names = [one.name for one in first_of_each(candidates(tools))]
    assert len(set(names)) == 3
    assert names[2] == "c"


@pytest.mark.parametrize(
    ("specification", "name"),
    [
        ("servers.grok:create_server", "grok"),
        ("my_package.server:mcp", "my-package"),
        ("npx -y @acme/llm-mcp@1.2", "llm-mcp"),
        (f"{shlex.quote(sys.executable)} -m servers.gateway", "gateway"),
        ("node dist/index.js", "mine"),
        ("./start.sh", "mine"),
        ("npx tsx src/llm-proxy.ts", "llm-proxy"),
        ("http://localhost:8000/mcp", "mine"),
    ],
)
def test_a_target_is_named_by_the_last_word_that_says_something(
    specification: str, name: str
) -> None:
    assert name_of(parse_target(specification)) == name


def test_an_empty_folder_is_told_how_to_begin(toolreel: Toolreel) -> None:
    for command in ("run", "mutate"):
        done = toolreel(command)
        assert done.code == 2
        assert "no scenarios here" in done.err
        assert "toolreel init TARGET" in done.err
    assert "no such file or folder" in toolreel("run", "absent").err


def test_nothing_to_call_is_a_usage_error(tmp_path: Path) -> None:
    from harness.runner.init import start_project

    (tmp_path / "toolless.py").write_text(
        "from mcp.server import MCPServer\nserver = MCPServer('toolless')\n", encoding="utf-8"
    )
    with pytest.raises(UsageError, match="lists no tool"):
        start_project(tmp_path, parse_target("toolless:server"), name=None, ci="none")
