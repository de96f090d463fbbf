"""A server as a function, arguments → outcome and request: its validation judged without a link."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import jsonschema

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.oracles.validation import judge
from harness.audit.phases.validation import plan
from harness.records.audit import Observation, Probe
from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "model": {"type": "string", "minLength": 1},
        "messages": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "role": {"enum": ["user", "assistant"]},
                    "content": {"type": "string"},
                },
                "required": ["role", "content"],
                "additionalProperties": False,
            },
        },
        "temperature": {"type": "number", "minimum": 0, "maximum": 2},
        "n": {"type": "integer", "minimum": 1, "maximum": 4, "description": "Choices, up to 4"},
        "stop": {"type": "array", "items": {"type": "string"}, "maxItems": 4},
        "stream": {"type": "boolean"},
    },
    "required": ["model", "messages"],
    "additionalProperties": False,
}
BASE = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


class Reply(NamedTuple):
    """What a call comes to, and what the provider was asked, None when it was not."""

    outcome: Outcome
    body: Any = None


Serving = Callable[[dict[str, Any]], Reply]


def answered(body: Any) -> Reply:
    return Reply(Outcome(plane="result", content=[{"type": "text", "text": "hello"}]), body)


def refused(text: str, plane: Any = "tool_error", code: int | None = None) -> Reply:
    if plane == "protocol_error":
        return Reply(Outcome(plane=plane, code=code, message=text))
    return Reply(Outcome(plane=plane, content=[{"type": "text", "text": text}]))


def problem(arguments: Mapping[str, Any], schema: dict[str, Any] | None = None) -> str:
    """Return what is wrong with the arguments, with the place; empty when nothing is."""
    validator = VALIDATOR if schema is None else jsonschema.Draft202012Validator(schema)
    for error in validator.iter_errors(arguments):
        return f"{error.json_path}: {error.message}"
    return ""


def correct(arguments: dict[str, Any]) -> Reply:
    found = problem(arguments)
    return refused(found) if found else answered(arguments)


def facts(schema: dict[str, Any] | None = None, **definition: Any) -> ToolFacts:
    named = {"name": "create_chat", "inputSchema": schema or SCHEMA, **definition}
    return ToolFacts(named, "chat", BASE)


def context_of(tool: ToolFacts, *, examples: int = 6) -> AuditContext:
    return AuditContext("judged", (tool,), sees_upstream=True, max_examples=examples)


def observed(probe: Probe, reply: Reply, *, is_seen: bool = True) -> Observation:
    """Return what an audit keeps of a call that a server answered so."""
    request = HttpRequest(
        method="POST",
        url="http://127.0.0.1/v1/chat/completions",
        body=json.dumps(reply.body).encode(),
    )
    asked = (Interaction(request=request, response=HttpResponse(status=200)),)
    interactions = asked if reply.body is not None else ()
    call = ToolCall(
        id=probe.id,
        target="judged",
        tool=probe.tool,
        arguments=probe.arguments,
        origin=ArgumentsOrigin(kind="generated"),
        outcome=reply.outcome,
        interactions=interactions if is_seen else None,
    )
    return Observation(probe=probe, call=call)


def judged(
    serving: Serving, tool: ToolFacts | None = None, *, is_seen: bool = True
) -> list[Verdict]:
    """Return the verdicts about a server, which gets all probes of the three phases."""
    tool = tool or facts()
    context = context_of(tool)
    calls = [
        observed(probe, serving(json.loads(json.dumps(probe.arguments))), is_seen=is_seen)
        for probe in _planned(json.dumps(tool.definition))
    ]
    return list(judge(calls, context))


@cache
def _planned(definition: str) -> list[Probe]:
    tool = ToolFacts(json.loads(definition), "chat", BASE)
    return list(plan(tool, context_of(tool)))


def breaches(verdicts: list[Verdict]) -> dict[str, set[str]]:
    """Return the causes by rule."""
    found: dict[str, set[str]] = {}
    for item in verdicts:
        if isinstance(item, Found):
            found.setdefault(item.rule.removeprefix("validation."), set()).add(item.cause)
    return found


def without(*path: str) -> dict[str, Any]:
    """Return the schema without one keyword."""
    schema = copy.deepcopy(SCHEMA)
    part: Any = schema
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return schema


def enforcing(schema: dict[str, Any]) -> Serving:
    def serve(arguments: dict[str, Any]) -> Reply:
        found = problem(arguments, schema)
        return refused(found) if found else answered(arguments)

    return serve


def also_refusing(is_refused: Callable[[dict[str, Any]], Any], text: str) -> Serving:
    return lambda arguments: refused(text) if is_refused(arguments) else correct(arguments)
