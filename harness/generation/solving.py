"""Values that break one keyword and obey its neighbours, found by negating the keyword."""

from __future__ import annotations

import itertools
import random
from typing import Any

import jsonschema_rs
from jsonschema_rs import canonical

from harness.generation.choices import Choices
from harness.generation.compiling import Compiler
from harness.generation.node import distinct_of
from harness.generation.source import Source
from harness.generation.unsupported import UnsupportedSchema
from harness.generation.validity import DEFAULT_DRAFT, Schema

_COMPANIONS = {
    "additionalProperties": ("properties", "patternProperties"),
    "unevaluatedProperties": ("properties", "patternProperties", "additionalProperties", "allOf",
                              "anyOf", "oneOf", "if", "then", "else", "$ref"),
    "unevaluatedItems": ("prefixItems", "items", "contains", "allOf", "anyOf", "oneOf", "$ref"),
    "items": ("prefixItems",),
    "additionalItems": ("items",),
    "contains": ("minContains", "maxContains"),
    "minContains": ("contains",),
    "maxContains": ("contains",),
}  # fmt: skip
"""The neighbours without which a keyword means something else (Core §10.3, §11)."""
_SHAPES, _RANDOM = 24, 24
_NOT_SOLVED = (
    # A reference that leads elsewhere than to the definitions, which alone are carried along.
    jsonschema_rs.ReferencingError,
    canonical.CanonicalizationError,
    # Draft-04 keywords that are no schema without each other.
    jsonschema_rs.ValidationError,
)


def breaking(source: Source, pointer: str, keyword: str) -> list[Any]:
    """Return values that break `keyword` of the schema at `pointer`; empty when none is found."""
    alone = _alone(source, pointer, keyword)
    schema = source.places[pointer]
    rest = {word: value for word, value in schema.items() if word not in (*alone, "$schema", "$id")}
    document = _document(source, {"allOf": [rest, {"not": alone}]})
    try:
        compiler = Compiler(Source(document))
        root = compiler.node(compiler.canonical(document), ())
        compiler.finish(root)
    except (UnsupportedSchema, *_NOT_SOLVED):
        return []
    found = list(itertools.islice(root.shapes(2), _SHAPES))
    shuffled = random.Random(0)  # variety, not secrecy
    found += [root.build(Choices(shuffled.randbytes(32)), 2) for _ in range(_RANDOM)]
    return distinct_of(found)


def is_always_true(source: Source, pointer: str, keyword: str) -> bool:
    """Return whether `keyword` at `pointer` provably holds for every value."""
    document = _document(source, {"not": _alone(source, pointer, keyword)})
    try:
        opposite = jsonschema_rs.canonicalize(document, validate_formats=False, offline=True)
    except _NOT_SOLVED:
        return False
    return opposite.satisfiability() is canonical.Satisfiability.NO


def _alone(source: Source, pointer: str, keyword: str) -> Schema:
    schema = source.places[pointer]
    words = (keyword, *_COMPANIONS.get(keyword, ()))
    return {word: schema[word] for word in words if word in schema}


def _document(source: Source, schema: Schema) -> Schema:
    kept: Schema = {
        word: source.root[word] for word in ("$defs", "definitions") if word in source.root
    }
    return {"$schema": source.root.get("$schema", DEFAULT_DRAFT), **kept, **schema}
