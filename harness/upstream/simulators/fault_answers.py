"""What a provider itself says when something goes wrong: its errors, whole and well-formed.

What happens to an answer on its way is `harness.upstream.wire_answer`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harness.records.http import Headers
from harness.upstream.faults import Fault
from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.openai.error_table import UPSTREAM_503
from harness.upstream.simulators.provider import Provider
from harness.upstream.simulators.wire import DONE

TAIL = "\ud800"
"""What the fault `surrogate` appends to a simulated text; it leaves as its JSON escape."""

PAGE = (
    b"<!DOCTYPE html>\n<html>\n<head><title>Access to this page is checked</title></head>\n"
    b"<body><h1>One moment</h1><p>The proxy of your network answered this request.</p></body>\n"
    b"</html>\n"
)

RECEIVED = "Received: "
"""Stands before a credential that is repeated."""

CREDENTIAL_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key")

Answering = Callable[[Provider, Call], Answer]


def with_fault(fault: Fault, provider: Provider, call: Call, answer: Answering) -> Answer:
    """Return what `provider` says to `call` under `fault`; the normal answer if it has no say."""
    if fault.status is not None:
        return error_answer(fault, provider, call)
    return with_error(fault, provider, call, answer(provider, call))


def with_error(fault: Fault, provider: Provider, call: Call, answer: Answer) -> Answer:
    """Return `answer` with the provider's error in its place or in its middle, or as it is.

    `stream-error` without a stream is `error-in-200`.
    """
    if fault.status is not None:
        return error_answer(fault, provider, call)
    match fault.kind:
        case "error-in-200":
            return provider.error_in_200(call)
        case "stream-error":
            return _stream_error(fault, answer, provider, call)
        case "not-json":
            return page(200, call)
        case _:
            return answer


def error_answer(fault: Fault, provider: Provider, call: Call) -> Answer:
    """Return the answer of a status fault: the provider's body, a proxy's words, or no body."""
    assert fault.status is not None
    if fault.body == "html":
        answer = page(fault.status, call)
    elif fault.body == "text":
        answer = _line(fault.status, call, UPSTREAM_503)
    elif fault.body == "echo-text":
        said = f"The credential was not accepted. {RECEIVED}{_credential(call)}"
        answer = _line(fault.status, call, said)
    else:
        answer = provider.error(call, fault.status)
    chunks = (b"",) if fault.body == "empty" else answer.chunks
    if fault.body == "echo":
        chunks = (_echoed(b"".join(chunks), call),)
    headers = (*answer.headers, *_retry_headers(fault))
    return answer.model_copy(update={"headers": headers, "chunks": chunks})


def _echoed(body: bytes, call: Call) -> bytes:
    """Return an error body whose message repeats the credential of the request, as proxies do."""
    try:
        more = f"{RECEIVED}{_credential(call)}"
        return json.dumps(_with_message(json.loads(body), more)).encode()
    except ValueError:
        return body


def _credential(call: Call) -> str:
    headers = (call.request.header(name) for name in CREDENTIAL_HEADERS)
    return next((value for value in headers if value), "").rpartition(" ")[2]


def _with_message(value: Any, more: str) -> Any:
    """Return an error body with `more` behind its message, wherever the provider has that."""
    if isinstance(value, str):
        return f"{value} {more}"
    if not isinstance(value, dict):
        return value
    key = next((key for key in ("error", "message", "detail") if key in value), None)
    return value if key is None else {**value, key: _with_message(value[key], more)}


def page(status: int, call: Call) -> Answer:
    """Return the HTML page of a proxy that let nothing through to the provider."""
    headers = (("date", call.seed.date), ("content-type", "text/html; charset=utf-8"))
    return Answer(status=status, headers=headers, chunks=(PAGE,))


def _line(status: int, call: Call, line: str) -> Answer:
    headers = (("date", call.seed.date), ("content-type", "text/plain"))
    return Answer(status=status, headers=headers, chunks=(line.encode(),))


def _retry_headers(fault: Fault) -> Headers:
    seconds, milliseconds = fault.retry_after, fault.retry_after_ms
    lines: Headers = () if seconds is None else (("retry-after", seconds),)
    return lines if milliseconds is None else (*lines, ("retry-after-ms", str(milliseconds)))


def _stream_error(fault: Fault, answer: Answer, provider: Provider, call: Call) -> Answer:
    """Report an error after half the frames; the stream ends with it, or says so."""
    if not answer.is_stream:
        return provider.error_in_200(call)
    kept = answer.chunks[: len(answer.chunks) // 2]
    end = (DONE,) if fault.then == "done" else ()
    return answer.model_copy(update={"chunks": (*kept, provider.error_frame(call), *end)})
