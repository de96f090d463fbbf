"""How Anthropic words its failures (contract sheet: Anthropic §5.4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.anthropic.headers import (
    JSON,
    ORGANIZATION,
    account_headers,
    bare_headers,
    error_headers,
    rate_limits,
    request_id,
)
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.validation import Violation
from harness.upstream.simulators.wire import compact, frame


class Row(NamedTuple):
    """The fields of an error object."""

    type: str
    message: str


INVALID = "invalid_request_error"

TOO_LARGE = Row("request_too_large", "Request exceeds the maximum size")
OVERLOADED = Row("overloaded_error", "Overloaded")

ERRORS = {
    400: Row(
        INVALID,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & "
        "Billing to upgrade or purchase credits.",
    ),
    401: Row("authentication_error", "invalid x-api-key"),
    403: Row(
        "permission_error", "Your API key does not have permission to use the specified resource."
    ),
    404: Row("not_found_error", "model: {model}"),
    410: Row(INVALID, "This endpoint is no longer available."),
    413: TOO_LARGE,
    422: Row(INVALID, "The request could not be processed."),
    429: Row(
        "rate_limit_error",
        "This request would exceed the rate limit for your organization ({organization}) of 50 "
        "requests per minute (model: {model}).",
    ),
    500: Row("api_error", "Internal server error"),
    502: Row("api_error", "Bad gateway"),
    503: Row("api_error", "Service unavailable"),
    504: Row("timeout_error", "Request timed out"),
    529: OVERLOADED,
}

RETRIED = (429, 500, 502, 503, 504, 529)

TYPES = {
    "number": "a valid number",
    "integer": "a valid integer",
    "boolean": "a valid boolean",
    "string": "a valid string",
    "array": "a valid list",
    "object": "a valid dictionary",
}


def error(call: Call, status: int) -> Answer:
    """Return the answer of `status` with the body Anthropic has for it."""
    if status == 413:
        return too_large(call)
    row = ERRORS[status]
    message = row.message.format(model=call.model or "claude-sonnet-4-5", organization=ORGANIZATION)
    return answer(call, status, Row(row.type, message))


def answer(call: Call, status: int, row: Row) -> Answer:
    """Return `row` as it is sent."""
    headers = error_headers(call.seed, can_retry=status in RETRIED)
    if status == 429:
        headers += rate_limits()
    return Answer(status=status, headers=headers, chunks=(compact(_body(call, row)),))


def too_large(call: Call) -> Answer:
    """Return the 413, which the proxy in front makes: no top-level type, no request id."""
    body = compact({"error": TOO_LARGE._asdict()})
    return Answer(status=413, headers=bare_headers(call.seed), chunks=(body,))


def invalid(call: Call, message: str) -> Answer:
    """Return the 400 with `message`."""
    return answer(call, 400, Row(INVALID, message))


def unauthenticated(call: Call, message: str) -> Answer:
    """Return the 401 with `message`."""
    return answer(call, 401, Row("authentication_error", message))


def no_route(call: Call) -> Answer:
    """Return the 404 of a path that does not exist."""
    return answer(call, 404, Row("not_found_error", "Not Found"))


def wrong_method(call: Call) -> Answer:
    """Return the 405, whose body is an assumption."""
    refused = answer(call, 405, Row(INVALID, "Method Not Allowed"))
    return refused.model_copy(update={"headers": (*refused.headers, ("allow", "POST"))})


def error_in_200(call: Call) -> Answer:
    """Return an error object under status 200."""
    headers = account_headers(call.seed, JSON)
    return Answer(status=200, headers=headers, chunks=(compact(_body(call, OVERLOADED)),))


def error_frame(call: Call) -> bytes:
    """Return the error event of a stream that fails in the middle."""
    return frame(compact(_body(call, OVERLOADED)), "error")


def violation(call: Call, found: Violation) -> Answer:
    """Return the 400 for a violation."""
    path = found.path_text(".{}").lstrip(".")
    return invalid(call, f"{path}: {_wording(found)}" if path else _wording(found))


def _wording(found: Violation) -> str:
    if found.rule == "missing":
        return "Field required"
    if found.rule == "unknown":
        return "Extra inputs are not permitted"
    if found.rule == "choice":
        return f"Input should be {' or '.join(repr(choice) for choice in found.choices)}"
    if found.rule == "schema":
        return f"JSON schema is invalid: {found.value}"
    if found.rule == "type":
        return f"Input should be {' or '.join(TYPES[name] for name in found.types)}"
    return _out_of_range(found)


def _out_of_range(found: Violation) -> str:
    if found.path[-1] in ("temperature", "top_p"):
        return "range: 0..1"
    if isinstance(found.value, str | list):
        side = "least" if found.rule == "minimum" else "most"
        return f"Length should be at {side} {found.bound:g}"
    side = "greater" if found.rule == "minimum" else "less"
    return f"Input should be {side} than or equal to {found.bound:g}"


def _body(call: Call, row: Row) -> dict[str, Any]:
    return {"type": "error", "error": row._asdict(), "request_id": request_id(call.seed)}
