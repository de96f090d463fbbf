"""What a call asked the provider, as the oracles of the mapping read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harness.audit.context import ToolFacts
from harness.records.audit import Observation
from harness.records.http import HttpRequest, Interaction

PLAIN_SCRIPT = "text"
READ_PHASES = ("valid", "boundary", "mapping")
REFUSED_AGAIN = "repeated after a refusal"
"""The cause of a finding about what is sent again though the provider refused it."""

_NODE = re.compile(r"\b(node|undici|axios|got|deno|bun|needle)\b|/js\b|javascript", re.IGNORECASE)
_NODE_EXPONENT = re.compile(rb"\de-\d(?!\d)")


def is_ordinary(observation: Observation) -> bool:
    """Whether the provider gave its plain answer to accepted arguments, and the call went well."""
    probe = observation.probe
    return (
        probe.phase in READ_PHASES
        and not probe.upstream.fault
        and probe.upstream.script == PLAIN_SCRIPT
        and observation.call.outcome.plane == "result"
        and bool(observation.call.interactions)
    )


def body_of(request: HttpRequest) -> Mapping[str, Any] | None:
    """Return the JSON object that a request sends, or None."""
    if request.method.upper() != "POST":
        return None
    try:
        body = request.json_body()
    except ValueError:
        return None
    return body if isinstance(body, Mapping) else None


def asked(observation: Observation) -> Mapping[str, Any] | None:
    """Return the body of the last request for a completion, or None.

    A server may send other things too; a completion has messages or a prompt.
    """
    return next(reversed(asked_in_turn(observation)), None)


def asked_in_turn(observation: Observation) -> list[Mapping[str, Any]]:
    """Return the bodies of all requests for a completion, of all requests where none is one."""
    return completions_in([item.request for item in observation.call.interactions or ()])


def completions_in(requests: Iterable[HttpRequest]) -> list[Mapping[str, Any]]:
    """Return the bodies of those that ask for a completion, of all where none does."""
    bodies = [body for request in requests if (body := body_of(request)) is not None]
    completions = [body for body in bodies if "messages" in body or "prompt" in body]
    return completions or bodies


def answered(observation: Observation) -> list[Interaction]:
    """Return the requests with a body that the provider answered with success."""
    return [
        item
        for item in observation.call.interactions or ()
        if item.failure is None
        and item.response is not None
        and 200 <= item.response.status < 300
        and body_of(item.request) is not None
    ]


def base_observation(tool: ToolFacts, observations: Iterable[Observation]) -> Observation | None:
    """Return the call with the tool's base arguments."""
    return next(
        (
            item
            for item in observations
            if item.probe.tool == tool.name
            and item.call.arguments == tool.base
            and is_ordinary(item)
        ),
        None,
    )


def asks_nobody(tool: ToolFacts, observations: Iterable[Observation]) -> bool:
    """Whether the ordinary call of a tool asks no provider.

    Requests that others of its calls make are then left over from other tools.
    """
    return any(
        item.call.arguments == tool.base
        and item.probe.phase in READ_PHASES
        and item.call.outcome.plane == "result"
        and not item.call.interactions
        for item in observations
    )


def repeated(observations: Iterable[Observation]) -> frozenset[str]:
    """Return the ids of the probes that call as an earlier one did: a cache may answer them."""
    seen: set[tuple[str, str]] = set()
    found = set()
    for item in observations:
        call = (item.probe.tool, json.dumps(item.call.arguments, sort_keys=True, default=str))
        if call in seen:
            found.add(item.probe.id)
        seen.add(call)
    return frozenset(found)


def keeps_doubles_only(observations: Sequence[Observation]) -> bool:
    """Whether the server's runtime shows that all its numbers are doubles, as JavaScript's are.

    Its clients say so in their headers, and it writes `1e-7` where others write `1e-07`
    (ECMA-262, Number::toString).
    """
    return any(
        _is_node(item.request)
        for observation in observations
        for item in observation.call.interactions or ()
    )


def _is_node(request: HttpRequest) -> bool:
    agent = request.header("user-agent") or ""
    if request.header("x-stainless-lang") == "js" or request.header("sec-fetch-mode"):
        return True
    is_python = re.search(r"python|httpx|aiohttp|urllib", agent, re.IGNORECASE)
    return not is_python and bool(_NODE.search(agent) or _NODE_EXPONENT.search(request.body))


def texts_of(tool: ToolFacts) -> Iterator[str]:
    """Yield the tool's own description, and each sentence of all descriptions."""
    yield from re.split(r"(?<=[.;])\s|\n", tool.description)
