"""What moved between a recording and the same request asked again, by severity.

high: the status or the plane, a field that is gone or of another type, the form of an error;
medium: a new field, the finish reason, the model; low: values that seldom vary; info: volatile.
"""

from __future__ import annotations

import json
from typing import Any

from harness.cassette.compare import comparison_document, provider_of
from harness.cassette.pointer_pattern import is_match
from harness.cassette.volatility import SOURCE, kind_at, measured_at
from harness.difference_text import describe_differences
from harness.differences import differences
from harness.records.call import Difference
from harness.records.finding import SEVERITIES, Finding, Severity
from harness.records.http import Interaction

_ERROR_FORM = (
    "/response/body/error/type",
    "/response/body/error/code",
    "/response/body/code",
    "/response/body/type",
    "/response/body/stream_error/**",
    "/response/body/stream",
    "/response/headers/content-type",
)
"""Values on which programs branch: with another one, an answer means something else."""
_MEANING = (
    "/response/body/model",
    "/response/body/object",
    "/response/body/role",
    "/response/body/stop_reason",
    "/response/body/choices/*/finish_reason",
    "/response/body/choices/*/message/role",
    "/response/headers/retry-after*",
    "/response/headers/x-should-retry",
)


def find_drift(recorded: Interaction, actual: Interaction) -> list[Finding]:
    """Return what differs in the response, the worst first; requests are the same by design."""
    provider = provider_of(recorded)
    before, after = _answer(recorded), _answer(actual)
    plane = _plane(before, after)
    if plane is not None:
        # Behind another status stands another body: its differences would say the same again.
        return [plane]
    found = [_finding(item, provider) for item in differences(before, after)]
    return sorted(found, key=lambda item: SEVERITIES.index(item.severity))


def _answer(interaction: Interaction) -> dict[str, Any]:
    document = comparison_document(interaction)
    return {"failure": document["failure"], "response": document["response"]}


def _plane(before: dict[str, Any], after: dict[str, Any]) -> Finding | None:
    was, now = _ended(before), _ended(after)
    if was == now:
        return None
    return Finding(
        rule="plane",
        severity="high",
        message=f"ended with {was}, now with {now}{_error_text(after)}",
        pointer="/response/status",
        source="a status or a broken connection is what programs look at first",
    )


def _ended(answer: dict[str, Any]) -> str:
    response, failure = answer["response"], answer["failure"]
    parts = [f"status {response['status']}"] if response is not None else []
    return " and ".join([*parts, *([f"failure {failure}"] if failure else [])]) or "nothing"


def _error_text(answer: dict[str, Any]) -> str:
    body = (answer["response"] or {}).get("body")
    error = body.get("error") if isinstance(body, dict) else None
    return f": {json.dumps(error, ensure_ascii=False)[:200]}" if error else ""


def _finding(item: Difference, provider: str) -> Finding:
    kind = kind_at(item.pointer, provider)
    rule, severity = _judged(item, is_volatile=kind in ("noise", "chance"))
    (line,) = describe_differences((item,))
    return Finding(
        rule=rule,
        severity=severity,
        message=line.partition(": ")[2],
        pointer=item.pointer,
        source=SOURCE if measured_at(item.pointer) else "",
    )


def _judged(item: Difference, *, is_volatile: bool) -> tuple[str, Severity]:
    """Return the rule and severity of one difference."""
    pointer = item.pointer
    measured = measured_at(pointer)
    is_same_kind = _kind(item.recorded) == _kind(item.actual) and item.change == "changed"
    if is_volatile and (is_same_kind or measured is None or measured.is_optional):
        return "volatile", "info"
    if any(is_match(pattern, pointer) for pattern in _ERROR_FORM):
        return "error-form", "high"
    if any(is_match(pattern, pointer) for pattern in _MEANING):
        return "meaning", "medium"
    if pointer.startswith("/response/headers/"):
        return "header", "low"
    if item.change == "removed":
        return "field-gone", "high"
    if item.change == "added":
        return "field-new", "medium"
    return ("value", "low") if is_same_kind else ("type", "high")


def _kind(value: Any) -> str:
    """Return the JSON type; whole numbers and others are one type."""
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, int | float) else type(value).__name__
