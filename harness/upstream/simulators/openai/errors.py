"""How OpenAI words its failures (contract sheet: OpenAI §3.4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.openai.headers import (
    JSON,
    JSON_UTF8,
    account_headers,
    bare_headers,
)
from harness.upstream.simulators.validation import Violation
from harness.upstream.simulators.wire import compact, frame, pretty

INVALID = "invalid_request_error"
KEYS_PAGE = "https://platform.openai.com/account/api-keys."

UPSTREAM_503 = (
    "upstream connect error or disconnect/reset before headers. "
    "reset reason: connection termination"
)
"""The 503 seen in recordings: plain text, not JSON."""


class Row(NamedTuple):
    """The fields of an error object."""

    message: str
    type: str
    code: str | None = None
    param: str | None = None


ERRORS = {
    400: Row(
        "Unsupported parameter: 'stop' is not supported with this model.",
        INVALID,
        "unsupported_parameter",
        "stop",
    ),
    401: Row(
        f"Incorrect API key provided: sk-sim***ated. You can find your API key at {KEYS_PAGE}",
        INVALID,
        "invalid_api_key",
    ),
    403: Row(
        "Country, region, or territory not supported",
        "request_forbidden",
        "unsupported_country_region_territory",
    ),
    404: Row(
        "The model `{model}` does not exist or you do not have access to it.",
        INVALID,
        "model_not_found",
    ),
    410: Row("This endpoint is no longer available.", INVALID),
    413: Row("The request body is too large.", INVALID, "request_too_large"),
    422: Row("The request could not be processed.", INVALID),
    429: Row(
        "Rate limit reached for {model} in organization org-simulated on requests per min (RPM): "
        "Limit 500, Used 500, Requested 1. Please try again in 120ms. "
        "Visit https://platform.openai.com/account/rate-limits to learn more.",
        "requests",
        "rate_limit_exceeded",
    ),
    500: Row(
        "The server had an error processing your request. Sorry about that! You can retry your "
        "request, or contact us through our help center at help.openai.com if you keep seeing "
        "this error. (Please include the request ID {request_id} in your email.)",
        "server_error",
    ),
    502: Row("Bad gateway.", "server_error"),
    504: Row("The server took too long to respond.", "server_error"),
    529: Row(
        "The engine is currently overloaded, please try again later.",
        "service_unavailable_error",
        "server_is_overloaded",
    ),
}

NO_KEY = Row(
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from "
    f"{KEYS_PAGE}",
    INVALID,
)
NOT_JSON = Row("We could not parse the JSON body of your request.", INVALID)

TYPES = {
    "number": "a decimal",
    "integer": "an integer",
    "boolean": "a boolean",
    "string": "a string",
    "array": "an array",
    "object": "an object",
    "null": "null",
}


def error(call: Call, status: int) -> Answer:
    """Return the answer of `status` with the body OpenAI has for it."""
    if status == 503:
        headers = bare_headers(call.seed, "text/plain")
        return Answer(status=503, headers=headers, chunks=(UPSTREAM_503.encode(),))
    row = ERRORS[status]
    request_id = f"req_00000000{call.seed.hex('x-request-id', 24)}"
    text = row.message.format(model=call.model or "gpt-4o", request_id=request_id)
    return answer(call, status, row._replace(message=text))


def answer(call: Call, status: int, row: Row) -> Answer:
    """Return `row` as it is sent: a 400 has 2 spaces, others 4 and a final newline."""
    if status == 400:
        headers = account_headers(call.seed, JSON)
        return Answer(status=400, headers=headers, chunks=(pretty(_body(row)),))
    of_account = status == 429
    headers = (account_headers if of_account else bare_headers)(call.seed, JSON_UTF8)
    return Answer(status=status, headers=headers, chunks=(pretty(_body(row), 4) + b"\n",))


def wrong_key(call: Call, key: str) -> Answer:
    """Return the 401 that echoes the key: whole when short, else its ends."""
    shown = key if len(key) <= 12 else f"{key[:6]}{'*' * (len(key) - 10)}{key[-4:]}"
    message = f"Incorrect API key provided: {shown}. You can find your API key at {KEYS_PAGE}"
    return answer(call, 401, Row(message, INVALID, "invalid_api_key"))


def no_route(call: Call) -> Answer:
    """Return the 404 of a path that does not exist."""
    request = call.request
    return answer(call, 404, Row(f"Invalid URL ({request.method} {request.path})", INVALID))


def wrong_method(call: Call) -> Answer:
    """Return the 405, whose body is an assumption."""
    request = call.request
    message = f"Invalid method for URL ({request.method} {request.path})"
    refused = answer(call, 405, Row(message, INVALID))
    return refused.model_copy(update={"headers": (*refused.headers, ("allow", "POST"))})


def error_in_200(call: Call) -> Answer:
    """Return an error object under status 200, as gateways do (contract sheet: §4)."""
    headers = account_headers(call.seed, JSON)
    return Answer(status=200, headers=headers, chunks=(pretty(_body(ERRORS[529])) + b"\n",))


def error_frame(call: Call) -> bytes:
    """Return an error object as a frame of a stream."""
    return frame(compact(_body(ERRORS[529])))


def violation(call: Call, found: Violation) -> Answer:
    """Return the 400 for a violation, with its path in `param`."""
    path = found.path_text()
    message, code = _wording(found, path)
    return answer(call, 400, Row(message, INVALID, code, path or None))


def _wording(found: Violation, path: str) -> tuple[str, str]:
    if found.rule == "missing":
        return f"Missing required parameter: '{path}'.", "missing_required_parameter"
    if found.rule == "choice":
        known = ", ".join(f"'{choice}'" for choice in found.choices)
        return f"Invalid value: '{found.value}'. Supported values are: {known}.", "invalid_value"
    if found.rule == "schema":
        return f"Invalid schema for '{path}': {found.value}", "invalid_function_parameters"
    if found.rule == "type":
        expected = " or ".join(TYPES[name] for name in found.types)
        actual = TYPES[found.value_type]
        where = f" for '{path}'" if path else ""
        return (
            f"Invalid type{where}: expected {expected}, but got {actual} instead.",
            "invalid_type",
        )
    return _out_of_range(found, path)


def _out_of_range(found: Violation, path: str) -> tuple[str, str]:
    is_low = found.rule == "minimum"
    if isinstance(found.value, str | list):
        side, code = ("short", "below_min") if is_low else ("long", "above_max")
        kind = "string" if isinstance(found.value, str) else "array"
        message = (
            f"Invalid '{path}': {kind} too {side}. Expected {'at least' if is_low else 'at most'} "
            f"{found.bound:g} items, but got {len(found.value)} instead."
        )
        return message, f"{kind}_{code}_length"
    kind = "decimal" if "number" in found.types else "integer"
    side, sign = ("below minimum", ">=") if is_low else ("above maximum", "<=")
    message = (
        f"Invalid '{path}': {kind} {side} value. Expected a value {sign} {found.bound:g}, "
        f"but got {found.value} instead."
    )
    return message, f"{kind}_{'below_min' if is_low else 'above_max'}_value"


def _body(row: Row) -> dict[str, Any]:
    return {
        "error": {
            "message": row.message,
            "type": row.type,
            "param": row.param,
            "code": row.code,
        }
    }
