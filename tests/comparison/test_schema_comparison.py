from __future__ import annotations

import jsonschema
import pytest

from harness.comparison.schemas import compare_schemas
from harness.errors import UsageError
from harness.records.comparison import SchemaChange
from tests.comparison.schema_pairs import Pair, pair

SHORT = 40


def _check(made: Pair) -> None:
    change = compare_schemas(made.baseline, made.candidate)
    assert change.relation == made.relation, made
    assert (change.lost is not None) == (made.relation in ("breaking", "incomparable"))
    assert (change.gained is not None) == (made.relation in ("widening", "incomparable"))
    _confirm(made, change)


def _confirm(made: Pair, change: SchemaChange) -> None:
    before = jsonschema.Draft202012Validator(made.baseline)
    after = jsonschema.Draft202012Validator(made.candidate)
    if change.lost is not None:
        assert before.is_valid(change.lost.value)
        assert not after.is_valid(change.lost.value)
    if change.gained is not None:
        assert after.is_valid(change.gained.value)
        assert not before.is_valid(change.gained.value)


@pytest.mark.parametrize("seed", range(SHORT))
def test_the_relation_of_a_generated_pair_is_found_with_a_witness(seed: int) -> None:
    _check(pair(seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SHORT, 1_000))
def test_the_relation_of_many_generated_pairs_is_found_with_a_witness(seed: int) -> None:
    _check(pair(seed))


@pytest.mark.parametrize("seed", range(0, SHORT, 7))
def test_a_schema_equals_itself(seed: int) -> None:
    for schema in pair(seed)[:2]:
        assert compare_schemas(schema, schema) == SchemaChange(relation="equal")


def test_a_recursive_schema_under_another_name_is_equal() -> None:
    def tree(name: str, **limits: int) -> dict[str, object]:
        node = {
            "properties": {"v": {"type": "integer", **limits}, "n": {"$ref": f"#/$defs/{name}"}}
        }
        return {"properties": {"x": {"$ref": f"#/$defs/{name}"}}, "$defs": {name: node}}

    assert compare_schemas(tree("a"), tree("b")).relation == "equal"
    assert compare_schemas(tree("a"), tree("b", minimum=0)).relation == "breaking"


def test_recursion_is_not_taken_for_equal_where_only_the_depth_differs() -> None:
    leaf = {"properties": {"c": {"$ref": "#/$defs/n"}, "v": {"type": "integer"}}}
    deep = {"properties": {"x": {"$ref": "#/$defs/n"}}, "$defs": {"n": leaf}}
    inner = {"properties": {"c": {"$ref": "#/$defs/n"}, "v": {"type": "string"}}}
    odd = {
        "properties": {"x": {"properties": {"c": {"$ref": "#/$defs/n"}, "v": {"type": "integer"}}}},
        "$defs": {"n": inner},
    }
    assert compare_schemas(deep, odd).relation == "incomparable"


def test_a_property_called_definitions_counts() -> None:
    def named(kind: str) -> dict[str, object]:
        node = {"properties": {"definitions": {"type": kind}, "n": {"$ref": "#/$defs/a"}}}
        return {"properties": {"x": {"$ref": "#/$defs/a"}}, "$defs": {"a": node}}

    assert compare_schemas(named("number"), named("integer")).relation == "breaking"


def test_one_draft_is_compared_with_another_where_they_mean_the_same() -> None:
    older = {"$schema": "http://json-schema.org/draft-07/schema#", "required": ["a"]}
    newer = {"$schema": "https://json-schema.org/draft/2020-12/schema", "required": []}
    assert compare_schemas(older, {**newer, "required": ["a"]}).relation == "equal"
    assert compare_schemas(older, newer).relation == "widening"
    tuples = {"properties": {"a": {"items": [{"type": "string"}], "type": "array"}}}
    odd = {**tuples, "$schema": "http://json-schema.org/draft-07/schema#"}
    same = {"properties": {"a": {"prefixItems": [{"type": "string"}], "type": "array"}}}
    assert compare_schemas(odd, same).relation != "breaking"


def test_arguments_are_objects_so_that_the_type_may_be_left_out() -> None:
    assert compare_schemas({}, {"type": "object"}).relation == "equal"
    assert compare_schemas({}, {"type": ["object", "null"]}).relation == "equal"


def test_a_format_that_changes_is_told_but_not_called_breaking() -> None:
    change = compare_schemas({"properties": {"a": {"format": "date"}}}, {"properties": {"a": {}}})
    assert change.relation == "equal"
    assert "format" in change.notes[0]


