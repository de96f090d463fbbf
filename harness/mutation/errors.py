"""Mutants of the error mapping: failures told wrongly, or without what a caller needs."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from harness.mutation.json_text import at_keys, with_texts
from harness.mutation.mutation import mutation, on_plane
from harness.records.call import Outcome

INTERNAL_ERROR = -32603
INVALID_PARAMS = -32602
_FAILED = ("tool_error", "protocol_error")
_STATUS = re.compile(r"(?:\bHTTP )?\b[45]\d\d\b")
_WAIT = re.compile(r"retry|retries|reset|wait|try again", re.IGNORECASE)
_TRACE = '\nTraceback (most recent call last):\n  File "/srv/app/server.py", line 41, in call_tool'


def _text(text: str) -> Any:
    return [{"type": "text", "text": text}]


def _as_result(outcome: Outcome) -> Outcome:
    content = outcome.content if outcome.plane == "tool_error" else _text(outcome.text)
    return Outcome(
        plane="result", content=content, structured=outcome.structured, meta=outcome.meta
    )


def _as_tool_error(outcome: Outcome) -> Outcome:
    return Outcome(plane="tool_error", content=_text(outcome.text))


def _as_protocol_error(outcome: Outcome) -> Outcome:
    return Outcome(plane="protocol_error", code=INTERNAL_ERROR, message=outcome.text)


def _with_other_code(outcome: Outcome) -> Outcome:
    other = INVALID_PARAMS if outcome.code == INTERNAL_ERROR else INTERNAL_ERROR
    return outcome.model_copy(update={"code": other})


def _swallowed(_: Outcome) -> Outcome:
    return Outcome(plane="result", content=[])


def _without_status(outcome: Outcome) -> Outcome:
    return with_texts(outcome, lambda text: _STATUS.sub("", text))


def _replaced(outcome: Outcome) -> Outcome:
    return with_texts(outcome, lambda text: "An error occurred." if text else text)


def _first_line(outcome: Outcome) -> Outcome:
    return with_texts(outcome, lambda text: text.partition("\n")[0])


def _without_wait(outcome: Outcome) -> Outcome:
    said = with_texts(outcome, _lines_without_wait)
    return _in_data(said, at_keys(lambda key: bool(_WAIT.search(key)), None))


def _lines_without_wait(text: str) -> str:
    sentences = re.split(r"(?<=[.!?\n])(?=\s|\S)", text)
    return "".join(part for part in sentences if not _WAIT.search(part))


def _in_data(outcome: Outcome, change: Any) -> Outcome:
    places = ("meta", "data", "structured")
    return outcome.model_copy(update={name: change(getattr(outcome, name)) for name in places})


def _flags_inverted(outcome: Outcome) -> Outcome:
    def invert(value: Any) -> Any:
        return not value if isinstance(value, bool) else value

    return _in_data(outcome, at_keys(lambda key: bool(_WAIT.search(key)), invert))


def _traced(outcome: Outcome) -> Outcome:
    return with_texts(outcome, lambda text: text + _TRACE)


def _without(name: str, empty: Any, outcome: Outcome) -> Outcome:
    return outcome.model_copy(update={name: empty})


ERROR_MUTATIONS = (
    mutation(
        "errors.told-as-success",
        "a failing tool's answer comes without isError",
        noticed_by="plane",
        needs="a call that ends as tool_error",
        reply=on_plane("tool_error", _as_result),
    ),
    mutation(
        "errors.protocol-told-as-success",
        "a JSON-RPC error comes as a result with its message",
        noticed_by="plane or code",
        needs="a call that ends as protocol_error",
        reply=on_plane("protocol_error", _as_result),
    ),
    mutation(
        "errors.protocol-told-as-tool-error",
        "a JSON-RPC error comes as a result with isError",
        noticed_by="plane or code",
        needs="a call that ends as protocol_error",
        reply=on_plane("protocol_error", _as_tool_error),
    ),
    mutation(
        "errors.tool-told-as-protocol-error",
        "a failing tool's answer comes as a JSON-RPC error",
        noticed_by="plane",
        needs="a call that ends as tool_error",
        reply=on_plane("tool_error", _as_protocol_error),
    ),
    mutation(
        "errors.swallowed",
        "a failure comes as an empty success",
        noticed_by="plane or text_contains",
        needs="a call that fails",
        reply=on_plane(_FAILED, _swallowed),
    ),
    mutation(
        "errors.code-changed",
        "a JSON-RPC error has another code",
        noticed_by="code",
        needs="a call that ends as protocol_error",
        reply=on_plane("protocol_error", _with_other_code),
    ),
    mutation(
        "errors.status-lost",
        "the text of a failure lacks the HTTP status",
        noticed_by="text_contains",
        needs="a call that fails with a status in its text",
        reply=on_plane(_FAILED, _without_status),
    ),
    mutation(
        "errors.message-replaced",
        "the text of a failure is a general one, without the provider's message",
        noticed_by="text_contains",
        needs="a call that fails with a text",
        reply=on_plane(_FAILED, _replaced),
    ),
    mutation(
        "errors.message-cut",
        "the text of a failure ends after its first line",
        noticed_by="text_contains",
        needs="a call that fails with several lines",
        reply=on_plane(_FAILED, _first_line),
    ),
    mutation(
        "errors.retry-after-lost",
        "a failure says nothing about when to try again",
        noticed_by="text_contains, or pointer with in: meta",
        needs="a call that fails with such advice",
        reply=on_plane(_FAILED, _without_wait),
    ),
    mutation(
        "errors.retryable-inverted",
        "a failure that may pass is marked final, and the other way round",
        noticed_by="pointer with in: meta",
        needs="a call that fails with such a mark",
        reply=on_plane(_FAILED, _flags_inverted),
    ),
    mutation(
        "errors.meta-lost",
        "the _meta of a failure is lost",
        noticed_by="pointer with in: meta",
        needs="a call that ends as tool_error with _meta",
        reply=on_plane("tool_error", partial(_without, "meta", {})),
    ),
    mutation(
        "errors.data-lost",
        "the data of a JSON-RPC error is lost",
        noticed_by="pointer with in: error_data",
        needs="a call that ends as protocol_error with data",
        reply=on_plane("protocol_error", partial(_without, "data", None)),
    ),
    mutation(
        "errors.internals-shown",
        "the text of a failure shows a stack trace and a path",
        noticed_by="text_lacks, or text_matches with an end",
        needs="a call that fails",
        reply=on_plane(_FAILED, _traced),
    ),
)
"""Mutants of what fails."""
