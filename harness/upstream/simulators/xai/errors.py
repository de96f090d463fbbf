"""How xAI words its failures (contract sheet: xAI §1.5).

Bodies are flat, `{"code", "error"}`. `code` is a long English sentence, or a slug: which of the two
generations an error belongs to is told by the model that was asked for.
"""

from __future__ import annotations

from functools import partial

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.validation import Violation
from harness.upstream.simulators.wire import compact, frame
from harness.upstream.simulators.xai.error_table import (
    CONSOLE,
    DESERIALIZE,
    ERRORS,
    INVALID,
    NAMED,
    NO_ROUTE,
    NOT_FOUND,
    OTHER_CLIENT_ERROR,
    SLUGS,
    TEAM,
    TIMED_OUT,
    UNTAGGED,
    Row,
)
from harness.upstream.simulators.xai.headers import error_headers
from harness.upstream.simulators.xai.models import has_slugs

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
    other = ERRORS[500] if status >= 500 else OTHER_CLIENT_ERROR
    return _filled(call, status, ERRORS.get(status, other))


def invalid(call: Call, message: str) -> Answer:
    """Return the 400 of an argument that was understood and refused."""
    return _answer(call, 400, Row(INVALID, message))


def unsupported(call: Call, name: str) -> Answer:
    """Return the 400 of an argument, in camelCase, that the model cannot take."""
    if has_slugs(call.model):
        return invalid(call, f"Model {call.model} does not support parameter {name}.")
    return invalid(call, f"Argument not supported on this model: {name}")


def unknown_model(call: Call) -> Answer:
    """Return the answer to a model that is not there: 404, since the slugs 400."""
    if has_slugs(call.model):
        return invalid(call, f"Model not found: {call.model}")
    return error(call, 404)


def unknown_deferred(call: Call, name: str) -> Answer:
    """Return the 404 of a deferred completion that is not there, or not any more."""
    return _answer(call, 404, Row(NOT_FOUND, f"No deferred completion found for {name}."))


def wrong_key(call: Call, key: str) -> Answer:
    """Return the answer to a wrong key: a 400, which echoed both its ends before the slugs."""
    echo = "" if has_slugs(call.model) else f": {key[:2]}***{key[-2:]}"
    return invalid(call, f"Incorrect API key provided{echo}. {CONSOLE}")


def deserialize_text(call: Call) -> Answer:
    """Return the 422 in plain text, as some have reported it."""
    headers = error_headers(call.seed, "text/plain; charset=utf-8")
    return Answer(status=422, headers=headers, chunks=(UNTAGGED.encode(),))


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
    return frame(compact(_body(call, TIMED_OUT)))


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


def _filled(call: Call, status: int, row: Row) -> Answer:
    text = row.error.format(team=TEAM, model=call.model or "grok-3")
    return _answer(call, status, Row(row.code, text))


def _answer(call: Call, status: int, row: Row) -> Answer:
    body = compact(_body(call, row))
    return Answer(status=status, headers=error_headers(call.seed), chunks=(body,))


def _body(call: Call, row: Row) -> dict[str, str]:
    if row.code is None:
        return {"error": row.error}
    code = SLUGS[row.code] if has_slugs(call.model) else row.code
    return {"code": code, "error": row.error}


BY_NAME = {
    name: partial(_filled, status=status, row=row) for name, (status, row) in NAMED.items()
} | {"deserialize_text": deserialize_text}
"""Name → answer (see `Provider.named`)."""
