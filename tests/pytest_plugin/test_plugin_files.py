"""What the plugin's pure parts promise: names of cassettes, arguments of tools, cheap loading."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.generation.tool_arguments import arguments_for
from harness.pytest_plugin.cassette_path import cassette_folder, cassette_path
from harness.pytest_plugin.scenario_files import is_scenario_file

HEAVY = ("mcp", "vcr", "hypothesis", "httpx", "httpx2", "yaml", "pydantic", "anyio", "uvicorn")
TOOL: dict[str, Any] = {
    "name": "ask",
    "inputSchema": {
        "type": "object",
        "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 9}, "q": {}},
        "required": ["n"],
    },
}


def item(name: str, cls: type | None = None) -> Any:
    return SimpleNamespace(name=name, cls=cls, path=Path("/suite/test_it.py"))


@given(st.lists(st.text(min_size=1, max_size=300), min_size=2, max_size=2, unique=True))
def test_two_tests_never_share_a_cassette_and_every_name_is_a_file_name(names: list[str]) -> None:
    one, two = (cassette_path(item(name)) for name in names)
    assert one != two
    for path in (one, two):
        assert path.parent == cassette_folder(item("")) == Path("/suite/cassettes/test_it")
        assert len(path.name.encode()) < 230
        assert not set(path.name) & set("<>?%*:|\"'\\\0\n")


def test_ordinary_names_stay_as_they_are() -> None:
    assert cassette_path(item("test_a[x-1]", Path)).name == "Path.test_a[x-1].yaml"
    assert cassette_path(item("test_a"), "other").name == "other.yaml"
    assert cassette_path(item("test_a"), "other.yml").name == "other.yml"
    assert cassette_path(item("test_a"), "v1.2").name == "v1.2.yaml"


@given(arguments_for(TOOL))
def test_valid_arguments_are_what_the_tool_takes(arguments: dict[str, Any]) -> None:
    jsonschema.validate(arguments, TOOL["inputSchema"])


@given(arguments_for(SimpleNamespace(input_schema=TOOL["inputSchema"]), "boundary"))
def test_boundary_arguments_are_taken_as_well(arguments: dict[str, Any]) -> None:
    jsonschema.validate(arguments, TOOL["inputSchema"])
    arguments["n"] = "changed"  # the next draw does not see this


@given(arguments_for(TOOL, "invalid"))
def test_invalid_arguments_are_objects_that_the_tool_refuses(arguments: dict[str, Any]) -> None:
    assert isinstance(arguments, dict)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(arguments, TOOL["inputSchema"])


def test_what_is_no_tool_is_told() -> None:
    for wrong in ("ask", {"type": "object"}, None):
        with pytest.raises(UsageError, match="a tool is an object with `inputSchema`"):
            arguments_for(wrong)


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("target: grok\n", True),
        ("# first\nscenarios:\n  - name: a\n", True),
        ('{"target": "grok", "scenarios": []}', True),
        ("'scenarios' : []", True),
        ("services:\n  target: a\n", False),
        ("stages:\n  - scenarios: a\n", False),
        ("", False),
    ],
)
def test_a_scenario_file_is_known_by_its_top_level_keys(
    tmp_path: Path, text: str, is_ours: bool
) -> None:
    path = tmp_path / "any.yaml"
    path.write_text(text, "utf-8")
    assert is_scenario_file(path) is is_ours


def test_loading_the_plugin_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, pytest\n"
        "pytest.main(['--collect-only', '-q', '-p', 'toolreel'])\n"
        "print('\\nIMPORTED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60, check=True,
        cwd=tmp_path, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    imported = set(done.stdout.rpartition("IMPORTED")[2].split())
    assert "harness.pytest_plugin" in imported
    assert not imported & set(HEAVY)
