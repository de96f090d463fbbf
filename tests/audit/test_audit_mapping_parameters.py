"""Parameters of every JSON type, over the schemas that servers here publish."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import jsonschema
import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.mapped.streamed_twin import AIM as TWINS
from harness.audit.mapped.together import AIM as SEVERAL
from harness.audit.phases import errors, mapping
from harness.upstream.faults import parse_fault
from servers.defects.published_tools import CHAT_SCHEMA, LEGACY_SCHEMA
from tests.audit.pretended_server import broken_rules, mapped, tool

BASES: dict[str, tuple[Any, Any, Any]] = {
    "chat": (CHAT_SCHEMA, {"model": "m", "messages": [{"role": "user", "content": "hi"}]}, "chat"),
    "legacy": (LEGACY_SCHEMA, {"model": "m", "prompt": "hi"}, "legacy"),
}


def published(name: str) -> ToolFacts:
    schema, base, dialect = BASES[name]
    return ToolFacts({"name": "t", "inputSchema": schema}, dialect, base)


@pytest.mark.parametrize("name", BASES)
def test_arguments_passed_on_as_they_are_are_no_finding(name: str) -> None:
    assert broken_rules(mapped(published(name), lambda a: a)) == {}


def _without(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in arguments.items() if key != name}


@pytest.mark.parametrize("name", BASES)
def test_dropping_any_argument_is_found_as_that_argument_alone(name: str) -> None:
    facts = published(name)
    for argument in set(facts.schema["properties"]) - {"stream", "model", "messages", "prompt"}:
        found = mapped(facts, partial(_without, argument))
        assert broken_rules(found) == {"mapping.argument-dropped": {f"/{argument}"}}, argument


@pytest.mark.parametrize("name", BASES)
def test_probes_are_valid_unlike_the_base_and_the_same_each_time(name: str) -> None:
    facts = published(name)
    context = AuditContext("x", (facts,), sees_upstream=True)
    probes = list(mapping.plan(facts, context))
    assert probes == list(mapping.plan(facts, context))
    assert len({probe.id for probe in probes}) == len(probes)
    assert {probe.aim for probe in probes if probe.aim not in (TWINS, SEVERAL)} == {
        f"/{key}" for key in facts.schema["properties"] if key != "stream"
    }
    for probe in probes:
        jsonschema.validate(probe.arguments, dict(facts.schema))
        assert probe.arguments != facts.base


def test_the_error_phase_asks_by_faults_that_exist_and_names_each_once() -> None:
    facts = published("chat")
    probes = list(errors.plan(facts, AuditContext("x", (facts,), sees_upstream=True)))
    assert len({probe.id for probe in probes}) == len(probes)
    assert len(probes) == len(errors.ROWS) + len(errors.STREAM_ROWS)
    kinds = {parse_fault(probe.upstream.fault).kind for probe in probes}
    assert {str(status) for status in errors.STATUSES} < kinds


def test_a_tool_that_asks_nobody_is_not_probed() -> None:
    facts = ToolFacts({"name": "t", "inputSchema": CHAT_SCHEMA}, None, {"model": "m"})
    context = AuditContext("x", (facts,), sees_upstream=True)
    assert [*mapping.plan(facts, context), *errors.plan(facts, context)] == []


def _editing(edit: Callable[[Any], Any]) -> Callable[[dict[str, Any]], Any]:
    def change(arguments: dict[str, Any]) -> Any:
        body = copy.deepcopy(arguments)
        edit(body)
        return body

    return change


def _in_calls(body: Any, edit: Callable[[Any], None]) -> None:
    for message in body["messages"]:
        for call in message.get("tool_calls", ()):
            edit(call)


def _reparsed(call: Any) -> None:
    """Write the arguments of a call again: a model is shown its own text."""
    call["function"]["arguments"] = json.dumps(json.loads(call["function"]["arguments"]))


CHANGES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "tools in another order": (lambda b: b.get("tools", []).sort(key=repr), "/tools"),
    "tools without what they take": (
        lambda b: [item["function"].pop("parameters", None) for item in b.get("tools", ())],
        "/tools",
    ),
    "another format": (
        lambda b: b.update(response_format={"type": "text"}) if "response_format" in b else None,
        "/response_format",
    ),
    "one choice of tools": (
        lambda b: b.update(tool_choice="auto") if "tool_choice" in b else None,
        "/tool_choice",
    ),
    "metadata as a text": (
        lambda b: b.update(metadata=json.dumps(b["metadata"])) if "metadata" in b else None,
        "/metadata",
    ),
    "new identities of calls": (
        lambda b: _in_calls(b, lambda call: call.update(id=f"call_{len(call['id'])}")),
        "/messages",
    ),
    "calls written again": (lambda b: _in_calls(b, _reparsed), "/messages"),
    "one user for all": (lambda b: b.update(user="x") if "user" in b else None, "/user"),
}


@pytest.mark.parametrize(("edit", "aim"), CHANGES.values(), ids=CHANGES)
def test_a_structure_that_arrives_otherwise_is_found(edit: Callable[[Any], Any], aim: str) -> None:
    assert broken_rules(mapped(published("chat"), _editing(edit))) == {
        "mapping.argument-changed": {aim}
    }


def test_an_effort_may_not_become_another_published_one() -> None:
    efforts = {"enum": ["minimal", "low", "medium", "high"]}
    facts = tool({"prompt": {"type": "string"}, "reasoning_effort": efforts}, {"prompt": "hi"})

    def body(a: dict[str, Any]) -> Any:
        effort = {"minimal": "low"}.get(a.get("reasoning_effort", ""), a.get("reasoning_effort"))
        return {"messages": [{"role": "user", "content": a["prompt"]}], "reasoning_effort": effort}

    found = broken_rules(mapped(facts, body))
    assert found == {"mapping.argument-changed": {"/reasoning_effort"}}


def test_simplified_arguments_may_be_written_in_the_shape_of_the_provider() -> None:
    facts = tool(
        {
            "prompt": {"type": "string"},
            "stop": {"type": "string", "description": "Texts to stop at, with commas between"},
            "response_format": {"enum": ["text", "json_object"]},
            "user": {"type": "string"},
            "tools": {"type": "array", "items": {"type": "string"}},
        },
        {"prompt": "hi"},
        dialect="messages",
    )

    def body(a: dict[str, Any]) -> Any:
        made: dict[str, Any] = {"messages": [{"role": "user", "content": f"<q>{a['prompt']}</q>"}]}
        if a.get("stop"):
            made["stop_sequences"] = [part for part in a["stop"].split(",") if part]
        if "response_format" in a:
            made["system"] = f"Answer as {a['response_format']}."
        if "user" in a:
            made["metadata"] = {"user_id": a["user"]}
        if "tools" in a:
            made["tools"] = [{"name": name, "input_schema": {}} for name in a["tools"]]
        return made

    assert broken_rules(mapped(facts, body)) == {}
