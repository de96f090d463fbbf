"""Pairs of schemas whose relation is known by how they are made."""

from __future__ import annotations

import copy
import random
from typing import Any, NamedTuple

Schema = dict[str, Any]


class Pair(NamedTuple):
    baseline: Schema
    candidate: Schema
    relation: str
    how: str


def _wide_and_narrow(draw: random.Random) -> tuple[Schema, Schema, str]:
    """Return a part, a part that accepts less of the same, and what was done."""
    low, width = draw.randint(-50, 50), draw.randint(2, 40)
    words = draw.sample(["auto", "none", "low", "high", "a b", "ü", "", "0"], 4)
    wide: list[tuple[Schema, Schema, str]] = [
        ({"type": "integer", "maximum": low + width}, {"type": "integer", "maximum": low}, "max"),
        ({"type": "number", "minimum": low}, {"type": "number", "exclusiveMinimum": low}, "excl"),
        ({"type": "number"}, {"type": "integer"}, "integer"),
        ({"enum": words}, {"enum": words[1:]}, "enum"),
        ({"enum": words}, {"const": words[0]}, "const"),
        ({"type": ["string", "null"]}, {"type": "string"}, "null"),
        ({"type": "string", "maxLength": width}, {"type": "string", "maxLength": 1}, "maxLength"),
        ({"type": "string"}, {"type": "string", "minLength": 1}, "minLength"),
        ({"type": "string"}, {"type": "string", "pattern": "^[a-z]+$"}, "pattern"),
        (
            {"type": "string", "pattern": "^[a-z0-9]+$"},
            {"type": "string", "pattern": "^[a-z]+$"},
            "patterns",
        ),
        (
            {"type": "array", "items": {"type": ["string", "integer"]}},
            {"type": "array", "items": {"type": "string"}},
            "items",
        ),
        ({"type": "array", "maxItems": width}, {"type": "array", "maxItems": 1}, "maxItems"),
        ({"type": "array"}, {"type": "array", "uniqueItems": True}, "unique"),
        ({"type": "array"}, {"type": "array", "contains": {"const": 1}}, "contains"),
        ({"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 6}, "multiple"),
        (
            {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
            {"anyOf": [{"type": "string"}, {"const": True}]},
            "anyOf",
        ),
        (
            {"type": "object", "properties": {"n": {"type": "integer"}}},
            {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
            "required",
        ),
        (
            {"type": "object", "properties": {"n": {"type": "integer"}}},
            {
                "type": "object",
                "properties": {"n": {"type": "integer"}},
                "additionalProperties": False,
            },
            "closed",
        ),
        (
            {"type": "object", "additionalProperties": {"type": "number"}},
            {"type": "object", "additionalProperties": {"type": "number", "maximum": 9}},
            "additional",
        ),
        (
            {"type": "object", "maxProperties": 4},
            {"type": "object", "maxProperties": 3, "minProperties": 1},
            "count",
        ),
        (
            {"type": "object"},
            {"type": "object", "dependentRequired": {"a": ["b"]}},
            "dependentRequired",
        ),
        (
            {"type": "object"},
            {
                "type": "object",
                "if": {"properties": {"k": {"const": "x"}}, "required": ["k"]},
                "then": {"required": ["v"]},
            },
            "if",
        ),
        ({"type": "string"}, {"type": "string", "not": {"const": "no"}}, "not"),
        *_numbers(low, width),
        *_compositions(words),
        *_nested(width),
    ]
    return copy.deepcopy(draw.choice(wide))


Narrowed = list[tuple[Schema, Schema, str]]


def _numbers(low: int, width: int) -> Narrowed:
    """Integer and number, inclusive and exclusive bounds, and fractions of steps."""
    return [
        ({"type": "integer", "minimum": low}, {"type": "integer", "exclusiveMinimum": low}, "excl"),
        (
            {"type": "number", "exclusiveMaximum": low + width},
            {"type": "integer", "maximum": low + width - 1},
            "exclusive number, integer",
        ),
        (
            {"type": "number", "minimum": low, "maximum": low + width},
            {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + width},
            "both exclusive",
        ),
        ({"type": "number", "multipleOf": 0.5}, {"type": "integer"}, "halves"),
        ({"type": ["integer", "string"]}, {"type": "integer", "minimum": low}, "union of types"),
        ({"enum": [low, low + 1, "x"]}, {"type": "integer", "enum": [low, low + 1]}, "mixed enum"),
        ({"enum": [low, None]}, {"const": low}, "enum and const"),
    ]


def _compositions(words: list[str]) -> Narrowed:
    """One-of, references, conditions and dependencies."""
    text, number = {"type": "string"}, {"type": "number"}
    tagged = [
        {
            "type": "object",
            "properties": {"k": {"const": word}, word or "e": text},
            "required": ["k"],
        }
        for word in words[:3]
    ]
    return [
        ({"oneOf": [text, number]}, {"oneOf": [text, {"type": "integer"}]}, "oneOf"),
        ({"oneOf": [text, {"type": "array"}]}, text, "oneOf branch"),
        ({"oneOf": tagged}, {"oneOf": tagged[:2]}, "tagged oneOf"),
        (
            {"oneOf": [number, {"type": "integer"}]},
            {"type": "number", "multipleOf": 0.5, "not": {"type": "integer"}},
            "oneOf that excludes",
        ),
        (
            {"allOf": [number, {"minimum": 0}]},
            {"allOf": [number, {"minimum": 0}, {"maximum": 9}]},
            "allOf",
        ),
        (
            {"type": "object", "dependentRequired": {"a": ["b"]}},
            {"type": "object", "dependentRequired": {"a": ["b", "c"]}},
            "more dependentRequired",
        ),
        (
            {"type": "object"},
            {
                "type": "object",
                "dependentSchemas": {"a": {"properties": {"b": {"type": "integer"}}}},
            },
            "dependentSchemas",
        ),
        ({"type": "object"}, {"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}}, "names"),
        (
            {"type": "object", "patternProperties": {"^x-": text}},
            {"type": "object", "patternProperties": {"^x-": {"type": "string", "maxLength": 3}}},
            "patternProperties",
        ),
        (
            {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2})?$"},
            {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
            "optional group",
        ),
        ({"type": "string", "pattern": "b"}, {"type": "string", "pattern": "^ab+$"}, "anchors"),
    ]


def _nested(width: int) -> Narrowed:
    """Lists within lists, tuples, and formats, which are annotations and change nothing."""
    deep = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
    pair_of = [{"type": "string"}, {"type": "integer"}]
    return [
        (
            {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
            deep,
            "lists of lists",
        ),
        (deep, {**deep, "items": {**deep["items"], "minItems": 1}}, "inner minItems"),
        (
            {"type": "array", "prefixItems": pair_of},
            {"type": "array", "prefixItems": pair_of, "items": False},
            "tuple",
        ),
        (
            {"type": "array", "contains": {"type": "integer"}},
            {"type": "array", "contains": {"type": "integer"}, "minContains": 2},
            "minContains",
        ),
        (
            {"type": "string", "format": "date", "maxLength": width},
            {"type": "string", "format": "email", "maxLength": 1},
            "formats beside a limit",
        ),
        (
            {"type": "array", "items": {"type": "object", "properties": {"n": {"enum": [1, 2]}}}},
            {"type": "array", "items": {"type": "object", "properties": {"n": {"const": 1}}}},
            "objects in a list",
        ),
    ]


def _rewritten(part: Schema, draw: random.Random) -> Schema:
    """Return a schema of the same values, written in another way."""
    ways: list[Schema] = [
        {"allOf": [part]},
        {"anyOf": [part, {"allOf": [part, {"type": "string"}]}]},
        {"not": {"not": part}},
        {**part, "description": "said in other words", "default": None},
        dict(reversed(part.items())),
        {**part, "format": "uri", "examples": [None]},
        {"if": part, "then": True, "else": False},
        {"oneOf": [part, False]},
    ]
    if "enum" in part:
        ways.append({"anyOf": [{"const": value} for value in part["enum"]]})
    if part.get("type") == "integer":
        ways.append({**part, "type": "number", "multipleOf": part.get("multipleOf", 1)})
    return copy.deepcopy(draw.choice(ways))


def _document(parts: dict[str, Schema], draw: random.Random, shape: int) -> Schema:
    """Return a tool's input schema with `parts` somewhere in it."""
    if shape == 0:
        properties: Schema = {**parts, "model": {"type": "string"}}
        return {"type": "object", "properties": properties, "required": ["model"]}
    if shape == 1:
        inner = {"type": "object", "properties": parts}
        return {
            "type": "object",
            "properties": {"list": {"type": "array", "items": inner, "minItems": 1}},
            "required": ["list"],
            "additionalProperties": False,
        }
    if shape == 2:
        names = {name: {"$ref": f"#/$defs/{name}-{draw.randint(0, 9)}"} for name in parts}
        definitions = {names[name]["$ref"][8:]: part for name, part in parts.items()}
        return {"type": "object", "properties": names, "$defs": definitions}
    own = f"node{draw.randint(0, 9)}"
    node = {
        "type": "object",
        "properties": {**parts, "next": {"$ref": f"#/$defs/{own}"}},
    }
    return {
        "type": "object",
        "properties": {"tree": {"$ref": f"#/$defs/{own}"}},
        "$defs": {own: node},
    }


def pair(seed: int) -> Pair:
    """Return pair number `seed`; the four relations take turns."""
    draw = random.Random(seed)
    relation = ("equal", "widening", "breaking", "incomparable")[seed % 4]
    wide, narrow, what = _wide_and_narrow(draw)
    other_wide, other_narrow, other = _wide_and_narrow(draw)
    shape = draw.randrange(4)
    sides = {
        "equal": ({"a": wide}, {"a": _rewritten(wide, draw)}),
        "widening": ({"a": narrow}, {"a": wide}),
        "breaking": ({"a": wide}, {"a": narrow}),
        "incomparable": ({"a": wide, "b": other_narrow}, {"a": narrow, "b": other_wide}),
    }[relation]
    before, after = (_document(side, draw, shape) for side in sides)
    return Pair(before, after, relation, f"{relation} {what}/{other} shape {shape} seed {seed}")
