import json
from pathlib import Path
from typing import Any

import pytest

from harness.configuration import Configuration, environment, load_configuration
from harness.errors import UsageError
from harness.targets import HttpTarget, InProcessTarget, StdioTarget, Target


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def toml(folder: Path, text: str) -> Configuration:
    write(folder, "toolreel.toml", text)
    return load_configuration(folder)


def mcp_json(
    folder: Path, servers: Any, *, name: str = "mcp.json", key: str = "mcpServers"
) -> None:
    write(folder, name, json.dumps({key: servers}))


def target(folder: Path, table: str, **environ: str) -> Target:
    return toml(folder, f"[targets.x]\n{table}").target("x", environ)


def test_without_any_file_the_folder_itself_is_the_root(tmp_path: Path) -> None:
    found = load_configuration(tmp_path)
    assert found.root == tmp_path
    assert (found.scenarios, found.cassettes, found.targets) == (("scenarios",), "cassettes", {})


def test_toolreel_toml_holds_for_the_folders_below(tmp_path: Path) -> None:
    toml(tmp_path, 'scenarios = ["a", "b"]\ncassettes = "tapes"\n')
    below = tmp_path / "deep" / "er"
    below.mkdir(parents=True)
    found = load_configuration(below)
    assert (found.root, found.scenarios, found.cassettes) == (tmp_path, ("a", "b"), "tapes")


def test_the_nearest_folder_wins(tmp_path: Path) -> None:
    write(tmp_path, "toolreel.toml", 'cassettes = "far"')
    write(tmp_path / "near", "pyproject.toml", '[tool.toolreel]\ncassettes = "near"')
    found = load_configuration(tmp_path / "near")
    assert (found.root, found.cassettes) == (tmp_path / "near", "near")


def test_toolreel_toml_wins_over_pyproject(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.toolreel]\ncassettes = "two"')
    assert load_configuration(tmp_path).cassettes == "two"
    assert toml(tmp_path, 'cassettes = "one"').cassettes == "one"


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "toolreel.toml", 'cassettes = "far"')
    write(tmp_path / "near", "pyproject.toml", "[project]\nname = 'x'")
    assert load_configuration(tmp_path / "near").cassettes == "far"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ('server = "m:f"', InProcessTarget(name="x", server="m:f")),
        (
            "command = \"run 'my server' --x\"",
            StdioTarget(name="x", command=("run", "my server", "--x")),
        ),
        ('command = ["run", "a b"]', StdioTarget(name="x", command=("run", "a b"))),
        (
            'command = "my tool"\nargs = ["-m", "a b"]\ncwd = "sub"',
            StdioTarget(name="x", command=("my tool", "-m", "a b"), cwd="sub"),
        ),
        (
            'url = "http://h/mcp"\nheaders = {A = "b"}',
            HttpTarget(name="x", url="http://h/mcp", headers={"A": "b"}),
        ),
        (
            'command = "run --port {port}"\ncwd = "sub"',
            HttpTarget(
                name="x",
                url="http://127.0.0.1:{port}/mcp",
                command=("run", "--port", "{port}"),
                cwd="sub",
            ),
        ),
        (
            'command = ["run", "{port}"]\nurl = "http://127.0.0.1:{port}/"',
            HttpTarget(name="x", url="http://127.0.0.1:{port}/", command=("run", "{port}")),
        ),
        ('command = "a:b"', StdioTarget(name="x", command=("a:b",))),
    ],
)
def test_a_table_names_one_way_in(tmp_path: Path, table: str, expected: Target) -> None:
    assert target(tmp_path, table) == expected


def test_variables_are_filled_from_the_environment(tmp_path: Path) -> None:
    table = """
        command = ["${BIN}", "--key=${KEY:-none}"]
        env = {KEY = "${KEY:-a default}", BASE = "{upstream}/${HOST}", EMPTY = "${NO:-}", D = "$X"}
    """
    found = target(tmp_path, table, BIN="/bin/server", HOST="api.x.ai")
    assert isinstance(found, StdioTarget)
    assert found.command == ("/bin/server", "--key=none")
    assert found.env == {
        "KEY": "a default",
        "BASE": "{upstream}/api.x.ai",
        "EMPTY": "",
        "D": "$X",
    }
    assert target(tmp_path, table, BIN="x", HOST="h", KEY="mine").env["KEY"] == "mine"


def test_variables_are_filled_in_urls_and_headers(tmp_path: Path) -> None:
    table = 'url = "http://${HOST}/mcp"\nheaders = {Authorization = "Bearer ${TOKEN}"}'
    found = target(tmp_path, table, HOST="h", TOKEN="t")
    assert found == HttpTarget(name="x", url="http://h/mcp", headers={"Authorization": "Bearer t"})


def test_a_variable_without_value_is_told_when_the_target_is_used(tmp_path: Path) -> None:
    found = toml(tmp_path, '[targets.x]\nserver = "m:f"\nenv = {A = "${MISSING}"}')
    with pytest.raises(UsageError) as caught:
        found.target("x", {})
    assert str(caught.value).startswith(f"{tmp_path / 'toolreel.toml'}:3: target 'x' needs the")
    assert "export MISSING=…" in str(caught.value)
    assert "${MISSING:-default}" in str(caught.value)


