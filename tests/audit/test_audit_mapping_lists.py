"""Lists and turns in a form of the tool's own: all of them come, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.dialect import Dialect
from tests.audit.pretended_server import (
    TEXT,
    broken_rules,
    mapped,
    prompted,
    tool,
)


@pytest.mark.parametrize(
    ("told", "is_sorted", "found"),
    [("in order", False, set()), ("in order", True, {"/points"}), ("sorted by name", True, set())],
)
def test_a_list_of_the_tools_own_keeps_its_order(
    told: str, is_sorted: bool, found: set[str]
) -> None:
    points = {"type": "array", "items": {"type": "string"}, "description": told}
    facts = tool({"prompt": TEXT, "points": points}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        given = a.get("points") or []
        lines = [a["prompt"], *(f"- {one}" for one in (sorted(given) if is_sorted else given))]
        return {"messages": [{"role": "user", "content": "\n".join(lines)}]}

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.argument-changed", set()) == found


@pytest.mark.parametrize(
    ("told", "is_sorted", "found"),
    [("", False, set()), ("", True, {"/abilities"}), ("sorted by name", True, set())],
)
def test_objects_that_become_the_providers_keep_their_order(
    told: str, is_sorted: bool, found: set[str]
) -> None:
    one = {"type": "object", "properties": {"name": TEXT, "parameters": {"type": "object"}},
           "required": ["name"], "additionalProperties": False}  # fmt: skip
    ability = {**one, "properties": {**one["properties"], "description": TEXT}}
    abilities = {"type": "array", "items": ability, "description": told}
    facts = tool({"prompt": TEXT, "abilities": abilities}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        given = a.get("abilities") or []
        if is_sorted:
            given = sorted(given, key=lambda ability: ability["name"])
        tools = [{"type": "function", "function": one} for one in given]
        return {**prompted({"prompt": a["prompt"]}), **({"tools": tools} if tools else {})}

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.argument-changed", set()) == found


@pytest.mark.parametrize(
    ("told", "is_split", "found"),
    [("a list, comma-separated", True, False), ("a list, comma-separated", False, True),
     ("a text", False, False)],
)  # fmt: skip
def test_a_list_in_a_text_is_taken_apart_where_providers_take_lists(
    told: str, is_split: bool, found: bool
) -> None:
    facts = tool(
        {"prompt": TEXT, "stop": {"type": "string", "description": told}},
        {"prompt": "hi"},
        required=["prompt"],
    )

    def body(a: dict[str, Any]) -> Any:
        stop = a.get("stop")
        sent = [one.strip() for one in stop.split(",")] if stop and is_split else stop
        return {**prompted({"prompt": a["prompt"]}), **({"stop": sent} if stop else {})}

    assert ("mapping.argument-changed" in broken_rules(mapped(facts, body))) is found


TURNS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "speaker": {"type": "string", "enum": ["human", "bot"]},
            "line": {"type": "string"},
        },
        "required": ["speaker", "line"],
        "additionalProperties": False,
    },
}
ROLES = {"human": "user", "bot": "assistant"}


def _said(turn: dict[str, Any]) -> dict[str, Any]:
    return {"role": ROLES[turn["speaker"]], "content": turn["line"]}


def _only_user(turns: list[Any]) -> list[Any]:
    return [{**_said(turn), "role": "user"} for turn in turns]


def _once(turns: list[Any]) -> list[Any]:
    return [_said(one) for at, one in enumerate(turns) if one["line"] not in
            [other["line"] for other in turns[:at]]]  # fmt: skip


WAYS: dict[str, tuple[Callable[[list[Any]], list[Any]], bool]] = {
    "as they are": (lambda turns: list(map(_said, turns)), False),
    "as one text": (
        lambda turns: [
            {"role": "user", "content": "\n".join(f"{t['speaker']}: {t['line']}" for t in turns)}
        ],
        False,
    ),
    "all by the user": (_only_user, True),
    "without the first": (lambda turns: list(map(_said, turns[1:] or turns)), True),
    "each once": (_once, True),
    "backwards": (lambda turns: list(map(_said, reversed(turns))), True),
}


@pytest.mark.parametrize("dialect", ["chat", "messages"])
@pytest.mark.parametrize("way", WAYS)
def test_turns_in_a_form_of_the_tools_own_are_messages(way: str, dialect: Dialect) -> None:
    send, is_found = WAYS[way]
    base = {"talk": [{"speaker": "human", "line": "hi"}]}
    facts = tool({"talk": TURNS}, base, required=["talk"], dialect=dialect)
    found = broken_rules(mapped(facts, lambda a: {"messages": send(a["talk"])}))
    assert bool(found) is is_found, found
    assert set(found) <= {"mapping.argument-changed", "mapping.argument-dropped"}


MESSAGES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "role": {"type": "string", "enum": ["user", "assistant", "tool"]},
            "content": {"type": "string"},
            "toolCallId": {"type": "string", "minLength": 1},
        },
        "required": ["role", "content"],
        "additionalProperties": False,
    },
}


@pytest.mark.parametrize(("is_sent", "is_found"), [(True, False), (False, True)])
def test_a_member_of_a_message_may_have_a_name_of_the_tools_own(
    is_sent: bool, is_found: bool
) -> None:
    def sent(message: dict[str, Any]) -> dict[str, Any]:
        plain = {key: message[key] for key in ("role", "content")}
        is_given = is_sent and "toolCallId" in message
        return {**plain, **({"tool_call_id": message["toolCallId"]} if is_given else {})}

    base = {"messages": [{"role": "user", "content": "hi"}]}
    facts = tool({"messages": MESSAGES}, base, required=["messages"])
    found = broken_rules(mapped(facts, lambda a: {"messages": list(map(sent, a["messages"]))}))
    assert found == ({"mapping.argument-changed": {"/messages"}} if is_found else {})


@pytest.mark.parametrize(("is_sent", "is_found"), [(True, False), (False, True)])
def test_a_member_of_a_part_may_stand_deeper(is_sent: bool, is_found: bool) -> None:
    def sent(part: dict[str, Any]) -> dict[str, Any]:
        if "imageUrl" not in part:
            return {"type": "text", "text": part["text"]}
        detail = {"detail": part["detail"]} if is_sent and "detail" in part else {}
        return {"type": "image_url", "image_url": {"url": part["imageUrl"], **detail}}

    def body(arguments: dict[str, Any]) -> dict[str, Any]:
        said = [
            {**one, "content": [sent(part) for part in one["content"]]}
            for one in arguments["messages"]
        ]
        return {"messages": said}

    base = {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}
    facts = tool({"messages": _of_parts()}, base, required=["messages"])
    found = broken_rules(mapped(facts, body))
    assert found == ({"mapping.argument-changed": {"/messages"}} if is_found else {})


def _of_parts() -> dict[str, Any]:
    """Return a schema of messages: texts and images, in words of the tool's own."""
    text = {"properties": {"text": {"type": "string"}}, "required": ["text"]}
    image = {
        "properties": {"imageUrl": {"type": "string"}, "detail": {"enum": ["low", "high"]}},
        "required": ["imageUrl"],
    }
    closed = {"type": "object", "additionalProperties": False}
    content = {"type": "array", "minItems": 1, "items": {"anyOf": [text | closed, image | closed]}}
    message = {"role": {"enum": ["user", "assistant"]}, "content": content}
    items = {"type": "object", "properties": message, "required": list(message)} | closed
    return {"type": "array", "minItems": 1, "items": items}
