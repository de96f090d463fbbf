"""How Anthropic words its failures (contract sheet: Anthropic §5.4)."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.anthropic.headers import (
    JSON,
    ORGANIZATION,
    account_headers,
    edge_headers,
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
TOO_MANY_TOKENS = Row(
    "rate_limit_error",
    "This request would exceed your organization's ({organization}) maximum usage increase rate "
    "or its limit of input tokens per minute (model: {model}). Please shorten the prompt.",
)

ERRORS = {
    400: Row(
        INVALID,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & "
        "Billing to upgrade or purchase credits.",
    ),
    401: Row("authentication_error", "invalid x-api-key"),
    402: Row("billing_error", "There is a problem with the billing of your organization."),
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

RETRIED = (408, 409, 429)
"""Client errors that are worth another try; server errors all are."""

RETRY_SECONDS = "7"

NAMED = {
    "credit_balance": (400, ERRORS[400]),
    "billing_error": (402, ERRORS[402]),
    "permission_error": (403, ERRORS[403]),
    "request_too_large": (413, TOO_LARGE),
    "api_error": (500, ERRORS[500]),
    "timeout_error": (504, ERRORS[504]),
    "overloaded_error": (529, OVERLOADED),
}
"""Name → status and row; those with header lines of their own are made apart."""

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
    other = ERRORS[500] if status >= 500 else ERRORS[422]
    return answer(call, status, _filled(call, ERRORS.get(status, other)))


def answer(call: Call, status: int, row: Row) -> Answer:
    """Return `row` as it is sent."""
    headers = error_headers(call.seed, can_retry=status in RETRIED or status >= 500)
    if status == 429:
        headers += rate_limits()
    return Answer(status=status, headers=headers, chunks=(compact(_body(call, row)),))


def too_large(call: Call) -> Answer:
    """Return the 413, which the proxy in front makes: no top-level type, no request id."""
    body = compact({"error": TOO_LARGE._asdict()})
    return Answer(status=413, headers=edge_headers(call.seed), chunks=(body,))


def too_many_requests(call: Call) -> Answer:
    """Return an ordinary 429, which says when to try again."""
    plain = error(call, 429)
    return plain.model_copy(update={"headers": (*plain.headers, ("retry-after", RETRY_SECONDS))})


def too_many_tokens(call: Call) -> Answer:
    """Return the 429 of a request that is larger than the limit, so that no retry can help."""
    headers = (*error_headers(call.seed, can_retry=False), *rate_limits())
    body = compact(_body(call, _filled(call, TOO_MANY_TOKENS)))
    return Answer(status=429, headers=headers, chunks=(body,))


def dead_key(call: Call) -> Answer:
    """Return the 401 of 2026, whose request id is null in the body."""
    refused = unauthenticated(call, "API key is invalid.")
    row = Row("authentication_error", "API key is invalid.")
    body = compact({**_body(call, row), "request_id": None})
    return refused.model_copy(update={"chunks": (body,)})


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
    if found.rule == "pattern":
        return f"String should match pattern '^{found.pattern}$'"
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


def _filled(call: Call, row: Row) -> Row:
    model = call.model or "claude-sonnet-4-5"
    return Row(row.type, row.message.format(model=model, organization=ORGANIZATION))


def _named(call: Call, status: int, row: Row) -> Answer:
    return too_large(call) if status == 413 else answer(call, status, row)


def _body(call: Call, row: Row) -> dict[str, Any]:
    return {"type": "error", "error": row._asdict(), "request_id": request_id(call.seed)}


BY_NAME = {
    name: partial(_named, status=status, row=row) for name, (status, row) in NAMED.items()
} | {
    "dead_key": dead_key,
    "too_many_requests": too_many_requests,
    "too_many_tokens": too_many_tokens,
}
"""Name → answer (see `Provider.named`)."""
