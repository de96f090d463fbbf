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
_KEPT = {
    "budget", "budgets", "remaining", "spent", "spend", "spending", "quota", "quotas", "credit",
    "credits", "balance", "allowance", "counter", "counters", "cost", "costs",
}  # fmt: skip
"""Words of names of numbers that a server keeps by design, from one call to the next."""
_KEPT_TOTALS = re.compile(
    r"(?i)(?:total|sum|overall|session|accumulated|used|so_?far)[a-z_]*"
    r"(?:calls|requests|queries|usd|cents|dollars)"
    r"|(?:calls|requests|queries|usd|dollars)[a-z_]*(?:total|used|made|so_?far)"
    r"|usage_?so_?far|so_?far$|cache_?(?:hits|misses)"
)
"""Names of totals over calls; a total of the tokens of one answer is none."""
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
_NUMBER = re.compile(
    r"[-+]?\$?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)? ?(?:%|usd|eur|dollars)?", re.IGNORECASE
)
_KEPT_IN_TEXT = (
    # budget: $4.99, remaining credits = 12, total cost $0.02, 3 of 20 requests left
    re.compile(
        r"(?i)(?:\b(?:budget|remaining|spent|quota|credits?|balance|costs?)\b[^\d\n.;]{0,20})"
        r"\$?\d[\d,]*(?:\.\d+)?%?(?: ?(?:of|/) ?\$?\d[\d,]*(?:\.\d+)?)?"
    ),
    re.compile(
        r"(?i)\$?\d[\d,]*(?:\.\d+)?%?(?: (?:of|out of) \$?\d[\d,.]*)?"
        r"(?: (?:usd|eur|credits?|requests?|calls))? (?:remaining|left|spent)\b"
    ),
)
_MADE = re.compile(r"(?i)\b\w+_id\b[\"']?\s*[:=]\s*[\"'`]?(?P<id>[\w-]*\w[-_]\w[\w-]{5,})")
"""continuation_id: conv_nDt_rOiTdF; it may stand elsewhere in the text as well."""
MASKED = "…"


def steady(value: Any, name: str = "", *, kept: bool | None = None) -> Any:
    """Return a JSON value with ids, clocks and durations masked; a text that is JSON is read.

    `kept` tells of an answer whether the value stands in something that a server keeps by design,
    as budgets: numbers that it keeps are masked as well. Of all else it is None.
    """
    if kept is not None:
        kept = kept or is_kept(name)
    if isinstance(value, dict):
        return {key: steady(item, str(key), kept=kept) for key, item in value.items()}
    if isinstance(value, list):
        return [steady(item, name, kept=kept) for item in value]
    is_masked = is_changing(name) or (kept and _NUMBER.fullmatch(str(value)) is not None)
    if is_masked and value is not None and not isinstance(value, bool):
        return MASKED
    return _steady_text(value, kept=kept) if isinstance(value, str) else value


def is_kept(name: str) -> bool:
    """Tell whether a number called `name` is kept by a server from one call to the next."""
    is_named = any(word.lower() in _KEPT for word in _WORD.findall(name))
    return is_named or _KEPT_TOTALS.search(name) is not None


def is_changing(name: str) -> bool:
    """Tell whether a member called `name` may be another one at each call."""
    return any(word.lower() in _CHANGING for word in _WORD.findall(name))


def steady_answer(outcome: Outcome) -> Any:
    """Return what a client sees of an outcome and can expect to see again; `_meta` is not."""
    content = outcome.content if isinstance(outcome.content, list) else []
    return {
        "plane": outcome.plane,
        "content": [steady(block, kept=False) for block in content],
        "structured": steady(outcome.structured, kept=False),
        "error": [
            outcome.code,
            steady(outcome.message, kept=False),
            steady(outcome.data, kept=False),
        ],
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


def _steady_text(text: str, *, kept: bool | None = None) -> Any:
    if text[:1] in ("{", "["):
        # What only looks like JSON is masked as text.
        with suppress(ValueError, RecursionError):
            return steady(json.loads(text), kept=kept)
    for made in {found["id"] for found in _MADE.finditer(text)}:
        text = text.replace(made, MASKED)
    for mask in _MASKS if kept is None else (*_MASKS, *_KEPT_IN_TEXT):
        text = mask.sub(MASKED, text)
    return text
