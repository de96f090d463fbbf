"""What stands deep inside of an argument arrives too, and nothing is invented beside an option."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.audit.dialect import Dialect
from tests.audit.pretended_server import broken_rules, mapped, tool

OBJECTS = {"type": "array", "items": {"type": "object"}, "minItems": 1}
ASKED = [{"role": "user", "content": "hi"}]
_OF_TOOLS = ("function", "input_schema")
NESTED = {
    "messages": OBJECTS,
    "tools": {"type": "array", "items": {"anyOf": [{"required": [key]} for key in _OF_TOOLS]}},
    "tool_choice": {"type": ["object", "string"]},
    "search_parameters": {"type": "object"},
    "stop": {"type": "array", "items": {"type": "string"}},
}
Edit = Callable[[dict[str, Any]], object]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            yield from _objects(item)


def _each(edit: Edit) -> Edit:
    return lambda body: [edit(one) for one in list(_objects(body))]


def _safe_search(one: dict[str, Any]) -> None:
    if one.get("safe_search") is False:
        del one["safe_search"]


def _names_of_results(one: dict[str, Any]) -> None:
    if one.get("role") == "tool":
        one.pop("name", None)


def _told_in_one_line(one: dict[str, Any]) -> None:
    if isinstance(one.get("description"), str):
        one["description"] = " ".join(one["description"].split())


def _choices_of_parameters(one: dict[str, Any]) -> None:
    if one.get("type") == "string":
        one.pop("enum", None)


def _parallel(one: dict[str, Any]) -> None:
    if one.get("type") == "tool":
        one.pop("disable_parallel_tool_use", None)


def _blank_stops(body: dict[str, Any]) -> None:
    for key in {"stop", "stop_sequences"} & set(body):
        body[key] = [one for one in body[key] if one.strip()]


LOST: dict[str, tuple[Dialect, Edit, str]] = {
    "a setting that is off": ("chat", _each(_safe_search), "/search_parameters"),
    "names of results": ("chat", _each(_names_of_results), "/messages"),
    "blanks of descriptions": ("chat", _each(_told_in_one_line), "/tools"),
    "choices of parameters": ("chat", _each(_choices_of_parameters), "/tools"),
    "a part of one choice": ("messages", _each(_parallel), "/tool_choice"),
    "blank stops": ("chat", _blank_stops, "/stop"),
}


def _sent(a: dict[str, Any], dialect: Dialect, edit: Edit) -> dict[str, Any]:
    body = {**a, "max_tokens": 1024} if dialect == "messages" else dict(a)
    if dialect == "messages" and "stop" in body:
        body["stop_sequences"] = body.pop("stop")
    edit(body)
    return body


@pytest.mark.parametrize(("dialect", "edit", "aim"), LOST.values(), ids=LOST)
def test_what_is_lost_inside_of_an_argument_is_found(
    dialect: Dialect, edit: Edit, aim: str
) -> None:
    kept = ("search_parameters",) if dialect == "messages" else ()
    facts = tool({k: v for k, v in NESTED.items() if k not in kept}, {"messages": ASKED},
                 dialect=dialect)  # fmt: skip
    assert broken_rules(mapped(facts, lambda a: _sent(a, dialect, lambda body: None))) == {}
    found = broken_rules(mapped(facts, lambda a: _sent(a, dialect, edit)))
    assert found == {"mapping.argument-changed": {aim}}


def test_anthropic_takes_no_blank_stops() -> None:
    facts = tool({"messages": OBJECTS, "stop": NESTED["stop"]}, {"messages": ASKED},
                 dialect="messages")  # fmt: skip
    assert broken_rules(mapped(facts, lambda a: _sent(a, "messages", _blank_stops))) == {}


@pytest.mark.parametrize(
    ("option", "limit", "description", "is_invented"),
    [
        ("echo", 333, "", True),
        ("seed", 333, "", True),
        ("echo", 16, "", False),
        ("echo", 333, "Most tokens; 333 when the text is repeated.", False),
        ("reasoning_effort", 333, "", False),
    ],
)
def test_a_limit_beside_an_option_that_asks_for_none_is_invented(
    option: str, limit: int, description: str, is_invented: bool
) -> None:
    properties = {
        "model": {"type": "string"},
        "prompt": {"type": "string"},
        "echo": {"type": "boolean"},
        "seed": {"type": "integer"},
        "reasoning_effort": {"enum": ["low", "high"]},
        "max_tokens": {"type": "integer", "minimum": 1, "description": description},
    }
    facts = tool(properties, {"model": "m", "prompt": "hi"}, dialect="legacy")

    def body(a: dict[str, Any]) -> dict[str, Any]:
        return {"max_tokens": limit, **a} if a.get(option) else a

    assert ("mapping.invented" in broken_rules(mapped(facts, body))) is is_invented
