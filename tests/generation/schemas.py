"""The schemas that the tests of generation share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

ROOT = Path(__file__).parents[2]
DRAFT_07 = "http://json-schema.org/draft-07/schema#"
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"


def documented(name: str) -> Schema:
    """Return the input schema of one of the reference servers' tools."""
    path = ROOT / "servers" / "schemas" / f"{name}.json"
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


def popular() -> dict[str, Schema]:
    """Return input schemas in the public shape of popular tools."""
    path = Path(__file__).with_name("popular_tools.json")
    tools: dict[str, Schema] = json.loads(path.read_text(encoding="utf-8"))
    return tools


def holding(part: Any, **root: Any) -> Schema:
    """Return an object schema whose required key `x` obeys `part`."""
    return {"type": "object", "properties": {"x": part}, "required": ["x"], **root}


def _object(**keywords: Any) -> Schema:
    return {"type": "object", **keywords}


_NODE = _object(
    properties={
        "v": {"type": "integer"},
        "kids": {"type": "array", "items": {"$ref": "#/$defs/n"}},
    },
    required=["v"],
    additionalProperties=False,
)
_CIRCLE = _object(
    properties={"kind": {"const": "c"}, "r": {"type": "number", "minimum": 0}},
    required=["kind", "r"],
)
_SQUARE = _object(properties={"kind": {"const": "q"}, "w": {"type": "number"}}, required=["kind"])

