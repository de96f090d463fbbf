"""A server as two functions: what it asks the provider, and what it tells the client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.dialect import Dialect
from harness.audit.found import Found, Verdict
from harness.audit.oracles import errors, mapping
from harness.audit.phases import errors as error_phase
from harness.audit.phases import mapping as mapping_phase
from harness.records.audit import Observation, Probe
from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.upstream.scripted_call import ScriptedCall

KEY = "sk-pretended-73519"
PATHS: dict[Dialect, str] = {
    "chat": "/v1/chat/completions",
    "legacy": "/v1/completions",
    "messages": "/v1/messages",
}
HEADERS = (("authorization", f"Bearer {KEY}"), ("content-type", "application/json"))

Body = Callable[[dict[str, Any]], Any]
Tell = Callable[[Interaction], Outcome]

TEXT = {"type": "string"}
ASKED = [{"role": "user", "content": "hi"}]
MESSAGES = {"type": "array", "items": {"type": "object"}, "minItems": 1}


def prompted(a: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a request whose one message is the prompt, with the other arguments as they are."""
    rest = {key: value for key, value in a.items() if key != "prompt"}
    return {"messages": [{"role": "user", "content": a["prompt"]}], **rest, **more}


def tool(
    properties: Mapping[str, Any],
    base: Mapping[str, Any],
    *,
    dialect: Dialect = "chat",
    **definition: Any,
) -> ToolFacts:
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return ToolFacts({"name": "t", "inputSchema": {**schema, **definition}}, dialect, base)


def request_of(
    body: Any, *, dialect: Dialect = "chat", headers: Any = HEADERS, query: str = ""
) -> HttpRequest:
    url = f"https://api.example.test{PATHS[dialect]}{query}"
    return HttpRequest(method="POST", url=url, headers=headers, body=json.dumps(body).encode())


def text_outcome(text: str, *, plane: Any = "result") -> Outcome:
    return Outcome(plane=plane, content=[{"type": "text", "text": text}])


def observed(
    probe: Probe, interactions: Any, outcome: Outcome, *, is_serving: bool | None = None
) -> Observation:
    call = ToolCall(
        id=probe.id,
        target="pretended",
        tool=probe.tool,
        arguments=probe.arguments,
        origin=ArgumentsOrigin(kind="generated"),
        outcome=outcome,
        interactions=tuple(interactions),
    )
    return Observation(probe=probe, call=call, is_serving=is_serving)


def mapped(
    facts: ToolFacts,
    body: Body,
    *,
    tell: Callable[[dict[str, Any]], str] = lambda arguments: "fine",
    requests: Callable[[Any], list[HttpRequest]] | None = None,
    **secrets: str,
) -> list[Verdict]:
    """Return what the mapping oracle says of a server that sends `body(arguments)`."""
    context = AuditContext("pretended", (facts,), sees_upstream=True, secrets=secrets)
    dialect = facts.dialect or "chat"
    answer = HttpResponse(status=200, body=b"{}")
    first = Probe(id="first/t/0", phase="valid", tool="t", arguments=dict(facts.base or {}))
    seen = []
    for probe in (first, *mapping_phase.plan(facts, context)):
        asked = body(json.loads(json.dumps(probe.arguments)))
        sent = requests(asked) if requests else [request_of(asked, dialect=dialect)]
        exchanges = [Interaction(request=item, response=answer) for item in sent]
        seen.append(observed(probe, exchanges, text_outcome(tell(probe.arguments))))
    return list(mapping.judge(seen, context))


def failing(
    tell: Tell,
    *,
    dialect: Dialect = "chat",
    serves: bool = True,
    works: bool = True,
    looks_up: Sequence[HttpRequest] = (),
    limit: float | None = None,
    **secrets: str,
) -> list[Verdict]:
    """Return what the error oracle says of a server that makes `tell(exchange)` of a failure.

    `looks_up` is what it asks the provider after that.
    """
    properties = {"model": TEXT, "stream": {"type": "boolean"}}
    facts = tool(properties, {"model": "m"}, dialect=dialect)
    context = AuditContext("pretended", (facts,), sees_upstream=True, secrets=secrets, limit=limit)
    first = Probe(id="first/t/0", phase="valid", tool="t", arguments={"model": "m"})
    seen = [observed(first, [], text_outcome("", plane="result" if works else "tool_error"))]
    for probe in error_phase.plan(facts, context):
        call = ScriptedCall(plan=probe.upstream)
        call.decide(request_of(probe.arguments, dialect=dialect))
        outcome = tell(call.interactions[-1])
        for request in looks_up:
            call.decide(request)
        seen.append(observed(probe, call.interactions, outcome, is_serving=serves))
    return list(errors.judge(seen, context))


def broken_rules(verdicts: list[Verdict]) -> dict[str, set[str]]:
    """Return rule → causes."""
    found: dict[str, set[str]] = {}
    for item in _found(verdicts):
        found.setdefault(item.rule, set()).add(item.cause)
    return found


def _found(verdicts: list[Verdict]) -> Iterator[Found]:
    return (item for item in verdicts if isinstance(item, Found))
