"""A provider's message in the middle of a stream, which is lost where others are told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from harness.audit.found import Found
from harness.audit.json_text import json_value
from harness.audit.told.leaks import FAILED
from harness.audit.told.provider_message import is_told, message_of
from harness.audit.told.seen import seen_text
from harness.records.audit import Observation
from harness.records.http import HttpResponse
from harness.upstream.faults import parse_fault


def lost_in_streams(observations: Sequence[Observation]) -> Iterator[Found]:
    """Yield the stream errors whose message is not told, of tools that tell those of statuses."""
    telling = {item.probe.tool for item in observations if _tells_message(item)}
    for item in observations:
        fault = item.probe.upstream.fault
        if not (fault.startswith("stream-error") and item.call.outcome.plane in FAILED):
            continue
        message = _message_in_stream(item)
        if item.probe.tool in telling and not is_told(message, seen_text(item.call.outcome)):
            text = f"the provider's message for {fault} is not told: {message[:100]}"
            yield Found("errors.message-lost", text, item.probe.tool, item, cause="stream")


def _tells_message(item: Observation) -> bool:
    """Whether the call failed with a status whose message in the body comes back."""
    if item.probe.phase != "errors" or item.call.outcome.plane not in FAILED:
        return False
    if parse_fault(item.probe.upstream.fault).status is None:
        return False
    messages = [message_of(response) for response in _responses(item)]
    seen = seen_text(item.call.outcome)
    return any(message and is_told(message, seen) for message in messages)


def _message_in_stream(item: Observation) -> str:
    """Return the sentence of the last event that tells an error, empty when there is none."""
    found = ""
    for response in _responses(item):
        for line in response.body.decode("utf-8", "replace").splitlines():
            data = line.removeprefix("data:").strip() if line.startswith("data:") else ""
            value = json_value(data) if data else None
            if isinstance(value, dict) and value.get("error"):
                found = message_of(HttpResponse(status=200, body=data.encode()))
    return found


def _responses(item: Observation) -> Collection[HttpResponse]:
    return [one.response for one in item.call.interactions or () if one.response is not None]
