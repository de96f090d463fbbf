"""What a tool is asked for by its own arguments: thoughts, with room for them."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.features import for_script
from harness.audit.scripts import script

BUDGET = {
    "type": "object",
    "properties": {"type": {"enum": ["enabled"]}, "budget_tokens": {"type": "integer"}},
    "required": ["type", "budget_tokens"],
}
MOST = {"type": "integer", "maximum": 64000}
THOUGHTS = {"type": "enabled", "budget_tokens": 1024}


@pytest.mark.parametrize(
    ("properties", "base", "expected"),
    [
        ({"thinking": BUDGET, "max_tokens": MOST}, {"max_tokens": 16},
         {"thinking": THOUGHTS, "max_tokens": 2048}),
        ({"thinking": BUDGET, "max_tokens": MOST}, {}, {"thinking": THOUGHTS, "max_tokens": 2048}),
        ({"thinking": BUDGET, "maxTokens": MOST}, {"maxTokens": 4000},
         {"thinking": THOUGHTS, "maxTokens": 4000}),
        ({"thinking": BUDGET, "max_tokens": {**MOST, "maximum": 1500}}, {"max_tokens": 16},
         {"thinking": THOUGHTS, "max_tokens": 16}),
        ({"thinking_budget": MOST, "limits": {"properties": {"max_tokens": MOST}}}, {},
         {"thinking_budget": 1024, "limits": {"max_tokens": 2048}}),
        ({"thinking": BUDGET}, {}, {"thinking": THOUGHTS}),
        ({"max_tokens": MOST}, {"max_tokens": 16}, None),
    ],
)  # fmt: skip
def test_thoughts_are_asked_for_with_more_tokens_than_they_may_take(
    properties: dict[str, Any], base: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    schema = {"type": "object", "properties": properties}
    tool = ToolFacts({"name": "t", "inputSchema": schema}, "messages", base)
    assert for_script(script("reasoning"), tool, base) == expected


def test_an_answer_without_thoughts_is_asked_for_as_it_was() -> None:
    schema = {"type": "object", "properties": {"thinking": BUDGET, "max_tokens": MOST}}
    tool = ToolFacts({"name": "t", "inputSchema": schema}, "messages", {"max_tokens": 16})
    assert for_script(script("text"), tool, {"max_tokens": 16}) == {"max_tokens": 16}
