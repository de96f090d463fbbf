"""Which tools an audit calls: none that destroys or runs commands, unless it is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.audit.acting_verbs import shared_prefix
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


@pytest.mark.parametrize(
    ("tool", "is_called"),
    [
        (_tool("start_vllm", "model", "port"), False),
        (_tool("stopVLLM", "container"), False),
        (_tool("restart-vllm"), False),
        (_tool("run_benchmark", "target", "model"), False),
        (_tool("shut_down_server"), False),
        (_tool("vllm_start_server", "model"), False),
        (_tool("docker.stop.container", "id"), False),
        (_tool("server_shutdown"), False),
        (_tool("container_restart", "id"), False),
        (_tool("upload_file", "path"), False),
        (_tool("deploy", "message"), False),
        (_tool("publish_post", "content"), False),
        (_tool("drop_table", "query"), False),
        (_tool("execute_query", "query", description="Runs SQL"), False),
        (_tool("run_code", "code"), False),
        (_tool("load_model", "name"), False),
        (_tool("run_task", "task_id"), False),
        (_tool("send_email", "to", "subject", "text"), False),
        (_tool("send_message", "recipient", "message"), False),
        (_tool("ollama_push", "name"), False),
        (_tool("start_container", "image", destructiveHint=False), True),
        (_tool("run_checks", readOnlyHint=True), True),
        (_tool("send_message", "message"), True),
        (_tool("run_prompt", "prompt"), True),
        (_tool("run_prompt_completion", "prompt_id"), True),
        (_tool("start_chat_server", "model"), False),
        (_tool("start_debate", "topic"), True),
        (_tool("launch_agent", "taskDescription", "userTask"), True),
        (_tool("execute_task", "task"), True),
        (_tool("run_query", "user_query", description="Ask the model"), True),
        (_tool("run_review", "code", description="Review code"), True),
        (_tool("restart_chat", "messages"), True),
        (_tool("create_chat_completion", "messages"), True),
        (_tool("create_completion"), True),
        (_tool("generate_load"), True),
        (_tool("get_cpu_load"), True),
        (_tool("pull_request_summary", "diff"), True),
        (_tool("file_upload_status", "id"), True),
        (_tool("runway_image"), True),
        (_tool("startup_ideas"), True),
    ],
)
def test_a_tool_whose_name_says_that_it_acts_is_not_called(
    tool: dict[str, Any], is_called: bool
) -> None:
    assert (side_effect(tool) == "") is is_called


@pytest.mark.parametrize(
    ("tool", "is_called"),
    [
        (_tool("omniroute_cache_flush", "model"), False),
        (_tool("omniroute_set_config", "name"), False),
        (_tool("omniroute_set_budget_guard", "maxCost"), False),
        (_tool("omniroute_memory_clear"), False),
        (_tool("skillsEnable", "skillId"), False),
        (_tool("skills_execute", "skillName", "input"), False),
        (_tool("proxy.pool.rotate", "strategy"), False),
        (_tool("memory_add", "content"), False),
        (_tool("sync_pricing"), False),
        (_tool("omniroute_switch_chat", "prompt"), True),
        (_tool("execute_agent", "input"), True),
        (_tool("cache_flush", readOnlyHint=True), True),
        (_tool("get_cache_flush"), True),
        (_tool("cache_stats"), True),
        (_tool("data_set_info"), True),
        (_tool("status_update_draft", "notes"), True),
        (_tool("lip_sync", "audio"), True),
        (_tool("add_numbers", "a"), True),
        (_tool("acme_tools_upgrade"), False),
        (_tool("config_init", "provider"), False),
        (_tool("initialize_config"), False),
        (_tool("wizard", "provider", description="Initialize the configuration"), False),
        (_tool("initial_ideas", "topic"), True),
        (_tool("upgrade_path_advice", "question"), True),
        (_tool("fix_install_error", "log"), True),
        (_tool("describe_change"), True),
        (_tool("combos", "id", description="Activates or deactivates a combo"), False),
        (_tool("cache", description="Flush cache entries"), False),
        (_tool("guard", "limit", description="Sets a budget guard"), False),
        (_tool("combos", "question", description="Switches between models and asks"), True),
        (_tool("polish", "essay", description="Updates your essay"), True),
        (_tool("terms", "word", description="Clear and short explanations"), True),
        (_tool("tips", description="Set of tips"), True),
        (_tool("get_combos", description="Updates nothing, lists combos"), True),
    ],
)
def test_a_tool_that_changes_what_is_kept_is_not_called_whatever_stands_before_its_verb(
    tool: dict[str, Any], is_called: bool
) -> None:
    assert (side_effect(tool) == "") is is_called


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (("acme_chat", "acme_update_time", "acme_list"), "acme_"),
        (("mcp.acme.chat", "mcp.acme.list", "mcp.acme.get_it", "help"), "mcp_acme_"),
        (("acme_chat", "acme_list"), ""),
        (("get_a", "get_b", "get_c"), ""),
        (("set_a", "set_b", "set_c"), ""),
        (("ask", "chat", "review"), ""),
        ((), ""),
    ],
)
def test_words_that_most_names_begin_with_are_the_server_s(
    names: tuple[str, ...], shared: str
) -> None:
    assert shared_prefix(names) == shared


@pytest.mark.parametrize(
    ("name", "others", "is_called"),
    [
        ("confirm", (), False),
        ("confirmDelete", (), False),
        ("confirm", ("question",), True),
        ("confidence", (), True),
    ],
)
def test_what_a_person_has_to_confirm_is_not_called(
    name: str, others: tuple[str, ...], is_called: bool
) -> None:
    asking = _tool("sources", *others)
    asking["inputSchema"]["properties"][name] = {"type": "boolean"}
    assert (side_effect(asking) == "") is is_called


def test_behind_the_server_s_name_stands_the_verb() -> None:
    tools = [_tool(name) for name in ("acme_chat", "acme_update_time", "acme_list")]
    chosen = chosen_tools(tools, AuditOptions(root=Path(), start=""))
    assert [item["name"] for item in chosen.uncalled] == ["acme_update_time"]
    assert side_effect(tools[1]) == ""


def test_a_choice_or_a_number_is_nothing_that_a_model_is_told() -> None:
    tool = _tool("run_benchmark", "task", "prompts")
    tool["inputSchema"]["properties"]["task"]["enum"] = ["chat", "embed"]
    tool["inputSchema"]["properties"]["prompts"]["type"] = "integer"
    assert side_effect(tool) != ""
    tool["inputSchema"]["properties"]["prompts"]["type"] = "array"
    assert side_effect(tool) == ""


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
