from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.shrinking import size, smaller

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string", "minLength": 2},
        "n": {"type": "integer", "maximum": 9},
        "messages": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {"role": {"enum": ["user", "system"]}, "name": {"type": "string"}},
                "required": ["role"],
            },
        },
        "more": {"type": "object"},
    },
    "required": ["prompt"],
    "additionalProperties": False,
}
messages = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "system", "User"])}, optional={"name": st.text()}
    ),
    max_size=3,
)
arguments = st.fixed_dictionaries(
    {},
    optional={
        "prompt": st.text(max_size=30) | st.none(),
        "n": st.integers(0, 20),
        "messages": messages,
        "more": st.dictionaries(st.text(max_size=3), st.text(max_size=20), max_size=3),
        "unknown": st.booleans(),
    },
)


def _broken(value: Any) -> set[tuple[str, str]]:
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(value)
    return {(str(error.validator), error.json_path) for error in errors}


def test_what_is_smaller_lacks_the_same_argument() -> None:
    schema = {"type": "object", "required": ["model", "prompt"]}
    assert list(smaller({"model": "m", "x": 1}, schema)) == [{"model": "m"}]


@given(arguments)
def test_what_is_smaller_breaks_the_same_keywords_at_the_same_places(
    value: dict[str, Any],
) -> None:
    for candidate in smaller(value, SCHEMA):
        assert _broken(candidate) == _broken(value)
        assert size(candidate) < size(value)


def test_optional_keys_go_first_and_the_wrong_one_stays() -> None:
    value = {"prompt": "hello there", "n": 12, "more": {"a": "b"}}
    assert next(smaller(value, SCHEMA)) == {"prompt": "hello there", "n": 12}
    assert all("n" in item and "prompt" in item for item in smaller(value, SCHEMA))


def test_long_texts_and_lists_are_cut() -> None:
    value = {"prompt": "a prompt that is long", "messages": [{"role": "user"}, {"role": "system"}]}
    found = list(smaller(value, SCHEMA))
    assert {**value, "prompt": "a prompt"} in found
    assert {**value, "messages": [{"role": "user"}]} in found


@pytest.mark.parametrize("schema", [{"type": 5}, {"$ref": "#/$defs/none"}, {"pattern": "("}])
def test_nothing_is_smaller_under_a_schema_that_is_none(schema: dict[str, Any]) -> None:
    assert not list(smaller({"pattern": "x" * 20}, {**schema, "properties": {"pattern": schema}}))