def test_an_unknown_target_suggests_the_nearest_and_lists_all(tmp_path: Path) -> None:
    found = toml(tmp_path, '[targets.grok]\nserver = "m:f"\n[targets.other]\nserver = "m:g"')
    with pytest.raises(UsageError) as caught:
        found.target("grk", {})
    assert str(caught.value) == ("unknown target 'grk'; did you mean 'grok'? (known: grok, other)")
    with pytest.raises(UsageError, match="none is configured"):
        load_configuration(tmp_path.parent / "nowhere").target("x", {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('scenario = ["a"]', ["scenario", "did you mean 'scenarios'?"]),
        ('[targets.x]\n\ncomand = "a"', [":3: targets.x.comand", "did you mean 'command'?"]),
        ('[targets.x]\ncommand = [\n  "a",\n]\nurl = 3', [":5: targets.x.url", "3 should be text"]),
        (
            '[targets]\nx = {command = "a", env = {B = 1}}',
            [":2: targets.x.env.B", "1 should be text"],
        ),
        ('[targets.x]\nserver = "m"', [":2: targets.x.server: 'm' is not module:attribute"]),
        ('[targets.x]\nurl = "h:80/mcp"', [":2: targets.x.url", "did you mean 'http://h:80/mcp'"]),
        ("[redaction]\nnam = []", [":2: redaction.nam: unknown key", "known: "]),
        ("cassettes = \n", [":1:13: not TOML"]),
        ("[targets.x]\n", ["targets.x", "one of server, command and url is needed"]),
        ('[targets.x]\nserver = "m:f"\nurl = "http://h"', ["server excludes command and url"]),
        ('[targets.x]\nserver = "m:f"\nenv = {A = 1}', ["targets.x.env.A"]),
        ("cassettes = 3", ["cassettes"]),
        ("targets = 3", ["targets"]),
        ('targets = "x"', ["targets"]),
        ("[targets]\nx = 3", ["targets.x"]),
        ("broken", []),
    ],
)
def test_a_mistake_is_told_with_file_place_and_nearest_word(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        toml(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'toolreel.toml'}:")
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\ntoolreel = 3"])
def test_a_pyproject_of_another_shape_is_a_usage_error(tmp_path: Path, text: str) -> None:
    write(tmp_path, "pyproject.toml", text)
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        load_configuration(tmp_path)


def test_a_file_that_is_not_utf8_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "toolreel.toml").write_bytes(b"cassettes = '\xff'")
    with pytest.raises(UsageError, match=r"toolreel\.toml"):
        load_configuration(tmp_path)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("mcp.json", "mcpServers"),
        (".mcp.json", "mcpServers"),
        (".cursor/mcp.json", "mcpServers"),
        (".vscode/mcp.json", "servers"),
    ],
)
def test_the_servers_of_an_mcp_json_are_targets(tmp_path: Path, name: str, key: str) -> None:
    entries = {
        "local": {
            "type": "stdio",
            "command": "npx",
            "args": ["-y", "server"],
            "env": {"API_KEY": "${API_KEY:-none}"},
            "disabled": True,
        },
        "remote": {"type": "http", "url": "https://h/mcp", "headers": {"A": "b"}},
    }
    mcp_json(tmp_path, entries, name=name, key=key)
    found = load_configuration(tmp_path)
    assert found.target("local", {}) == StdioTarget(
        name="local", command=("npx", "-y", "server"), env={"API_KEY": "none"}
    )
    assert found.target("remote", {}) == HttpTarget(
        name="remote", url="https://h/mcp", headers={"A": "b"}
    )


def test_own_targets_win_over_those_of_mcp_json(tmp_path: Path) -> None:
    mcp_json(tmp_path, {"x": {"command": "theirs"}, "y": {"command": "kept"}})
    found = toml(tmp_path, '[targets.x]\nserver = "m:f"')
    assert found.target("x", {}) == InProcessTarget(name="x", server="m:f")
    assert found.target("y", {}) == StdioTarget(name="y", command=("kept",))


def test_the_file_at_the_root_wins_over_those_of_editors(tmp_path: Path) -> None:
    for number, name in enumerate(
        (".vscode/mcp.json", ".cursor/mcp.json", ".mcp.json", "mcp.json")
    ):
        mcp_json(tmp_path, {"x": {"command": f"c{number}"}}, name=name)
        assert load_configuration(tmp_path).target("x", {}) == StdioTarget(
            name="x", command=(f"c{number}",)
        )


@pytest.mark.parametrize("text", ["{", "[]", '{"mcpServers": [1]}', '{"servers": {"x": 3}}'])
def test_a_broken_mcp_json_is_told_with_its_path(tmp_path: Path, text: str) -> None:
    write(tmp_path, ".vscode/mcp.json", text)
    with pytest.raises(UsageError, match=r"\.vscode/mcp\.json:[\d:]* not an mcp\.json"):
        load_configuration(tmp_path)


def test_an_mcp_json_without_servers_adds_nothing(tmp_path: Path) -> None:
    write(tmp_path, "mcp.json", '{"inputs": []}')
    assert load_configuration(tmp_path).targets == {}


def test_the_environment_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOLREEL_TEST", "1")
    assert environment()["TOOLREEL_TEST"] == "1"
