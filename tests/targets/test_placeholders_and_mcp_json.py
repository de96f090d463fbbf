"""Mistakes are told where they stand: in which file, at which key, with the nearest word."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.configuration import load_configuration
from harness.errors import UsageError
from harness.targets import (
    PLACEHOLDERS,
    HttpTarget,
    StdioTarget,
    parse_target,
    require_placeholders,
    with_environment,
    with_headers,
)


def mistake_of(folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load_configuration(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{folder}/")


def mcp_json(folder: Path, content: Any, name: str = ".vscode/mcp.json") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("{upstrem}/api.x.ai", "{upstream}"),
        ("{upsteam}", "{upstream}"),
        ("{uptsream}", "{upstream}"),
        ("{pstream}", "{upstream}"),
        ("{UPSTREAM}/v1", "{upstream}"),
        ("{ upstream }", "{upstream}"),
        ("{upstream_url}", "{upstream}"),
        ("{base-upstream}", "{upstream}"),
        ('{"base": "{upstrem}"}', "{upstream}"),
        ("--port={prot}", "{port}"),
        ("{Port}", "{port}"),
        ("{ports}", "{port}"),
        ("{pport}", "{port}"),
        ("{por}", "{port}"),
    ],
)
def test_a_misspelt_placeholder_is_refused_with_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(ValueError, match="is no placeholder") as caught:
        require_placeholders(text)
    assert f"did you mean {nearest!r}?" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{upstream}/api.x.ai:{port}",
        '{"upstrem": 1, "port": {"prot": 2}}',
        "{{upstrem}} {{ port }}",
        "${upstrem}",
        "{}",
        "{0}",
        "Hello {name}, see {post}, {sport}, {transport}, {part}, {port_name}, {report}, {export}",
        "{import} {stream}",
        "f(){ prot; }",
        "{upstream,port}",
    ],
)
def test_other_braces_stay_what_they_are(text: str) -> None:
    assert require_placeholders(text) == text


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=9), max_size=4))
def test_json_in_a_value_is_never_refused(value: dict[str, Any]) -> None:
    text = json.dumps(value).replace('"{', '"').replace('}"', '"')
    assert require_placeholders(text) == text


@given(st.text(max_size=20), st.sampled_from(PLACEHOLDERS), st.text(max_size=20))
def test_a_placeholder_that_is_right_is_never_refused(
    before: str, placeholder: str, after: str
) -> None:
    text = f"{before.replace('{', '')}{placeholder}{after.replace('{', '')}"
    assert require_placeholders(text) == text


def test_a_url_has_no_other_braces_at_all() -> None:
    with pytest.raises(ValueError, match=r"'\{host\}' is no placeholder \(known: "):
        require_placeholders("http://{host}/mcp", is_url=True)
    assert require_placeholders("http://h:{port}/mcp?a={}", is_url=True)


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ('command = "run --base {upstrem}"', "command"),
        ('command = ["run", "{upstrem}"]', "command"),
        ('command = "run"\nargs = ["a", "{upstrem}"]', "args.1"),
        ('command = "run"\nenv = {BASE = "{upstrem}/api.x.ai"}', "env.BASE"),
        ('command = "run"\ncwd = "{upstrem}"', "cwd"),
        ('url = "http://127.0.0.1:{prot}/mcp"', "url"),
        ('url = "http://h/"\nheaders = {A = "{upstrem}"}', "headers.A"),
    ],
)
def test_a_misspelt_placeholder_is_told_with_file_and_key(
    tmp_path: Path, table: str, place: str
) -> None:
    (tmp_path / "toolreel.toml").write_text(f"[targets.x]\n{table}\n", encoding="utf-8")
    message = mistake_of(tmp_path)
    line = table.count("\n") + 2  # the mistake stands in the last line
    assert message.startswith(f"toolreel.toml:{line}: targets.x.{place}: '{{")
    assert "did you mean" in message


def test_what_a_variable_holds_may_have_any_braces(tmp_path: Path) -> None:
    text = '[targets.x]\ncommand = "run"\nenv = {A = "${TEXT}"}\n'
    (tmp_path / "toolreel.toml").write_text(text, encoding="utf-8")
    found = load_configuration(tmp_path).target("x", {"TEXT": "{upstrem}"})
    assert found == StdioTarget(name="x", command=("run",), env={"A": "{upstrem}"})


def test_a_misspelt_placeholder_on_the_command_line_is_refused() -> None:
    with pytest.raises(UsageError, match=r"did you mean '\{port\}'"):
        parse_target("python server.py --port {prot}")
    with pytest.raises(UsageError, match=r"'\{host\}' is no placeholder"):
        parse_target("http://{host}/mcp")
    target = HttpTarget(name="x", url="http://h/")
    with pytest.raises(UsageError, match=r"variable BASE: '\{upstrem\}'"):
        with_environment(target, {"BASE": "{upstrem}"})
    with pytest.raises(UsageError, match=r"header A: '\{upstrem\}'"):
        with_headers(target, {"A": "{upstrem}"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"servers": {"x": {"comand": "a", "args": []}}}, "servers.x: one of server, command"),
        ({"servers": {"x": {"comand": "a"}}}, "did you mean 'command'?"),
        ({"servers": {"x": {"command": 3}}}, "servers.x.command"),
        (
            {"mcpServers": {"x": {"command": "a", "args": [1]}}},
            "mcpServers.x.args.0: 1 should be text",
        ),
        (
            {"mcpServers": {"x": {"command": "a", "env": {"A": 1}}}},
            "mcpServers.x.env.A: 1 should be text",
        ),
        (
            {"mcpServers": {"x": {"command": "a", "args": ["{prot}"]}}},
            "mcpServers.x.args.0: '{prot}' is no placeholder; did you mean '{port}'?",
        ),
        ({"mcpServer": {"x": {}}}, "mcpServer: unknown key; did you mean 'mcpServers'?"),
        ({"mcpServers": [1]}, "not an mcp.json: mcpServers is no object"),
        ({"servers": {"x": 3}}, "not an mcp.json: servers.x is no object"),
        ([], "not an mcp.json: an object with mcpServers was expected"),
    ],
)
def test_a_mistake_in_an_mcp_json_names_that_file(
    tmp_path: Path, content: Any, message: str
) -> None:
    (tmp_path / "toolreel.toml").write_text('[targets.y]\nserver = "m:f"\n', encoding="utf-8")
    mcp_json(tmp_path, content)
    told = mistake_of(tmp_path)
    assert re.match(r"\.vscode/mcp\.json:(1:)? ", told)
    assert message in told


def test_a_server_that_the_project_names_itself_may_be_wrong_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "toolreel.toml").write_text('[targets.x]\ncommand = "mine"\n', encoding="utf-8")
    mcp_json(tmp_path, {"servers": {"x": {"command": 3}}})
    found = load_configuration(tmp_path).target("x", {})
    assert found == StdioTarget(name="x", command=("mine",))


def test_an_mcp_json_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mcp.json").write_text("[" * 200_000, encoding="utf-8")
    assert mistake_of(tmp_path).startswith("mcp.json: not an mcp.json: ")
