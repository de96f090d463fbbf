"""The oracle of definitions: names, schemas and hints."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found
from harness.audit.oracles.definitions import judge
from harness.audit.published import is_unsatisfiable, schema_problem
from harness.records.audit import Observation, Probe
from tests.audit.judged_server import SCHEMA, Reply, answered, observed, refused


def rules(*definitions: dict[str, Any], seen: list[Observation] | None = None) -> list[str]:
    tools = tuple(ToolFacts({"inputSchema": SCHEMA, **one}) for one in definitions)
    context = AuditContext("judged", tools, sees_upstream=True)
    found = [item for item in judge(seen or [], context) if isinstance(item, Found)]
    return sorted(item.rule.removeprefix("definitions.") for item in found)


def call(reply: Reply) -> Observation:
    return observed(Probe(id="first", phase="valid", tool="chat", arguments={}), reply)


@pytest.mark.parametrize("name", ["chat", "A-z_0.9/x", "a" * 128])
def test_a_legal_tool_has_no_finding(name: str) -> None:
    hints = {"readOnlyHint": True, "openWorldHint": True, "destructiveHint": False}
    assert rules({"name": name, "annotations": hints, "outputSchema": {"type": "object"}}) == []


@pytest.mark.parametrize("name", ["", "two words", "a" * 129, "naïve", "a\n", "a,b"])
def test_a_name_with_other_characters_or_length_is_illegal(name: str) -> None:
    assert rules({"name": name}) == ["name-illegal"]


def test_two_tools_of_one_name_are_one_finding() -> None:
    assert rules({"name": "chat"}, {"name": "chat"}, {"name": "chat"}) == ["name-duplicate"]


BROKEN: dict[str, Any] = {
    "an unknown type": {"type": "object", "properties": {"a": {"type": "text"}}},
    "a bound as text": {"type": "object", "properties": {"a": {"minimum": "0"}}},
    "a broken pattern": {"type": "object", "properties": {"a": {"pattern": "^[a-z"}}},
    "a reference to nothing": {"type": "object", "properties": {"a": {"$ref": "#/$defs/no"}}},
    "no object": {"type": "string"},
    "no schema": None,
    "an older draft's bound": {"type": "object", "properties": {"a": {"exclusiveMinimum": True}}},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_schema_that_is_none_is_found(name: str) -> None:
    assert rules({"name": "chat", "inputSchema": BROKEN[name]}) == ["schema-invalid"]


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"pattern": r"(?<word>a)\p{L}"}}},
        {"properties": {"a": {"pattern": r"a\Z"}}},
        {"properties": {"a": {"$ref": "https://schemas.example/a.json"}}},
        {"$schema": "https://schemas.example/own"},
        {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "properties": {"a": {"minimum": 1, "exclusiveMinimum": True}},
        },
        {"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}, "properties": {"a": {}}},
    ],
)
def test_a_schema_of_another_draft_engine_or_document_is_not_invalid(schema: Any) -> None:
    assert schema_problem({"type": "object", **schema}) is None


@pytest.mark.parametrize(
    "schema",
    [
        {"required": ["a"], "properties": {}, "additionalProperties": False},
        {"required": ["a"], "properties": {"a": {"type": "integer", "minimum": 5, "maximum": 4}}},
        {"required": ["a"], "properties": {"a": {"enum": []}}},
        {"required": ["a"], "properties": {"a": False}},
    ],
)
def test_a_schema_that_nothing_satisfies_is_found(schema: Any) -> None:
    whole = {"type": "object", **schema}
    assert rules({"name": "chat", "inputSchema": whole}) == ["schema-unsatisfiable"]
    assert is_unsatisfiable(whole)
    assert not is_unsatisfiable({**whole, "required": []})


def test_read_only_and_destructive_contradict_each_other() -> None:
    hints = {"readOnlyHint": True, "destructiveHint": True}
    assert rules({"name": "chat", "annotations": hints}) == ["annotations-contradict"]


def test_a_closed_world_is_a_contradiction_when_the_provider_was_asked() -> None:
    closed = {"name": "chat", "annotations": {"openWorldHint": False}}
    assert rules(closed, seen=[call(refused("no"))]) == []
    here = call(answered({"model": "m"}))
    assert rules(closed, seen=[here]) == []
    asked = (here.call.interactions or ())[0]
    request = asked.request.model_copy(update={"url": "https://api.example.com/v1/completions"})
    abroad = (asked.model_copy(update={"request": request}),)
    there = here.model_copy(update={"call": here.call.model_copy(update={"interactions": abroad})})
    assert rules(closed, seen=[there]) == ["annotations-contradict"]


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ({"type": "number", "maximum": 2, "default": 2}, False),
        ({"type": "number", "maximum": 2, "default": 3}, True),
        ({"type": "integer", "default": "7"}, True),
        ({"type": "string", "default": None}, False),
        ({"enum": ["low", "high"], "default": "medium"}, True),
        ({"$ref": "#/$defs/level", "default": "low"}, False),
        ({"$ref": "#/$defs/level", "default": "none"}, True),
        ({"type": "object", "properties": {"deep": {"type": "boolean", "default": 0}}}, True),
        ({"type": "object", "default": {"properties": {"a": {"default": 1}}}}, False),
    ],
)
def test_a_default_obeys_the_schema_that_it_stands_in(part: dict[str, Any], broken: bool) -> None:
    schema = {
        "type": "object",
        "properties": {"a": part},
        "$defs": {"level": {"enum": ["low", "high"]}},
    }
    assert rules({"name": "chat", "inputSchema": schema}) == (["default-invalid"] if broken else [])


@pytest.mark.parametrize(
    ("part", "is_found"),
    [
        ({"type": "object", "required": ["temprature"], "additionalProperties": False,
          "properties": {"temperature": {"type": "number"}}}, True),
        ({"type": "object", "required": ["temprature"],
          "properties": {"temperature": {"type": "number"}}}, False),
        ({"type": "integer", "minimum": 3, "maximum": 2}, True),
        ({"$ref": "#/$defs/number"}, False),
        ({"anyOf": [{"$ref": "#/$defs/number"}, {"type": "null"}]}, False),
        ({"not": {}}, False),
        (False, False),
    ],
)  # fmt: skip
def test_an_optional_argument_that_takes_nothing_is_found(part: Any, is_found: bool) -> None:
    whole = {"type": "object", "properties": {"prompt": {"type": "string"}, "part": part},
             "$defs": {"number": {"type": "number"}}}  # fmt: skip
    found = rules({"name": "chat", "inputSchema": whole})
    assert found == (["schema-unsatisfiable"] if is_found else [])
