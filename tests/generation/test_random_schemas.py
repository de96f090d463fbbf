from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from harness.generation import Generator, UnsupportedSchema

KEYS = st.sampled_from("abcd")
_LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda n, m: {"type": "string", "minLength": n, "maxLength": n + m},
              st.integers(0, 3), st.integers(0, 6)),
    st.builds(lambda n: {"type": "integer", "minimum": n}, st.integers(-3, 3)),
    st.builds(lambda n, m: {"type": "number", "exclusiveMinimum": n, "maximum": n + m},
              st.sampled_from([-1, 0, 0.5]), st.sampled_from([1, 2.5, 10])),
    st.builds(lambda values: {"enum": values},
              st.lists(st.sampled_from(["a", "b", 1, None, True, 2.5, "C"]), min_size=1,
                       unique_by=repr)),
    st.builds(lambda value: {"const": value}, st.sampled_from(["x", 1, None, False, {"a": 1}])),
    st.builds(lambda name: {"type": name},
              st.sampled_from(["string", "boolean", "integer", "null", ["string", "null"]])),
    st.builds(lambda text: {"type": "string", "pattern": text},
              st.sampled_from(["^[a-z]+$", "^\\d{2,4}$", "a|b", "^x-", "^[^ ]*$"])),
    st.builds(lambda n: {"type": "integer", "multipleOf": n}, st.sampled_from([2, 3, 5])),
    st.builds(lambda name: {"type": "string", "format": name}, st.sampled_from(["date", "uuid"])),
    st.sampled_from([{}, True, {"minimum": 3}, {"maxLength": 2}, {"$ref": "#/$defs/tree"}]),
)  # fmt: skip


def _objects(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(KEYS, parts, max_size=3)},
        optional={
            "required": st.lists(KEYS, max_size=2, unique=True),
            "additionalProperties": st.one_of(st.just(False), parts),
            "unevaluatedProperties": st.just(False),
            "patternProperties": st.dictionaries(
                st.sampled_from(["^a", "b$", "^x-"]), parts, max_size=1
            ),
            "minProperties": st.integers(0, 3),
            "maxProperties": st.integers(1, 4),
            "propertyNames": st.just({"pattern": "^[a-dx]"}),
            "dependentRequired": st.dictionaries(KEYS, st.lists(KEYS, unique=True), max_size=1),
            "dependentSchemas": st.dictionaries(KEYS, parts, max_size=1),
        },
    )


def _arrays(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("array"), "items": parts},
        optional={
            "prefixItems": st.lists(parts, min_size=1, max_size=2),
            "minItems": st.integers(0, 3),
            "maxItems": st.integers(1, 5),
            "uniqueItems": st.booleans(),
            "contains": parts,
            "minContains": st.integers(0, 2),
        },
    )


def _combined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    two = st.lists(parts, min_size=2, max_size=2)
    return st.one_of(
        _objects(parts),
        _arrays(parts),
        st.builds(
            lambda word, both: {word: both}, st.sampled_from(["anyOf", "oneOf", "allOf"]), two
        ),
        st.builds(lambda part: {"not": part}, parts),
        st.builds(lambda a, b, c: {"if": a, "then": b, "else": c}, parts, parts, parts),
    )


_TREE = {
    "type": "object",
    "properties": {
        "leaf": {"type": "integer", "minimum": 0},
        "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
    },
}
SCHEMAS = _objects(st.recursive(_LEAVES, _combined, max_leaves=6)).map(
    lambda schema: {**schema, "$defs": {"tree": _TREE}}
)


def _check(schema: dict[str, Any], seed: int) -> None:
    try:
        generator = Generator(schema)
    except UnsupportedSchema:
        # Every fourth random schema contradicts itself; those are no examples of anything here.
        reject()
    decisions = random.Random(seed)
    for _ in range(12):
        valid = generator.valid(decisions.randbytes(48))
        assert generator.validity.agree(valid.arguments, True), valid
    for case in (*generator.invalid_cases, *generator.boundary_cases):
        assert generator.validity.agree(case.arguments, case.is_valid), case
    if any(isinstance(case.arguments, dict) for case in generator.invalid_cases):
        for _ in range(8):
            invalid = generator.invalid(decisions.randbytes(48))
            assert generator.validity.agree(invalid.arguments, False), invalid


CHOSEN = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@CHOSEN
@given(SCHEMAS, st.integers(0, 2**32))
def test_two_validators_agree_with_the_generator_on_random_schemas(
    schema: dict[str, Any], seed: int
) -> None:
    _check(schema, seed)


@pytest.mark.long
@settings(CHOSEN, max_examples=600)
@given(SCHEMAS, st.integers(0, 2**32))
def test_two_validators_agree_with_the_generator_on_many_random_schemas(
    schema: dict[str, Any], seed: int
) -> None:
    _check(schema, seed)
