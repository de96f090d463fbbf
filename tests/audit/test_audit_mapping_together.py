"""A setting that arrives alone has to arrive beside others, unless the tool says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.context import AuditContext
from harness.audit.mapped.together import AIM, together
from harness.audit.oracles.mapping import judge
from harness.records.audit import Probe
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pretended_server import (
    broken_rules,
    mapped,
    observed,
    request_of,
    text_outcome,
    tool,
)

SETTINGS: dict[str, Any] = {
    "model": {"type": "string"},
    "prompt": {"type": "string"},
    "temperature": {"type": "number", "minimum": 0, "maximum": 2},
    "top_p": {"type": "number", "minimum": 0, "maximum": 1},
    "seed": {"type": "integer"},
    "presence_penalty": {"type": "number", "minimum": -2, "maximum": 2},
    "frequency_penalty": {"type": "number", "minimum": -2, "maximum": 2},
}
BASE = {"model": "m", "prompt": "hello"}
Body = dict[str, Any]


def _asking(change: Callable[[Body], Body]) -> Callable[[Body], Body]:
    def body(arguments: Body) -> Body:
        rest = {key: value for key, value in arguments.items() if key != "prompt"}
        said = {"role": "user", "content": arguments["prompt"]}
        return change({**rest, "messages": [said]})

    return body


def _without_seed(body: Body) -> Body:
    is_lost = "temperature" in body
    return {key: value for key, value in body.items() if not (is_lost and key == "seed")}


def _swapped(body: Body) -> Body:
    penalties = ("presence_penalty", "frequency_penalty")
    if not set(penalties) <= body.keys():
        return body
    return {**body, **dict(zip(penalties, (body[key] for key in penalties[::-1]), strict=True))}


@pytest.mark.parametrize(
    ("change", "described", "found"),
    [
        (lambda body: body, {}, {}),
        (_without_seed, {}, {"mapping.argument-dropped": {"/seed"}}),
        (_without_seed, {"seed": "Ignored when a temperature is given"}, {}),
        (_without_seed, {"temperature": "Not together with seed"}, {}),
        (_swapped, {}, {"mapping.argument-changed": {"/presence_penalty", "/frequency_penalty"}}),
    ],
)
def test_what_is_lost_beside_others_is_found(
    change: Callable[[Body], Body], described: dict[str, str], found: dict[str, set[str]]
) -> None:
    schema = {
        name: {**part, "description": described.get(name, "")} for name, part in SETTINGS.items()
    }
    assert broken_rules(mapped(tool(schema, BASE), _asking(change))) == found


def test_a_finding_is_shown_again_by_its_own_calls() -> None:
    facts = tool(SETTINGS, BASE)
    first = Probe(id="first/t/0", phase="valid", tool="t", arguments=BASE)
    seen = [
        observed(
            probe,
            [Interaction(request=request_of(body), response=HttpResponse(status=200, body=b"{}"))],
            text_outcome("fine"),
        )
        for probe in (first, *together(facts))
        if isinstance(probe.arguments, dict)
        and (body := _asking(_without_seed)(probe.arguments)) is not None
    ]
    found = broken_rules(list(judge(seen, AuditContext("t", (facts,), sees_upstream=True))))
    assert found == {"mapping.argument-dropped": {"/seed"}}


def test_where_all_at_once_asks_nobody_halves_show_it() -> None:
    def requests(body: Body) -> list[HttpRequest]:
        return [] if {"top_p", "temperature"} <= body.keys() else [request_of(body)]

    found = broken_rules(mapped(tool(SETTINGS, BASE), _asking(_swapped), requests=requests))
    assert found == {"mapping.argument-changed": {"/presence_penalty", "/frequency_penalty"}}


@pytest.mark.parametrize(
    ("told", "kept", "found"),
    [
        ("", False, {"mapping.invented": {"user"}}),
        ("Several answers are asked for in the name of the user 'mcp'", False, {}),
        ("", True, {}),
    ],
)
def test_what_is_asked_for_beside_some_arguments_only_is_invented(
    told: str, kept: bool, found: dict[str, set[str]]
) -> None:
    def change(body: Body) -> Body:
        return {"user": "mcp", **body} if body.get("seed") else body

    schema = {**SETTINGS, **({"user": {"enum": ["mcp"]}} if kept else {})}
    facts = tool(schema, BASE)
    facts = replace(facts, definition={**facts.definition, "description": told})
    assert broken_rules(mapped(facts, _asking(change))) == found


def test_each_two_settings_are_given_together_and_with_values_of_their_own() -> None:
    probes = list(together(tool(SETTINGS, BASE)))
    assert {probe.aim for probe in probes} == {AIM}
    given = probes[0].arguments
    assert isinstance(given, dict)
    values = [given[name] for name in SETTINGS if name not in BASE]
    assert len(set(map(str, values))) == len(values)


def test_an_echo_that_is_lost_beside_several_choices_is_found() -> None:
    schema = {
        "prompt": {"type": "string"},
        "n": {"type": "integer", "minimum": 1, "maximum": 8},
        "echo": {"type": "boolean"},
    }
    facts = tool(schema, {"prompt": "hello"}, dialect="legacy")

    def lost(body: Body) -> Body:
        is_lost = body.get("n", 1) > 1
        return {key: value for key, value in body.items() if not (is_lost and key == "echo")}

    assert broken_rules(mapped(facts, lambda body: body)) == {}
    assert broken_rules(mapped(facts, lost)) == {"mapping.argument-dropped": {"/echo"}}
