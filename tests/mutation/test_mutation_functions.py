"""Mutants are functions: steady, without traces, and careful with what they do not change."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.mutation.arguments import argument_mutations
from harness.mutation.catalogue import catalogue
from harness.mutation.json_text import in_strings, with_document
from harness.mutation.mutation import IDENTITY, changes, same
from harness.mutation.passage import Asked, Passage, Reply
from harness.mutation.validation import validation_mutations
from harness.records.call import Log, Outcome, Progress
from tests.mutation.scripted_target import SCHEMAS

TOOLS = [{"name": name, "inputSchema": schema} for name, schema in SCHEMAS.items()]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from([*SCHEMAS["echo"]["properties"], "usage"]), values)
texts = st.text(max_size=12) | values.map(json.dumps)
blocks = st.builds(lambda text: {"type": "text", "text": text}, texts) | objects
outcomes = st.builds(
    Outcome,
    plane=st.sampled_from(["result", "tool_error", "protocol_error", "transport_error"]),
    content=st.lists(blocks, max_size=3),
    structured=st.none() | objects,
    meta=objects,
    code=st.none() | st.integers(),
    message=st.none() | st.text(max_size=12),
    data=values,
)
progress = st.builds(Progress, progress=st.floats(), message=st.none() | st.text(max_size=5))
replies = st.builds(
    Reply,
    outcomes,
    st.lists(progress, max_size=3).map(tuple),
    st.lists(st.builds(Log, level=st.just("info"), data=values), max_size=1).map(tuple),
)
asked = st.builds(
    Asked,
    tool=st.just("echo"),
    arguments=objects,
    schema=st.just(SCHEMAS["echo"]),
    wants_progress=st.booleans(),
)
passages = st.builds(Passage, asked=asked, reply=replies)


@settings(max_examples=12)
@given(passages)
def test_every_mutant_does_the_same_each_time_and_leaves_what_it_gets_as_it_is(
    passage: Passage,
) -> None:
    before = copy.deepcopy(passage)
    for mutation in catalogue(TOOLS, [passage]):
        once, again = (
            (
                mutation.tools(TOOLS),
                mutation.arguments(passage.asked),
                mutation.reply(passage.asked, passage.reply),
            )
            for _ in range(2)
        )
        assert same(once, again), mutation.mutant.id
        assert same(passage.asked.arguments, before.asked.arguments), mutation.mutant.id
        assert same(passage.reply, before.reply), mutation.mutant.id


@given(passages)
def test_the_identity_changes_nothing(passage: Passage) -> None:
    assert not changes(IDENTITY, passage, TOOLS)
    assert IDENTITY.reply(passage.asked, passage.reply) is passage.reply
    assert IDENTITY.arguments(passage.asked) is passage.asked.arguments


@given(st.dictionaries(st.text(), values, min_size=1), st.sampled_from([None, 2, 4]), st.booleans())
def test_only_what_is_changed_is_written_differently(
    document: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps({**document, "": "old"}, indent=indent, ensure_ascii=ascii_only)
    outcome = Outcome(plane="result", content=[{"type": "text", "text": text}])
    changed = with_document(outcome, lambda value: {**value, "": "new"})
    assert changed.text == json.dumps(
        {**document, "": "new"}, indent=indent, ensure_ascii=ascii_only
    )
    assert with_document(outcome, in_strings(str)).text == text


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": 3},
        {"properties": {"a": True, "b": {"type": 7}, "c": {"enum": []}, "d": {"anyOf": 1}}},
        {"properties": {"a": {"pattern": "("}}, "required": "a"},
        {"properties": {"a": {"$ref": "#/nowhere"}}},
        {"$schema": "https://example.com/own", "type": "nothing"},
    ],
)
def test_a_wrong_schema_gives_mutants_or_none_and_no_exception(schema: dict[str, Any]) -> None:
    tools = [{"name": "t", "inputSchema": schema}]
    question = Asked("t", {"a": 1}, schema)
    reply = Reply(Outcome(plane="tool_error", content=[{"type": "text", "text": "a is wrong"}]))
    for mutation in (*argument_mutations(tools), *validation_mutations(tools)):
        assert changes(mutation, Passage(asked=question, reply=reply), tools) in (True, False)


def test_the_types_of_an_argument_choose_its_mutants() -> None:
    properties = {
        "choice": {"enum": ["a", "b"]},
        "either": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        "sizes": {"type": ["array", "integer"], "default": 3},
        "anything": {},
    }
    tools = [{"name": "t", "inputSchema": {"properties": properties, "required": ["choice"]}}]
    names: dict[str, set[str]] = {name: set() for name in properties}
    for mutation in argument_mutations(tools):
        kind, _, place = mutation.mutant.id.removeprefix("arguments.").partition(":t/")
        names[place].add(kind)
    text = {"text-cut", "trimmed", "normalised"}
    assert names["choice"] == {"dropped", *text}
    assert names["either"] == {"dropped", "invented", "inverted", "as-text"}
    assert names["sizes"] == {
        "dropped", "invented", "item-lost", "reversed", "one-more", "as-text", *text
    }  # fmt: skip
    assert names["anything"] > {"rounded", "emptied", "inverted", "item-lost", *text}


def test_numbers_and_texts_that_look_alike_are_not_the_same() -> None:
    values = [1, 1.0, "1", True, None, [1], float("nan")]
    assert all(same(a, b) == (i == j) for i, a in enumerate(values) for j, b in enumerate(values))
