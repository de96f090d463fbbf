"""Keys that a schema declares for the elements of a list, by its branches."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.json_text import json_value
from harness.audit.mapped.declared import is_declared
from tests.audit.pretended_server import (
    ASKED,
    TEXT,
    broken_rules,
    mapped,
    prompted,
    tool,
)

LOOSE = {"type": "object", "properties": {"a": TEXT}, "additionalProperties": {}}
STRIPPING = {"type": "object", "properties": {"a": TEXT}}


@pytest.mark.parametrize(("part", "declared"), [(LOOSE, True), (STRIPPING, False)])
def test_a_schema_that_speaks_of_further_keys_declares_them(part: Any, declared: bool) -> None:
    assert is_declared({}, part, {"a": "x", "b": 1}, "/b") is declared


TEXT_PART = {"type": "object", "properties": {"type": {"const": "text"}, "text": TEXT}}
IMAGE_PART = {"type": "object", "properties": {"type": {"const": "image"}, "url": TEXT}}
UNION = {"type": "array", "items": {"anyOf": [TEXT_PART, {"$ref": "#/$defs/image"}]}}
WHOLE = {"type": "object", "properties": {"parts": UNION}, "$defs": {"image": IMAGE_PART}}


@pytest.mark.parametrize(
    ("value", "pointer", "declared"),
    [
        ([{"type": "text", "text": "a", "url": "b"}], "/0/text", True),
        ([{"type": "text", "text": "a", "url": "b"}], "/0/url", False),
        ([{"type": "image", "url": "b"}], "/0/url", True),
        ([{"type": "image", "url": "b", "text": "a"}], "/0/text", False),
        ([{"type": "image", "url": "b"}], "", True),
    ],
)
def test_a_key_is_declared_by_the_branch_that_the_value_satisfies(
    value: Any, pointer: str, declared: bool
) -> None:
    assert is_declared(WHOLE, UNION, value, pointer) is declared


def test_keys_of_another_branch_may_be_stripped_and_those_of_its_own_may_not() -> None:
    item = {"type": "object", "properties": {"role": TEXT, "content": {"anyOf": [TEXT, UNION]}}}
    facts = tool({"messages": {"type": "array", "items": item}}, {"messages": ASKED},
                 required=["messages"], **{"$defs": {"image": IMAGE_PART}})  # fmt: skip
    keep = {"text": ("type", "text"), "image": ("type", "url")}

    def stripped(a: dict[str, Any], *lost: str) -> Any:
        def part(one: Any) -> Any:
            own = [key for key in keep.get(one.get("type"), one) if key not in lost]
            return {key: one[key] for key in own if key in one}

        return {
            "messages": [
                {**m, "content": [part(one) for one in m["content"]]}
                if isinstance(m.get("content"), list)
                else m
                for m in a["messages"]
            ]
        }

    assert broken_rules(mapped(facts, stripped)) == {}
    lost = broken_rules(mapped(facts, lambda a: stripped(a, "text")))
    assert lost == {"mapping.argument-changed": {"/messages"}}


def test_a_text_that_is_told_to_be_json_may_say_another_type() -> None:
    facts = tool({"prompt": TEXT, "tools_json": TEXT}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any], read: Any = json_value) -> Any:
        own = a.get("tools_json")
        return {**prompted({"prompt": a["prompt"]}), **({"tools": read(own)} if own else {})}

    assert broken_rules(mapped(facts, body)) == {}
    unread = broken_rules(mapped(facts, lambda a: body(a, read=lambda text: text)))
    assert "mapping.argument-changed" in unread
