"""Inside of the caller's own messages and tools nothing is added that asks for something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.audit.pretended_server import ASKED, TEXT, broken_rules, mapped, tool

DETAIL: dict[str, Any] = {"enum": ["auto", "low", "high"]}
TOOLS = {"type": "array", "items": {"type": "object"}}
Change = Callable[[dict[str, Any]], dict[str, Any]]


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    closed = {"required": required, "additionalProperties": False}
    return {"type": "object", "properties": properties, **closed}


def _messages(detail: dict[str, Any]) -> dict[str, Any]:
    image = _object(["url"], url=TEXT, detail=detail)
    picture = _object(["type", "image_url"], type={"const": "image_url"}, image_url=image)
    said = _object(["type", "text"], type={"const": "text"}, text=TEXT)
    content = {"anyOf": [TEXT, {"type": "array", "items": {"anyOf": [said, picture]}}]}
    turn = _object(["role", "content"], role={"enum": ["user", "assistant"]}, content=content)
    return {"type": "array", "items": turn, "minItems": 1}


def _detailed(value: str) -> Change:
    def part(one: dict[str, Any]) -> dict[str, Any]:
        image = one.get("image_url")
        return one if image is None else {**one, "image_url": {"detail": value, **image}}

    def change(message: dict[str, Any]) -> dict[str, Any]:
        content = message["content"]
        parts = [part(one) for one in content] if isinstance(content, list) else content
        return {**message, "content": parts}

    return change


def _more(**keys: Any) -> Change:
    return lambda message: {**keys, **message}


INVENTED = {"mapping.invented": {"detail"}}


@pytest.mark.parametrize(
    ("change", "told", "found"),
    [
        (_detailed("high"), {}, INVENTED),
        (_detailed("high"), {"description": "auto, low or high"}, INVENTED),
        (_detailed("high"), {"description": "high if left out"}, {}),
        (_detailed("high"), {"default": "high"}, {}),
        (_detailed("high"), {"default": "low"}, INVENTED),
        (_detailed("auto"), {}, {}),
        (_more(name="caller"), {}, {"mapping.invented": {"name"}}),
        (_more(refusal=None, tool_calls=[], strict=False, type="message"), {}, {}),
        (lambda message: message, {}, {}),
    ],
)
def test_a_key_that_is_added_to_a_message_is_invented(
    change: Change, told: dict[str, Any], found: dict[str, set[str]]
) -> None:
    facts = tool({"messages": _messages({**DETAIL, **told})}, {"messages": ASKED})
    body = mapped(facts, lambda a: {"messages": [change(one) for one in a["messages"]]})
    assert broken_rules(body) == found


def _in_functions(**keys: Any) -> Change:
    return lambda one: {**one, **{key: {**keys, **one[key]} for key in one if key == "function"}}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_in_functions(strict=True), {"mapping.invented": {"strict"}}),
        (_in_functions(strict=False, description=""), {}),
        (_in_functions(parameters={"type": "object", "properties": {}}), {}),
        (lambda one: {"type": "function", **one}, {}),
        (lambda one: {**one, "cache_control": {"type": "ephemeral"}}, {}),
    ],
)
def test_a_key_that_is_added_to_a_tool_is_invented(
    change: Change, found: dict[str, set[str]]
) -> None:
    facts = tool({"messages": _messages(DETAIL), "tools": TOOLS}, {"messages": ASKED})

    def body(a: dict[str, Any]) -> dict[str, Any]:
        tools = {"tools": [change(one) for one in a["tools"]]} if a.get("tools") else {}
        return {"messages": a["messages"], **tools}

    assert broken_rules(mapped(facts, body)) == found


def test_what_another_argument_says_may_stand_in_a_message() -> None:
    facts = tool({"messages": _messages(DETAIL), "looking": DETAIL}, {"messages": ASKED})

    def body(a: dict[str, Any]) -> dict[str, Any]:
        change = _detailed(a.get("looking", "auto"))
        return {"messages": [change(one) for one in a["messages"]]}

    assert "mapping.invented" not in broken_rules(mapped(facts, body))
