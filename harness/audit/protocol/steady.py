"""What of two answers, or two requests, should be the same: all but ids and clocks."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from harness.differences import differences
from harness.records.call import Difference, Outcome
from harness.records.http import HttpRequest

_CHANGING = {
    "id", "ids", "uuid", "guid", "nonce", "trace", "traceparent", "span", "session", "idempotency",
    "fingerprint", "correlation", "time", "times", "timestamp", "date", "datetime", "clock", "now",
    "created", "updated", "at", "started", "finished", "completed", "elapsed", "duration",
    "latency", "took", "ms", "millis", "milliseconds", "second", "seconds", "sec", "secs", "ns",
    "uptime", "speed", "throughput", "rate", "tps", "cumulative", "lifetime",
}  # fmt: skip
"""Words of names whose values may be another one at each call."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MASKS = (
    # 2026-11-21T04:02:38.123Z, 2026-11-21 04:02
    re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?"),
    re.compile(r"\b\d\d:\d\d:\d\d([.,]\d+)?\b"),
    # 12 ms, 0.25s, 3 seconds
    re.compile(r"\b\d+([.,]\d+)?\s?(ns|µs|us|ms|s|sec|secs|seconds?|milliseconds?|min|minutes?)\b"),
    # 93383.5 tok/s, 12 requests per minute
    re.compile(r"(?i)\b\d[\d,]*([.,]\d+)?\s?[a-z]*\s?(/|per )\s?(s|secs?|seconds?|min|minutes?)\b"),
    # session: 1,204 tokens in 3 calls; what a server counts up and says so
    re.compile(r"(?i)\b(session|cumulative|lifetime|so far|since start)\b[^\n]*"),
    # request id: 7f3a, trace-id=00-ab-01, (id 12)
    re.compile(r"(?i)\b(id|uuid|guid|nonce|trace|timestamp)\b[\"']?\s*[:=#]?\s*[\w.-]*\d[\w.-]*"),
)
_MADE = re.compile(r"(?i)\b\w+_id\b[\"']?\s*[:=]\s*[\"'`]?(?P<id>[\w-]*\w[-_]\w[\w-]{5,})")
"""continuation_id: conv_nDt_rOiTdF; it may stand elsewhere in the text as well."""
MASKED = "…"


def steady(value: Any, name: str = "") -> Any:
    """Return a JSON value with ids, clocks and durations masked; a text that is JSON is read."""
    if isinstance(value, dict):
        return {key: steady(item, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [steady(item, name) for item in value]
    if value is not None and not isinstance(value, bool) and is_changing(name):
        return MASKED
    return _steady_text(value) if isinstance(value, str) else value


def is_changing(name: str) -> bool:
    """Tell whether a member called `name` may be another one at each call."""
    return any(word.lower() in _CHANGING for word in _WORD.findall(name))


def steady_answer(outcome: Outcome) -> Any:
    """Return what a client sees of an outcome and can expect to see again; `_meta` is not."""
    content = outcome.content if isinstance(outcome.content, list) else []
    return {
        "plane": outcome.plane,
        "content": [steady(block) for block in content],
        "structured": steady(outcome.structured),
        "error": [outcome.code, steady(outcome.message), steady(outcome.data)],
    }


def steady_request(request: HttpRequest) -> Any:
    """Return what a provider gets by a request, but for the header lines, ids and clocks."""
    try:
        body = request.json_body()
    except ValueError:
        body = request.body.decode("utf-8", errors="replace")
    return {"method": request.method, "path": request.path, "body": steady(body)}


def changes(before: Any, after: Any) -> list[Difference]:
    """Return where two steady values differ."""
    return [] if before == after else differences(before, after)


def _steady_text(text: str) -> Any:
    if text[:1] in ("{", "["):
        # What only looks like JSON is masked as text.
        with suppress(ValueError, RecursionError):
            return steady(json.loads(text))
    for made in {found["id"] for found in _MADE.finditer(text)}:
        text = text.replace(made, MASKED)
    for mask in _MASKS:
        text = mask.sub(MASKED, text)
    return text
