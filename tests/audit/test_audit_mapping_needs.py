"""An argument is tried beside what its description says that it needs."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.mapped.candidates import candidates
from tests.audit.pretended_server import TEXT, broken_rules, mapped, prompted, request_of, tool

LIMITS = {
    "type": "object",
    "properties": {"max_tokens": {"type": "integer", "maximum": 9000, "default": 1024}},
}
CHOICE = {"anyOf": [{"enum": ["none", "auto", "any"]}, {"type": "object"}]}
BASE = {"prompt": "hello"}


def _facts(described: str, **own: Any) -> ToolFacts:
    properties = {
        "prompt": TEXT,
        "limits": LIMITS,
        "choice": CHOICE,
        "tools": {"type": "array", "items": {"type": "object"}},
        "extended": {"type": "boolean"},
        "stream": {"type": "boolean"},
        "flag": {"type": "boolean", "description": described, **own},
    }
    return tool(properties, BASE, required=["prompt"])


@pytest.mark.parametrize(
    ("described", "beside"),
    [
        ("At most one call; needs choice auto, any or a name.", {"choice": "auto"}),
        ("Requires `choice` to be any.", {"choice": "any"}),
        ("Only with extended.", {"extended": True}),
        ("Only used when the extended argument is given", {"extended": True}),
        ("Must be less than max_tokens", {"limits": {"max_tokens": 9000}}),
        ("Must be less than limits.max_tokens", {"limits": {"max_tokens": 9000}}),
        ("Needs a choice", {}),
        ("Needs choice other than none", {}),
        ("Does not need extended", {}),
        ("Only when extended is not given", {}),
        ("Needs stream", {}),
        ("Needs care. Is extended", {}),
        ("At least max_tokens", {}),
        ("", {}),
    ],
)
def test_what_is_told_to_be_needed_is_given(described: str, beside: dict[str, Any]) -> None:
    given = [one.arguments for one in candidates(_facts(described), ("flag",))]
    assert given == [{**BASE, **beside, "flag": value} for value in (False, True)]


def test_what_is_needed_is_given_with_what_it_needs_itself() -> None:
    facts = _facts("Needs choice any")
    described = {**facts.schema["properties"]["choice"], "description": "Needs extended"}
    properties = {**facts.schema["properties"], "choice": described}
    given = next(candidates(tool(properties, BASE), ("flag",)))
    assert given.arguments == {**BASE, "extended": True, "choice": "any", "flag": False}


@pytest.mark.parametrize(("least", "is_raised"), [(1024, True), (512, False)])
def test_a_bound_is_raised_only_where_nothing_is_below_it(least: int, is_raised: bool) -> None:
    facts = _facts("Must be less than max_tokens", type="integer", minimum=least)
    given = [one.arguments for one in candidates(facts, ("flag",))]
    assert all(("limits" in one) is is_raised for one in given)


def _budgeted(a: dict[str, Any], lost: int = 0) -> Any:
    limits = a.pop("limits", {"max_tokens": 1024})
    budget = a.pop("budget", None)
    if budget is not None and budget >= limits["max_tokens"]:
        return None
    asked = prompted(a, **limits)
    if budget is None:
        return asked
    return {**asked, "thinking": {"budget_tokens": budget - (lost if budget == 8000 else 0)}}


@pytest.mark.parametrize(("lost", "found"), [(0, {}), (1, {"mapping.argument-changed"})])
def test_a_budget_below_a_limit_is_seen_to_arrive(lost: int, found: Any) -> None:
    budget = {"type": "integer", "minimum": 1024, "maximum": 8000}
    budget["description"] = "Must be less than max_tokens"
    facts = tool({"prompt": TEXT, "limits": LIMITS, "budget": budget}, BASE, dialect="messages")
    rules = broken_rules(
        mapped(
            facts,
            lambda a: _budgeted(a, lost),
            requests=lambda body: [request_of(body, dialect="messages")] if body else [],
        )
    )
    assert rules.keys() == set(found)


@pytest.mark.parametrize(
    ("described", "found"), [("How it is laid out", set()), ("Needs extended", set())]
)
def test_words_of_the_server_s_own_beside_what_they_need_are_not_lost(
    described: str, found: set[str]
) -> None:
    words = {"enum": ["wide", "narrow", "even"], "type": "string"}
    facts = _facts(described, **words)

    def body(a: dict[str, Any]) -> Any:
        a.pop("flag", None)
        more = [{"role": "system", "content": "Tell more."}] if a.pop("extended", False) else []
        asked = prompted(a)
        return {**asked, "messages": [*more, *asked["messages"]]}

    rules = broken_rules(mapped(facts, body))
    assert not {cause for causes in rules.values() for cause in causes} & {"/flag"}
