"""How xAI words its failures (contract sheet: xAI §1.5).

Bodies are flat, `{"code", "error"}`, and `code` is the long English sentence of the first
generation. Sentences and statuses that the sheet marks as unverified follow the same pattern.
"""

from __future__ import annotations

from typing import NamedTuple

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.validation import Violation
from harness.upstream.simulators.wire import compact, frame
from harness.upstream.simulators.xai.headers import error_headers

TEAM = "00000000-0000-4000-8000-00000000a1a1"

INVALID = "Client specified an invalid argument"
UNAUTHENTICATED = "The request does not have valid authentication credentials for the operation"
FORBIDDEN = "The caller does not have permission to execute the specified operation"
NOT_FOUND = "Some requested entity was not found"
EXHAUSTED = "Some resource has been exhausted"
UNAVAILABLE = "The service is currently unavailable"

DESERIALIZE = "Failed to deserialize the JSON body into the target type: "
NO_ROUTE = "No handler found on route. Please double check your URL and the method of your request."
GONE = (
    "Live search is deprecated. Please switch to the Agent Tools API: "
    "https://docs.x.ai/docs/guides/tools/overview"
)


class Row(NamedTuple):
    """`code` is None for a body of `error` alone."""

    code: str | None
    error: str


ERRORS = {
    400: Row(INVALID, "Argument not supported on this model: presencePenalty"),
    401: Row(
        UNAUTHENTICATED,
        "No API key provided. You can obtain an API key from https://console.x.ai.",
    ),
    403: Row(
        FORBIDDEN,
        "Your newly created team doesn't have any credits yet. You can purchase credits on "
        "https://console.x.ai/team/{team}.",
    ),
    404: Row(
        NOT_FOUND,
        "The model {model} does not exist or your team {team} does not have access to it. "
        "Please ensure you're using the correct model name and API key.",
    ),
    410: Row(None, GONE),
    413: Row(INVALID, "The request body is larger than the service accepts."),
    415: Row(None, "Expected request with `Content-Type: application/json`"),
    422: Row(
        None,
        DESERIALIZE
        + "messages[0]: data did not match any variant of untagged enum Content at line 1 column 2",
    ),
    429: Row(
        EXHAUSTED,
        "Too many requests for team {team} and model {model}. Your team's rate limit is — "
        "Requests per Minute (actual/limit): 2/2.",
    ),
    500: Row("Internal error", "Something went wrong while processing your request."),
    502: Row(UNAVAILABLE, "Bad gateway"),
    503: Row(UNAVAILABLE, "The model is at capacity. Please try again later."),
    504: Row("Deadline expired before operation could complete", "Timed out waiting for the model"),
    529: Row(UNAVAILABLE, "The service is overloaded. Please try again later."),
}

TIMED_OUT = Row(UNAVAILABLE, "Timed out waiting for first token")

SERDE_TYPES = {
    "number": "f32",
    "integer": "i32",
    "boolean": "a boolean",
    "string": "a string",
    "array": "a sequence",
    "object": "a map",
}


def error(call: Call, status: int) -> Answer:
    """Return the answer of `status` with the body xAI has for it."""
    row = ERRORS[status]
    text = row.error.format(team=TEAM, model=call.model or "grok-3")
    return _answer(call, status, Row(row.code, text))


def invalid(call: Call, message: str) -> Answer:
    """Return the 400 of an argument that was understood and refused."""
    return _answer(call, 400, Row(INVALID, message))


def wrong_key(call: Call, key: str) -> Answer:
    """Return the answer to a wrong key: a 400 that echoes both its ends."""
    return invalid(
        call,
        f"Incorrect API key provided: {key[:2]}***{key[-2:]}. "
        "You can obtain an API key from https://console.x.ai.",
    )


def no_route(call: Call) -> Answer:
    """Return the 404 of a path that does not exist."""
    return _answer(call, 404, Row(NOT_FOUND, NO_ROUTE))


def wrong_method(call: Call) -> Answer:
    """Return the 405, of which only the status is known."""
    return Answer(status=405, headers=(*error_headers(call.seed), ("allow", "POST")), chunks=(b"",))


def error_in_200(call: Call) -> Answer:
    """Return the overload answer: an error body under status 200, never as a stream."""
    return _answer(call, 200, TIMED_OUT)


def error_frame(call: Call) -> bytes:
    """Return the same error as a frame of a stream."""
    return frame(compact(_body(TIMED_OUT)))


def violation(call: Call, found: Violation) -> Answer:
    """Return 422 for what does not deserialize, 400 for a value out of range."""
    if found.rule in ("minimum", "maximum", "schema"):
        return invalid(call, _out_of_range(found))
    text = f"{DESERIALIZE}{_serde(found)} at {_end(call.request.body)}"
    return _answer(call, 422, Row(None, text))


def _serde(found: Violation) -> str:
    if found.path[:1] == ("messages",) and "content" in found.path:
        where = found._replace(path=found.path[:2]).path_text()
        return f"{where}: data did not match any variant of untagged enum Content"
    if found.rule == "missing":
        outer = found._replace(path=found.path[:-1]).path_text()
        prefix = f"{outer}: " if outer else ""
        return f"{prefix}missing field `{found.path[-1]}`"
    if found.rule == "choice":
        known = ", ".join(f"`{choice}`" for choice in found.choices)
        return f"{found.path_text()}: unknown variant `{found.value}`, expected one of {known}"
    expected = " or ".join(SERDE_TYPES[name] for name in found.types)
    prefix = f"{found.path_text()}: " if found.path else ""
    return f"{prefix}invalid type: {found.value_type}, expected {expected}"


def _out_of_range(found: Violation) -> str:
    if found.rule == "schema":
        return f"Invalid schema in {found.path_text()}: {found.value}"
    side = "least" if found.rule == "minimum" else "most"
    return f"Invalid value for {found.path_text()}: must be at {side} {found.bound:g}"


def _end(body: bytes) -> str:
    lines = body.split(b"\n")
    return f"line {len(lines)} column {len(lines[-1])}"


def _answer(call: Call, status: int, row: Row) -> Answer:
    return Answer(status=status, headers=error_headers(call.seed), chunks=(compact(_body(row)),))


def _body(row: Row) -> dict[str, str]:
    return {"error": row.error} if row.code is None else {"code": row.code, "error": row.error}
