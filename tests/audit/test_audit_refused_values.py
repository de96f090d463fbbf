"""Values that nobody can know, empty lists, names of control characters, and silence."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.oracles.validation import judge
from harness.audit.refusals.elsewhere import lies_elsewhere
from harness.audit.refusals.emptiness import lacks_items
from harness.audit.refusals.refused import SILENT, judge_valid
from harness.records.audit import NotTested, Probe, Violation
from harness.records.call import Outcome
from tests.audit.judged_server import (
    BASE,
    SCHEMA,
    Reply,
    correct,
    facts,
    judged,
    observed,
    refused,
)

TOOLS = ("compare_run", "list-colours", "search", "getThing")


def _tool(name: str, told: str, kind: str = "string", **definition: Any) -> ToolFacts:
    part = {"type": kind, "description": told, "items": {"type": "string"}}
    schema = {"type": "object", "properties": {name: part, "n": {"type": "integer"}}}
    return ToolFacts({"name": "look", "inputSchema": {**schema, "required": [name]}, **definition})


@pytest.mark.parametrize(
    ("told", "excused"),
    [
        ("Output from compare_run.", True),
        ("The responses returned by `compare_run`", True),
        ("Results of an earlier call to compare_run", True),
        ("compare_run's output", True),
        ("The list got from list-colours", True),
        ("What getThing returned, i.e. getThing output", True),
        ("Ids from the search tool", True),
        ("Result of `search`", True),
        ("compare_run 的返回结果", True),
        ("由 compare_run 返回", True),
        ("compare_run の出力", True),
        ("Results from search engines", False),
        ("Ignored by compare_run", False),
        ("Different from compare_run it takes texts", False),
        ("Unlike compare_run this has no default", False),
        ("Output from compare_run_all", False),
        ("Output from another_tool", False),
        ("The responses to compare", False),
    ],
)
def test_what_another_tool_gives_cannot_be_made_up(told: str, excused: bool) -> None:
    text = "debate requires at least 2 provider responses"
    for kind, value in (("object", {}), ("string", "a"), ("array", ["a"])):
        tool = _tool("responses", told, kind)
        assert bool(lies_elsewhere(tool, [], {"responses": value}, text, {}, TOOLS)) is excused
        assert not lies_elsewhere(tool, ["n"], {"responses": value, "n": 1}, text, {}, TOOLS)


@pytest.mark.parametrize(
    ("told", "text", "excused"),
    [
        ("Call getThing to see the valid ones", "no such thing: a", True),
        ("Call getThing to see the valid ones", "Too long", False),
        ("For many of them use getThing", "no such thing: a", False),
    ],
)
def test_what_another_tool_tells_may_be_unknown(told: str, text: str, excused: bool) -> None:
    tool = _tool("colour", told)
    assert bool(lies_elsewhere(tool, [], {"colour": "a"}, text, {}, TOOLS)) is excused


def test_what_was_taken_with_the_same_value_is_refused_for_another_reason() -> None:
    tool = _tool("responses", "Output from compare_run", "object")
    given = {"responses": {}, "n": 9}
    for base, excused in (
        (None, True),
        ({"responses": {"a": 1}}, True),
        ({"responses": {}}, False),
    ):
        known = replace(tool, base=base)
        assert bool(lies_elsewhere(known, [], given, "too often", {}, TOOLS)) is excused


def _verdicts(text: str) -> list[Verdict]:
    tool = replace(_tool("responses", "Output from compare_run", "object"), dialect="chat", base={})
    other = ToolFacts({"name": "compare_run", "inputSchema": {}})
    probe = Probe(id="p", phase="valid", tool="look", arguments={"responses": {}})
    context = AuditContext("t", (tool, other), sees_upstream=True, max_examples=1)
    return list(judge([observed(probe, refused(text))], context))


def test_the_oracle_knows_the_other_tools_and_a_crash_over_their_values_is_one() -> None:
    assert not any(isinstance(item, Found) for item in _verdicts("needs 2 responses"))
    failing = _verdicts("'NoneType' object has no attribute 'items'")
    assert [item.rule for item in failing if isinstance(item, Found)] == [
        "validation.valid-rejected"
    ]


@pytest.mark.parametrize(
    ("name", "told", "text", "excused"),
    [
        ("providers", "Names to query", "compare requires at least 2 enabled providers", True),
        ("experts", "Optional list of expert names", "No matching experts", True),
        ("who", "names of the agents to ask", "None of these is registered", True),
        ("providers", "Names to query", "providers: at least 2 characters each", False),
        ("languages", "Optional list of language names", "No matching languages", False),
        ("remarks", "", "at least 2 enabled providers", False),
    ],
)
def test_of_several_names_too_few_may_be_there(
    name: str, told: str, text: str, excused: bool
) -> None:
    tool = _tool(name, told, "array")
    assert bool(lies_elsewhere(tool, [], {name: ["1.0"]}, text, {})) is excused


@pytest.mark.parametrize(
    ("name", "told", "value", "excused"),
    [
        ("repo_root", "", "\0", True),
        ("source", "Absolute repo root", "a\0b", True),
        ("image_path", "", "\n", True),
        ("image_path", "", "\x7f", True),
        ("image_path", "", "a\nb", False),
        ("image_path", "", "a", False),
        ("remark", "", "\0", False),
        ("root_cause", "why", "\n", False),
    ],
)
def test_a_name_of_control_characters_may_be_refused_in_any_words(
    name: str, told: str, value: str, excused: bool
) -> None:
    tool = _tool(name, told)
    assert bool(lies_elsewhere(tool, [], {name: value}, "not today", {})) is excused


@pytest.mark.parametrize(
    ("given", "text", "excused"),
    [
        ({"repo_root": "\0"}, "internal error: ValueError: embedded null byte", True),
        ({"repo_root": "a"}, "no such file: a", True),
        ({"repo_root": "a"}, "too dark", False),
        ({"remark": "\0"}, "too dark", False),
    ],
)
def test_names_inside_of_an_object_are_names(
    given: dict[str, Any], text: str, excused: bool
) -> None:
    inner = {"repo_root": {"type": "string"}, "remark": {"type": "string"}}
    schema = {"type": "object", "properties": {"context": {"properties": inner}}}
    tool = ToolFacts({"name": "look", "inputSchema": schema})
    assert bool(lies_elsewhere(tool, [], {"context": given}, text, {})) is excused
    free = ToolFacts({"name": "look", "inputSchema": {"properties": {"context": {}}}})
    assert not lies_elsewhere(free, [], {"context": given}, text, {})


_NONE = "Error: No image URLs provided."


@pytest.mark.parametrize(
    ("name", "told", "of_tool", "text", "excused"),
    [
        ("urls", "", "Analyze multiple images from public URLs. Max 10.", _NONE, True),
        ("urls", "One or more addresses", "Look", _NONE, True),
        ("file_paths", "Files to review", "Look", "file_paths must not be empty", True),
        ("images", "要分析的图片", "看图", "图片不能为空", True),
        ("images", "", "对比分析多张图片", "images 为空", True),
        ("urls", "", "Analyze images. Never call it for multiple users", _NONE, False),
        ("urls", "", "Look", _NONE, False),
        ("tags", "Tags to filter by", "Search the notes", "tags must not be empty", False),
        ("tags", "Tags of the note", "Write a note", "at least one tag is needed", False),
        ("urls", "One or more addresses", "Look", "urls is a wrong word", False),
    ],
)
def test_an_empty_list_of_what_a_tool_works_on_may_be_refused(
    name: str, told: str, of_tool: str, text: str, excused: bool
) -> None:
    tool = _tool(name, told, "array", description=of_tool)
    assert lacks_items([name], {name: []}, tool, text) is excused
    assert not lacks_items([name], {name: ["a"]}, tool, text)
    assert not lacks_items(["n"], {name: [], "n": 1}, tool, text)


def test_a_length_that_the_schema_sets_or_an_argument_left_out_excuses_no_empty_list() -> None:
    tool = _tool("urls", "Addresses to read", "array")
    assert lacks_items(["urls"], {"urls": []}, tool, _NONE)
    bounded = copy.deepcopy(dict(tool.schema))
    bounded["properties"]["urls"]["minItems"] = 0
    optional = {**tool.schema, "required": []}
    for schema in (bounded, optional):
        other = replace(tool, definition={**tool.definition, "inputSchema": schema})
        assert not lacks_items(["urls"], {"urls": []}, other, _NONE)


def test_a_tool_that_asks_nobody_may_work_long_unless_it_holds_up_the_server() -> None:
    silent = Reply(Outcome(plane="timeout", message="no answer within 10 s"))
    probe = Probe(id="p", phase="valid", tool="create_chat", arguments=dict(BASE))
    alone = replace(facts(), dialect=None)
    seen = observed(probe, silent)
    still = seen.model_copy(update={"is_serving": True})
    stuck = seen.model_copy(update={"is_serving": False})

    def reasons(item: Any, *, asks: bool) -> list[str]:
        found = judge_valid(item, alone, {}, asks=asks)
        return [one.reason for one in found if isinstance(one, NotTested)]

    assert reasons(still, asks=False) == reasons(seen, asks=False) == [SILENT]
    assert reasons(stuck, asks=False) == reasons(still, asks=True) == []


@pytest.mark.parametrize(
    ("outcome", "several", "one"),
    [
        (Outcome(plane="timeout", message="none"), "get no answer: ", "gets no answer: "),
        (Outcome(plane="transport_error", message="gone"), "end the link: ", "ends the link: "),
        (
            Outcome(plane="protocol_error", code=-32602, message="n: no"),
            "end in JSON-RPC error -32602: ",
            "ends in JSON-RPC error -32602: ",
        ),
        (refused("it is wrong").outcome, "are refused: ", "is refused: "),
        (refused("n is an error", "result").outcome, "are refused with a result: ",
         "is refused with a result: "),
    ],
)  # fmt: skip
def test_messages_agree_in_number(outcome: Outcome, several: str, one: str) -> None:
    def serving(arguments: dict[str, Any]) -> Reply:
        is_told = arguments.get("n") == 3 or arguments.get("n") == "3" or "n" not in arguments
        return Reply(outcome) if is_told and "temperature" not in arguments else correct(arguments)

    messages = {item.message for item in judged(serving) if isinstance(item, Found)}
    starts = [text for text in messages if text.startswith("valid arguments ")]
    assert starts
    assert all(text.startswith(f"valid arguments {several}") for text in starts)
    probe = Probe(
        id="x", phase="invalid", tool="create_chat", arguments={**BASE, "n": "x"},
        violation=Violation(keyword="type", pointer="/n", was=1, now="x"),
    )  # fmt: skip
    seen = observed(probe, Reply(outcome))
    ordinary = observed(Probe(id="o", phase="valid", tool="create_chat", arguments=dict(BASE)),
                        correct(dict(BASE)))  # fmt: skip
    context = AuditContext("t", (facts(SCHEMA),), sees_upstream=True)
    told = [item.message for item in judge([ordinary, seen], context) if isinstance(item, Found)]
    assert told
    assert all(text.startswith(f"a call that breaks type at /n {one}") for text in told)
