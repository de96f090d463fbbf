"""Tools that are listed and not there, and tools whose calls fail for another reason."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.refusals.absent import judge_absent
from harness.records.audit import Probe
from tests.audit.judged_server import BASE, SCHEMA, Reply, answered, observed, refused

WORKS = ToolFacts({"name": "chat", "inputSchema": SCHEMA}, "chat", BASE)
NAME = "ask_twice"


def internal(text: str) -> Reply:
    return refused(text, "protocol_error", -32603)


def unknown(text: str, code: int = -32602) -> Reply:
    return refused(text, "protocol_error", code)


def is_absent(
    *replies: Reply,
    schema: dict[str, Any] | None = None,
    beside: tuple[ToolFacts, ...] = (WORKS,),
    is_seen: bool = True,
) -> bool:
    probe = Probe(id="first", phase="valid", tool=NAME, arguments=BASE)
    seen = tuple(observed(probe, reply, is_seen=is_seen) for reply in replies)
    tool = ToolFacts({"name": NAME, "inputSchema": schema or SCHEMA}, refused=seen)
    return judge_absent(tool, (*beside, tool)) is not None


@pytest.mark.parametrize(
    "reply",
    [
        unknown("Unknown tool: ask_twice"),
        unknown("Tool ask_twice not found"),
        unknown("no tool named 'ask_twice'"),
        unknown("Method not found", -32601),
        unknown("Unknown tool"),
        unknown("Tool not found: ask_twice", -32601),
        internal("'ask_twice'"),
        internal("KeyError: 'ask_twice'"),
        refused("Unknown tool: ask_twice"),
        refused("MCP error -32602: Tool ask_twice not found"),
        refused("Error: function `ask_twice` does not exist"),
    ],
)
def test_a_tool_that_is_said_not_to_be_there_is_found_whatever_else_works(reply: Reply) -> None:
    assert is_absent(reply, reply, beside=(), is_seen=False)
    assert not is_absent(reply, refused("the conversation is too long"))
    assert not is_absent(reply, answered(BASE))
    assert not is_absent()


@pytest.mark.parametrize(
    "reply",
    [
        refused("Unknown tool"),
        refused("Method not found"),
        unknown("Unknown tool: ffmpeg"),
        unknown("Unknown model: ask_twice-large", -32601),
        unknown("Invalid params"),
        unknown("model not found: m"),
        unknown("ask_twice: unknown messages"),
        unknown("Unknown tool: ask_twice. OPENAI_API_KEY is not set: no key, no tool"),
        unknown("Tool ask_twice not found: enable it in the settings", -32601),
        unknown("Tool ask_twice is disabled"),
        unknown("Method not found: permission denied", -32601),
        refused("ask_twice could not be run: file not found"),
        refused("Tool ask_twice failed: 404 page not found"),
        Reply(unknown("Unknown tool: ask_twice").outcome, BASE),
    ],
)
def test_what_else_may_make_every_call_fail_is_no_finding(reply: Reply) -> None:
    assert not is_absent(reply)


def test_a_tool_that_calls_others_by_name_may_mean_those() -> None:
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "tool_name": {"type": "string"}}}
    assert not is_absent(unknown("Unknown tool"), schema=schema)


def test_a_bare_internal_error_counts_beside_a_tool_that_reaches_its_provider() -> None:
    reply = internal("Internal error")
    assert is_absent(reply, reply)
    assert not is_absent(reply, is_seen=False)
    assert not is_absent(reply, beside=())
    offline = ToolFacts({"name": "time", "inputSchema": {}}, None, {})
    assert not is_absent(reply, beside=(offline,))
    for required in ([], ["session_id"], ["messages", "path"]):
        assert not is_absent(reply, schema={**SCHEMA, "required": required})
    assert not is_absent(internal("Internal error: no route to host"))
    assert not is_absent(Reply(reply.outcome.model_copy(update={"data": "no such key"})))
    assert not is_absent(unknown("Internal error"))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Messages.create() got an unexpected keyword argument 'temperature'", True),
        ("client.complete is not a function", True),
        ("name 'asyncio' is not defined", True),
        ("'NoneType' object has no attribute 'chat'", False),
        ("the prompt is not defined as text", False),
        ("temperature is out of range", False),
    ],
)
def test_a_tool_whose_every_call_fails_in_its_own_code_is_found(text: str, is_found: bool) -> None:
    assert is_absent(refused(text), refused(text)) is is_found
    assert not is_absent(refused(text), answered(BASE))