def test_what_cannot_be_decided_is_unknown_and_said() -> None:
    before = {"properties": {"a": {"type": "string", "pattern": "^(?=a)a*$"}}, "required": ["a"]}
    after = {"properties": {"a": {"type": "string", "pattern": "^a+(?!b)$"}}, "required": ["a"]}
    change = compare_schemas(before, after)
    assert change.relation == "unknown"
    assert change.notes[0].startswith("not decided whether the candidate accepts everything")


def test_a_broken_schema_is_told_with_its_side_and_place() -> None:
    with pytest.raises(
        UsageError, match=r"candidate's schema is no JSON Schema.*properties/a/type"
    ):
        compare_schemas({}, {"properties": {"a": {"type": "text"}}})
    with pytest.raises(UsageError, match="baseline's schema cannot be read"):
        compare_schemas({"properties": {"a": {"$ref": "#/$defs/none"}}}, {})


def test_a_new_optional_argument_of_an_open_schema_is_said_to_affect_undeclared_ones_only() -> None:
    text = {"type": "string"}
    before = {"properties": {"a": text}, "required": ["a"]}
    added = {"properties": {"a": text, "b": {"type": "integer"}}, "required": ["a"]}
    change = compare_schemas(before, added)
    assert change.relation == "breaking"
    assert "only callers that sent arguments which the baseline does not declare" in change.notes[0]
    required = compare_schemas(before, {**added, "required": ["a", "b"]})
    assert required.notes == ()
    back = compare_schemas(added, before)
    assert back.relation == "widening"
    assert back.notes[0].startswith("the candidate no longer declares b, yet accepts it")


@pytest.mark.parametrize(
    ("ways", "relation"),
    [
        ({"then": True, "else": False}, "equal"),
        ({"else": False}, "equal"),
        ({"then": False}, "incomparable"),
        ({"then": True, "else": True}, "widening"),
        ({"then": {"maxProperties": 1}, "else": False}, "breaking"),
    ],
)
def test_a_condition_with_one_way_out_is_what_it_demands(
    ways: dict[str, object], relation: str
) -> None:
    part = {"type": "object", "patternProperties": {"^x-": {"type": "string"}}}
    before, after = ({"properties": {"a": side}} for side in (part, {"if": part, **ways}))
    assert compare_schemas(before, after).relation == relation


def test_a_condition_says_nothing_in_a_draft_that_does_not_know_it() -> None:
    older = {"$schema": "http://json-schema.org/draft-06/schema#"}
    before, after = {**older}, {**older, "if": {"required": ["a"]}, "else": False}
    assert compare_schemas(before, after).relation == "equal"
    newer = {"$schema": "http://json-schema.org/draft-07/schema#"}
    assert compare_schemas(newer, {**after, **newer}).relation == "breaking"


def test_what_a_definition_is_called_decides_nothing() -> None:
    open_ended = {"type": "object", "patternProperties": {"^x-": {"type": "string"}}}

    def named(name: str, part: dict[str, object]) -> dict[str, object]:
        return {"properties": {"a": {"$ref": f"#/$defs/{name}"}}, "$defs": {name: part}}

    assert compare_schemas(named("p", open_ended), named("q", open_ended)).relation == "equal"
    inlined = {"properties": {"a": open_ended}}
    assert compare_schemas(named("p", open_ended), inlined).relation == "equal"
    narrow = {**open_ended, "patternProperties": {"^x-": {"const": "a"}}}
    assert compare_schemas(named("p", open_ended), named("q", narrow)).relation == "breaking"
    beside = named("p", open_ended)
    beside["properties"] = {"a": {"$ref": "#/$defs/p", "maxProperties": 1}}
    assert compare_schemas(named("p", open_ended), beside).relation == "breaking"
    older = {"$schema": "http://json-schema.org/draft-07/schema#"}
    hidden = {**beside, **older}
    assert compare_schemas({**named("q", open_ended), **older}, hidden).relation == "equal"


def test_a_property_called_ref_is_no_reference() -> None:
    odd = {"properties": {"$ref": {"type": "string"}, "a": {"$ref": "#/$defs/p"}}}
    before = {**odd, "$defs": {"p": {"type": "integer"}}}
    assert compare_schemas(before, {**odd, "$defs": {"p": {"type": "number"}}}).relation == (
        "widening"
    )
