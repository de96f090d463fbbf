"""Values made from JSON Schemas meet them."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.upstream.simulators.schema_example import example
from harness.upstream.simulators.seeded import Seed

TREE = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["name", "next"],
        }
    },
    "$ref": "#/$defs/node",
}

SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "null"},
    {"const": {"a": [1, None]}},
    {"enum": ["x", 2, None]},
    {"type": ["null", "string"]},
    {"type": "string", "minLength": 50, "maxLength": 60},
    {"type": "string", "maxLength": 2},
    {"type": "string", "maxLength": 0},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "pattern": "^[A-Z]{2}$"},
    {"type": "string", "pattern": r"^\d{3}$"},
    {"type": "integer", "minimum": 5, "maximum": 5},
    {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7},
    {"type": "integer", "maximum": -10},
    {"type": "integer", "minimum": 10, "multipleOf": 7},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
    {"type": "number", "minimum": 0.25, "maximum": 0.5},
    {"type": "number", "minimum": 0.1, "multipleOf": 0.5},
    {"type": "number", "maximum": -0.5},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 4},
    {"type": "array", "maxItems": 0},
    {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
    {"type": "object", "minProperties": 3},
    {"properties": {"a": {"type": "integer"}}, "required": ["a", "b"]},
    {"type": "object", "properties": {}, "additionalProperties": False},
    {"allOf": [{"properties": {"a": {"type": "integer"}}}, {"required": ["a"]}]},
    {"oneOf": [{"type": "null"}, {"type": "array", "items": {"type": "boolean"}}]},
    TREE,
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_the_example_meets_the_schema(schema: dict[str, Any]) -> None:
    for number in range(10):
        jsonschema.validate(example(schema, Seed(str(number)), "some text"), schema)


scalars = st.one_of(
    st.just({"type": "boolean"}),
    st.builds(
        lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more},
        st.integers(-1000, 1000),
        st.integers(0, 50),
    ),
    st.builds(
        lambda low, more: {"type": "number", "minimum": low, "maximum": low + more},
        st.floats(-1000, 1000),
        st.floats(0, 50),
    ),
    st.builds(
        lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    st.builds(lambda items: {"enum": items}, st.lists(st.integers() | st.text(), min_size=1)),
    st.builds(lambda value: {"const": value}, st.none() | st.booleans() | st.text()),
)
schemas = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(
            lambda items, low: {"type": "array", "items": items, "minItems": low},
            inner,
            st.integers(0, 3),
        ),
        st.builds(
            lambda fields, some: {
                "type": "object",
                "properties": fields,
                "required": sorted(fields)[: some % (len(fields) + 1)],
                "additionalProperties": False,
            },
            st.dictionaries(st.text(max_size=5), inner, max_size=4),
            st.integers(0, 4),
        ),
    ),
    max_leaves=8,
)


@given(schemas, st.text())
def test_ordinary_schemas_are_met_whatever_the_text(schema: dict[str, Any], text: str) -> None:
    jsonschema.validate(example(schema, Seed("seed"), text), schema)


def test_the_same_seed_gives_the_same_value() -> None:
    schema = {"type": "integer"}
    assert example(schema, Seed("a"), "") == example(schema, Seed("a"), "")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": ["a"]},
        {"type": "array", "minItems": "many"},
        {"allOf": [{"required": 5}]},
        {"type": "integer", "minimum": "low"},
    ],
    ids=str,
)
def test_what_is_no_schema_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a JSON Schema"):
        example(schema, Seed(""), "")


def test_a_pattern_that_is_no_expression_is_passed_over() -> None:
    assert example({"type": "string", "pattern": "("}, Seed(""), "text") == "text"


def test_a_reference_in_a_circle_comes_to_an_end() -> None:
    circle = {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
    assert example(circle, Seed(""), "text") == "text"


def test_sizes_beyond_reason_are_not_made() -> None:
    huge = {"type": "array", "items": {"type": "boolean"}, "minItems": 10**9}
    assert len(example(huge, Seed(""), "")) == 1000
