"""How OpenAI words its failures (contract sheet: OpenAI §3.4)."""

from __future__ import annotations

from functools import partial
from typing import Any

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.openai.error_table import (
    DEPRECATED_MODEL,
    ERRORS,
    INVALID,
    KEYS_PAGE,
    NAMED,
    OTHER_CLIENT_ERROR,
    OVERLOADED,
    TOO_MANY_TOKENS,
    UNKNOWN_MODEL,
    UPSTREAM_503,
    Row,
)
from harness.upstream.simulators.openai.headers import (
    JSON,
    JSON_UTF8,
    account_headers,
    bare_headers,
)
from harness.upstream.simulators.openai.models import is_deprecated
from harness.upstream.simulators.validation import Violation
from harness.upstream.simulators.wire import compact, frame, pretty

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
    other = ERRORS[500] if status >= 500 else OTHER_CLIENT_ERROR
    return _filled(call, status, ERRORS.get(status, other))


def answer(call: Call, status: int, row: Row) -> Answer:
    """Return `row` as it is sent: a 400 has 2 spaces, others 4 and a final newline.

    A 429 has the header lines of the account, but not one about the quota.
    """
    if status == 400:
        headers = account_headers(call.seed, JSON)
        return Answer(status=400, headers=headers, chunks=(pretty(_body(row)),))
    of_account = status == 429 and row.code != "insufficient_quota"
    headers = (account_headers if of_account else bare_headers)(call.seed, JSON_UTF8)
    return Answer(status=status, headers=headers, chunks=(pretty(_body(row), 4) + b"\n",))


def unknown_model(call: Call) -> Answer:
    """Return the 404 of a model that is not there, or not any more."""
    row = DEPRECATED_MODEL if is_deprecated(call.model) else UNKNOWN_MODEL
    return _filled(call, 404, row)


def too_many_tokens(call: Call, limit: int, requested: int) -> Answer:
    """Return the 429 of one request that is larger than what a minute may have."""
    message = TOO_MANY_TOKENS.message.format(
        model=call.model or "gpt-4o", limit=limit, requested=requested
    )
    return answer(call, 429, TOO_MANY_TOKENS._replace(message=message))


def small_account(call: Call) -> Answer:
    """Return the same 429 as an account with little to spend gets it, for any request."""
    return too_many_tokens(call, 30_000, 30_017)


def too_long(call: Call, message: str, param: str | None) -> Answer:
    """Return the 400 of a prompt that the model's context cannot hold."""
    return answer(call, 400, Row(message, INVALID, "context_length_exceeded", param))


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
    return Answer(status=200, headers=headers, chunks=(pretty(_body(OVERLOADED)) + b"\n",))


def error_frame(call: Call) -> bytes:
    """Return an error object as a frame of a stream."""
    return frame(compact(_body(OVERLOADED)))


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
    if found.rule == "pattern":
        message = (
            f"Invalid '{path}': string does not match pattern. "
            f"Expected a string that matches the pattern '^{found.pattern}$'."
        )
        return message, "invalid_value"
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
        if not found.value:
            return (
                f"Invalid '{path}': empty {kind}. Expected one of length 1 or more.",
                f"empty_{kind}",
            )
        message = (
            f"Invalid '{path}': {kind} too {side}. Expected a length of "
            f"{'at least' if is_low else 'at most'} {found.bound:g}, but got {len(found.value)}."
        )
        return message, f"{kind}_{code}_length"
    kind = "decimal" if "number" in found.types else "integer"
    side, sign = ("below minimum", ">=") if is_low else ("above maximum", "<=")
    message = (
        f"Invalid '{path}': {kind} {side} value. Expected a value {sign} {found.bound:g}, "
        f"but got {found.value} instead."
    )
    return message, f"{kind}_{'below_min' if is_low else 'above_max'}_value"


def _filled(call: Call, status: int, row: Row) -> Answer:
    request_id = f"req_00000000{call.seed.hex('x-request-id', 24)}"
    text = row.message.format(model=call.model or "gpt-4o", request_id=request_id)
    return answer(call, status, row._replace(message=text))


def _body(row: Row) -> dict[str, Any]:
    return {
        "error": {
            "message": row.message,
            "type": row.type,
            "param": row.param,
            "code": row.code,
        }
    }


BY_NAME = {
    name: partial(_filled, status=status, row=row) for name, (status, row) in NAMED.items()
} | {"too_many_tokens": small_account}
"""Name → answer (see `Provider.named`)."""
