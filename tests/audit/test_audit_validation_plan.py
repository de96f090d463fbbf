"""What the phases valid, boundary and invalid send: distinct, few, and everything once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.context import ToolFacts
from harness.audit.coverage import coverage
from harness.audit.phases.validation import plan
from harness.audit.refusals.disputed import (
    is_beyond_transport,
    is_disputed,
    is_read_as_json,
    plain_numbers,
)
from harness.audit.refusals.planned import MOST_BOUNDARY, MOST_INVALID, MOST_WITHOUT_FORM
from harness.audit.refusals.wording import shape
from harness.generation import Case
from harness.generation.validity import Validity
from harness.records.audit import Probe
from servers.defects.published_tools import CHAT_SCHEMA, chat_tool
from tests.audit.judged_server import VALIDATOR, answered, context_of, facts, observed

TOOL = facts()
CONTEXT = context_of(TOOL)


def probes(phase: str = "", tool: ToolFacts = TOOL) -> list[Probe]:
    return [probe for probe in plan(tool, context_of(tool)) if phase in ("", probe.phase)]


def test_what_a_tool_accepted_stands_around_what_is_wrong_where_not_anything_will_do() -> None:
    schema = {
        "type": "object",
        "properties": {"names": {"type": "string"}, "n": {"type": "integer", "maximum": 9}},
        "required": ["names"],
    }
    named = ToolFacts({"name": "t", "inputSchema": schema}, "chat", {"names": "a:b"})
    wrong = [one.arguments for one in probes("invalid", named) if "n" in one.arguments]
    assert wrong
    assert {one["names"] for one in wrong} == {"a:b"}


def test_the_same_seed_makes_the_same_probes_and_another_one_others() -> None:
    assert list(plan(TOOL, CONTEXT)) == list(plan(TOOL, CONTEXT))
    others = list(plan(TOOL, replace(CONTEXT, seed=1)))
    assert [probe.arguments for probe in others] != [probe.arguments for probe in probes()]


def test_ids_are_distinct_and_no_phase_sends_anything_twice() -> None:
    found = probes()
    assert len({probe.id for probe in found}) == len(found)
    for phase in ("valid", "boundary", "invalid"):
        texts = [json.dumps(probe.arguments, sort_keys=True) for probe in probes(phase)]
        assert len(set(texts)) == len(texts) > 0


def test_exactly_the_probes_with_a_violation_are_invalid() -> None:
    for probe in probes():
        wrong = probe.violation
        is_valid = VALIDATOR.is_valid(probe.arguments)
        assert is_valid is (wrong is None) or (wrong is not None and wrong.keyword == "json")
    assert all(probe.violation is None for probe in probes("valid"))
    assert all(probe.violation is not None for probe in probes("invalid"))
    assert len({probe.violation is None for probe in probes("boundary")}) == 2


def test_a_large_schema_is_tried_in_few_calls_with_each_keyword_on_both_sides() -> None:
    definition = chat_tool().model_dump(by_alias=True, exclude_none=True)
    tool = ToolFacts(definition)
    found = probes(tool=tool)
    by_phase = {phase: [p for p in found if p.phase == phase] for phase in ("boundary", "invalid")}
    assert len(by_phase["boundary"]) <= MOST_BOUNDARY
    assert len(by_phase["invalid"]) <= MOST_INVALID
    seen = [observed(probe, answered({})) for probe in found]
    places = list(coverage(seen, context_of(tool)))
    both = [place for place in places if place.accepted and place.rejected]
    # The type of the root is broken by arguments that are no object: the phase protocol's.
    assert [(one.keyword, one.pointer) for one in places if one not in both] == [("type", "")]
    assert len(places) > 70
    assert {place.tool for place in places} == {definition["name"]}


def test_nothing_is_covered_that_was_not_sent() -> None:
    places = list(coverage([], CONTEXT))
    assert places
    assert not any(place.accepted or place.rejected for place in places)


def test_arguments_that_are_no_object_cover_the_type_of_the_root() -> None:
    probe = Probe(id="raw", phase="protocol", tool=TOOL.name, arguments=[])
    places = coverage([observed(probe, answered(None))], CONTEXT)
    assert [place.pointer for place in places if place.rejected] == [""]


def test_few_calls_carry_what_json_has_no_form_for() -> None:
    found = [probe.violation for probe in probes() if probe.violation is not None]
    assert 0 < sum(wrong.keyword == "json" for wrong in found) <= MOST_WITHOUT_FORM


def test_a_length_that_languages_count_otherwise_is_not_tried() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 2}}}
    validity = Validity(schema)
    assert is_disputed(Case({"a": "😀😀"}, "boundary"), validity)
    assert not is_disputed(Case({"a": "éé"}, "boundary"), validity)
    assert not is_disputed(Case({"a": "😀😀😀"}, "invalid"), validity)
    at_least = Validity({"properties": {"a": {"minLength": 2}}})
    assert is_disputed(Case({"a": "😀"}, "invalid"), at_least)


def wrong_places(schema: dict[str, Any], phase: str = "invalid") -> set[str]:
    tool = facts({"type": "object", "properties": schema})
    found = [one.violation for one in probes(phase, tool) if one.violation is not None]
    return {f"{one.keyword} {one.pointer}" for one in found}


def test_each_key_that_has_to_be_there_is_left_out_in_the_phase_invalid_too() -> None:
    names = ["id", "type", "function"]
    call = {"type": "object", "required": names, "properties": {one: {} for one in names}}
    found = wrong_places({"calls": {"type": "array", "items": call}})
    assert {f"required /calls/0/{name}" for name in names} <= found


def test_a_later_element_is_wrong_after_a_right_one() -> None:
    item = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    lists = {"objects": {"type": "array", "items": item}, "texts": {"items": {"type": "string"}}}
    lists["texts"] |= {"type": "array"}
    found = wrong_places(lists)
    assert any(place.endswith(" /texts/1") for place in found)
    assert any(" /objects/1" in place for place in found)
    one = {"texts": {"type": "array", "items": {"type": "string"}, "maxItems": 1}}
    assert not any("/texts/1" in place for place in wrong_places(one))


def test_a_length_is_tried_in_characters_of_two_bytes() -> None:
    texts = {f"text{number}": {"type": "string", "maxLength": 512} for number in range(4)}
    words = {"word": {"type": "string", "maxLength": 512, "pattern": "^[a-z]*$"}}
    whole = {"type": "object", "properties": {**texts, **words}}
    given = [one.arguments for one in probes("boundary", facts(whole))]
    assert all(any(one.get(name) == "é" * 512 for one in given) for name in texts)
    assert not any("é" in one.get("word", "") for one in given)


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_what_a_parameter_needs_is_beside_it_on_both_sides_of_a_bound(is_wrapped: bool) -> None:
    count = {"type": "integer", "minimum": 0, "maximum": 20}
    parts = {"logprobs": {"type": "boolean"}, "top_logprobs": count}
    schema = {"type": "object", "properties": parts}
    wrapped = {"type": "object", "properties": {"request": schema}, "required": ["request"]}
    tool = facts(wrapped if is_wrapped else schema)
    for phase in ("boundary", "invalid"):
        given = [one.arguments for one in probes(phase, tool)]
        given = [one["request"] for one in given if "request" in one] if is_wrapped else given
        tried = [one for one in given if isinstance(one, dict) and "top_logprobs" in one]
        assert tried
        assert all(one.get("logprobs") for one in tried)
        assert any(one["top_logprobs"] == 21 for one in tried)
    alone = facts({"type": "object", "properties": {"top_logprobs": count},
                   "additionalProperties": False})  # fmt: skip
    assert {"maximum /top_logprobs"} <= wrong_places({"top_logprobs": count})
    assert not any("logprobs" in one.arguments for one in probes("invalid", alone))


def test_a_digit_of_another_script_is_tried_where_only_ascii_matches() -> None:
    tool = facts(
        {"type": "object", "properties": {"id": {"type": "string", "pattern": "^[0-9]+$"}}}
    )
    assert any("\u0663" in str(one.arguments) for one in probes("invalid", tool))
    letters = {"type": "string", "pattern": "^.+$"}
    tool = facts({"type": "object", "properties": {"id": letters}})
    assert not any("\u0663" in str(one.arguments) for one in probes("invalid", tool))


def test_no_tool_without_a_usable_schema_is_planned_or_covered() -> None:
    tool = facts({"type": "object", "properties": {"a": {"type": "text"}}})
    assert probes(tool=tool) == []
    assert list(coverage([], context_of(tool))) == []


def test_what_the_transport_changes_is_known() -> None:
    assert is_beyond_transport({"a": ["\ud800"]})
    assert is_beyond_transport({"\udfff": 1})
    assert is_beyond_transport([2**53])
    assert not is_beyond_transport({"a": ["😀", 1.5, True, None]})


@pytest.mark.parametrize("text", ['{"role": "user"}', "[1]", "null", " true"])
def test_a_text_that_is_json_itself_may_be_read_by_the_sdk(text: str) -> None:
    assert is_read_as_json({"system": text})


@pytest.mark.parametrize("text", ["12", '"a"', "{", "truth", ""])
def test_another_text_is_not_read(text: str) -> None:
    assert not is_read_as_json({"system": text, "messages": ["null"], "n": 1})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_plain_numbers_are_equal_and_as_valid(value: Any) -> None:
    plain = plain_numbers(value)
    assert plain == value
    validator = jsonschema.Draft202012Validator(CHAT_SCHEMA)
    assert validator.is_valid(plain) is validator.is_valid(value)


@given(st.text())
def test_the_shape_of_a_shape_is_itself(text: str) -> None:
    assert shape(shape(text)) == shape(text)
