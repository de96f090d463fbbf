"""A conversation as JSON in a text arrives with all its turns, in order, in their roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.json_text import json_value
from harness.audit.mapped.json_turns import json_turns
from tests.audit.pretended_server import TEXT, broken_rules, mapped, tool

PAIRS = 'Earlier turns as JSON in a text: [["user", "Hi"], ["assistant", "Hello"]].'
OBJECTS = 'JSON array in a text: [{"role": "user", "content": "Hi"}]; roles are user and assistant.'
Turns = list[tuple[str, str]]
Change = Callable[[Turns], Turns]
CHANGES: dict[str, tuple[Change, bool]] = {
    "as they are": (lambda turns: turns, False),
    "newest first": (lambda turns: turns[::-1], True),
    "the last only": (lambda turns: turns[-1:], True),
    "all of one role": (lambda turns: [("user", text) for _, text in turns], True),
}


def _read(text: str) -> Turns:
    """Return the turns of a text, or the text itself, as who does not refuse it has to."""
    turns = json_value(text)
    pairs = [list(turn.values()) if isinstance(turn, dict) else turn for turn in _items(turns)]
    if not pairs or not all(isinstance(one, list) and len(one) == 2 for one in pairs):
        return [("user", text)]
    return [(str(role), str(said)) for role, said in pairs]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


@pytest.mark.parametrize("told", [PAIRS, OBJECTS])
@pytest.mark.parametrize(("change", "is_found"), CHANGES.values(), ids=CHANGES)
def test_turns_arrive_as_they_were_given(told: str, change: Change, is_found: bool) -> None:
    talk = {"type": "string", "description": told}
    facts = tool({"prompt": TEXT, "talk": talk}, {"prompt": "hi"}, required=["prompt"])

    def body(given: dict[str, Any]) -> Any:
        turns = change(_read(given["talk"])) if "talk" in given else []
        said = [*turns, ("user", given["prompt"])]
        return {"messages": [{"role": role, "content": text} for role, text in said]}

    found = broken_rules(mapped(facts, body))
    assert found == ({"mapping.argument-changed": {"/talk"}} if is_found else {})


@pytest.mark.parametrize(
    "told", ["A talk as JSON", '["user", "assistant"]', '[["a", "b"]] of user and assistant', ""]
)
def test_without_an_example_of_a_turn_there_is_no_form(told: str) -> None:
    assert json_turns({"type": "string"}, told) is None
    assert json_turns({"type": "array"}, PAIRS) is None
