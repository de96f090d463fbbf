from __future__ import annotations

from typing import Any

import pytest

from harness.errors import UsageError
from harness.generation import Generator, UnsupportedSchema
from tests.generation.schemas import DRAFT_07, holding

NEVER = {"type": "string", "pattern": "^(?!x)x$"}


@pytest.mark.parametrize(
    ("schema", "keyword", "pointer"),
    [
        (holding(NEVER), "pattern", "/properties/x"),
        (holding({"type": "string", "minLength": 5, "maxLength": 3}), "type", "/properties/x"),
        (holding({"type": "string", "minLength": 10**9}), "minLength", "/properties/x"),
        (holding({"type": "array", "minItems": 10**9}), "minItems", "/properties/x"),
        (
            holding(
                {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3}
            ),
            "type",
            "/properties/x",
        ),
        (
            holding({"$ref": "#/$defs/a"}, **{"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}),
            "$ref",
            "/$defs/a",
        ),
        ({"type": "array"}, "type", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_generated_names_the_keyword_and_its_place(
    schema: dict[str, Any], keyword: str, pointer: str
) -> None:
    with pytest.raises(UnsupportedSchema) as raised:
        Generator(schema)
    assert (raised.value.keyword, raised.value.pointer) == (keyword, pointer)
    assert keyword in str(raised.value)


def test_an_optional_part_is_left_out_and_told() -> None:
    generator = Generator({"type": "object", "properties": {"a": NEVER, "b": {"type": "integer"}}})
    (left_out,) = generator.unsupported
    assert (left_out.keyword, left_out.pointer) == ("pattern", "/properties/a")
    untested = [one for one in generator.coverage if one.schema_pointer == "/properties/a"]
    assert untested
    assert all(one.reason == left_out.reason for one in untested)


def test_a_branch_that_cannot_be_made_leaves_the_others() -> None:
    generator = Generator(holding({"anyOf": [NEVER, {"type": "boolean"}]}))
    assert {generator.valid(bytes([n])).arguments["x"] for n in range(4)} == {True, False}
    assert [error.keyword for error in generator.unsupported] == ["pattern"]


def test_endless_recursion_is_unsupported() -> None:
    node = {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"]}
    with pytest.raises(UnsupportedSchema):
        Generator(holding({"$ref": "#/$defs/n"}, **{"$defs": {"n": node}}))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strnig"},
        {"$schema": "https://schemas.example/own", "type": "object"},
        holding({"$ref": "#/$defs/missing"}),
        holding({"minLength": -1}),
        True,
    ],
)
def test_what_is_no_schema_is_the_users_mistake_in_one_line(schema: Any) -> None:
    with pytest.raises(UsageError, match="input schema") as raised:
        Generator(schema)
    assert "\n" not in str(raised.value)


def test_what_is_no_schema_names_the_place() -> None:
    with pytest.raises(UsageError, match="at /properties/x/minLength"):
        Generator(holding({"minLength": -1}))


def test_a_schema_that_takes_every_object_has_no_invalid_object() -> None:
    generator = Generator({"type": "object"})
    assert {type(case.arguments) for case in generator.invalid_cases} >= {list, type(None), str}
    with pytest.raises(UnsupportedSchema, match="accepts every object"):
        generator.invalid(b"\x01")


def test_a_format_is_obeyed_and_never_called_broken() -> None:
    generator = Generator(holding({"type": "string", "format": "date", "$comment": DRAFT_07}))
    assert all(
        generator.validity.accepts_formats(generator.valid(bytes([n])).arguments) for n in range(40)
    )
    assert {case.keyword for case in generator.invalid_cases} == {"type", "required"}


def test_an_impossible_format_bars_no_value() -> None:
    generator = Generator(holding({"type": "string", "format": "date", "maxLength": 3}))
    assert len(generator.valid().arguments["x"]) <= 3


def test_large_bounds_are_generated_and_larger_ones_told() -> None:
    generator = Generator(
        {
            "type": "object",
            "properties": {
                "s": {"type": "string", "minLength": 3000, "maxLength": 2 * 10**9},
                "a": {
                    "type": "array",
                    "items": {"type": "integer"},
                    "minItems": 60,
                    "uniqueItems": True,
                },
            },
            "required": ["s", "a"],
        }
    )  # fmt: skip
    assert len(set(generator.valid(b"\xc8\x33\x99").arguments["a"])) >= 60
    one_sided = [one for one in generator.coverage if not (one.accepted and one.rejected)]
    assert [(one.keyword, one.reason) for one in one_sided] == [
        ("maxLength", "2000000000 is more than is sent")
    ]


def test_a_part_that_failed_while_it_was_compiled_does_not_come_back() -> None:
    barred = {
        "type": "object",
        "additionalProperties": {
            "if": {"type": "string", "minLength": 1, "maxLength": 1},
            "then": {"type": "integer", "minimum": 0},
            "else": {"$ref": "#/$defs/tree"},
        },
        "unevaluatedProperties": False,
        "propertyNames": {"pattern": "^[a-dx]"},
        "maxProperties": 1,
    }
    kids = {"type": "array", "items": {"$ref": "#/$defs/tree"}}
    tree = {"type": "object", "properties": {"kids": kids}}
    part = {"anyOf": [{"const": ""}, barred]}
    schema = {"type": "object", "properties": {"a": part}, "$defs": {"tree": tree}}
    generator = Generator(schema)
    for data in range(200):
        arguments = generator.valid(bytes([data, 255, data ^ 85])).arguments
        assert generator.validity.accepts(arguments), arguments
