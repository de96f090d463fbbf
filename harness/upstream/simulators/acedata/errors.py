"""How AceDataCloud words its failures (contract sheet: AceDataCloud §6)."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from harness.records.http import Headers
from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.validation import Violation
from harness.upstream.simulators.wire import frame, spaced

JSON = "application/json"


class Row(NamedTuple):
    """The fields of an error object."""

    code: str
    message: str


ERRORS = {
    400: Row("bad_request", "The request is not valid."),
    401: Row("invalid_token", "The token is invalid."),
    403: Row("used_up", "The balance of this application is used up."),
    404: Row("no_api", "The API does not exist: {path}"),
    410: Row("api_not_implemented", "The API is no longer available."),
    413: Row("bad_request", "The request body is too large."),
    422: Row("bad_request", "The request could not be processed."),
    429: Row("too_many_requests", "Too many requests, please try again later."),
    500: Row("api_error", "No valid account found"),
    502: Row("api_error", "Bad gateway"),
    503: Row("api_error", "The service is unavailable."),
    504: Row("timeout", "The API took too long to respond."),
    529: Row("api_error", "The service is overloaded."),
}

NO_TOKEN = Row("no_token", "No token is given.")
UNKNOWN_MODEL = "The model {model} does not exist."

FAILED = ERRORS[500]

NAMED = {
    "no_token": (400, NO_TOKEN),
    "api_not_implemented": (400, Row("api_not_implemented", "The API is not implemented.")),
    "token_mismatched": (
        400,
        Row("token_mismatched", "The token does not belong to the application of this API."),
    ),
    "invalid_token": (401, ERRORS[401]),
    "token_expired": (401, Row("token_expired", "The token has expired.")),
    "used_up": (403, ERRORS[403]),
    "disabled": (403, Row("disabled", "The application is disabled.")),
    "forbidden": (403, Row("forbidden", "The request is forbidden.")),
    "too_many_requests": (429, ERRORS[429]),
    "api_error": (500, ERRORS[500]),
    "timeout": (504, ERRORS[504]),
}
"""Name → status and row. `token_mismatched` is 400 in their OpenAPI and 401 in their table."""

RATE_LIMITED = Row("rate_limited", "Rate limit exceeded, please try again later.")
"""The 429 of their FAQ page, in a form of its own."""


def headers(call: Call, content_type: str = JSON) -> Headers:
    """Return the header lines of every answer; none but the content type is documented."""
    return (("date", call.seed.date), ("content-type", content_type))


def error(call: Call, status: int) -> Answer:
    """Return the answer of `status` with the body AceDataCloud has for it."""
    other = ERRORS[500] if status >= 500 else ERRORS[400]
    row = ERRORS.get(status, other)
    return answer(call, status, Row(row.code, row.message.format(path=call.request.path)))


def rate_limited(call: Call) -> Answer:
    """Return the 429 as the FAQ page shows it."""
    body = {"success": False, "error": RATE_LIMITED._asdict(), "trace_id": _trace_id(call)}
    return Answer(status=429, headers=headers(call), chunks=(spaced(body),))


def answer(call: Call, status: int, row: Row) -> Answer:
    """Return `row` as it is sent."""
    return Answer(status=status, headers=headers(call), chunks=(spaced(_body(call, row)),))


def unknown_model(call: Call) -> Answer:
    """Return the answer to an unknown model: the one 404 there is, which is an assumption."""
    row = Row(ERRORS[404].code, UNKNOWN_MODEL.format(model=call.model))
    return answer(call, 404, row)


def no_route(call: Call) -> Answer:
    """Return the 404 of a path that does not exist."""
    return error(call, 404)


def wrong_method(call: Call) -> Answer:
    """Return the 405, whose body is an assumption."""
    refused = answer(call, 405, Row("bad_request", "Method not allowed."))
    return refused.model_copy(update={"headers": (*refused.headers, ("allow", "POST"))})


def error_in_200(call: Call) -> Answer:
    """Return an error object under status 200."""
    return answer(call, 200, FAILED)


def error_frame(call: Call) -> bytes:
    """Return an error object as a frame of a stream."""
    return frame(spaced(_body(call, FAILED)))


def violation(call: Call, found: Violation) -> Answer:
    """Return the 400 for a violation."""
    return answer(call, 400, Row("bad_request", f"{found.path_text() or 'body'}: {_why(found)}"))


def _why(found: Violation) -> str:
    if found.rule == "missing":
        return "this field is required"
    if found.rule == "type":
        return f"expected {' or '.join(found.types)}, got {found.value_type}"
    if found.rule == "choice":
        return f"{found.value!r} is not one of {', '.join(found.choices)}"
    if found.rule in ("minimum", "maximum"):
        return f"must be at {'least' if found.rule == 'minimum' else 'most'} {found.bound:g}"
    return str(found.value)


def _body(call: Call, row: Row) -> dict[str, Any]:
    return {"error": row._asdict(), "trace_id": _trace_id(call)}


def _trace_id(call: Call) -> str:
    return call.seed.uuid("trace_id")


BY_NAME = {name: partial(answer, status=status, row=row) for name, (status, row) in NAMED.items()}
BY_NAME["rate_limited"] = partial(rate_limited)
"""Name → answer (see `Provider.named`)."""
