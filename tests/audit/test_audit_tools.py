"""Which tools an audit calls: none that destroys or runs commands, unless it is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.audit.side_effects import side_effect
from harness.audit.written_files import written_places
from harness.errors import UsageError
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_tools import chosen_tools


def _tool(name: str, *arguments: str, description: str = "", **annotations: Any) -> dict[str, Any]:
    properties = {argument: {"type": "string"} for argument in arguments}
    schema = {"type": "object", "properties": properties}
    found: dict[str, Any] = {"name": name, "inputSchema": schema, "description": description}
    return found | ({"annotations": annotations} if annotations else {})


CHAT = _tool("chat", "prompt", readOnlyHint=True)
SHELL = _tool("shell", "command")
TOOLS = (CHAT, SHELL, _tool("delete_model", "name", destructiveHint=True))


@pytest.mark.parametrize(
    ("tool", "is_called"),
    [
        (CHAT, True),
        (SHELL, False),
        (_tool("delete", "name", destructiveHint=True), False),
        (_tool("delete", "name", destructiveHint=False), True),
        (_tool("chat", "messages", "model", destructiveHint=True), True),
        (_tool("write_file", "path", "content", destructiveHint=True), False),
        (_tool("both", "name", destructiveHint=True, readOnlyHint=True), True),
        (_tool("review", "code", description="Review the code"), True),
        (_tool("python", "code", description="Run Python and return what it prints"), False),
        (_tool("check", "code", description="Runs a model on your code"), True),
        (_tool("check", "code", description="Execute a code review"), True),
        (_tool("calculate", "expression", description="The expression is evaluated"), False),
        (_tool("explain", "command", readOnlyHint=True), True),
        (_tool("switch_model", "model"), False),
        (_tool("ollama_delete", "name"), False),
        (_tool("ollama_pull", "name"), False),
        (_tool("push_back", "prompt"), True),
        (_tool("council_configure", "models"), False),
        (_tool("toggle-tools", "state"), False),
        (_tool("set_scene", "prompt"), True),
        (_tool("settings"), True),
        (_tool("update_notes", "text", readOnlyHint=True), True),
        ({"name": "broken", "inputSchema": None}, True),
    ],
)
def test_a_tool_that_may_destroy_something_is_not_called(
    tool: dict[str, Any], is_called: bool
) -> None:
    assert (side_effect(tool) == "") is is_called


def _chosen(**options: Any) -> tuple[list[str], list[str], list[str]]:
    chosen = chosen_tools(TOOLS, AuditOptions(root=Path(), start="", **options))
    return (
        [str(item["name"]) for item in chosen.called],
        [str(item["name"]) for item in chosen.uncalled],
        [item.reason.rpartition("; ")[2] for item in chosen.not_tested],
    )


def test_what_is_not_called_is_not_tested_and_says_how_to_call_it() -> None:
    assert _chosen() == (
        ["chat"],
        ["shell", "delete_model"],
        ["--tools shell calls it all the same", "--tools delete_model calls it all the same"],
    )


def test_named_tools_alone_are_called_whatever_they_do() -> None:
    assert _chosen(tools=("shell",)) == (["shell"], [], [])
    assert _chosen(excluded_tools=("shell", "delete_model")) == (["chat"], [], [])


@pytest.mark.parametrize("option", ["tools", "excluded_tools"])
def test_an_unknown_tool_is_told_with_the_nearest(option: str) -> None:
    with pytest.raises(UsageError, match=r"no tool 'chatt'.*'chat'"):
        _chosen(**{option: ("chatt",)})


def _writing(name: str, told: str = "", **tool: Any) -> dict[str, Any]:
    found = _tool("write_code", "prompt", name, **tool)
    found["inputSchema"]["properties"][name]["description"] = told
    return found


@pytest.mark.parametrize(
    ("tool", "places"),
    [
        (_writing("target_path", "Where code is written on disk"), ["target_path"]),
        (_writing("save_to", "File of the answer"), ["save_to"]),
        (_writing("path", description="Writes the answer to a file"), ["path"]),
        (_writing("output_file"), ["output_file"]),
        (_writing("file_path", "The file to review"), []),
        (_writing("target", "Language to translate into"), []),
        (_writing("output_format", "text, or a file"), []),
        (_writing("save_to", "File of the answer", readOnlyHint=True), []),
        (_writing("export", "Write the conversation to a folder on disk"), ["export"]),
        (_writing("save_to_file"), ["save_to_file"]),
        (_writing("save_tokens", "Use fewer tokens"), []),
    ],
)  # fmt: skip
def test_an_argument_that_says_where_a_file_is_written_is_known(
    tool: dict[str, Any], places: list[str]
) -> None:
    assert written_places(tool) == places


def test_no_file_is_written_unasked() -> None:
    optional = _writing("save_to", "File of the answer")
    needed = {**_writing("save_to", "File of the answer"), "name": "needs"}
    needed["inputSchema"] = {**needed["inputSchema"], "required": ["save_to"]}
    tools = (optional, needed)
    chosen = chosen_tools(tools, AuditOptions(root=Path(), start=""))
    assert [list(item["inputSchema"]["properties"]) for item in chosen.called] == [["prompt"]]
    assert [(note.tool, note.what) for note in chosen.not_tested] == [
        ("write_code", "argument save_to"),
        ("needs", "every phase that calls it"),
    ]
    named = chosen_tools(tools, AuditOptions(root=Path(), start="", tools=("write_code",)))
    assert named.called == (optional,)
    assert named.not_tested == ()
