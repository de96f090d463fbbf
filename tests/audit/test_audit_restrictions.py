"""Restrictions that prose or a provider tells of an argument, and bounds set by another one."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.refusals.restrictions import is_documented_restriction, refused_by_providers
from harness.audit.thinking_budget import with_room
from harness.records.audit import NotTested
from tests.audit.judged_server import (
    BASE,
    SCHEMA,
    also_refusing,
    breaches,
    enforcing,
    facts,
    judged,
    problem,
    refused,
)


@pytest.mark.parametrize(
    ("description", "excused"),
    [
        ("Sampling temperature", False),
        ("Sampling temperature, from 0 to 2", False),
        ("Must be less than 2", True),
        ("At most 1.5", True),
        ("Not supported by large models", True),
    ],
)
def test_a_refusal_that_the_description_announces_is_not_judged(
    description: str, excused: bool
) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["temperature"]["description"] = description
    serving = also_refusing(lambda a: a.get("temperature") == 2, "temperature: 2 is too much")
    found = judged(serving, facts(schema))
    assert ("valid-rejected" in breaches(found)) is not excused
    notes = [item.reason for item in found if isinstance(item, NotTested)]
    assert any("temperature" in note for note in notes) is excused


@pytest.mark.parametrize(
    ("description", "excused"),
    [
        ("From -2 to 2. Positive values penalize repeated words", False),
        ("Penalty between -2.0 and 2.0. Positive increases topic variety", False),
        ("Between -2 and 2, positive values may reduce repetition", False),
        ("Higher values like 1 and values above 0 make answers odd", False),
        ("A positive number", True),
        ("Positive values only", True),
        ("Must be positive; positive values penalize repetition", True),
        ("Between 0 and 2. Positive values penalize repetition", True),
    ],
)
def test_what_larger_values_do_is_no_restriction(description: str, excused: bool) -> None:
    penalty = {"type": "number", "minimum": -2, "maximum": 2, "description": description}
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["penalty"] = penalty
    assert is_documented_restriction(facts(schema), "penalty", {**BASE, "penalty": -1}) is excused


@pytest.mark.parametrize(
    ("description", "excused"),
    [
        ("Exactly two messages: first a system message, then a user message", True),
        ("The conversation. It begins with a user message", True),
        ("User and assistant alternate in it", True),
        ("Messages of a conversation, the first ones first", False),
    ],
)
def test_an_order_of_messages_that_is_told_may_be_asked_for(
    description: str, excused: bool
) -> None:
    definition = {"name": "t", "inputSchema": {"type": "object", "properties": {
        "messages": {"type": "array", "description": description}}}}  # fmt: skip
    told = is_documented_restriction(ToolFacts(definition), "messages", {"messages": [{}, {}]})
    assert told is excused


@pytest.mark.parametrize(
    ("messages", "excused"),
    [
        ([{"role": "system", "content": "Be brief"}], True),
        ([{"role": "developer", "content": "a"}, {"role": "system", "content": "b"}], True),
        ([{"role": "system", "content": "a"}, {"role": "user", "content": "b"}], False),
        ([{"role": "assistant", "content": "a"}], False),
    ],
)
def test_providers_refuse_a_conversation_of_the_system_alone(
    messages: list[Any], excused: bool
) -> None:
    told = refused_by_providers({"model": "m", "messages": messages}, facts())
    assert told == (["messages"] if excused else [])


def test_a_role_is_tried_in_a_conversation_that_providers_take() -> None:
    schema = copy.deepcopy(SCHEMA)
    roles = ["user", "assistant", "system"]
    schema["properties"]["messages"]["items"]["properties"]["role"]["enum"] = roles

    def serving(is_refused: Any, text: str) -> Any:
        correct = enforcing(schema)
        return lambda a: (
            refused(text)
            if not problem(a, schema) and is_refused([one["role"] for one in a["messages"]])
            else correct(a)
        )

    alone = serving(lambda roles: set(roles) == {"system"}, "messages: a user has to speak")
    assert breaches(judged(alone, facts(schema))) == {}
    never = serving(lambda roles: "system" in roles, "messages: system is unknown")
    assert "valid-rejected" in breaches(judged(never, facts(schema)))


@pytest.mark.parametrize(
    ("listed", "excused"),
    [
        ("temperature: how free (0-1, default: 0.7)", True),
        ("- temperature (number): from 0 to 1", True),
        ("temperature: how free (0-2)", False),
        ("the temperature of answers is 0-1", False),
    ],
)
def test_a_range_in_the_tools_own_list_of_arguments_excuses(listed: str, excused: bool) -> None:
    tool = facts(SCHEMA)
    tool = replace(tool, definition={**tool.definition, "description": f"Ask.\n\nArgs:\n {listed}"})
    serving = also_refusing(lambda a: a.get("temperature") == 2, "temperature: 2 is too much")
    assert ("valid-rejected" in breaches(judged(serving, tool))) is not excused


@pytest.mark.parametrize(
    ("description", "excused"),
    [
        ("At least n", True),
        ("No more than `n`; at least the n", True),
        ("n of a kind", False),
        ("At least nine", False),
        ("", False),
    ],
)
def test_a_bound_that_another_argument_sets_excuses(description: str, excused: bool) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["best_of"] = {"type": "integer", "description": description}
    tool, given = facts(schema), {**BASE, "best_of": 10}
    assert is_documented_restriction(tool, "best_of", {**given, "n": 2}) is excused
    assert not is_documented_restriction(tool, "best_of", given)


@pytest.mark.parametrize(
    ("budget", "description", "excused"),
    [
        (1024, "Turns thinking on; must be less than max_tokens", True),
        (2000, "Turns thinking on; must be less than `limits.max_tokens`", True),
        (1000, "Turns thinking on; must be less than max_tokens", False),
        (1000, "Turns thinking on; needs limits", True),
        (1000, "Turns thinking on; needs no other", False),
        (1024, "Less than other_tokens", False),
    ],
)
def test_a_bound_that_the_default_of_another_argument_sets_excuses(
    budget: int, description: str, excused: bool
) -> None:
    inner = {"max_tokens": {"type": "integer", "default": 1024}, "other_tokens": {}}
    schema = {"type": "object", "properties": {
        "thinking_budget": {"type": "integer", "description": description},
        "limits": {"type": "object", "properties": inner},
    }}  # fmt: skip
    given = {"thinking_budget": budget}
    assert is_documented_restriction(facts(schema), "thinking_budget", given) is excused


@pytest.mark.parametrize(
    ("description", "excused"),
    [("Use this or 'path'", True), ("Text or path", False), ("Use this or 'file'", False)],
)
def test_an_argument_that_another_one_may_replace_is_needed(
    description: str, excused: bool
) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"] |= {
        "text": {"type": "string", "description": description},
        "path": {"type": "string"},
    }
    assert is_documented_restriction(facts(schema), "text", dict(BASE)) is excused


@pytest.mark.parametrize(
    ("description", "excused"),
    [
        ('"all" asks each in turn; "both": ≥2 models answer', True),
        ("all or both models", False),
        ("2 models at least answer", False),
    ],
)
def test_a_bound_that_is_told_of_one_word_excuses(description: str, excused: bool) -> None:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["mode"] = {"enum": ["all", "both"], "description": description}
    given = {**BASE, "mode": "both"}
    assert is_documented_restriction(facts(schema), "mode", given) is excused


@pytest.mark.parametrize(
    ("limit", "budget", "excused"),
    [(1024, 1024, True), (512, 2000, True), (None, 1024, True), (2048, 1024, False)],
)
def test_a_budget_for_thoughts_leaves_room_for_the_answer(
    limit: int | None, budget: int, excused: bool
) -> None:
    thinking = {"type": "enabled", "budget_tokens": budget}
    given = {"thinking": thinking, **({} if limit is None else {"max_tokens": limit})}
    assert refused_by_providers(given, facts()) == (["thinking"] if excused else [])
    roomy = with_room(given, lambda arguments: True)
    assert roomy["max_tokens"] > budget
    assert with_room(given, lambda arguments: False) == given
    assert with_room({"max_tokens": 1}, lambda arguments: True) == {"max_tokens": 1}
