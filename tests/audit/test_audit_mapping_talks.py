"""What a conversation can hold by its schema arrives: sound, files, refusals and thoughts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.dialect import Dialect
from harness.audit.phases.mapping import plan
from tests.audit.pretended_server import ASKED, TEXT, broken_rules, mapped, tool

Message = dict[str, Any]
LOOSE = {"type": "object"}


def _object(**properties: Any) -> Message:
    return {"type": "object", "properties": properties, "additionalProperties": False}


SOUND = _object(data=TEXT, format={"enum": ["wav", "mp3"]})
BLOCKS = (
    _object(type={"const": "text"}, text=TEXT),
    _object(type={"const": "input_audio"}, input_audio=SOUND),
    _object(type={"const": "file"}, file=_object(filename=TEXT, file_data=TEXT, file_id=TEXT)),
    _object(type={"const": "thinking"}, thinking=TEXT, signature=TEXT),
    _object(type={"const": "tool_use"}, id=TEXT, name=TEXT, input=LOOSE),
    _object(type={"const": "tool_result"}, tool_use_id=TEXT, content=TEXT),
)
TURN = _object(
    role={"enum": ["user", "assistant"]},
    content={"anyOf": [TEXT, {"type": "null"}, {"type": "array", "items": {"anyOf": BLOCKS}}]},
    refusal=TEXT,
    reasoning_content=TEXT,
)
MESSAGES = {"type": "array", "items": TURN, "minItems": 1}
CHANGED = {"mapping.argument-changed": {"/messages"}}


def _in_text(old: str, new: str) -> Callable[[list[Message]], Any]:
    return lambda messages: json.loads(json.dumps(messages).replace(old, new))


def _without(key: str) -> Callable[[list[Message]], Any]:
    return lambda messages: [
        {name: value for name, value in one.items() if name != key} for one in messages
    ]


def _without_thoughts(messages: list[Message]) -> Any:
    return [
        {**one, "content": [part for part in one["content"] if part["type"] != "thinking"]}
        if isinstance(one.get("content"), list)
        else one
        for one in messages
    ]


@pytest.mark.parametrize(
    ("change", "dialect", "told", "found"),
    [
        (lambda messages: messages, "chat", "", {}),
        (lambda messages: messages, "messages", "", {}),
        (_in_text('"mp3"', '"wav"'), "chat", "", CHANGED),
        (_in_text("Zeta.pdf", "file"), "chat", "", CHANGED),
        (_in_text("file-quokka7", "file-1"), "chat", "", CHANGED),
        (_without("refusal"), "chat", "", CHANGED),
        (_without("reasoning_content"), "chat", "", CHANGED),
        (_without("reasoning_content"), "chat", "Asks DeepSeek.", {}),
        (_without("refusal"), "chat", "Asks DeepSeek.", CHANGED),
        (_without_thoughts, "messages", "", CHANGED),
    ],
)
def test_what_a_schema_declares_of_a_conversation_arrives(
    change: Callable[[list[Message]], Any], dialect: Dialect, told: str, found: Any
) -> None:
    facts = tool({"messages": MESSAGES}, {"messages": ASKED}, dialect=dialect)
    facts = replace(facts, definition={**facts.definition, "description": told})
    body = mapped(facts, lambda a: {"messages": change(a["messages"])})
    assert broken_rules(body) == found


@pytest.mark.parametrize("taken", [LOOSE, _object(role=TEXT, content={})])
def test_what_no_schema_speaks_of_is_not_tried(taken: Message) -> None:
    turns = {"type": "array", "items": taken, "minItems": 1}
    facts = tool({"messages": turns}, {"messages": ASKED})
    context = AuditContext("t", (facts,), sees_upstream=True)
    sent = json.dumps([probe.arguments for probe in plan(facts, context)])
    assert '"image_url"' in sent
    assert not any(word in sent for word in ("input_audio", "file_data", "refusal", "reasoning"))