KEYWORDS: dict[str, Schema] = {
    "if then else": _object(
        properties={"a": {"type": "integer"}, "b": {"type": "string"}, "c": {"type": "string"}},
        required=["a"],
        **{"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}},
        **{"else": {"required": ["c"]}},
    ),
    "dependentRequired, dependentSchemas": _object(
        properties={"a": {}, "b": {}, "c": {}, "d": {}},
        dependentRequired={"a": ["b"]},
        dependentSchemas={"c": {"required": ["d"], "properties": {"d": {"type": "string"}}}},
    ),
    "dependencies": {
        "$schema": DRAFT_07,
        **_object(
            properties={"a": {}, "b": {}, "c": {}, "d": {}},
            dependencies={"a": ["b"], "c": {"required": ["d"]}},
        ),
    },
    "contains": holding(
        {
            "type": "array",
            "contains": {"type": "integer", "minimum": 5},
            "minContains": 2,
            "maxContains": 3,
        }
    ),
    "contains in a list with a prefix": holding(
        {
            "type": "array",
            "prefixItems": [{"type": ["integer", "string"]}, {"type": ["integer", "null"]}],
            "contains": {"type": "integer"},
            "maxContains": 1,
            "minItems": 2,
        }
    ),
    "contains that the prefix has to fulfil": holding(
        {
            "type": "array",
            "prefixItems": [{"type": ["integer", "string"]}],
            "contains": {"type": "integer"},
            "maxItems": 1,
        }
    ),
    "several contains": holding(
        {
            "type": "array",
            "items": {"type": ["string", "integer"]},
            "contains": {"type": "integer"},
            "allOf": [{"contains": {"type": "string", "minLength": 3}}],
        }
    ),
    "unevaluatedProperties beside allOf": _object(
        allOf=[
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"properties": {"b": {"type": "integer"}}},
        ],
        unevaluatedProperties=False,
    ),
    "unevaluatedProperties beside anyOf": _object(
        anyOf=[
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"properties": {"b": {"type": "integer"}}, "required": ["b"]},
        ],
        unevaluatedProperties=False,
    ),
    "unevaluatedItems": holding(
        {"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": False}
    ),
    "prefixItems": holding(
        {
            "type": "array",
            "prefixItems": [{"type": "string"}, {"enum": ["a", "b"]}],
            "items": {"type": "integer"},
            "minItems": 2,
            "uniqueItems": True,
        }
    ),
    "items as a list": {
        "$schema": DRAFT_07,
        **holding(
            {
                "type": "array",
                "items": [{"type": "number"}, {"type": "number"}],
                "additionalItems": False,
                "minItems": 2,
            }
        ),
    },
    "recursion": holding({"$ref": "#/$defs/n"}, **{"$defs": {"n": _NODE}}),
    "recursion through oneOf": holding(
        {"$ref": "#/$defs/e"},
        **{
            "$defs": {
                "e": {
                    "oneOf": [
                        {"type": "string"},
                        _object(
                            properties={
                                "op": {"enum": ["and", "or"]},
                                "of": {
                                    "type": "array",
                                    "items": {"$ref": "#/$defs/e"},
                                    "minItems": 1,
                                },
                            },
                            required=["op", "of"],
                        ),
                    ]
                }
            }
        },
    ),
    "$recursiveRef": {
        "$schema": DRAFT_2019,
        "$recursiveAnchor": True,
        **_object(properties={"a": {"$recursiveRef": "#"}, "v": {"type": "string"}}),
    },
    "$dynamicRef": {
        "$id": "https://schemas.example/tree",
        "$dynamicAnchor": "tree",
        **_object(properties={"kids": {"type": "array", "items": {"$dynamicRef": "#tree"}}}),
    },
    "$anchor": holding(
        {"$ref": "#p"}, **{"$defs": {"q": {"$anchor": "p", "type": "string", "maxLength": 3}}}
    ),
    "$ref outside $defs": _object(
        properties={"a": {"type": "integer", "minimum": 3}, "b": {"$ref": "#/properties/a"}}
    ),
    "patternProperties": _object(
        patternProperties={"^x-": {"type": "integer"}, "_id$": {"type": "string"}},
        additionalProperties=False,
        minProperties=1,
        maxProperties=3,
    ),
    "propertyNames": holding(
        _object(
            propertyNames={"pattern": "^[A-Z_]+$", "maxLength": 8},
            additionalProperties={"type": "string"},
            minProperties=1,
        )
    ),
    "not": _object(
        properties={
            "a": {"not": {"type": "string"}},
            "b": {"type": "string", "not": {"enum": ["x", "hello"]}},
            "c": {"type": "integer", "not": {"multipleOf": 3}},
        }
    ),
    "not contains": holding(
        {"type": "array", "not": {"contains": {"type": "integer"}, "minContains": 2}}
    ),
    "multipleOf": _object(
        properties={
            "p": {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 10},
            "q": {"type": "integer", "multipleOf": 7, "exclusiveMinimum": 7},
            "r": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        }
    ),
    "allOf with a reference": _object(
        allOf=[
            {"$ref": "#/$defs/base"},
            _object(properties={"k": {"const": "a"}}, required=["k"]),
        ],
        **{
            "$defs": {
                "base": _object(
                    properties={"k": {"type": "string"}, "id": {"type": "string", "minLength": 1}},
                    required=["id"],
                )
            }
        },
    ),
    "oneOf of references": holding(
        {"oneOf": [{"$ref": "#/$defs/c"}, {"$ref": "#/$defs/q"}]},
        **{"$defs": {"c": _CIRCLE, "q": _SQUARE}},
    ),
    "oneOf of required": _object(
        oneOf=[{"required": ["a"]}, {"required": ["b"]}],
        properties={"a": {"type": "string"}, "b": {"type": "string"}},
    ),
    "anyOf of required": _object(
        anyOf=[{"required": ["a"]}, {"required": ["b"]}],
        properties={"a": {"type": "string"}, "b": {"type": "string"}},
        additionalProperties=False,
    ),
    "uniqueItems": _object(
        properties={
            "t": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True},
            "bools": {
                "type": "array",
                "items": {"type": "boolean"},
                "uniqueItems": True,
                "minItems": 2,
            },
        },
        required=["t", "bools"],
    ),
    "patterns": _object(
        properties={
            "slug": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 12},
            "sha": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
            "password": {"type": "string", "pattern": "^(?=.*\\d)(?=.*[a-z]).{8,}$"},
            "letters": {"type": "string", "pattern": "^\\p{Lu}\\w+$"},
        }
    ),
    "boolean schemas": _object(properties={"yes": True, "no": False}, additionalProperties=True),
    "type lists": holding({"type": ["string", "null"], "maxLength": 3, "enum": ["a", "b", None]}),
    "const and enum of objects": _object(
        properties={"a": {"const": {"x": [1, 2]}}, "b": {"enum": [[1], [2], {"k": None}]}}
    ),
    "keys that a pointer escapes": _object(
        properties={"a/b~c": {"type": "string", "minLength": 2}, "": {"type": "integer"}},
        required=["a/b~c"],
    ),
}
"""One schema a keyword or combination; every keyword in them can be met and broken."""
