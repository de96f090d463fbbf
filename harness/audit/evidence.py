"""What a finding shows: the call, its answer and the upstream traffic, without secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.cassette.redact import Redactor
from harness.records.audit import Observation
from harness.records.body import to_json_form
from harness.records.http import HttpRequest, HttpResponse, Interaction

LONGEST_TEXT = 2_000
"""Characters of one text that are shown; a huge argument is told by its beginning."""
MOST_EXCHANGES = 6

Shown = Callable[[str], str]


def evidence(observation: Observation, redactor: Redactor, shown: Shown) -> dict[str, Any]:
    """Return `{"request": …, "answer": …, "upstream": […]}`.

    Args:
        observation: what is shown.
        redactor: knows the secrets of the server.
        shown: replaces what differs from run to run, the loopback address of the provider.
    """
    call, probe = observation.call, observation.probe
    outcome = call.outcome.model_dump(exclude_defaults=True)
    interactions = call.interactions or ()
    found: dict[str, Any] = {
        "probe": probe.id,
        "request": {"tool": call.tool, "arguments": redactor.value(call.arguments)},
        "answer": redactor.value(outcome),
        "upstream": [
            _exchange(redactor.interaction(item)) for item in interactions[:MOST_EXCHANGES]
        ],
    }
    if probe.violation is not None:
        found["violation"] = redactor.value(probe.violation.model_dump())
    if probe.upstream.fault:
        found["fault"] = probe.upstream.fault
    if probe.upstream.framing:
        found["framing"] = probe.upstream.framing
    if observation.is_serving is not None:
        found["is_serving"] = observation.is_serving
    return {key: _cut(value, shown) for key, value in found.items()}


def _exchange(item: Interaction) -> dict[str, Any]:
    request, response = item.request, item.response
    found: dict[str, Any] = {
        "request": {"method": request.method, "url": request.url, **_message(request)}
    }
    if response is not None:
        found["response"] = {"status": response.status, **_message(response)}
    if item.failure is not None:
        found["failure"] = item.failure
    return found


def _message(message: HttpRequest | HttpResponse) -> dict[str, Any]:
    return {"headers": dict(message.headers), "body": to_json_form(message.body)}


def _cut(value: Any, shown: Shown) -> Any:
    if isinstance(value, str):
        text = shown(value)
        if len(text) <= LONGEST_TEXT:
            return text
        return f"{text[:LONGEST_TEXT]}… ({len(text)} characters)"
    if isinstance(value, dict):
        return {_cut(key, shown): _cut(item, shown) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cut(item, shown) for item in value]
    return value
